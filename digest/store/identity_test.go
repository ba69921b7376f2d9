package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// TestIdentityWhichArticleIsIt fetches documents one after another and tells which titles are stored then.
func TestIdentityWhichArticleIsIt(t *testing.T) {
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
		"an alias of an article that is there itself tells nothing": {
			[][]digest.Article{{titled("one", "id:1", "link:a")}, {titled("one", "id:1"), titled("other", "link:a")}},
			[]int{1, 1},
			[]string{"one", "other"},
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

func TestIdentityEditsChangeTextAndNothingElse(t *testing.T) {
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
	edit.Title, edit.Published = "Newer", at(-1)
	if got := save(20, edit); !got.Published.Equal(at(-9)) {
		t.Errorf("the date moved to %s", got.Published)
	}
}

func TestIdentityFirstFetch(t *testing.T) {
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

// numbered are articles by their numbers, as "1 2 5": each has an id that begins with the letter, and a page of its own.
func numbered(letter, numbers string) (articles []digest.Article) {
	for n := range strings.FieldsSeq(numbers) {
		articles = append(articles, digest.Article{Title: n, Keys: []string{"id:" + letter + n, "link:blog.example.net/" + n, "text:" + letter + n}})
	}
	return articles
}

// stored lists the titles of the articles: those marked as of a first fetch, and the others, each in order.
func stored(t *testing.T, s *Store) (marked, news string) {
	t.Helper()
	var m, n []string
	for _, a := range unconsidered(t, s) {
		if a.FirstFetch {
			m = append(m, a.Title)
		} else {
			n = append(n, a.Title)
		}
	}
	slices.Sort(m)
	slices.Sort(n)
	return strings.Join(m, " "), strings.Join(n, " ")
}

func TestIdentityNewIDsKnownLinks(t *testing.T) {
	t.Parallel()
	const known = "1 2 3 4 5 6 7 8 9"
	for name, c := range map[string]struct {
		second       []digest.Article
		marked, news string
	}{
		"all ids are new":                       {numbered("b", known), known, ""},
		"and the feed goes on":                  {numbered("b", "a "+known), known, "a"},
		"and it shows older ones":               {numbered("b", known+" y z"), known + " y z", ""},
		"four in five links are enough":         {numbered("b", "1 2 3 4 5 6 7 8 y z"), known + " y z", ""},
		"fewer are not":                         {numbered("b", "1 2 3 4 5 6 7 w x y"), known, "1 2 3 4 5 6 7 w x y"},
		"some ids are new":                      {append(numbered("a", "1 2 3"), numbered("b", "4 5 6 7 8 9")...), known, "4 5 6 7 8 9"},
		"too few to tell":                       {numbered("b", "1 2"), known, "1 2"},
		"new articles that link to one old one": {withLink("link:blog.example.net/1", numbered("b", "w x y z")), known, "w x y z"},
		"two link to one, the first is it":      {append(numbered("b", known), withLink("link:blog.example.net/9", numbered("c", "z"))...), known + " z", ""},
		"new ids and new links are new":         {numbered("b", "w x y z"), known, "w x y z"},
	} {
		s := openTest(t)
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, numbered("a", known), at(0)))(t)
		for i := range 2 { // a second look changes nothing
			ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, c.second, at(1+i)))(t)
			if marked, news := stored(t, s); marked != c.marked || news != c.news {
				t.Errorf("%s, fetch %d: marked %q, news %q; want %q and %q", name, 2+i, marked, news, c.marked, c.news)
			}
		}
		// The old ids are known still.
		if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, numbered("a", known), at(5)))(t); added != 0 {
			t.Errorf("%s: %d articles are new under their old ids", name, added)
		}
	}
}

// An article under new keys is known by its words if they are dated, however few do so; without a date, if nearly all of the feed does.
func TestIdentityNewKeysKnownWords(t *testing.T) {
	t.Parallel()
	const known = "1 2 3 4 5 6 7 8 9"
	// articles have the same words under either letter; links without an id are their first keys.
	articles := func(letter, numbers string, ids bool, date time.Time) (all []digest.Article) {
		for n := range strings.FieldsSeq(numbers) {
			a := digest.Article{Title: n, Published: date, Keys: []string{"link:" + letter + ".example.net/" + n, "text:" + n}}
			if ids {
				a.Keys = append([]string{"id:" + letter + n}, a.Keys...)
			}
			all = append(all, a)
		}
		return all
	}
	for name, c := range map[string]struct {
		second string
		dated  bool
		news   string // on top of those known
	}{
		"all, dated":             {"a " + known, true, "a"},
		"two, dated":             {"a 1 2", true, "a"},
		"all, undated":           {"a " + known, false, "a"},
		"two, undated":           {"1 2", false, "1 2"},
		"others, undated":        {"a b c d", false, "a b c d"},
		"older ones, undated":    {known + " y z", false, ""},
		"few of many, undated":   {"a b c d 1 2 3", false, "1 2 3 a b c d"},
		"few of many, but dated": {"a b c d 1 2 3", true, "a b c d"},
	} {
		for _, ids := range []bool{true, false} {
			date := time.Time{}
			if c.dated {
				date = at(-60)
			}
			s := openTest(t)
			ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, articles("old", known, ids, date), at(0)))(t)
			for i := range 2 {
				ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, articles("new", c.second, ids, date), at(1+i)))(t)
				if _, news := stored(t, s); news != c.news {
					t.Errorf("%s, with ids %v, fetch %d: news %q, want %q", name, ids, 2+i, news, c.news)
				}
			}
		}
	}
}

// What tells an article beside its strongest key, where few have changed theirs and none is dated but some of the last.
func TestIdentityFewNewKeys(t *testing.T) {
	t.Parallel()
	dated := func(a digest.Article) digest.Article { a.Published = at(-60); return a }
	of := func(keys ...string) digest.Article { return digest.Article{Title: keys[0], Keys: keys} }
	before := []digest.Article{
		of("id:1", "link:a", "text:a"), of("id:http://b", "link:b", "text:b"), of("id:https://c"), dated(of("text:d", "dated:d")), of("text:e", "dated:e"),
	}
	for name, c := range map[string]struct {
		second digest.Article
		added  int
	}{
		"the same link and words":            {of("id:2", "link:a", "text:a"), 0},
		"the same link, other words":         {of("id:2", "link:a", "text:x"), 1},
		"another link, the same words":       {of("id:2", "link:x", "text:a"), 1},
		"the words of one, the link of else": {of("id:2", "link:a", "text:b"), 1},
		"an id that went to https":           {of("id:https://b", "link:x", "text:x"), 0},
		"and one that went back":             {of("id:http://c"), 0},
		"another id that is an address":      {of("id:https://d"), 1},
		"words edited":                       {dated(of("text:x", "dated:d")), 0},
		"words edited, without a date":       {of("text:x", "dated:e"), 1},
	} {
		s := openTest(t)
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, before, at(0)))(t)
		for i, want := range []int{c.added, 0} {
			if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, []digest.Article{c.second}, at(1+i)))(t); added != want {
				t.Errorf("%s, fetch %d: added %d, want %d", name, 2+i, added, want)
			}
		}
		// Beside the article itself it is another.
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: "https://beside.example"}, before, at(0)))(t)
		if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: "https://beside.example"}, append(slices.Clone(before), c.second), at(1)))(t); added != 1 {
			t.Errorf("%s, beside the others: added %d", name, added)
		}
	}
}

// An empty document is no past: several articles after it are as old as those of a first fetch, one or two begin a new feed.
func TestIdentityEmptyAtFirst(t *testing.T) {
	t.Parallel()
	for shows, want := range map[string][2]string{"1 2 3": {"1 2 3", "x"}, "1 2": {"", "1 2 x"}} {
		s := openTest(t)
		for i, numbers := range []string{"", "", shows, "x " + shows} {
			ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, numbered("a", numbers), at(i)))(t)
		}
		if marked, news := stored(t, s); marked != want[0] || news != want[1] {
			t.Errorf("%s: marked %q, news %q", shows, marked, news)
		}
	}
}

// A key of any length fits into an index, and is told from others.
func TestIdentityLongKeys(t *testing.T) {
	t.Parallel()
	s, long := openTest(t), strings.Repeat("x", 5000)
	articles := numbered("a", "1 2 3")
	for i := range articles {
		articles[i].Keys[0] = "id:" + long + articles[i].Title
	}
	for i, want := range []int{3, 0} {
		if added := ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, articles, at(i)))(t); added != want {
			t.Errorf("fetch %d: %d articles are new, want %d", i+1, added, want)
		}
	}
	if n := count(t, s, `SELECT COUNT(*) FROM article_keys WHERE length(name) > 500`); n != 0 {
		t.Errorf("%d keys are too long for the index of an engine", n)
	}
}

func withLink(link string, articles []digest.Article) []digest.Article {
	for i := range articles {
		articles[i].Keys[1] = link
	}
	return articles
}

// A fetch after a move and one after a salvage flood nobody: only what stands before the articles that we knew has been added since.
func TestIdentityNoFloodAfterAMoveOrASalvage(t *testing.T) {
	t.Parallel()
	here := digest.FeedState{URL: blog, Answered: blog}
	there := digest.FeedState{URL: blog, Answered: "https://new.example.net/feed"}
	salvaged := digest.FeedState{URL: blog, Answered: blog, Partial: true}
	for name, c := range map[string]struct {
		first, second digest.FeedState
		shows         []digest.Article
		marked, news  string
	}{
		"nothing odd":                      {here, here, numbered("a", "x 1 2 3 y"), "1 2 3", "x y"},
		"moved, with another past":         {here, there, numbered("b", "w x y z"), "1 2 3 w x y z", ""},
		"moved, and goes on":               {here, there, numbered("a", "x 1 2 3 y z"), "1 2 3 y z", "x"},
		"moved, with new ids":              {here, there, numbered("b", "1 2 3"), "1 2 3", ""},
		"the query makes no move":          {here, digest.FeedState{URL: blog, Answered: blog + "?session=1"}, numbered("a", "x 1 2 3 y"), "1 2 3", "x y"},
		"https makes no move":              {digest.FeedState{URL: blog, Answered: strings.Replace(blog, "https", "http", 1)}, here, numbered("a", "1 2 3 y"), "1 2 3", "y"},
		"the rest of a salvaged feed":      {salvaged, here, numbered("a", "x 1 2 3 4 5 6"), "1 2 3 4 5 6", "x"},
		"more of a salvaged feed":          {salvaged, salvaged, numbered("a", "x 1 2 3 4 5"), "1 2 3 4 5", "x"},
		"the whole after the salvage":      {salvaged, here, numbered("a", "4 3 2 1"), "1 2 3", "4"},
		"not known from where, as of old":  {digest.FeedState{URL: blog}, here, numbered("a", "1 2 3 y"), "1 2 3", "y"},
		"a failure between is no document": {here, digest.FeedState{URL: blog, Answered: blog, Failures: 1, Error: "500"}, nil, "1 2 3", ""},
	} {
		s := openTest(t)
		ok(s.SaveFetch(t.Context(), c.first, numbered("a", "1 2 3"), at(0)))(t)
		ok(s.SaveFetch(t.Context(), c.second, c.shows, at(1)))(t)
		if marked, news := stored(t, s); marked != c.marked || news != c.news {
			t.Errorf("%s: marked %q, news %q; want %q and %q", name, marked, news, c.marked, c.news)
		}
	}
}

// Keys live while the feed shows them, and longer: a 304, a failed fetch, or years without a word age nothing.
func TestIdentityKeysLive(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	save := func(st digest.FeedState, articles []digest.Article, now time.Time) int {
		st.URL = blog
		return ok(s.SaveFetch(t.Context(), st, articles, now))(t)
	}
	save(digest.FeedState{}, numbered("a", "1 2 3"), at(0))
	save(digest.FeedState{Note: "304"}, nil, at(0).AddDate(0, 1, 0))
	save(digest.FeedState{Failures: 1, Error: "500"}, nil, at(0).AddDate(0, 2, 0))
	save(digest.FeedState{}, numbered("a", "4"), at(0).AddDate(1, 0, 0))
	if added := save(digest.FeedState{}, numbered("a", "1 2 3 4"), at(0).AddDate(3, 0, 0)); added != 0 {
		t.Errorf("%d articles are new, which were shown before", added)
	}
}
