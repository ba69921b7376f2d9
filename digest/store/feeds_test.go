package store

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

const blog = "https://blog.example.net/feed"

func item(keys ...string) digest.Article {
	return digest.Article{Feed: blog, Keys: keys, Title: "about " + keys[0]}
}

func TestSaveFetchKeepsTheWholeState(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	want := digest.FeedState{
		URL: blog, Location: blog + "/atom", Title: "Blog", Home: "https://blog.example.net/", Lang: "en-GB",
		Answered: "https://cdn.example.net/feed", MovedTo: "https://new.example.net/feed", MovedSeen: 2,
		Period: 90 * time.Minute, SkipHours: 1<<23 | 1, SkipDays: 1 << 6, Partial: true,
		ETag: "W/\"\xff odd\"", LastModified: "Mon, 2 March 2026 07:00:00 GMT",
		LastTry: at(1), LastSuccess: at(2), FailingSince: at(3), NextFetch: at(4), RetryAfter: at(5),
		Note: "salvaged", Articles: 99,
	}
	if added := ok(s.SaveFetch(t.Context(), want, []digest.Article{item("id:1")}, at(0)))(t); added != 1 {
		t.Errorf("added %d, want 1", added)
	}
	want.First, want.Articles = at(0), 1
	got := ok(s.Feeds(t.Context()))(t)
	if diff := cmp.Diff(map[string]digest.FeedState{blog: want}, got); diff != "" {
		t.Error(diff)
	}
}

func TestSaveFetchKeepsTheWholeArticle(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	want := digest.Article{
		Feed: blog, Keys: []string{"id:1", "link:x"}, GUID: "1", URL: "https://blog.example.net/1", Title: "One", Author: "Ada",
		Excerpt: "short\ntext", Content: "long\ntext", Image: "https://blog.example.net/1.png", ImageAlt: "a boat", Lang: "en",
		Categories: []string{"Go", "In, commas"}, Published: at(-5),
	}
	ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, []digest.Article{want}, at(0)))(t)
	got := unconsidered(t, s)
	want.Seen, want.FirstFetch, want.ID = at(0), true, got[0].ID
	if diff := cmp.Diff([]digest.Article{want}, got); diff != "" {
		t.Error(diff)
	}
	if len(want.ID) < 20 {
		t.Errorf("id %q can be guessed", want.ID)
	}
}

func unconsidered(t *testing.T, s *Store) []digest.Article {
	t.Helper()
	return ok(s.Unconsidered(t.Context(), "weekly", []string{blog}))(t)
}

// Validators are stored with their articles, or not at all; TestKilledAtAnyMoment holds the same for a process that dies.
func TestRow03ValidatorsComeWithTheirArticles(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	_, err := s.SaveFetch(t.Context(), digest.FeedState{URL: blog, ETag: "v1"}, []digest.Article{item("id:1"), {Title: "no key"}}, at(0))
	if err == nil {
		t.Fatal("an article without a key was stored")
	}
	if n := count(t, s, `SELECT (SELECT COUNT(*) FROM feeds) + (SELECT COUNT(*) FROM articles)`); n != 0 {
		t.Errorf("%d rows are left of a fetch that was refused", n)
	}
}

func TestMoveFeed(t *testing.T) {
	t.Parallel()
	const elsewhere, third = "https://new.example.net/feed", "https://third.example.net/feed"
	s := openTest(t)
	ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog, Location: elsewhere, ETag: "v1", Title: "Blog"}, numbered("a", "1 2"), at(0)))(t)
	for range 2 { // the second time there is nothing to move
		must(t, s.MoveFeed(t.Context(), blog, digest.FeedState{URL: elsewhere, ETag: "v1", Title: "Blog", First: at(0)}))
	}
	want := digest.FeedState{URL: elsewhere, ETag: "v1", Title: "Blog", First: at(0), Articles: 2}
	if diff := cmp.Diff(map[string]digest.FeedState{elsewhere: want}, ok(s.Feeds(t.Context()))(t)); diff != "" {
		t.Error(diff)
	}
	if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: elsewhere}, numbered("a", "1 2 3"), at(1)))(t); added != 1 {
		t.Errorf("%d articles are new at the new address", added)
	}
	if as := ok(s.Unconsidered(t.Context(), "weekly", []string{blog, elsewhere}))(t); len(as) != 3 || as[0].Feed != elsewhere {
		t.Errorf("%+v", as)
	}
	// An address that has a past of its own keeps it.
	ok(s.SaveFetch(t.Context(), digest.FeedState{URL: third}, numbered("c", "1"), at(0)))(t)
	must(t, s.MoveFeed(t.Context(), elsewhere, digest.FeedState{URL: third}))
	if feeds := ok(s.Feeds(t.Context()))(t); feeds[third].Articles != 1 || feeds[elsewhere].Articles != 3 {
		t.Errorf("%+v", feeds)
	}
}
