package fetch

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// hops is a server whose paths redirect: "/301/308/feed" answers 301 to "/308/feed", and so on. A name of a host stands for that host.
type hops struct {
	url  string
	body func(r *http.Request) string
	asks []string
}

func newHops(t *testing.T) *hops {
	t.Helper()
	h := &hops{body: func(*http.Request) string { return rssFeed(2) }}
	h.url = serve(t, func(w http.ResponseWriter, r *http.Request) {
		h.asks = append(h.asks, r.URL.Path)
		code, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if n, err := strconv.Atoi(code); err == nil {
			w.Header().Set("Location", "/"+rest)
			w.WriteHeader(n)
			return
		}
		w.Header().Set("ETag", `"1"`)
		if r.Header.Get("If-None-Match") == `"1"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(h.body(r)))
	})
	return h
}

// The feed moves only if every hop says so for good, and says so three times.
func TestRow09MovesHopMatrix(t *testing.T) {
	t.Parallel()
	for path, moves := range map[string]bool{
		"/feed":                 false,
		"/301/feed":             true,
		"/308/feed":             true,
		"/301/308/301/feed":     true,
		"/302/feed":             false,
		"/303/feed":             false,
		"/307/feed":             false,
		"/301/302/feed":         false,
		"/302/301/feed":         false,
		"/308/307/308/feed":     false,
		"/301/301/303/301/feed": false,
	} {
		h := newHops(t)
		c, s := client(Options{}), digest.FeedState{}
		feed := digest.Feed{URL: h.url + path}
		for i := range 3 {
			if s.Location != "" {
				t.Errorf("%s: moved after %d fetches", path, i)
			}
			r := c.Fetch(t.Context(), feed, s, noon())
			if s = r.State; r.Err != nil || r.NotModified != (i > 0) {
				t.Fatalf("%s: %v", path, r.Err)
			}
		}
		want := ""
		if moves {
			want = h.url + "/feed"
		}
		if s.Location != want || s.MovedTo != "" || s.MovedSeen != 0 || strings.Contains(s.Note, "has moved to "+h.url+"/feed") != moves {
			t.Errorf("%s: %+v", path, s)
		}
		h.asks = nil
		s = c.Fetch(t.Context(), feed, s, noon()).State
		if len(h.asks) == 1 != (moves || path == "/feed") || s.Location != want {
			t.Errorf("%s: then asked %q", path, h.asks)
		}
	}
}

// A feed that moves back to where it was configured is asked for there, as if it had never moved.
func TestRow09MovesBack(t *testing.T) {
	t.Parallel()
	h := newHops(t)
	c, s := client(Options{}), digest.FeedState{Location: h.url + "/308/feed"}
	for range 3 {
		s = c.Fetch(t.Context(), digest.Feed{URL: h.url + "/feed"}, s, noon()).State
	}
	if s.Location != "" {
		t.Errorf("it moved to %q", s.Location)
	}
}

// What interrupts the row of moves, or is no feed, moves nothing.
func TestRow09MovesOnlyToAFeed(t *testing.T) {
	t.Parallel()
	h := newHops(t)
	c, s := client(Options{}), digest.FeedState{}
	feed := digest.Feed{URL: h.url + "/301/feed"}
	h.body = func(*http.Request) string { return "<!doctype html><title>Log in to use this network</title>" }
	for range 5 {
		if s = c.Fetch(t.Context(), feed, s, noon()).State; s.Location != "" || s.MovedSeen != 0 {
			t.Fatalf("moved to a page: %+v", s)
		}
	}
	seen := func(body string, path string) int {
		h.body = func(*http.Request) string { return body }
		s.ETag = ""
		feed.URL = h.url + path
		s = c.Fetch(t.Context(), feed, s, noon()).State
		return s.MovedSeen
	}
	for i, step := range []struct {
		body, path string
		want       int
	}{
		{rssFeed(1), "/301/feed", 1},
		{rssFeed(1), "/301/feed", 2},
		{"<html>", "/301/feed", 2}, // a failure neither adds nor takes
		{rssFeed(1), "/302/feed", 0},
		{rssFeed(1), "/301/feed", 1},
		{rssFeed(1), "/301/feed", 2},
		{rssFeed(1), "/301/other", 1},
		{rssFeed(1), "/feed", 0},
	} {
		if got := seen(step.body, step.path); got != step.want || s.Location != "" {
			t.Errorf("step %d: seen %d times, want %d", i, got, step.want)
		}
	}
}

func TestRow09NeverFromHTTPSToHTTP(t *testing.T) {
	t.Parallel()
	plain := serveBody(t, "text/xml", rssFeed(1))
	secure := httptest.NewTLSServer(http.RedirectHandler(plain, http.StatusMovedPermanently))
	t.Cleanup(secure.Close)
	up := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, secure.URL, http.StatusMovedPermanently)
	})
	c := client(Options{})
	c.http.Transport = secure.Client().Transport
	for _, from := range []string{secure.URL, up} {
		s := digest.FeedState{}
		for range 5 {
			r := c.Fetch(t.Context(), digest.Feed{URL: from}, s, noon())
			wantArticles(t, r, 1)
			if s = r.State; s.Location != "" || s.MovedSeen > 0 {
				t.Fatalf("moved to plain http: %+v", s)
			}
		}
	}
}

func TestRow10GoneAndNotFound(t *testing.T) {
	t.Parallel()
	code := http.StatusGone
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if code != http.StatusOK {
			w.WriteHeader(code)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{})
	r := fetchOne(t, c, u)
	wantError(t, r, "410 Gone", "gone for good: remove it")
	if r.State.NextFetch.Before(noon().Add(7 * day)) {
		t.Errorf("410: asked again at %v", r.State.NextFetch)
	}
	code = http.StatusNotFound
	r = fetchOne(t, c, u)
	wantError(t, r, "404 Not Found; check the address")
	if r.State.NextFetch.After(noon().Add(2 * time.Hour)) {
		t.Errorf("404: asked again at %v", r.State.NextFetch)
	}
	code = http.StatusOK
	wantArticles(t, c.Fetch(t.Context(), r.Feed, r.State, noon()), 1)
}

// What one answer said holds until the next one says otherwise: a feed is closed for good, or wants to be left alone, as long as its server says so.
func TestRow10WhatTheLastAnswerSaidCounts(t *testing.T) {
	t.Parallel()
	code := http.StatusOK
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "86400")
		if code != http.StatusOK {
			w.WriteHeader(code)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c, s := client(Options{}), digest.FeedState{}
	for i, step := range []struct {
		code          int
		closed, waits bool
	}{
		{410, true, false},
		{404, false, false},
		{410, true, false},
		{429, false, true},
		{500, false, false},
		{503, false, true},
		{410, true, false},
		{200, false, false},
		{429, false, true},
		{200, false, false},
	} {
		code = step.code
		s = c.Fetch(t.Context(), digest.Feed{URL: u}, s, noon()).State
		if s.Closed != step.closed || !s.RetryAfter.IsZero() != step.waits {
			t.Errorf("step %d, %d: closed %v, left alone until %v", i, step.code, s.Closed, s.RetryAfter)
		}
	}
}

func TestRow11RedirectsAreFollowedByHand(t *testing.T) {
	t.Parallel()
	var elsewhere, home []http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		elsewhere = append(elsewhere, r.Header.Clone())
		w.Header().Set("ETag", `"theirs"`)
		if r.Header.Get("If-None-Match") == `"theirs"` {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(rssFeed(2)))
	})
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		home = append(home, r.Header.Clone())
		switch r.URL.Path {
		case "/away":
			http.Redirect(w, r, other, http.StatusFound)
		case "/near":
			http.Redirect(w, r, "feed?a=1", http.StatusPermanentRedirect)
		case "/feed":
			_, _ = w.Write([]byte(rssFeed(1)))
		}
	})
	c := client(Options{})
	get := func(path string, s digest.FeedState) Result {
		home, elsewhere = nil, nil
		at, err := url.Parse(u + path)
		if err != nil {
			t.Fatal(err)
		}
		at.User = url.UserPassword("me", "hunter2")
		return c.Fetch(t.Context(), digest.Feed{URL: at.String(), Headers: map[string]string{"X-Key": "s3cret"}}, s, noon())
	}
	r := get("/away", digest.FeedState{ETag: `"ours"`, Answered: u})
	wantArticles(t, r, 2)
	if h := home[0]; h.Get("If-None-Match") != `"ours"` || h.Get("X-Key") != "s3cret" || h.Get("Authorization") == "" {
		t.Errorf("the own host was told %v", h)
	}
	if h := elsewhere[0]; h.Get("If-None-Match")+h.Get("Referer")+h.Get("X-Key")+h.Get("Authorization") != "" {
		t.Errorf("another host was told %v", h)
	}
	if r.State.ETag != `"theirs"` || r.State.Answered != other {
		t.Errorf("kept %q of %s", r.State.ETag, r.State.Answered)
	}
	// Its validators go to the other host alone, and bring a 304 from there.
	r = get("/away", r.State)
	wantArticles(t, r, 0)
	if !r.NotModified || home[0].Get("If-None-Match") != "" || elsewhere[0].Get("If-None-Match") != `"theirs"` {
		t.Errorf("unchanged %v; sent %q and %q", r.NotModified, home[0].Get("If-None-Match"), elsewhere[0].Get("If-None-Match"))
	}
	r = get("/near", digest.FeedState{ETag: `"ours"`, Answered: u})
	wantArticles(t, r, 1)
	if h := home[1]; h.Get("If-None-Match") != `"ours"` || h.Get("X-Key") != "s3cret" || h.Get("Authorization") == "" {
		t.Errorf("after a redirect on the own host it was told %v", h)
	}
}

// answers are servers of any name, scheme and port.
type answers func(r *http.Request) *http.Response

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) { return a(r), nil }

// The feed's secrets go over https alone if its address is https, and a redirect brings none of its own.
func TestRow11SecretsStayOnTheirWay(t *testing.T) {
	t.Parallel()
	for from, tt := range map[string]struct {
		location string
		told     bool
	}{
		"https://own.example/a": {"http://own.example/feed", false},
		"http://own.example/a":  {"https://own.example/feed", true},
		"https://own.example/b": {"https://own.example:443/feed", true},
		"http://own.example/b":  {"http://own.example:8080/feed", false},
		"https://own.example/c": {"https://own.example.evil.example/feed", false},
		"https://own.example/d": {"https://them:theirs@other.example/feed", false},
	} {
		var last *http.Request
		c := client(Options{})
		c.http.Transport = answers(func(r *http.Request) *http.Response {
			w := httptest.NewRecorder()
			if last = r; r.URL.Path != "/feed" {
				w.Header().Set("Location", tt.location)
				w.WriteHeader(http.StatusFound)
			} else {
				_, _ = w.WriteString(rssFeed(1))
			}
			answer := w.Result()
			answer.Request = r
			return answer
		})
		withLogin := strings.Replace(from, "://", "://me:hunter2@", 1)
		r := c.Fetch(t.Context(), digest.Feed{URL: withLogin, Headers: map[string]string{"X-Key": "s3cret"}}, digest.FeedState{}, noon())
		wantArticles(t, r, 1)
		h := last.Header
		if told := h.Get("X-Key") != "" && h.Get("Authorization") != ""; told != tt.told || !tt.told && h.Get("X-Key")+h.Get("Authorization") != "" {
			t.Errorf("%s to %s: told %v", from, tt.location, h)
		}
		if last.URL.User != nil || strings.Contains(r.State.Answered, "theirs") {
			t.Errorf("%s to %s: asked %s, and it answered as %s", from, tt.location, last.URL, r.State.Answered)
		}
	}
}

func TestRow12AtMostTenHops(t *testing.T) {
	t.Parallel()
	h := newHops(t)
	c := client(Options{})
	wantArticles(t, fetchOne(t, c, h.url+strings.Repeat("/302", 10)+"/feed"), 2)
	wantError(t, fetchOne(t, c, h.url+strings.Repeat("/302", 11)+"/feed"), "more than 10 redirects")
	asks := 0
	loop := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asks++
		w.Header().Set("Location", map[string]string{"/loop": "/loop", "/file": "file:///etc/passwd", "/nowhere": ""}[r.URL.Path])
		w.WriteHeader(http.StatusMovedPermanently)
	})
	wantError(t, fetchOne(t, c, loop+"/loop"), "more than 10 redirects")
	if asks != 11 {
		t.Errorf("asked %d times", asks)
	}
	wantError(t, fetchOne(t, c, loop+"/file"), "not an http or https address")
	wantError(t, fetchOne(t, c, loop+"/nowhere"), "redirects to nowhere")
}

// A feed that was believed to have moved, and is lost there, is asked for where it was configured: at once if its new place is gone, and after
// some time if it is only out of order.
func TestRow09LostWhereItMoved(t *testing.T) {
	t.Parallel()
	for code, failures := range map[int]int{404: 0, 410: 0, 403: 0, 200: 0, 500: 2, 429: 9} {
		var asks []string
		redirects := false
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asks = append(asks, r.URL.Path)
			switch {
			case r.URL.Path != "/new":
				if redirects {
					http.Redirect(w, r, "/new", http.StatusMovedPermanently)
					return
				}
				if r.Header.Get("If-None-Match") != "" {
					t.Errorf("the validator of %s was sent to %s", "/new", r.URL.Path)
				}
				_, _ = w.Write([]byte(rssFeed(2)))
			case code == http.StatusOK:
				_, _ = w.Write([]byte("<!doctype html><title>Sold</title>"))
			default:
				w.Header().Set("Retry-After", map[int]string{429: "60"}[code])
				w.WriteHeader(code)
			}
		})
		c := client(Options{})
		feed, s := digest.Feed{URL: u + "/feed"}, digest.FeedState{Location: u + "/new", Answered: u + "/new", ETag: `"1"`, First: noon(), LastSuccess: noon()}
		for range min(failures, 5) {
			r := c.Fetch(t.Context(), feed, s, noon())
			if s = r.State; r.Err == nil || len(asks) != s.Failures {
				t.Fatalf("%d: %v after asking %q", code, r.Err, asks)
			}
		}
		if failures > 5 {
			continue
		}
		before := s
		asks = nil
		r := c.Fetch(t.Context(), feed, s, noon())
		wantArticles(t, r, 2)
		if r.State.Location != "" || r.State.Answered != feed.URL || !strings.Contains(r.State.Note, "no longer at "+u+"/new") || len(asks) != 2 {
			t.Errorf("%d: asked %q, then %+v", code, asks, r.State)
		}
		redirects, asks = true, nil
		r = c.Fetch(t.Context(), feed, before, noon())
		if r.Err == nil || r.State.Location != before.Location || r.State.ETag != before.ETag || len(asks) != 2 {
			t.Errorf("%d: where both fail, asked %q: %v, %+v", code, asks, r.Err, r.State)
		}
	}
}

// A page is asked for its feed once. When that is gone, the error says what the page names instead.
func TestRow09LostWhereThePageNamedIt(t *testing.T) {
	t.Parallel()
	named := "/new"
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = w.Write([]byte(`<!doctype html><link rel="alternate" type="application/rss+xml" href="` + named + `">`))
	})
	for _, path := range []string{"/new", "/old"} {
		named = path
		s := digest.FeedState{Location: u + "/old", Answered: u + "/old", First: noon(), LastSuccess: noon()}
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u + "/"}, s, noon())
		wantError(t, r, "its feed is "+u+"/old", "404 Not Found", "check the address")
		if says := strings.Contains(r.Err.Error(), "the page names "+u+"/new now"); says != (path == "/new") || r.State.Location != s.Location {
			t.Errorf("%s: %v", path, r.Err)
		}
	}
}
