package run

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

const bridgeText = `<p>The iron bridge over the river Aln opened to walkers on Saturday, eleven years after a flood tore away its middle span, and thousands came to cross it.</p>
<p>The repair cost 3.4 million crowns, of which the town paid a third. The rest came from a national fund for old bridges, and from eleven hundred donors.</p>
<p>Cars will not return, the town council decided in May, since the bridge was never built for them, and the walkers would have to make room for them.</p>
<p>Cyclists may use it from April, when its new lights are tested, so the mayor said, and added that they will be asked to ride slowly.</p>`

// teaser is an item of which the feed says too little.
func (h *house) teaser(path, text string) string {
	return fmt.Sprintf(`<item><title>Old bridge opens</title><link>%s</link><guid>%s</guid><description>%s</description></item>`, h.feeds.url(path), path, text)
}

func (h *house) page(path, body string) {
	h.feeds.serve(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>Old bridge opens</title></head><body><nav><a href=/>Home</a></nav><article>"+body+"</article></body></html>")
	})
}

func (h *house) count(path string) int { return h.feeds.count(path) }

// summaryOf is the summary of the only article of a draft.
func (h *house) summaryOf() string {
	h.t.Helper()
	c := h.compose(ComposeOptions{Draft: true})
	if len(c.Issue.Items) != 1 {
		h.t.Fatalf("%d articles: %s", len(c.Issue.Items), c.Empty)
	}
	return c.Issue.Items[0].Summary
}

func TestPages(t *testing.T) {
	t.Parallel()
	const cut = "The iron bridge over the river opened to walkers after a flood […]"
	const good = "The iron bridge opened to walkers on Saturday after eleven years. Cars will not return, the town council says."
	const description = "After eleven years of repair, people may walk over the iron bridge again. It was opened on Saturday."
	meta := fmt.Sprintf(`<meta property="og:description" content="%s">`, description)
	consent := "<p>" + strings.Repeat("We and our partners value your privacy and would like to store cookies on your device, if you consent. ", 20) + "</p>"
	for name, tc := range map[string]struct {
		mode    digest.FullText
		excerpt string
		page    string
		asked   int
		want    string // the summary begins so
	}{
		"too little":          {"", cut, bridgeText, 1, "The iron bridge over the river Aln opened to walkers on Saturday"},
		"a good description":  {"", good, bridgeText, 0, good},
		"always":              {digest.FullTextAlways, good, bridgeText, 1, "The iron bridge over the river Aln opened to walkers on Saturday"},
		"never":               {digest.FullTextNever, cut, bridgeText, 0, "The iron bridge over the river opened to walkers after a flood…"},
		"its own description": {"", cut, meta + bridgeText, 1, description},
		"another article":     {"", cut, consent, 1, "The iron bridge over the river opened to walkers after a flood…"},
		"no excerpt":          {"", "", bridgeText, 1, "The iron bridge over the river Aln opened to walkers on Saturday"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.Feeds[0].FullText = tc.mode
			h.page("/bridge", tc.page)
			h.feeds.set("/news.xml", rss("The News", item("Old", time.Hour)))
			h.collect()
			h.compose(ComposeOptions{})
			h.clock.move(2 * time.Hour)
			h.feeds.set("/news.xml", rss("The News", h.teaser("/bridge", tc.excerpt), item("Old", time.Hour)))
			h.collect()
			h.clock.move(2 * time.Hour)
			h.collect()
			if n := h.count("/bridge"); n != tc.asked {
				t.Errorf("asked %d times, want %d", n, tc.asked)
			}
			if got := h.summaryOf(); !strings.HasPrefix(got, tc.want) {
				t.Errorf("summary %q", got)
			}
		})
	}
}

// What a feed's first fetch brings is a backlog: its pages are left alone.
func TestNoPagesForABacklog(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Feeds[0].FullText = digest.FullTextAlways
	h.page("/bridge", bridgeText)
	h.feeds.set("/news.xml", rss("The News", h.teaser("/bridge", "Short.")))
	h.collect()
	if n := h.count("/bridge"); n != 0 {
		t.Errorf("asked %d times", n)
	}
}

func TestPagesObey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Old", time.Hour)))
	h.collect()
	h.clock.move(2 * time.Hour)
	busy := true
	h.feeds.serve("/one", func(w http.ResponseWriter, _ *http.Request) {
		if busy {
			w.Header().Set("Retry-After", "7200")
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, bridgeText)
	})
	items := []string{h.teaser("/one", "Of the iron bridge.")}
	h.feeds.set("/news.xml", rss("The News", items...))
	h.collect()
	h.clock.move(61 * time.Minute) // the retry would be due, were it not for the Retry-After
	h.feeds.set("/news.xml", rss("The News", append(items, strings.ReplaceAll(h.teaser("/two", "Of the iron bridge."), "Old", "New"))...))
	h.collect()
	if one, two := h.count("/one"), h.count("/two"); one != 1 || two != 0 {
		t.Errorf("a host that asked for rest was asked %d and %d times", one, two)
	}
	busy = false
	h.clock.move(2 * time.Hour)
	h.collect()
	if one, robots := h.count("/one"), h.count("/robots.txt"); one != 2 || robots != 1 {
		t.Errorf("asked %d times, and %d times for robots.txt", one, robots)
	}
	h.feeds.serve("/robots.txt", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "User-agent: *\nDisallow: /") })
	h.Fetch = newService(t, t.TempDir()+"/other.db", h.smtp.Host(), h.smtp.Port()).Fetch // forgets what robots.txt said
	h.clock.move(2 * time.Hour)
	h.feeds.set("/news.xml", rss("The News", h.teaser("/three", "Of the iron bridge.")))
	h.collect()
	if n := h.count("/three"); n != 0 {
		t.Errorf("a page that robots.txt forbids was asked for %d times", n)
	}
}

// A round reads so many pages of a host and no more.
func TestPagesAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Old", time.Hour)))
	h.collect()
	h.clock.move(2 * time.Hour)
	var items []string
	for i := range 2 * pagesOfHost {
		path := fmt.Sprintf("/page-%d", i)
		items = append(items, strings.ReplaceAll(h.teaser(path, "Of the iron bridge."), "Old", fmt.Sprint("No. ", i)))
		h.page(path, bridgeText)
	}
	h.feeds.set("/news.xml", rss("The News", items...))
	h.collect()
	asked := 0
	for i := range items {
		asked += h.count(fmt.Sprintf("/page-%d", i))
	}
	if asked != pagesOfHost {
		t.Errorf("%d pages were read, want %d", asked, pagesOfHost)
	}
}
