package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/run"
)

func TestStory(t *testing.T) {
	t.Parallel()
	at := func(day int) time.Time { return time.Date(2026, 7, day, 7, 0, 0, 0, time.UTC) }
	issue := func(f run.Fate) run.Appearance {
		return run.Appearance{Number: 3, Slot: at(6), Limit: digest.Limit{Articles: 40, PerTag: 8}, Fate: f}
	}
	considered := func(f run.Fate) run.Explanation {
		return run.Explanation{Newsletters: []run.Account{{Newsletter: digest.Newsletter{Name: "weekly"}, Considered: at(6), Issues: []run.Appearance{issue(f)}}}}
	}
	with := func(change func(*run.Explanation)) run.Explanation {
		e := run.Explanation{Filter: digest.Filtering{Wanted: true}, Configured: true}
		change(&e)
		return e
	}
	next := func(p run.Prospect, newsAfter time.Time) run.Explanation {
		return run.Explanation{Newsletters: []run.Account{{Newsletter: digest.Newsletter{Name: "weekly"}, NewsAfter: newsAfter, Next: &p}}}
	}
	tests := []struct {
		name string
		e    run.Explanation
		say  string
	}{
		{"shown", considered(run.Fate{Outcome: run.Shown, Section: "Go"}), "Issue 3 of Mon 6 Jul 2026 07:00 UTC, considered it: it stands under Go."},
		{
			"merged", considered(run.Fate{Outcome: run.Shown, Section: "Go", Into: "A \x1b[31mred story"}),
			`it stands under Go, merged into "A [31mred story" of another feed, which tells the same story.`,
		},
		{"over a limit", considered(run.Fate{Outcome: run.OnPage, Section: "Go"}), "it is over a limit (40 articles, 8 in a section), so it stands on the page of the issue alone, under Go."},
		{"filtered", considered(run.Fate{Outcome: run.LeftOut}), "by its feed's include and exclude."},
		{"old", considered(run.Fate{Outcome: run.NoNews}), "outside the window of what is news."},
		{"untagged", considered(run.Fate{Outcome: run.Untagged}), "no tag that is shown takes it and there is no rest."},
		{"no section", considered(run.Fate{Outcome: run.NoSection}), "the newsletter has no section for its tags."},
		{"beyond", considered(run.Fate{Outcome: run.BeyondIssue}), "more than an issue can hold."},
		{"changed", considered(run.Fate{Outcome: run.Changed}), "the configuration or the article has changed since."},
		{"no feed", next(run.Prospect{Fate: run.Fate{Outcome: run.NoFeed}}, time.Time{}), "In the next one, when it is sent by hand: it is left out, as the configuration has its feed no more."},
		{"by hand", considered(run.Fate{}), "Later issues pass it over, unless --since asks for it again."},
		{
			"again",
			run.Explanation{Newsletters: []run.Account{{Issues: []run.Appearance{issue(run.Fate{Outcome: run.Shown, Section: "Go"})}}}},
			"shows it again: it stands under Go.",
		},
		{"kept no longer", run.Explanation{Newsletters: []run.Account{{Considered: at(6)}}}, "An issue that is kept no longer considered it, Mon 6 Jul 2026 07:00 UTC."},
		{
			"no issue", next(run.Prospect{Slot: at(13), Empty: "2 articles are new, and min_articles is 3", Fate: run.Fate{Outcome: run.Shown, Section: "Go"}}, time.Time{}),
			"In the next one, Mon 13 Jul 2026 07:00 UTC: it stands under Go.\n  But as things are there would be no issue: 2 articles are new, and min_articles is 3.",
		},
		{"undated", next(run.Prospect{}, at(6)), "begins Mon 6 Jul 2026 07:00 UTC: it is outside, as the feed gives no date."},
		{
			"inside", with(func(e *run.Explanation) {
				e.Article.Published = at(7)
				e.Newsletters = next(run.Prospect{}, at(6)).Newsletters
			}), "it is inside.",
		},
		{"first fetch", with(func(e *run.Explanation) {
			e.Article.FirstFetch, e.Article.Seen, e.State.First = true, at(6), at(6)
		}), "It came with the first fetch of its feed"},
		{"after a move", with(func(e *run.Explanation) { e.Article.FirstFetch, e.Article.Seen, e.State.First = true, at(6), at(1) }), "after a move"},
		{"gone", with(func(e *run.Explanation) { e.Source, e.Article.Feed, e.Configured = "A", "https://a.example/", false }), "It came from A (https://a.example/), which the configuration has no more, has no date"},
		{"excluded", with(func(e *run.Explanation) { e.Filter = digest.Filtering{Exclude: "/x/i"} }), "It is not wanted: /x/i, which its feed excludes, is found in it."},
		{"not included", with(func(e *run.Explanation) { e.Filter = digest.Filtering{} }), "It is not wanted: nothing that its feed includes is found in it."},
		{"included", with(func(e *run.Explanation) { e.Filter.Include = "boat" }), `It is wanted: "boat", which its feed includes, is found in it.`},
		{"no tag", with(func(*run.Explanation) {}), "It has no tag."},
		{"tags", with(func(e *run.Explanation) {
			e.Tags = []digest.TagReason{
				{Tag: "Go", Source: digest.FromFeed, By: "golang"}, {Tag: "DB", Source: digest.FromArticle, By: "sql"}, {Tag: "S", Source: digest.FromText, By: "x", Hidden: true},
			}
		}), `Its tags: Go, since the configuration gives its feed the tag "golang"; DB, since the feed itself tags it "sql"; S (hidden), since its text matches "x".`},
		{"keys", with(func(e *run.Explanation) { e.Article.Keys = []string{"id:a:b", "link:c", "text:d"} }), "It is known by its id a:b, and also by its link c and text hash d."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out bytes.Buffer
			newApp(nil, &out, &out).tellStory(newExplained(tt.e))
			if !strings.Contains(out.String(), tt.say) {
				t.Errorf("%q is not said:\n%s", tt.say, out.String())
			}
		})
	}
}
