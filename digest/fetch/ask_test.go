package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"tidings/digest"
)

func TestStatusErrors(t *testing.T) {
	t.Parallel()
	for code, say := range map[int]string{
		404: "the server answered 404 Not Found; check the address",
		410: "410 Gone; the feed is gone for good",
		403: "403 Forbidden",
		418: "418 I'm a teapot",
		500: "500 Internal Server Error; it is tried again",
		599: "599; it is tried again",
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"of the error"`)
			w.WriteHeader(code)
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		before := digest.FeedState{ETag: `"old"`, LastModified: "old", First: noon().Add(-day)}
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, before, noon())
		wantError(t, r, u+": ", say)
		if r.State.ETag != `"old"` || r.State.LastModified != "old" {
			t.Errorf("%d: validators %q, %q of an error", code, r.State.ETag, r.State.LastModified)
		}
		if code == http.StatusGone && r.State.NextFetch.Before(noon().Add(2*day)) {
			t.Errorf("410: asked again at %v", r.State.NextFetch)
		}
	}
}

func TestRecovery(t *testing.T) {
	t.Parallel()
	u := serveBody(t, "text/xml", rssFeed(1))
	before := digest.FeedState{Failures: 4, FailingSince: noon().Add(-day), Error: "410", RetryAfter: noon().Add(-time.Hour)}
	r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, before, noon())
	wantArticles(t, r, 1)
	if !r.State.Healthy() || !r.State.FailingSince.IsZero() || !r.State.RetryAfter.IsZero() {
		t.Errorf("%+v", r.State)
	}
}

func TestValidators(t *testing.T) {
	t.Parallel()
	const etag, date = `W/"x y"`, "Tue, 1 Jan 2019 7:00:00 +0100"
	var got http.Header
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Clone()
		if r.Header.Get("If-None-Match") == etag {
			w.Header().Set("ETag", `"new"`)
			w.Header().Set("Cache-Control", "public, max-age=7200")
			w.Header().Set("Age", "600")
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", etag)
		w.Header().Set("Last-Modified", date)
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{})
	feed := digest.Feed{URL: u, Headers: map[string]string{"Authorization": "Bearer s3cret"}}
	first := c.Fetch(t.Context(), feed, digest.FeedState{}, noon())
	wantArticles(t, first, 1)
	if got.Get("User-Agent") != "Tidings/test" || got.Get("Cookie") != "" || got.Get("Referer") != "" || got.Get("Authorization") != "Bearer s3cret" {
		t.Errorf("headers %v", got)
	}
	if first.State.ETag != etag || first.State.LastModified != date {
		t.Fatalf("validators %q, %q", first.State.ETag, first.State.LastModified)
	}
	second := c.Fetch(t.Context(), feed, first.State, noon())
	wantArticles(t, second, 0)
	if got.Get("If-None-Match") != etag || got.Get("If-Modified-Since") != date {
		t.Errorf("sent %q, %q", got.Get("If-None-Match"), got.Get("If-Modified-Since"))
	}
	s := second.State
	if !second.NotModified || s.ETag != `"new"` || s.LastModified != date || !s.NextFetch.Equal(noon().Add(110*time.Minute)) {
		t.Errorf("after the 304: %+v", s)
	}
}

func TestNextFetch(t *testing.T) {
	t.Parallel()
	withTTL := strings.Replace(rssFeed(1), "<channel>", "<channel><ttl>180</ttl>", 1)
	withPeriod := strings.Replace(strings.Replace(rssFeed(1), "<rss", `<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"`, 1),
		"<channel>", "<channel><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>6</sy:updateFrequency>", 1)
	for name, tt := range map[string]struct {
		header http.Header
		body   string
		every  time.Duration
		want   time.Duration
	}{
		"default":        {want: time.Hour},
		"max-age":        {header: http.Header{"Cache-Control": {"max-age=7200"}}, want: 2 * time.Hour},
		"age":            {header: http.Header{"Cache-Control": {"max-age=9000"}, "Age": {"1800"}}, want: 2 * time.Hour},
		"short max-age":  {header: http.Header{"Cache-Control": {"max-age=60"}}, want: time.Hour},
		"capped":         {header: http.Header{"Cache-Control": {"max-age=99999999999"}}, want: day},
		"expires":        {header: http.Header{"Date": {"Thu, 05 Mar 2026 10:00:00 GMT"}, "Expires": {"Thu, 05 Mar 2026 13:00:00 GMT"}}, want: 3 * time.Hour},
		"ttl":            {body: withTTL, want: 3 * time.Hour},
		"update period":  {body: withPeriod, want: 4 * time.Hour},
		"admin's longer": {header: http.Header{"Cache-Control": {"max-age=7200"}}, every: 72 * time.Hour, want: 72 * time.Hour},
		"nonsense":       {header: http.Header{"Cache-Control": {"max-age=-1, max-age=x"}, "Expires": {"0"}, "Age": {"-5"}}, want: time.Hour},
	} {
		if tt.body == "" {
			tt.body = rssFeed(1)
		}
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), tt.header)
			_, _ = w.Write([]byte(tt.body))
		})
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u, Every: tt.every}, digest.FeedState{}, noon())
		wantArticles(t, r, 1)
		if got := r.State.NextFetch.Sub(noon()); got != tt.want {
			t.Errorf("%s: next in %s, want %s", name, got, tt.want)
		}
	}
}

func TestNotModifiedKeepsThePeriod(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	before := digest.FeedState{LastTry: noon().Add(-3 * time.Hour), NextFetch: noon(), ETag: "x"}
	r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, before, noon())
	wantArticles(t, r, 0)
	if got := r.State.NextFetch.Sub(noon()); got != 3*time.Hour {
		t.Errorf("next in %s", got)
	}
}

func TestNotModifiedUnasked(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	wantError(t, fetchOne(t, client(Options{}), u), "nothing changed")
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Time{
		"7200":                          noon().Add(2 * time.Hour),
		"Thu, 05 Mar 2026 18:00:00 GMT": noon().Add(6 * time.Hour),
		"99999999999999999999":          noon().Add(7 * day),
		"Thu, 05 Mar 2099 18:00:00 GMT": noon().Add(7 * day),
		"soon":                          {},
		"":                              {},
	} {
		for _, code := range []int{429, 503} {
			u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", value)
				w.WriteHeader(code)
			})
			r := fetchOne(t, client(Options{}), u)
			wantError(t, r, fmt.Sprint(code))
			if !r.State.RetryAfter.Equal(want) || r.State.NextFetch.Before(want) {
				t.Errorf("%d, %q: not before %v, next %v", code, value, r.State.RetryAfter, r.State.NextFetch)
			}
		}
	}
}

func TestBackoff(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{1: time.Hour, 2: 2 * time.Hour, 4: 8 * time.Hour, 6: day, 1000: day} {
		if got := backoff(time.Hour, failures, 0); got != want {
			t.Errorf("%d failures: %s, want %s", failures, got, want)
		}
		if got := backoff(time.Hour, failures, 0.999); got <= want || got > want+want/4 {
			t.Errorf("%d failures, spread: %s", failures, got)
		}
	}
	if spread("https://a.example/", 1) == spread("https://b.example/", 1) {
		t.Error("two feeds come back at the same moment")
	}
}

func TestRedirects(t *testing.T) {
	t.Parallel()
	var elsewhere http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = r.Header.Clone()
		w.Header().Set("ETag", `"theirs"`)
		_, _ = w.Write([]byte(rssFeed(2)))
	})
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other, http.StatusFound)
		case "/near":
			http.Redirect(w, r, "feed?a=1", http.StatusPermanentRedirect)
		case "/feed":
			if r.Header.Get("If-None-Match") != `"ours"` || r.Header.Get("Authorization") != "s3cret" {
				t.Errorf("headers on the own host: %v", r.Header)
			}
			_, _ = w.Write([]byte(rssFeed(1)))
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusMovedPermanently)
		case "/file":
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(http.StatusFound)
		case "/nowhere":
			w.WriteHeader(http.StatusFound)
		}
	})
	get := func(path string) Result {
		f := digest.Feed{URL: home + path, Headers: map[string]string{"Authorization": "s3cret"}}
		return client(Options{}).Fetch(t.Context(), f, digest.FeedState{ETag: `"ours"`}, noon())
	}
	r := get("/away")
	wantArticles(t, r, 2)
	if elsewhere.Get("If-None-Match") != "" || elsewhere.Get("Referer") != "" || elsewhere.Get("Authorization") != "" {
		t.Errorf("another host was told %v", elsewhere)
	}
	if r.State.ETag != "" {
		t.Errorf("kept %q, which would be sent to the wrong host", r.State.ETag)
	}
	wantArticles(t, get("/near"), 1)
	wantError(t, get("/loop"), "more than 10 redirects")
	wantError(t, get("/file"), "not an http or https address")
	wantError(t, get("/nowhere"), "redirects to nowhere")
}

func TestPrivateAddressesAreRefused(t *testing.T) {
	t.Parallel()
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	c := New(Options{Text: plainText})
	wantError(t, fetchOne(t, c, u), "127.0.0.1", "private address", "fetch.allow_private: true")
	if _, err := c.Picture(t.Context(), u+"/a.png"); err == nil || !strings.Contains(err.Error(), "private") {
		t.Errorf("picture: %v", err)
	}
	if asked {
		t.Error("the private address was asked")
	}
}

func TestRedirectToPrivateAddressIsRefused(t *testing.T) {
	t.Parallel()
	asked := false
	inner := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner, http.StatusFound) })
	// Both are on loopback here: the first hop goes through a transport that may, the second through one that may not.
	c := New(Options{Text: plainText})
	guarded := c.http.Transport
	c.http.Transport = byHostPort{strings.TrimPrefix(outer, "http://"): client(Options{}).http.Transport, "": guarded}
	wantError(t, fetchOne(t, c, outer), "redirected to "+inner, "private address")
	if asked {
		t.Error("the private address was asked")
	}
}

type byHostPort map[string]http.RoundTripper

func (b byHostPort) RoundTrip(r *http.Request) (*http.Response, error) {
	if t, ok := b[r.URL.Host]; ok {
		return t.RoundTrip(r)
	}
	return b[""].RoundTrip(r)
}

func TestAddressesThatAreNoFeeds(t *testing.T) {
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

func TestUnreachable(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	})
	wantError(t, fetchOne(t, client(Options{}), u), "closed the connection without an answer")
	wantError(t, fetchOne(t, client(Options{}), "http://127.0.0.1:1/feed"), "refuses connections")
}

func TestSecretsStayOutOfErrors(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	parsed, err := url.Parse(u)
	if err != nil {
		t.Fatal(err)
	}
	parsed.User = url.UserPassword("me", "hunter2")
	r := fetchOne(t, client(Options{}), parsed.String())
	wantError(t, r, "401")
	if strings.Contains(r.Err.Error(), "hunter2") {
		t.Error(r.Err)
	}
}

func TestCancelledFetchTeachesNothing(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	u := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	})
	before := digest.FeedState{URL: u, ETag: "x", Failures: 2}
	r := client(Options{}).Fetch(ctx, digest.Feed{URL: u}, before, noon())
	if !errors.Is(r.Err, context.Canceled) || r.State != before {
		t.Errorf("%v, %+v", r.Err, r.State)
	}
}

func TestSlowDrip(t *testing.T) {
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

func TestContentCodings(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "br", "zstd", "", "unmarked gzip"} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), strings.TrimPrefix(coding, "unmarked ")) {
				t.Errorf("%s was not asked for", coding)
			}
			if coding != "" && coding != "unmarked gzip" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(encode(t, coding, []byte(rssFeed(5))))
		})
		wantArticles(t, fetchOne(t, client(Options{}), u), 5)
	}
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	wantError(t, fetchOne(t, client(Options{}), u), "says it is gzip and is not")
}

func encode(t *testing.T, coding string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	switch strings.TrimPrefix(coding, "unmarked ") {
	case "gzip":
		w := gzip.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
	case "br":
		w := brotli.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
	case "zstd":
		w, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(b)
		_ = w.Close()
	default:
		return b
	}
	return out.Bytes()
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	bomb := bytes.Repeat([]byte("<item/>"), 200_000)
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		body := encode(t, coding, bomb)
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(body)
		})
		wantError(t, fetchOne(t, client(Options{MaxBytes: 1 << 20}), u), "larger than 1 MB when decoded")
	}
}

func TestCutOff(t *testing.T) {
	t.Parallel()
	whole := rssFeed(100)
	for _, percent := range []int{30, 60, 90} {
		part := whole[:len(whole)*percent/100]
		complete := strings.Count(part, "</item>")
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"whole"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(whole)))
			_, _ = w.Write([]byte(part))
		})
		r := fetchOne(t, client(Options{}), u)
		wantArticles(t, r, complete)
		if !strings.Contains(r.State.Note, "cut off") || r.State.ETag != "" {
			t.Errorf("%d %%: note %q, ETag %q: the rest would never come", percent, r.State.Note, r.State.ETag)
		}
		// The same bytes as all there is.
		r = fetchOne(t, client(Options{}), serveBody(t, "text/xml", part))
		wantArticles(t, r, complete)
	}
	wantError(t, fetchOne(t, client(Options{}), serveBody(t, "text/xml", whole[:200])), "cannot be read")
}

func TestPageInPlaceOfAFeed(t *testing.T) {
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

	once := digest.FeedState{First: noon().Add(-day)}
	wantError(t, c.Fetch(t.Context(), digest.Feed{URL: u + "/"}, once, noon()), "HTML page", u+"/feed.atom")
	wantError(t, fetchOne(t, c, serveBody(t, "text/html", "<html><body>Hello</body></html>")), "HTML page", "names none")
}

func TestNotAFeed(t *testing.T) {
	t.Parallel()
	for body, say := range map[string]string{
		"":                        "empty",
		"  \n":                    "empty",
		"Hello,\r\nworld\x1b[31m": "neither RSS, Atom nor JSON Feed",
		`{"error":"rate limit"}`:  "no JSON Feed",
		"{not json":               "cannot be read",
		"<opml><body/></opml>":    "OPML",
		"<Error><Code>AccessDenied</Code></Error>": "neither RSS, Atom nor JSON Feed",
	} {
		wantError(t, fetchOne(t, client(Options{}), serveBody(t, "text/plain", body)), say)
	}
}
