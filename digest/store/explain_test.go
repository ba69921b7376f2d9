package store

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func TestNamed(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	long := "link:" + strings.Repeat("x", 600)
	save := func(feed string, as ...digest.Article) {
		ok(s.SaveFetch(ctx, digest.FeedState{URL: feed}, as, at(10)))(t)
	}
	save("a", digest.Article{Keys: []string{"id:1", "link:site.example/one"}, GUID: "1", URL: "https://site.example/one", Title: "One", Published: at(2)},
		digest.Article{Keys: []string{"id:2", long}, GUID: "2", Title: "Two", Published: at(1)})
	save("b", digest.Article{Keys: []string{"link:site.example/one"}, URL: "http://site.example/one?utm_source=b", Title: "One!", Published: at(1)})
	id := ok(s.Named(ctx, "2"))(t)[0].ID
	for _, tt := range []struct {
		name string
		keys []string
		want []string
	}{
		{name: "https://site.example/one", want: []string{"One"}},
		{name: "https://site.example/one", keys: []string{"link:site.example/one"}, want: []string{"One!", "One"}},
		{name: "-", keys: []string{"nothing", long}, want: []string{"Two"}},
		{name: id, want: []string{"Two"}},
		{name: "nothing"},
	} {
		if diff := cmp.Diff(tt.want, titles(ok(s.Named(ctx, tt.name, tt.keys...))(t))); diff != "" {
			t.Errorf("%s %q: %s", tt.name, tt.keys, diff)
		}
	}
	one := func(title string) bool { return strings.HasPrefix(title, "One") }
	for limit, want := range map[int][]string{0: nil, 1: {"One"}, 9: {"One!", "One"}} {
		if diff := cmp.Diff(want, titles(ok(s.Titled(ctx, one, limit))(t))); diff != "" {
			t.Errorf("%d: %s", limit, diff)
		}
	}
}

func TestConsiderations(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	var as []digest.Article
	for i, title := range []string{"of old", "shown", "left out", "new"} {
		as = append(as, digest.Article{Keys: []string{"id:" + title}, Title: title, Published: at(i)})
	}
	ok(s.SaveFetch(ctx, digest.FeedState{URL: "a"}, as, at(10)))(t)
	all := ok(s.Unconsidered(ctx, "weekly", []string{"a"}))(t)
	ok(s.Freeze(ctx, frozen("old", 11, nil, all[0].ID), at(11)))(t)
	ok(s.write.ExecContext(ctx, `DELETE FROM issues WHERE id = 'old'`))(t)
	first := frozen("first", 20, nil, all[1].ID, all[2].ID)
	first.Issue.Items = []digest.Item{{Article: all[1].ID, Title: "shown"}}
	ok(s.Freeze(ctx, first, at(21)))(t)
	again := frozen("again", 30, nil, all[1].ID)
	again.Again, again.Issue.Items = true, first.Issue.Items
	ok(s.Freeze(ctx, again, at(31)))(t)

	for i, want := range []map[string]Consideration{
		{"weekly": {At: at(11)}}, {"weekly": {Issue: "first", At: at(21)}}, {"weekly": {Issue: "first", At: at(21)}}, {},
	} {
		if diff := cmp.Diff(want, ok(s.Considerations(ctx, all[i].ID))(t)); diff != "" {
			t.Errorf("%s: %s", all[i].Title, diff)
		}
	}
	if diff := cmp.Diff([]string{"shown", "left out"}, titles(ok(s.ConsideredBy(ctx, "first"))(t))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"first", "again"}, ok(s.IssuesWith(ctx, "weekly", all[1].ID))(t)); diff != "" {
		t.Error(diff)
	}
	if none := ok(s.IssuesWith(ctx, "weekly", all[2].ID))(t); len(none) > 0 {
		t.Error(none)
	}
}
