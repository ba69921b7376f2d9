package run

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// restart is a new process on the store of the house, at the same moment.
func (h *house) restart(path string) {
	h.t.Helper()
	feeds := h.Feeds
	h.Service = newService(h.t, path, h.smtp.Host(), h.smtp.Port())
	h.Feeds = feeds
}

// A restart asks nobody who was asked, whatever became of it; the next time comes when it would have come.
func TestRow04RestartCausesNoBurst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := filepath.Join(t.TempDir(), "tidings.db")
	h.restart(path)
	h.feeds.set("/good.xml", rss("Good", item("One", time.Hour)))
	h.feeds.serve("/broken.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	another := newFeedServer(t)
	another.serve("/busy.xml", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	servers := map[string]*feedServer{"/good.xml": h.feeds, "/broken.xml": h.feeds, "/busy.xml": another}
	paths := []string{"/good.xml", "/broken.xml", "/busy.xml"}
	h.Feeds = nil
	for _, p := range paths {
		h.Feeds = append(h.Feeds, digest.Feed{URL: servers[p].url(p)})
	}
	wantAsked := func(when string, good, broken, busy int) {
		t.Helper()
		for i, want := range []int{good, broken, busy} {
			if got := servers[paths[i]].count(paths[i]); got != want {
				t.Errorf("%s: %s was asked %d times, want %d", when, paths[i], got, want)
			}
		}
	}
	h.tryCollect(false)
	wantAsked("at first", 1, 1, 1)
	for range 5 {
		h.restart(path)
		h.tryCollect(false)
	}
	wantAsked("after five restarts", 1, 1, 1)
	h.tryCollect(true)
	wantAsked("by hand", 2, 2, 1)
	h.clock.move(61 * time.Minute)
	h.restart(path)
	h.tryCollect(false)
	wantAsked("an hour later", 3, 2, 1)
	h.clock.move(10 * time.Hour)
	h.restart(path)
	h.tryCollect(false)
	wantAsked("in the evening", 4, 3, 2)
}

// tryCollect collects, whatever fails.
func (h *house) tryCollect(byHand bool) CollectReport {
	h.t.Helper()
	r, err := h.Collect(h.t.Context(), CollectOptions{ByHand: byHand}, h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// A feed moves for good, its software changes on the way, and the admin writes the new address at last: all of that is no news.
func TestRow09AMoveFloodsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	items := []string{item("One", time.Hour), item("Two", 2*time.Hour), item("Three", 50*time.Hour), item("Four", 60*time.Hour)}
	h.feeds.set("/news.xml", rss("The News", items...))
	if r := h.send(SendOptions{}); r.Composed == nil || r.Composed.Empty != "" {
		t.Fatalf("no first issue: %+v", r)
	}
	h.feeds.serve("/news.xml", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/new.xml", http.StatusMovedPermanently)
	})
	renamed := strings.ReplaceAll(rss("The News", items...), "<guid>", "<guid>https://new.example/?p=")
	h.feeds.set("/new.xml", renamed)
	for range 4 {
		h.clock.move(2 * time.Hour)
		if r := h.collect(); r.Added != 0 {
			t.Fatalf("%d articles are new", r.Added)
		}
	}
	states, err := h.Store.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st := states[h.feeds.url("/news.xml")]; st.Location != h.feeds.url("/new.xml") {
		t.Errorf("the feed is at %q: %+v", st.Location, st)
	}
	if h.feeds.mu.Lock(); h.feeds.asked["/news.xml"] != 4 {
		t.Errorf("the old address was asked %d times", h.feeds.asked["/news.xml"])
	}
	h.feeds.mu.Unlock()

	h.Feeds = []digest.Feed{{URL: h.feeds.url("/new.xml"), Title: "The News"}}
	h.clock.move(2 * time.Hour)
	if r := h.collect(); r.Asked != 1 || r.Added != 0 {
		t.Errorf("under its new address %+v", r)
	}
	h.feeds.set("/new.xml", strings.Replace(renamed, "<item>", item("Five", time.Hour)+"<item>", 1))
	h.clock.move(2 * time.Hour)
	h.collect()
	if got := outline(h.compose(ComposeOptions{}).Issue); got != "More: *Five" {
		t.Errorf("the next issue: %s", got)
	}
}

// What stands in a feed's query may be a secret, and logs are read by many.
func TestLogShowsNoSecretsOfAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	before, after := h.feeds.url("/news.xml")+"?token=SECRET", h.feeds.url("/later.xml")+"?token=SECRET"
	h.feeds.serve("/news.xml", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/later.xml?token=SECRET", http.StatusMovedPermanently)
	})
	h.feeds.serve("/broken.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	h.feeds.set("/later.xml", rss("The News"))
	h.Feeds = []digest.Feed{{URL: before}, {URL: h.feeds.url("/broken.xml") + "?token=SECRET"}}
	for range 4 {
		h.tryCollect(true)
	}
	h.Feeds = []digest.Feed{{URL: after}}
	h.tryCollect(true)
	log := h.log.String()
	for _, want := range []string{"a feed could not be read", "moved to", "goes with it to its new address", "broken.xml?token=…"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log does not say %q", want)
		}
	}
	if strings.Contains(log, "SECRET") {
		t.Error(log)
	}
}

// A host that has enough of us is left alone, whichever of its feeds it said so of: for as long as it said, and for an hour at most where it
// said so of another. That one comes last then, so that none is never asked.
func TestRow07TheWholeHostIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, code := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		h := newHouse(t)
		busy := true
		h.Feeds = nil
		for _, path := range []string{"/a.xml", "/busy.xml", "/b.xml"} {
			h.feeds.set(path, rss(path, item("One", time.Hour)))
			h.Feeds = append(h.Feeds, digest.Feed{URL: h.feeds.url(path)})
		}
		h.feeds.serve("/busy.xml", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "18000")
			if busy {
				w.WriteHeader(code)
			}
		})
		for i, step := range []struct {
			after        time.Duration
			asked, waits string
			a, busy, b   int
		}{
			{0, "2", "/b.xml", 1, 1, 0},
			{59 * time.Minute, "0", "/a.xml /b.xml", 1, 1, 0},
			{2 * time.Minute, "2", "", 2, 1, 1},
			{time.Hour, "2", "", 3, 1, 2},
			{3 * time.Hour, "3", "", 4, 2, 3}, // the busy one last
			{time.Minute, "0", "/a.xml /b.xml", 4, 2, 3},
		} {
			h.clock.move(step.after)
			r := h.tryCollect(true)
			var waits []string
			for _, w := range r.Waiting {
				if name := strings.TrimPrefix(w.Feed, h.feeds.url("")); name != "/busy.xml" {
					waits = append(waits, name)
				}
				if states, err := h.Store.Feeds(t.Context()); err != nil || nextCollect(h.Feeds, states, h.clock.now(), h.clock.now().Add(time.Minute)).Before(h.clock.now().Add(time.Minute)) {
					t.Errorf("%d, step %d: the daemon does not sleep (%v)", code, i, err)
				}
			}
			if got := fmt.Sprint(r.Asked); got != step.asked || strings.Join(waits, " ") != step.waits {
				t.Errorf("%d, step %d: asked %s, %q wait", code, i, got, waits)
			}
			if a, busy, b := h.count("/a.xml"), h.count("/busy.xml"), h.count("/b.xml"); a != step.a || busy != step.busy || b != step.b {
				t.Errorf("%d, step %d: asked %d, %d, %d times", code, i, a, busy, b)
			}
		}
	}
}
