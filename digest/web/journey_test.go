package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	tmail "tidings/digest/mail"
	"tidings/digest/run"
	"tidings/digest/summary"
	"tidings/digest/web/webtest"
)

// newsroom is a house with a newsletter whose feed has something new for every issue.
type newsroom struct {
	*house
	*run.Service
	stories atomic.Int32
}

func newNewsroom(t *testing.T) *newsroom {
	t.Helper()
	n := &newsroom{house: newHouse(t, "/letters")}
	feed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		fmt.Fprint(w, `<rss version="2.0"><channel><title>The News</title>`)
		for i := range n.stories.Load() {
			for _, tag := range []string{"Go", "Sport"} {
				fmt.Fprintf(w, "<item><title>%s story %d</title><link>https://a.example/%s/%d</link><category>%s</category><pubDate>%s</pubDate><description>What happened in story number %d.</description></item>",
					tag, i, tag, i, tag, n.clock.now().Format(time.RFC1123Z), i)
			}
		}
		fmt.Fprint(w, `</channel></rss>`)
	}))
	t.Cleanup(feed.Close)
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: n.relay.Host(), Port: n.relay.Port(), TLS: tmail.TLSNone, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Close() })
	letters := n.options.Newsletters
	letters[0].Location, letters[0].Summary, letters[0].Images = time.UTC, digest.Budget{Chars: 300}, digest.ImagesNone
	n.Service = &run.Service{
		Subscribers: []digest.Subscriber{{Email: "ada@reader.example", Name: "Ada"}},
		Feeds:       []digest.Feed{{URL: feed.URL}}, Tags: n.options.Tags, Newsletters: letters, Site: n.options.Site, Store: n.store, Templates: n.options.Templates,
		Fetch:  fetch.New(fetch.Options{UserAgent: "Tidings/test", AllowPrivate: true, Timeout: time.Minute, Text: summary.Text}),
		Sender: sender, Log: slog.New(slog.DiscardHandler), GiveUpAfter: 5 * 24 * time.Hour,
	}
	return n
}

// publish sends an issue with two new stories, and returns the message that the address got; its header is nil if it got none.
func (n *newsroom) publish(to string) letter {
	n.t.Helper()
	n.clock.move(time.Hour)
	n.stories.Add(1)
	before := len(n.relay.Messages())
	if _, err := n.Send(context.Background(), "weekly", run.SendOptions{}, n.clock.now); err != nil {
		n.t.Fatal(err)
	}
	for _, m := range n.relay.Messages()[before:] {
		if m.To[0] == to {
			return readLetter(n.t, m)
		}
	}
	return letter{}
}

// TestFromTheFormToTheDigestAndOutAgain goes the whole way of a subscriber by plain HTTP: the form, the mail that asks, the digest, a topic and
// a language of their own, a pause, and one click to leave.
func TestFromTheFormToTheDigestAndOutAgain(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	const grace = "grace@reader.example"
	n.asks("weekly", grace)
	n.work()
	link := n.letters()[0].link(t, n.url)
	if l := n.publish(grace); l.Header != nil {
		t.Fatal("a digest came before they confirmed")
	}
	n.do(http.MethodPost, link, formType, "")

	l := n.publish(grace)
	if !strings.Contains(l.text, "Go story 1") || !strings.Contains(l.text, "Sport story 1") {
		t.Fatalf("the digest:\n%s", l.text)
	}
	unfollow := linkWith(t, l.html, n.url, "/p/", "unfollow=Sport")
	if code, page, _ := n.do(http.MethodGet, unfollow, "", ""); code != http.StatusOK || !strings.Contains(page, "Unfollow Sport") {
		t.Fatalf("%d %s", code, page)
	}
	preferences, _, _ := strings.Cut(unfollow, "?")
	n.do(http.MethodPost, preferences, formType, "action=unfollow&tag=Sport")
	if l = n.publish(grace); !strings.Contains(l.text, "Go story 2") || strings.Contains(l.text, "Sport") {
		t.Errorf("without Sport:\n%s", l.text)
	}

	choice := "action=save&newsletters=weekly&topics=Go&language=fr"
	n.do(http.MethodPost, preferences, formType, choice+"&pause=1")
	if l = n.publish(grace); l.Header != nil {
		t.Error("a digest came during the pause")
	}
	n.clock.move(8 * 24 * time.Hour)
	if l = n.publish(grace); !strings.Contains(l.text, "Go story 4") || !strings.Contains(l.text, "Au sommaire") {
		t.Errorf("after the pause, in French:\n%s", l.text)
	}

	target := regexp.MustCompile(`<` + regexp.QuoteMeta(n.url) + `(/u/[\w-]+)>`).FindStringSubmatch(l.Get("List-Unsubscribe"))
	if target == nil {
		t.Fatalf("List-Unsubscribe %q", l.Get("List-Unsubscribe"))
	}
	if code, _, _ := n.do(http.MethodPost, target[1], formType, "List-Unsubscribe=One-Click"); code != http.StatusOK {
		t.Errorf("one click: %d", code)
	}
	if l = n.publish(grace); l.Header != nil {
		t.Error("a digest came after one click")
	}
	if l = n.publish("ada@reader.example"); l.Header == nil {
		t.Error("others get theirs no more")
	}
}

// linkWith finds a link of ours in a message's HTML.
func linkWith(t *testing.T, page, site, path, part string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`href="`+regexp.QuoteMeta(site)+`([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if strings.HasPrefix(m[1], path) && strings.Contains(m[1], part) {
			return strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	t.Fatalf("there is no link to %s with %s in\n%s", path, part, page)
	return ""
}

// TestDigestLinksInABrowser follows the links of a digest as a reader does.
func TestDigestLinksInABrowser(t *testing.T) {
	t.Parallel()
	n := newNewsroom(t)
	tab := webtest.Open(t)
	const ada = "ada@reader.example"
	l := n.publish(ada)
	tab.Visit(n.url + linkWith(t, l.html, n.url, "/p/", "unfollow=Sport"))
	press(tab, "Unfollow Sport")
	tab.Until(`document.readyState == "complete" && document.querySelector("[role=status]")`)
	if n.find(ada).Follows("Sport") {
		t.Error("still followed")
	}
	tab.Visit(n.url + linkWith(t, l.html, n.url, "/p/", "#pause"))
	if got := webtest.Eval[string](tab, `document.querySelector(":target").id`); got != "pause" {
		t.Errorf("the link leads to %q", got)
	}
	tab.Visit(n.url + linkWith(t, l.html, n.url, "/i/", ""))
	heads(tab, "The Reading Room")
	for _, v := range tab.Axe() {
		t.Error(v)
	}
	tab.Visit(n.url + linkWith(t, l.html, n.url, "/u/", ""))
	press(tab, "Unsubscribe")
	heads(tab, "You have left")
	if n.subscribed("weekly") {
		t.Error("still subscribed")
	}
	if l = n.publish(ada); l.Header != nil {
		t.Error("a digest came after they left")
	}
}
