package digest_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func TestWhy(t *testing.T) {
	t.Parallel()
	article := digest.Article{
		Title: "SQLite in the press", Excerpt: "A word on PostgreSQL.", Feed: "f", Categories: []string{" db ", "DB", "Ｇo", "Secret", "boats", ""},
	}
	rules := []digest.TagRule{
		{Name: "Databases", Also: []string{"DB"}, Match: patterns(t, "sqlite")},
		{Name: "Press", Match: patterns(t, "nothing", "/the PRESS/i", "press")},
		{Name: "Secret", Hide: true},
		{Name: "Garden"},
		{Name: "go"},
		{Name: "Sea", Also: []string{"boats"}},
	}
	feedTags := []string{"Boats"}
	tests := map[string]struct {
		taxonomy digest.Taxonomy
		want     []digest.TagReason
	}{
		"rules": {digest.Taxonomy{Rules: rules}, []digest.TagReason{
			{Tag: "Databases", Source: digest.FromArticle, By: " db "},
			{Tag: "Press", Source: digest.FromText, By: "/the PRESS/i"},
			{Tag: "Secret", Source: digest.FromArticle, By: "Secret", Hidden: true},
			{Tag: "go", Source: digest.FromArticle, By: "Ｇo"},
			{Tag: "Sea", Source: digest.FromFeed, By: "Boats"},
		}},
		"labels": {digest.Taxonomy{}, []digest.TagReason{
			{Tag: "Boats", Source: digest.FromFeed, By: "Boats"},
			{Tag: "db", Source: digest.FromArticle, By: " db "},
			{Tag: "Ｇo", Source: digest.FromArticle, By: "Ｇo"},
			{Tag: "Secret", Source: digest.FromArticle, By: "Secret"},
		}},
	}
	for name, tt := range tests {
		got := tt.taxonomy.Why(article, feedTags)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		tagged, _ := tt.taxonomy.Sort([]digest.Article{article}, func(string) []string { return feedTags })
		var shown []string
		for _, r := range got {
			if !r.Hidden {
				shown = append(shown, r.Tag)
			}
		}
		sorted := slices.Sorted(slices.Values(tagged[0].Tags))
		if slices.Sort(shown); !slices.Equal(sorted, shown) {
			t.Errorf("%s: sorted into %q, explained as %q", name, sorted, shown)
		}
	}
}

func TestFilter(t *testing.T) {
	t.Parallel()
	article := digest.Article{Title: "Sponsored: a boat", Excerpt: "It floats."}
	const boat, sponsored, car = "Boat", "/^sponsored/i", "car"
	for _, tt := range []struct {
		feed digest.Feed
		want digest.Filtering
	}{
		{digest.Feed{}, digest.Filtering{Wanted: true}},
		{digest.Feed{Include: patterns(t, car, boat)}, digest.Filtering{Wanted: true, Include: "Boat"}},
		{digest.Feed{Include: patterns(t, car)}, digest.Filtering{}},
		{digest.Feed{Exclude: patterns(t, car)}, digest.Filtering{Wanted: true}},
		{digest.Feed{Exclude: patterns(t, car, sponsored)}, digest.Filtering{Exclude: "/^sponsored/i"}},
		{digest.Feed{Include: patterns(t, boat), Exclude: patterns(t, sponsored)}, digest.Filtering{Include: "Boat", Exclude: "/^sponsored/i"}},
	} {
		if got := tt.feed.Filter(article); got != tt.want {
			t.Errorf("%+v", got)
		}
	}
}
