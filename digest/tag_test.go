package digest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func patterns(t *testing.T, ss ...string) []digest.Pattern {
	t.Helper()
	var ps []digest.Pattern
	for _, s := range ss {
		p, err := digest.ParsePattern(s)
		if err != nil {
			t.Fatal(err)
		}
		ps = append(ps, p)
	}
	return ps
}

func tagsByTitle(tagged []digest.Tagged) map[string][]string {
	m := map[string][]string{}
	for _, a := range tagged {
		m[a.Title] = a.Tags
	}
	return m
}

func TestRulesTag(t *testing.T) {
	t.Parallel()
	rules := []digest.TagRule{
		{Name: "Databases", Also: []string{"db", "ＰostgreSQL"}, Match: patterns(t, "sqlite")},
		{Name: "In The News", Hide: true},
		{Name: "Go", Match: patterns(t, `/\bgolang\b/i`)},
	}
	articles := []digest.Article{
		{Title: "by name", Categories: []string{"DATABASES"}},
		{Title: "by synonym", Categories: []string{"postgresql"}},
		{Title: "about SQLite"},
		{Title: "in the text", Content: "It is written in Golang."},
		{Title: "both", Categories: []string{"go", "db"}},
		{Title: "hidden only", Categories: []string{"in the news"}},
		{Title: "hidden and shown", Categories: []string{"In the News", "Go"}},
		{Title: "by feed", Feed: "https://go.example/feed"},
		{Title: "by nothing", Categories: []string{"Cooking"}},
	}
	feedTags := func(feed string) []string {
		if feed == "https://go.example/feed" {
			return []string{"GO"}
		}
		return nil
	}
	want := map[string][]string{
		"by name": {"Databases"}, "by synonym": {"Databases"}, "about SQLite": {"Databases"}, "in the text": {"Go"},
		"both": {"Databases", "Go"}, "hidden and shown": {"Go"}, "by feed": {"Go"},
	}
	tagged, order := digest.Taxonomy{Rules: rules}.Sort(articles, feedTags)
	if d := cmp.Diff(want, tagsByTitle(tagged)); d != "" {
		t.Errorf("without rest (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]string{"Databases", "Go"}, order); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	want["hidden only"], want["by nothing"] = nil, nil
	tagged, _ = digest.Taxonomy{Rules: rules, Rest: "Elsewhere"}.Sort(articles, feedTags)
	if d := cmp.Diff(want, tagsByTitle(tagged)); d != "" {
		t.Errorf("with rest (-want +got):\n%s", d)
	}
}

func TestOwnLabelsTag(t *testing.T) {
	t.Parallel()
	articles := []digest.Article{
		{Title: "1", Categories: []string{"Linux", "Go"}},
		{Title: "2", Categories: []string{"go", "GO"}},
		{Title: "3", Categories: []string{"Art"}},
		{Title: "4"},
	}
	tagged, order := digest.Taxonomy{}.Sort(articles, func(string) []string { return nil })
	if d := cmp.Diff([]string{"Go", "Art", "Linux"}, order); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	want := map[string][]string{"1": {"Go", "Linux"}, "2": {"Go"}, "3": {"Art"}, "4": nil}
	if d := cmp.Diff(want, tagsByTitle(tagged)); d != "" {
		t.Errorf("tags (-want +got):\n%s", d)
	}
}

func TestFeedWants(t *testing.T) {
	t.Parallel()
	a := digest.Article{Title: "Postgres tips", Excerpt: "This post is sponsored."}
	for _, c := range []struct {
		include, exclude []string
		want             bool
	}{
		{nil, nil, true},
		{[]string{"postgres"}, nil, true},
		{[]string{"mysql"}, nil, false},
		{nil, []string{"sponsored"}, false},
		{[]string{"postgres"}, []string{"Sponsored"}, false},
	} {
		f := digest.Feed{Include: patterns(t, c.include...), Exclude: patterns(t, c.exclude...)}
		if got := f.Wants(a); got != c.want {
			t.Errorf("include %v exclude %v: %v, want %v", c.include, c.exclude, got, c.want)
		}
	}
}
