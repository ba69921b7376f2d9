package store

import (
	"fmt"
	"slices"
	"testing"

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

// TestWhichArticleIsIt fetches documents one after another and tells which titles are stored then.
func TestWhichArticleIsIt(t *testing.T) {
	t.Parallel()
	titled := func(title string, keys ...string) digest.Article { return digest.Article{Keys: keys, Title: title} }
	long := "id:" + string(slices.Repeat([]byte("x"), 5000))
	for name, c := range map[string]struct {
		documents [][]digest.Article
		added     []int
		want      []string
	}{
		"the same id is the same article, wherever it links": {
			[][]digest.Article{{titled("old", "id:1", "link:a")}, {titled("new", "id:1", "link:b")}}, []int{1, 0}, []string{"new"},
		},
		"another id is another article, although it links to the same page": {
			[][]digest.Article{{titled("one", "id:1", "link:home")}, {titled("two", "id:2", "link:home")}}, []int{1, 1}, []string{"one", "two"},
		},
		"two with one link in one document are two": {
			[][]digest.Article{{titled("one", "id:1", "link:home"), titled("two", "id:2", "link:home")}}, []int{2}, []string{"one", "two"},
		},
		"one with an id and one without, with one link, in one document, are two": {
			[][]digest.Article{
				{titled("one", "id:1", "link:home"), titled("two", "link:home")},
				{titled("two", "link:home"), titled("one", "id:1", "link:home")},
			},
			[]int{2, 0},
			[]string{"one", "two"},
		},
		"two with one strongest key in one document are the first": {
			[][]digest.Article{{titled("first", "id:1"), titled("second", "id:1")}}, []int{1}, []string{"first"},
		},
		"without an id the link tells": {
			[][]digest.Article{{titled("old", "link:a", "text:1")}, {titled("new", "link:a", "text:2")}}, []int{1, 0}, []string{"new"},
		},
		"a feed that drops its ids floods nobody": {
			[][]digest.Article{{titled("one", "id:1", "link:a"), titled("two", "id:2", "link:b")}, {titled("one", "link:a"), titled("two", "link:b")}},
			[]int{2, 0},
			[]string{"one", "two"},
		},
		"an alias that several have tells nothing": {
			[][]digest.Article{{titled("one", "id:1", "link:home"), titled("two", "id:2", "link:home")}, {titled("three", "link:home")}},
			[]int{2, 1},
			[]string{"one", "three", "two"},
		},
		"an id is compared exactly": {
			[][]digest.Article{{titled("one", "id:A"), titled("two", "id:a"), titled("three", "id:a ")}}, []int{3}, []string{"one", "three", "two"},
		},
		"a key may be long": {
			[][]digest.Article{{titled("one", long), titled("two", long+"y")}, {titled("two", long+"y"), titled("one", long)}},
			[]int{2, 0},
			[]string{"one", "two"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := openTest(t)
			for i, document := range c.documents {
				if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, document, at(i)))(t); added != c.added[i] {
					t.Errorf("document %d: added %d, want %d", i, added, c.added[i])
				}
			}
			var got []string
			for _, a := range unconsidered(t, s) {
				got = append(got, a.Title)
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if st := ok(s.Feeds(t.Context()))(t)[blog]; st.Articles != len(c.want) {
				t.Errorf("the state counts %d articles, want %d", st.Articles, len(c.want))
			}
		})
	}
}

func TestAnEditChangesTextAndNothingElse(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	save := func(minutes int, a digest.Article) digest.Article {
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, []digest.Article{a}, at(minutes)))(t)
		return unconsidered(t, s)[0]
	}
	undated := save(0, item("id:1"))
	if !undated.Published.IsZero() || !undated.Seen.Equal(at(0)) || !undated.FirstFetch {
		t.Fatalf("stored as %+v", undated)
	}
	edit := item("id:1", "link:x")
	edit.Title, edit.Excerpt, edit.Content, edit.Categories, edit.Published = "New", "New.", "New text.", []string{"new"}, at(-9)
	got := save(10, edit)
	want := edit
	want.ID, want.Seen, want.FirstFetch = undated.ID, at(0), true
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	edit.Published = at(-1)
	if got := save(20, edit); !got.Published.Equal(at(-9)) {
		t.Errorf("the date moved to %s", got.Published)
	}
}

func TestFirstFetch(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	broken := digest.FeedState{URL: blog, Error: "404", Failures: 1, First: at(99)}
	ok(s.SaveFetch(t.Context(), broken, []digest.Article{item("id:0")}, at(0)))(t)
	if st := ok(s.Feeds(t.Context()))(t)[blog]; !st.First.IsZero() || st.Error != "404" || st.Articles != 0 {
		t.Errorf("after a failure: %+v", st)
	}
	for i := range 3 {
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, []digest.Article{item(fmt.Sprintf("id:%d", i))}, at(1+i)))(t)
	}
	ok(s.SaveFetch(t.Context(), broken, nil, at(9)))(t)
	for _, a := range unconsidered(t, s) {
		if a.FirstFetch != (a.Keys[0] == "id:0") {
			t.Errorf("%s came with the first fetch: %v", a.Keys[0], a.FirstFetch)
		}
	}
	if st := ok(s.Feeds(t.Context()))(t)[blog]; !st.First.Equal(at(1)) || st.Articles != 3 {
		t.Errorf("first at %s with %d articles", st.First, st.Articles)
	}
}

func TestOneBadArticleStoresNothing(t *testing.T) {
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
