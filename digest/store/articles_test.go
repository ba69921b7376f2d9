package store

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func titles(as []digest.Article) (names []string) {
	for _, a := range as {
		names = append(names, a.Title)
	}
	return names
}

func TestUnconsidered(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	save := func(feed string, minutes int, as ...digest.Article) {
		ok(s.SaveFetch(ctx, digest.FeedState{URL: feed}, as, at(minutes)))(t)
	}
	article := func(title string, published int) digest.Article {
		return digest.Article{Keys: []string{"id:" + title}, Title: title, Published: at(published)}
	}
	save("a", 10, article("a5", 5), article("a1", 1), digest.Article{Keys: []string{"id:u"}, Title: "undated, seen at 10"})
	save("b", 20, article("b3", 3), article("b15", 15))
	save("gone", 20, article("not configured", 2))

	both := []string{"b", "a", "a", "unknown"}
	all := ok(s.Unconsidered(ctx, "weekly", both))(t)
	if diff := cmp.Diff([]string{"a1", "b3", "a5", "undated, seen at 10", "b15"}, titles(all)); diff != "" {
		t.Error(diff)
	}
	since := ok(s.ArticlesSince(ctx, both, at(5)))(t)
	if diff := cmp.Diff([]string{"a5", "undated, seen at 10", "b15"}, titles(since)); diff != "" {
		t.Error(diff)
	}
	ok(s.Freeze(ctx, frozen("one", 30, nil, all[0].ID, all[3].ID), at(30)))(t)
	left := ok(s.Unconsidered(ctx, "weekly", both))(t)
	if diff := cmp.Diff([]string{"b3", "a5", "b15"}, titles(left)); diff != "" {
		t.Error(diff)
	}
	if other := ok(s.Unconsidered(ctx, "daily", both))(t); len(other) != 5 {
		t.Errorf("another newsletter has %q", titles(other))
	}
	if none := ok(s.Unconsidered(ctx, "weekly", nil))(t); none != nil {
		t.Errorf("without feeds: %q", titles(none))
	}
}

func TestUnconsideredOfManyFeeds(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	var feeds []string
	for i := range 2500 {
		feeds = append(feeds, fmt.Sprintf("https://%d.example.net/", i))
	}
	for _, i := range []int{2499, 1200, 0} {
		a := digest.Article{Keys: []string{"id:1"}, Title: feeds[i], Published: at(i)}
		ok(s.SaveFetch(t.Context(), digest.FeedState{URL: feeds[i]}, []digest.Article{a}, at(5000)))(t)
	}
	slices.Reverse(feeds)
	got := titles(ok(s.Unconsidered(t.Context(), "weekly", feeds))(t))
	if diff := cmp.Diff([]string{"https://0.example.net/", "https://1200.example.net/", "https://2499.example.net/"}, got); diff != "" {
		t.Error(diff)
	}
}
