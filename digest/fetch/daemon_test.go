package fetch_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	tmail "tidings/digest/mail"
	"tidings/digest/run"
	"tidings/digest/store"
	"tidings/digest/summary"
	"tidings/templates"
)

// town is a network of hostile servers and good ones.
type town struct {
	t      *testing.T
	public []string // host:port of its servers
	week   atomic.Int64
	feeds  []digest.Feed
	says   map[string]string // by URL of a hostile feed: what becomes of it; empty: it is read
	good   []string          // names of the good feeds
	inner  atomic.Int64      // requests to the server that is nobody's to ask
}

// open starts a server that is public.
func (w *town) open(h http.HandlerFunc) string {
	server := httptest.NewServer(h)
	w.t.Cleanup(server.Close)
	w.public = append(w.public, strings.TrimPrefix(server.URL, "http://"))
	return server.URL
}

// newTown has a good feed beside each hostile one. The good ones have a new article each week.
func newTown(t *testing.T, monday time.Time) *town {
	t.Helper()
	w := &town{t: t, says: map[string]string{}}
	inner := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { w.inner.Add(1) }))
	t.Cleanup(inner.Close)
	servers, says := fetch.Hostile(t)
	servers["inwards"] = func(rw http.ResponseWriter, r *http.Request) { http.Redirect(rw, r, inner.URL, http.StatusFound) }
	says["inwards"] = "private address"
	for i, name := range slices.Sorted(maps.Keys(servers)) {
		bad := digest.Feed{URL: w.open(servers[name]) + "/feed", Title: name}
		if says[name] == "no complete answer" {
			bad.Timeout = time.Second
		}
		w.hostile(bad, says[name])
		good := fmt.Sprintf("GoodFeed%02d", i)
		w.good = append(w.good, good)
		w.feeds = append(w.feeds, digest.Feed{Title: good, URL: w.open(func(rw http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(rw, "<rss><channel><title>"+good+"</title>")
			for week := range w.week.Load() + 1 {
				_, _ = fmt.Fprintf(rw, "<item><guid>%d</guid><title>%sWeek%d</title><link>https://%s.example/%d</link><pubDate>%s</pubDate></item>",
					week, good, week, good, week, monday.AddDate(0, 0, int(7*week)-1).Format(time.RFC1123Z))
			}
			_, _ = io.WriteString(rw, "</channel></rss>")
		})})
	}
	// A name that was public when it was looked at, and leads inwards when it is dialed.
	w.hostile(digest.Feed{URL: "http://feeds.example:" + inner.URL[strings.LastIndexByte(inner.URL, ':')+1:] + "/feed", Title: "changing name"}, "private address")
	return w
}

func (w *town) hostile(f digest.Feed, says string) {
	w.feeds = append(w.feeds, f)
	w.says[f.URL] = says
}

// A daemon that is fed all of the hostile cases at once goes on serving the good feeds, within its memory.
func TestHostileFeedsStopNoDaemon(t *testing.T) {
	monday := time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC)
	w := newTown(t, monday)
	resolver := fetch.Changing(t, [4]byte{93, 184, 216, 34}, [4]byte{127, 0, 0, 1})
	if looked, err := resolver.LookupHost(t.Context(), "feeds.example"); err != nil || !slices.Equal(looked, []string{"93.184.216.34"}) {
		t.Fatalf("at first the name is %v, %v", looked, err)
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "tidings.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	set, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	outbox := t.TempDir()
	s := &run.Service{
		Feeds: w.feeds,
		Newsletters: []digest.Newsletter{{
			Name: "weekly", Title: "The Reading Room", From: mail.Address{Address: "news@example.com"}, Subject: "{{.Title}}",
			Schedule: "0 7 * * MON", Location: time.UTC, MaxLateness: 12 * time.Hour, Summary: digest.Budget{Chars: 300}, Images: digest.ImagesNone, Language: "en",
		}},
		Subscribers: []digest.Subscriber{{Email: "ada@example.com"}},
		Store:       db,
		Fetch:       fetch.NewInTown(fetch.Options{UserAgent: "Tidings/test", Timeout: time.Minute, Text: summary.Text}, resolver, w.public),
		Templates:   templates.Sets{"weekly": set},
		Sender:      tmail.NewMaildir(outbox),
		Log:         slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	if _, err := db.Start(t.Context(), "weekly", monday.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	clock := func() time.Time { return monday.AddDate(0, 0, int(7*w.week.Load())).Add(time.Since(began)) }
	d := run.NewDaemon(s, clock)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
	}()
	peak := watchMemory(t)
	for week := range int64(3) {
		w.week.Store(week)
		again := *s
		d.Swap(&again) // it wakes, and sees what its clock shows
		w.wantIssue(outbox, int(week))
		w.wantStates(db, int(week))
	}
	if n := w.inner.Load(); n != 0 {
		t.Errorf("the private server was asked %d times", n)
	}
	if got := peak() >> 20; got > 600 {
		t.Errorf("the heap grew to %d MB", got)
	} else {
		t.Logf("%d hostile feeds, heap at most %d MB, their servers included", len(w.says), got)
	}
	stop()
	select {
	case <-ended:
	case <-time.After(time.Minute):
		t.Error("the daemon does not end")
	}
}

// wantIssue waits for the issue of a week, which has every good feed's article of that week.
func (w *town) wantIssue(outbox string, week int) {
	w.t.Helper()
	var letters []string
	for deadline := time.Now().Add(3 * time.Minute); len(letters) <= week; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			w.t.Fatalf("week %d: there is no issue", week)
		}
		letters, _ = filepath.Glob(filepath.Join(outbox, "new", "*"))
	}
	if len(letters) != week+1 {
		w.t.Errorf("week %d: %d messages", week, len(letters))
	}
	var all strings.Builder
	for _, letter := range letters {
		raw, err := os.ReadFile(letter)
		if err != nil {
			w.t.Fatal(err)
		}
		all.WriteString(strings.ReplaceAll(strings.ReplaceAll(string(raw), "\r\n", "\n"), "=\n", ""))
	}
	for _, good := range w.good {
		if title := fmt.Sprintf("%sWeek%d", good, week); !strings.Contains(all.String(), title) {
			w.t.Errorf("week %d: %s did not come", week, title)
		}
	}
}

// wantStates looks at what became of each feed.
func (w *town) wantStates(db *store.Store, week int) {
	w.t.Helper()
	states, err := db.Feeds(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, f := range w.feeds {
		says, bad := w.says[f.URL]
		st, asked := states[f.URL]
		switch {
		case !asked:
			w.t.Errorf("week %d: %s was not asked", week, f.Title)
		case (!bad || says == "") && !st.Healthy():
			w.t.Errorf("week %d: %s cannot be read: %s", week, f.Title, st.Error)
		case bad && !strings.Contains(st.Error, says):
			w.t.Errorf("week %d, %s: %q, want %q", week, f.Title, st.Error, says)
		}
	}
}

// watchMemory returns what tells how large the heap became since.
func watchMemory(t *testing.T) (peak func() uint64) {
	t.Helper()
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		var m runtime.MemStats
		for top := uint64(0); ; {
			runtime.ReadMemStats(&m)
			top = max(top, m.HeapAlloc)
			select {
			case <-stop:
				most <- top
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}
