package run

import (
	"cmp"
	"net/http"
	"testing"
	"time"

	"tidings/digest"
)

// Who writes the address of a feed in another way, or where it has gone, goes on with its history.
func TestAnotherSpellingIsTheSameFeed(t *testing.T) {
	t.Parallel()
	const url = "http://blog.example.net/feed"
	for name, tt := range map[string]struct {
		before   digest.FeedState
		url      string
		same     bool
		location string
	}{
		"https":                  {digest.FeedState{URL: url}, "https://blog.example.net/feed", true, ""},
		"back to http":           {digest.FeedState{URL: "https://blog.example.net/feed"}, url, true, ""},
		"a slash":                {digest.FeedState{URL: url}, url + "/", true, ""},
		"no slash, with a query": {digest.FeedState{URL: url + "/?a=1"}, url + "?a=1", true, ""},
		"www":                    {digest.FeedState{URL: url}, "https://www.blog.example.net/feed", true, ""},
		"a port, and case":       {digest.FeedState{URL: url}, "http://BLOG.example.net:80/feed", true, ""},
		"a login":                {digest.FeedState{URL: url}, "https://me:secret@blog.example.net/feed", true, ""},
		"where it went":          {digest.FeedState{URL: url, Location: "https://new.example.net/rss"}, "https://new.example.net/rss/", true, ""},
		"where it answered":      {digest.FeedState{URL: url, Location: "https://new.example.net/", Answered: "https://new.example.net/rss"}, "https://new.example.net/rss", true, ""},
		"the page that named it": {digest.FeedState{URL: "http://blog.example.net/", Location: url}, "https://blog.example.net", true, url},
		"another case":           {digest.FeedState{URL: url}, "http://blog.example.net/Feed", false, ""},
		"another query":          {digest.FeedState{URL: url + "?cat=1"}, url + "?cat=2", false, ""},
		"another host":           {digest.FeedState{URL: url}, "http://other.example.net/feed", false, ""},
		"another port":           {digest.FeedState{URL: url}, "http://blog.example.net:8080/feed", false, ""},
		"no address":             {digest.FeedState{URL: url}, "mailto:x", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			tt.before.Answered = cmp.Or(tt.before.Answered, tt.before.URL)
			articles := []digest.Article{{Keys: []string{"id:1"}, Title: "One"}}
			if _, err := h.Store.SaveFetch(t.Context(), tt.before, articles, h.clock.now()); err != nil {
				t.Fatal(err)
			}
			h.Feeds = []digest.Feed{{URL: tt.url}}
			states, err := h.Store.Feeds(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := h.followMoves(t.Context(), states); err != nil {
				t.Fatal(err)
			}
			stored, err := h.Store.Feeds(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for where, states := range map[string]map[string]digest.FeedState{"stored": stored, "known": states} {
				st, known := states[tt.url]
				if known != tt.same || len(states) != 1 || known && (st.Articles != 1 || st.Location != tt.location || st.URL != tt.url) {
					t.Errorf("%s: %+v", where, states)
				}
			}
		})
	}
}

// The address that a feed had before fails; that is no reason to wait at the new one, unless its server asks for it.
func TestACorrectedAddressIsAskedAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("One", time.Hour), item("Two", time.Hour)))
	h.tryCollect(false)
	h.feeds.serve("/news.xml", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	h.clock.move(2 * time.Hour)
	h.tryCollect(false)
	h.feeds.set("/news.xml/", rss("The News", item("One", time.Hour), item("Two", time.Hour)))
	corrected := h.feeds.url("/news.xml/")
	h.Feeds = []digest.Feed{{URL: h.feeds.url("/other.xml")}, {URL: corrected}}
	if r := h.tryCollect(false); r.Asked != 2 || len(r.Failed) != 1 || r.Added != 0 {
		t.Errorf("%+v", r)
	}
	states, err := h.Store.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if st := states[corrected]; st.Articles != 2 || !st.Healthy() || st.Closed {
		t.Errorf("%+v", states)
	}
}

// An address that was tried before, and never read, has no history of its own.
func TestAFeedThatWasNeverReadInherits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("One", time.Hour), item("Two", time.Hour)))
	h.Feeds = append(h.Feeds, digest.Feed{URL: h.feeds.url("/news.xml/")})
	h.tryCollect(false)
	h.feeds.set("/news.xml/", rss("The News", item("One", time.Hour), item("Two", time.Hour)))
	h.Feeds = h.Feeds[1:]
	if r := h.tryCollect(false); r.Added != 0 || r.Asked > 1 {
		t.Errorf("%+v", r)
	}
	if states, err := h.Store.Feeds(t.Context()); err != nil || len(states) != 1 || states[h.Feeds[0].URL].Articles != 2 {
		t.Errorf("%+v, %v", states, err)
	}
}
