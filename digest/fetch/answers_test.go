package fetch

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

func TestRow13HonestHeaders(t *testing.T) {
	t.Parallel()
	var got []*http.Request
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/feed", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{UserAgent: "Tidings/1.0 (+https://news.example.com)"})
	for range 2 {
		wantArticles(t, fetchOne(t, c, u+"/away"), 1)
	}
	own := digest.Feed{URL: u + "/feed", UserAgent: "Mine/2", Headers: map[string]string{"X-Key": "s3cret", "Accept": "text/xml"}}
	wantArticles(t, c.Fetch(t.Context(), own, digest.FeedState{}, noon()), 1)
	for i, r := range got {
		h := r.Header
		if h.Get("Cookie")+h.Get("Referer")+h.Get("Cache-Control")+h.Get("Pragma")+r.URL.RawQuery != "" || !strings.Contains(h.Get("Accept-Encoding"), "gzip") {
			t.Errorf("request %d: %s %v", i, r.URL, h)
		}
		if i < 4 && (h.Get("User-Agent") != "Tidings/1.0 (+https://news.example.com)" || !strings.HasPrefix(h.Get("Accept"), "application/rss+xml")) {
			t.Errorf("request %d says it is %q and wants %q", i, h.Get("User-Agent"), h.Get("Accept"))
		}
	}
	if h := got[4].Header; h.Get("User-Agent") != "Mine/2" || h.Get("X-Key") != "s3cret" || h.Get("Accept") != "text/xml" {
		t.Errorf("the feed's own headers: %v", h)
	}
}

func TestRow15SlowDrip(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("<rss><channel>"))
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	wantError(t, fetchOne(t, client(Options{Timeout: 200 * time.Millisecond}), u), "no complete answer within 200ms")
	r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u, Timeout: 150 * time.Millisecond}, digest.FeedState{}, noon())
	wantError(t, r, "no complete answer within 150ms")
}

// Whatever the server leaves out, the handshake, the headers or the body, there is an end.
func TestRow15EveryStepEnds(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() }) // connections wait in its queue, and nobody takes them
	headers := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	endless := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10_000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
		}
	})
	c := client(Options{Timeout: 300 * time.Millisecond})
	for _, u := range []string{"https://" + silent.Addr().String(), "http://" + silent.Addr().String(), headers, headers + "/" + strings.Repeat("a", 1000)} {
		wantError(t, fetchOne(t, c, u), "too slow or cannot be reached")
	}
	wantError(t, fetchOne(t, client(Options{}), endless), "header")
}

func TestRow18PageInPlaceOfAFeed(t *testing.T) {
	t.Parallel()
	const page = `<!DOCTYPE html><html><head><title>Blog</title><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
		<link rel="stylesheet" href="a.css"><link rel="alternate" type="application/atom+xml" href="feed.atom"></head><body>…</body></html>`
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed.atom" {
			_, _ = w.Write([]byte(rssFeed(2)))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	})
	c := client(Options{})
	r := fetchOne(t, c, u+"/")
	wantArticles(t, r, 2)
	if r.State.Location != u+"/feed.atom" || !strings.Contains(r.State.Note, u+"/feed.atom") {
		t.Errorf("state %+v", r.State)
	}
	wantArticles(t, c.Fetch(t.Context(), r.Feed, r.State, noon()), 2)

	for _, once := range []digest.FeedState{{First: noon().Add(-day)}, {LastSuccess: noon().Add(-day)}} {
		wantError(t, c.Fetch(t.Context(), digest.Feed{URL: u + "/"}, once, noon()), "HTML page", u+"/feed.atom")
	}
	wantError(t, fetchOne(t, c, serveBody(t, "text/html", "<html><body>Hello</body></html>")), "HTML page", "names none")
}

func TestRow19OtherSourcesAreRefused(t *testing.T) {
	t.Parallel()
	for address, say := range map[string]string{
		"file:///etc/passwd":   "not an http or https address",
		"exec:curl":            "not an http or https address",
		"-":                    "not an http or https address",
		"http://":              "names no host",
		"http://exa mple/\x00": "is no address",
	} {
		wantError(t, fetchOne(t, client(Options{}), address), say)
	}
}
