package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// site serves pages by their paths, and counts what it is asked.
func site(t *testing.T, pages map[string]string) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, ok := pages[r.URL.Path]
		switch {
		case !ok:
			http.NotFound(w, r)
		case strings.HasPrefix(body, "/"):
			http.Redirect(w, r, body, http.StatusFound)
		default:
			_, _ = w.Write([]byte(body))
		}
	}), asked
}

const (
	atomFeed = `<feed xmlns="http://www.w3.org/2005/Atom"><title>At&amp;om</title><id>a</id><entry><id>1</id><title>One</title><updated>2026-03-04T08:00:00Z</updated></entry></feed>`
	jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","title":"Jay","home_page_url":"https://jay.example/","items":[{"id":"1","content_text":"One"}]}`
)

func TestDiscover(t *testing.T) {
	t.Parallel()
	const page = "<!DOCTYPE html><html><head>%</head></html>"
	link := func(media, href string) string {
		return `<link rel="alternate" type="application/` + media + `" href="` + href + `">`
	}
	newest := time.Date(2026, time.March, 4, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, path string
		pages      map[string]string
		want       []Found // addresses without the server's
	}{
		{
			name: "a feed is itself", path: "/feed.atom#top", pages: map[string]string{"/feed.atom": atomFeed},
			want: []Found{{URL: "/feed.atom", Title: "At&om", Kind: "Atom", Articles: 1, Newest: newest, Named: true}},
		},
		{
			name: "those that a page names, each once", path: "/",
			pages: map[string]string{
				"/":  strings.ReplaceAll(page, "%", link("rss+xml", "a")+link("atom+xml", "/b")+link("rss+xml", "gone")+link("atom+xml", "moved")+link("feed+json", "c")+link("rss+xml", "copy")),
				"/a": rssFeed(2), "/b": atomFeed, "/moved": "/b", "/c": jsonFeed, "/copy": rssFeed(2), "/feed": rssFeed(3),
			},
			want: []Found{
				{URL: "/a", Title: "Notes", Home: "https://notes.example/", Kind: "RSS 2.0", Articles: 2, Newest: newest.Add(time.Hour + time.Minute), Named: true},
				{URL: "/b", Title: "At&om", Kind: "Atom", Articles: 1, Newest: newest, Named: true},
				{URL: "/c", Title: "Jay", Home: "https://jay.example/", Kind: "JSON Feed 1.1", Articles: 1, Named: true},
			},
		},
		{
			name: "where feeds usually are", path: "/blog",
			pages: map[string]string{"/blog": strings.ReplaceAll(page, "%", link("rss+xml", "/gone")), "/blog/index.xml": "/feed.json", "/feed.json": jsonFeed, "/feed": page},
			want:  []Found{{URL: "/blog/index.xml", Title: "Jay", Home: "https://jay.example/", Kind: "JSON Feed 1.1", Articles: 1}},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			address, _ := site(t, tt.pages)
			got, err := client(Options{}).Discover(t.Context(), address+tt.path, noon())
			if err != nil {
				t.Fatal(err)
			}
			for i := range got {
				got[i].URL = strings.TrimPrefix(got[i].URL, address)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestDiscoverNothing(t *testing.T) {
	t.Parallel()
	var links strings.Builder
	links.WriteString(strings.Repeat(`<link rel=alternate type="application/rss+xml" href="/x?">`, 3))
	for i := range 50 {
		links.WriteString(`<link rel=alternate type="application/rss+xml" href="/` + strings.Repeat("x", i+1) + `">`)
	}
	address, asked := site(t, map[string]string{"/": "<html></html>", "/named": "<html><head>" + links.String(), "/text": "no feed"})
	for path, say := range map[string]string{
		"/":       "names no feed, and there is none where feeds usually are",
		"/named":  "/x?, but the server answered 404",
		"/text":   "neither RSS, Atom nor JSON Feed",
		"/absent": "404 Not Found",
	} {
		asked.Store(0)
		found, err := client(Options{}).Discover(t.Context(), address+path, noon())
		if err == nil || !strings.Contains(err.Error(), say) || !strings.HasPrefix(err.Error(), address+path+": ") || found != nil {
			t.Errorf("%s: %v, %v", path, found, err)
		}
		if n := asked.Load(); n > 1+2*maxFound {
			t.Errorf("%s: %d requests", path, n)
		}
	}
	for _, bad := range []string{"ftp://a.example/", "https://", "::"} {
		if _, err := client(Options{}).Discover(t.Context(), bad, noon()); err == nil {
			t.Errorf("%s is no address", bad)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client(Options{}).Discover(ctx, address+"/", noon()); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	guarded := New(Options{Text: plainText})
	if _, err := guarded.Discover(t.Context(), address+"/", noon()); err == nil || !strings.Contains(err.Error(), "private address") {
		t.Error(err)
	}
}

// A feed that stands at two addresses is found once, though it says something else each time.
func TestDiscoverTheSameFeedOnce(t *testing.T) {
	t.Parallel()
	asked := 0
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			_, _ = w.Write([]byte(`<!doctype html><link rel=alternate type=application/rss+xml href=/a><link rel=alternate type=application/rss+xml href=/b>`))
		case "/b":
			http.Redirect(w, r, "/a", http.StatusFound)
		default:
			asked++
			_, _ = w.Write([]byte(rssFeed(asked)))
		}
	})
	found, err := client(Options{}).Discover(t.Context(), u, noon())
	if err != nil || len(found) != 1 || found[0].URL != u+"/a" {
		t.Errorf("%+v, %v", found, err)
	}
}

// However many feeds a page names that never answer, whoever asked is told in a while.
func TestDiscoverEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/" {
				<-r.Context().Done()
				return
			}
			_, _ = w.Write([]byte("<!doctype html>"))
			for i := range 15 {
				_, _ = fmt.Fprintf(w, "<link rel=alternate type=application/rss+xml href=/%d>", i)
			}
		})
		start := time.Now()
		_, err := c.Discover(t.Context(), "http://notes.example/", noon())
		if took := time.Since(start); took != patience*20*time.Second || err == nil || !strings.Contains(err.Error(), "names the feed http://notes.example/0, but no complete answer within 20s") {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestLinkKey(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		" https://Example.org:443/a?utm_source=x&b=1#c ": "link:example.org/a?b=1", "http://example.org": "link:example.org/", "a title": "", "": "",
	} {
		if got := LinkKey(address); got != want {
			t.Errorf("%q: %q, want %q", address, got, want)
		}
	}
}
