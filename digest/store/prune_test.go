package store

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"tidings/digest"
)

const oneDay = 24 * 60 // minutes

func (s *Store) saved(t *testing.T, day int, as []digest.Article) int {
	t.Helper()
	return ok(s.SaveFetch(t.Context(), digest.FeedState{URL: blog, LastTry: at(day * oneDay)}, as, at(day*oneDay)))(t)
}

func (s *Store) pruned(t *testing.T, day int, r Retention) Pruned {
	t.Helper()
	if r.Keep == 0 {
		r.Keep = 400 * 24 * time.Hour
	}
	return ok(s.Prune(t.Context(), r, at(day*oneDay)))(t)
}

// An article and its keys live while the feed shows it, and ninety days of its documents more.
func TestKeysLiveWhileTheFeedShowsThem(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	here := Retention{Feeds: []string{blog}}
	s.saved(t, 0, numbered("a", "1 2 3"))
	s.saved(t, 1, numbered("a", "1 2")) // 3 is gone
	if p := s.pruned(t, 500, here); p != (Pruned{}) {
		t.Errorf("a feed that gave no document since lost %+v", p)
	}
	_, err := s.SaveFetch(t.Context(), digest.FeedState{URL: blog, Failures: 9, Error: "down", LastTry: at(500 * oneDay)}, nil, at(500*oneDay))
	must(t, err)
	s.saved(t, 500, nil) // a 304, or a document of nothing
	if p := s.pruned(t, 500, here); p != (Pruned{}) {
		t.Errorf("failures, 304 and nothing at all aged %+v", p)
	}
	s.saved(t, 90, numbered("a", "1 2"))
	if p := s.pruned(t, 501, here); p != (Pruned{}) {
		t.Errorf("after 89 days %+v", p)
	}
	if added := s.saved(t, 91, numbered("a", "1 2 3")); added != 0 { // it is back in time
		t.Errorf("%d articles are new", added)
	}
	s.saved(t, 92, numbered("a", "1 2 3"))
	if p := s.pruned(t, 92, here); p != (Pruned{}) {
		t.Errorf("of what is shown again %+v", p)
	}
	s.saved(t, 93, numbered("a", "1"))
	s.saved(t, 184, numbered("a", "1"))
	if p := s.pruned(t, 184, here); p != (Pruned{Articles: 2}) {
		t.Errorf("after 91 days %+v", p)
	}
	if n := count(t, s, `SELECT COUNT(*) FROM article_keys`); n == 0 || n != count(t, s, `SELECT COUNT(*) FROM article_keys k JOIN articles a ON a.id = k.article`) {
		t.Errorf("%d keys are left", n)
	}
	if added := s.saved(t, 185, numbered("a", "1 2 3")); added != 2 {
		t.Errorf("%d articles are new; 1 was shown all the time", added)
	}
}

// An article waits for every newsletter, but not for ever.
func TestPruneKeepsWhatWaits(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	audience := subscribed(t, s, people(1))
	s.saved(t, 0, numbered("a", "1 2"))
	ids := []string{}
	for _, a := range unconsidered(t, s) {
		ids = append(ids, a.ID)
	}
	ok(s.Freeze(t.Context(), frozen("weekly 1", 0, audience, ids[0]), at(0)))(t)
	s.saved(t, 1, numbered("b", "3"))
	s.saved(t, 100, numbered("b", "3"))
	r := Retention{Feeds: []string{blog}, Newsletters: []string{"weekly", "daily"}}
	if p := s.pruned(t, 100, r); p != (Pruned{}) {
		t.Errorf("it forgot what daily waits for: %+v", p)
	}
	r.Newsletters = []string{"weekly"}
	if p := s.pruned(t, 100, r); p != (Pruned{Articles: 1}) {
		t.Errorf("%+v", p)
	}
	if left := unconsidered(t, s); len(left) != 2 || !slices.ContainsFunc(left, func(a digest.Article) bool { return a.ID == ids[1] }) {
		t.Errorf("%+v", left)
	}
	if p := s.pruned(t, 401, r); p.Articles != 1 {
		t.Errorf("what nobody took in %s stays: %+v", 400*24*time.Hour, p)
	}
}

func TestPruneFeeds(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	s.saved(t, 0, numbered("a", "1 2 3"))
	if p := s.pruned(t, 399, Retention{}); p != (Pruned{}) {
		t.Errorf("too early: %+v", p)
	}
	if p := s.pruned(t, 401, Retention{Feeds: []string{blog}}); p != (Pruned{}) {
		t.Errorf("a feed of the configuration: %+v", p)
	}
	if p := s.pruned(t, 401, Retention{}); p != (Pruned{Feeds: 1, Articles: 3}) {
		t.Errorf("%+v", p)
	}
	if n := count(t, s, `SELECT (SELECT COUNT(*) FROM articles) + (SELECT COUNT(*) FROM article_keys) + (SELECT COUNT(*) FROM feeds)`); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// Issues go with their ledgers, in small steps; unfinished ones, and each newsletter's last, stay.
func TestPruneIssues(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	audience := subscribed(t, s, people(600))
	for day := range 4 {
		f := frozen(fmt.Sprint("issue ", day), day*oneDay, audience)
		f.Issue.Created = at(day * oneDay)
		ok(s.Freeze(t.Context(), f, at(day*oneDay)))(t)
	}
	must(t, s.RecordSlot(t.Context(), "weekly", at(5*oneDay), SlotEmpty, "", at(5*oneDay)))
	for _, id := range []string{"issue 0", "issue 1", "issue 3"} { // 2 is still being sent
		_, err := s.write.ExecContext(t.Context(), `UPDATE deliveries SET state = 'sent' WHERE issue = $1`, id)
		must(t, err)
		if finished := ok(s.FinishIssue(t.Context(), id))(t); !finished {
			t.Fatal("not finished")
		}
	}
	must(t, s.PauseIssue(t.Context(), "issue 2", "why"))
	if p := s.pruned(t, 400, Retention{}); p != (Pruned{}) {
		t.Errorf("too early: %+v", p)
	}
	if p := s.pruned(t, 500, Retention{}); p != (Pruned{Issues: 2, Deliveries: 1200, Slots: 4}) {
		t.Errorf("%+v", p)
	}
	if n := count(t, s, `SELECT COUNT(*) FROM deliveries`); n != 1200 {
		t.Errorf("%d deliveries are left", n)
	}
	if last := ok(s.LastSlot(t.Context(), "weekly", at(500*oneDay), at(500*oneDay)))(t); !last.Equal(at(5 * oneDay)) {
		t.Errorf("the last slot is %s", last)
	}
	if number := ok(s.Freeze(t.Context(), frozen("new", 500*oneDay, audience[:1]), at(500*oneDay)))(t); number != 5 {
		t.Errorf("the next issue is number %d", number)
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	must(t, s.RecordReport(t.Context(), map[string]time.Time{"a": at(1), "b": at(2)}, nil, at(3)))
	must(t, s.RecordReport(t.Context(), map[string]time.Time{"b": at(4)}, []string{"a", "none"}, at(5)))
	if told := ok(s.Reported(t.Context()))(t); len(told) != 1 || !told["b"].Equal(at(4)) {
		t.Errorf("%v", told)
	}
}
