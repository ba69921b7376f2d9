package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/store"
	"tidings/digest/summary"
	"tidings/templates"
)

// house is a whole Tidings over loopback: feeds, a store, a mail server, and a clock that tests move.
type house struct {
	*Service
	t     testing.TB
	feeds *feedServer
	smtp  *smtptest.Server
	log   *bytes.Buffer
	clock *clock
}

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// friday is when the tests begin: 10 July 2026, noon in London.
func friday() time.Time { return time.Date(2026, 7, 10, 11, 0, 0, 0, time.UTC) }

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{t: t, feeds: newFeedServer(t), smtp: smtptest.New(t), log: &bytes.Buffer{}, clock: &clock{at: friday()}}
	h.Service = newService(t, filepath.Join(t.TempDir(), "tidings.db"), h.smtp.Host(), h.smtp.Port())
	h.Log = slog.New(slog.NewTextHandler(&lockedWriter{w: h.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h.Feeds = []digest.Feed{{URL: h.feeds.url("/news.xml"), Title: "The News"}}
	h.feeds.set("/news.xml", rss("The News"))
	return h
}

// newService is a service over a store, with one newsletter for three people.
func newService(t testing.TB, path, smtpHost string, smtpPort int) *Service {
	t.Helper()
	db, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	set, err := templates.LoadAll(nil)
	if err != nil {
		t.Fatal(err)
	}
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: smtpHost, Port: smtpPort, TLS: tmail.TLSNone, Connections: connections, Timeout: 30 * time.Second, Backoff: time.Nanosecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Close() })
	return &Service{
		Newsletters: []digest.Newsletter{{
			Name: "weekly", Title: "The Reading Room", From: mail.Address{Name: "The Reading Room", Address: "news@example.com"},
			Subject: "{{.Title}}: {{.Lead.Title}}", Schedule: "0 7 * * MON", Location: time.UTC, MaxLateness: 12 * time.Hour,
			Summary: digest.Budget{Chars: 300}, Images: digest.ImagesNone, Language: "en",
		}},
		Subscribers: []digest.Subscriber{{Email: "ada@example.com", Name: "Ada"}, {Email: "grace@example.com"}, {Email: "mary@example.com"}},
		Site:        digest.Site{URL: "https://news.example.com", Address: "14 Quay Street, Springfield"},
		Store:       db,
		Fetch:       fetch.New(fetch.Options{UserAgent: "Tidings/test", AllowPrivate: true, Timeout: 30 * time.Second, Text: summary.Text}),
		Templates:   set,
		Sender:      sender,
		GiveUpAfter: 5 * 24 * time.Hour,
		Log:         slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
}

type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// send is `tidings send weekly`.
func (h *house) send(o SendOptions) SendReport {
	h.t.Helper()
	r, err := h.Send(h.t.Context(), "weekly", o, h.clock.now)
	if err != nil {
		h.t.Fatalf("send: %v", err)
	}
	return r
}

func (h *house) collect() CollectReport {
	h.t.Helper()
	r, err := h.Collect(h.t.Context(), CollectOptions{ByHand: true}, h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

// inbox counts the messages that each address got.
func (h *house) inbox() map[string]int {
	got := map[string]int{}
	for _, m := range h.smtp.Messages() {
		for _, to := range m.To {
			got[to]++
		}
	}
	return got
}

// texts returns the plain texts of the messages, quoted-printable and line breaks undone as far as searching them needs.
func (h *house) texts() []string {
	var all []string
	for _, m := range h.smtp.Messages() {
		all = append(all, readable(h.t, m.Data))
	}
	return all
}

// feedServer serves feeds that the test writes.
type feedServer struct {
	srv   *httptest.Server
	mu    sync.Mutex
	pages map[string]func(http.ResponseWriter, *http.Request)
	asked map[string]int
}

func newFeedServer(t testing.TB) *feedServer {
	s := &feedServer{pages: map[string]func(http.ResponseWriter, *http.Request){}, asked: map[string]int{}}
	s.srv = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		page := s.pages[r.URL.Path]
		s.asked[r.URL.Path]++
		s.mu.Unlock()
		if page == nil {
			http.NotFound(w, r)
			return
		}
		page(w, r)
	}))
	t.Cleanup(s.srv.Close)
	return s
}

func (s *feedServer) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked[path]
}

func (s *feedServer) url(path string) string { return s.srv.URL + path }

func (s *feedServer) set(path, body string) {
	s.serve(path, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, body)
	})
}

func (s *feedServer) serve(path string, page func(http.ResponseWriter, *http.Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pages[path] = page
}

// rss is a feed with the given items.
func rss(title string, items ...string) string {
	return fmt.Sprintf(`<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/">
<channel><title>%s</title><link>https://site.example/</link>%s</channel></rss>`, title, strings.Join(items, "\n"))
}

// item is an article that was published some time before the tests begin.
func item(title string, ago time.Duration, tags ...string) string {
	var categories strings.Builder
	for _, tag := range tags {
		fmt.Fprintf(&categories, "<category>%s</category>", tag)
	}
	slug := strings.ReplaceAll(strings.ToLower(title), " ", "-")
	return fmt.Sprintf(`<item><title>%s</title><link>https://site.example/%s</link><guid>%s</guid><pubDate>%s</pubDate>
<description>%s is an article of our own writing, which says enough for a summary. It goes on with a second sentence.</description>%s</item>`,
		title, slug, slug, friday().Add(-ago).Format(time.RFC1123Z), title, categories.String())
}

func background() context.Context { return context.Background() }

// connections is how many a house opens to its mail server at once.
const connections = 3

// connect makes the house use so many connections, and wait no longer than that for an answer.
func (h *house) connect(n int, timeout time.Duration) {
	h.t.Helper()
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: h.smtp.Host(), Port: h.smtp.Port(), TLS: tmail.TLSNone, Connections: n, Timeout: timeout, FinalTimeout: timeout, Backoff: time.Nanosecond})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = sender.Close() })
	h.Sender = sender
}

// impatient makes the house wait no longer than half a second for an answer of the mail server.
func (h *house) impatient() { h.connect(connections, time.Second/2) }
