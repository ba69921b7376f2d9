package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

func TestHealthErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for code, say := range map[int]string{
		404: "the server answered 404 Not Found; check the address",
		410: "410 Gone; the feed is gone for good",
		403: "403 Forbidden",
		418: "418 I'm a teapot",
		500: "500 Internal Server Error; it is tried again",
		599: "599; it is tried again",
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) })
		wantError(t, fetchOne(t, client(Options{}), u), u+": ", say)
	}
}

// The state tells since when a feed has been broken, how often in a row, and that it is not any more.
func TestHealthFailingSince(t *testing.T) {
	t.Parallel()
	broken := true
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if broken {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{})
	s := digest.FeedState{Title: "Notes", Home: "https://notes.example/", Lang: "en", LastSuccess: noon().Add(-time.Hour), Articles: 7}
	for i := range 3 {
		r := c.Fetch(t.Context(), digest.Feed{URL: u}, s, noon().Add(time.Duration(i)*day))
		s = r.State
		if s.Healthy() || s.Failures != i+1 || !s.FailingSince.Equal(noon()) || !s.LastTry.Equal(noon().Add(time.Duration(i)*day)) ||
			!strings.Contains(s.Error, "502") || s.Title != "Notes" || s.Home == "" || s.Lang != "en" || s.Articles != 7 || !s.LastSuccess.Equal(noon().Add(-time.Hour)) {
			t.Errorf("failure %d: %+v", i+1, s)
		}
	}
	broken = false
	s.RetryAfter = noon().Add(-time.Hour)
	r := c.Fetch(t.Context(), digest.Feed{URL: u}, s, noon())
	wantArticles(t, r, 1)
	if s = r.State; !s.Healthy() || !s.FailingSince.IsZero() || !s.RetryAfter.IsZero() || s.Error != "" {
		t.Errorf("after it: %+v", s)
	}
}

func TestHealthUnreachable(t *testing.T) {
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

func TestHealthErrorsHoldNoSecrets(t *testing.T) {
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

func TestHealthCancelledFetchTeachesNothing(t *testing.T) {
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

func TestHealthNotModifiedUnasked(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) })
	wantError(t, fetchOne(t, client(Options{}), u), "nothing changed")
}

func TestErrorsShowNoSecretsOfAddresses(t *testing.T) {
	t.Parallel()
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/moved":
			http.Redirect(w, r, "/gone?signature=SECRET", http.StatusFound)
		case "/nowhere":
			w.Header().Set("Location", "http://a:SECRET@[::1/?signature=SECRET")
			w.WriteHeader(http.StatusFound)
		case "/ftp":
			http.Redirect(w, r, "ftp://a.example/?signature=SECRET", http.StatusFound)
		case "/page":
			_, _ = w.Write([]byte("<!doctype html><link rel=alternate type=application/rss+xml href='/gone?signature=SECRET'>"))
		default:
			w.WriteHeader(http.StatusGone)
		}
	})
	for path, says := range map[string]string{"/": "410", "/moved": "/gone?signature=…", "/nowhere": "no address", "/ftp": "ftp://a.example", "/page": "/gone?signature=…"} {
		r := fetchOne(t, client(Options{}), url+path+"?token=SECRET&SECRET#SECRET")
		wantError(t, r, url+path+"?token=…&…: ", says)
		if strings.Contains(r.Err.Error(), "SECRET") {
			t.Error(r.Err)
		}
		if _, err := client(Options{}).Discover(t.Context(), url+path+"?token=SECRET", noon()); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("discover %s: %v", path, err)
		}
	}
	if r := fetchOne(t, client(Options{}), "http://a:SECRET@[::1/?token=SECRET"); strings.Contains(r.Err.Error(), "SECRET") {
		t.Error(r.Err)
	}
}
