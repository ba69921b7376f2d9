package store

import (
	"errors"
	"fmt"
	"net/mail"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func TestFreezeKeepsTheWholeIssue(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	ok(s.SaveFetch(ctx, digest.FeedState{URL: blog}, []digest.Article{item("id:1"), item("id:2")}, at(0)))(t)
	articles := unconsidered(t, s)
	london, err := time.LoadLocation("Europe/London")
	must(t, err)
	is := digest.Issue{
		ID: "abc", Newsletter: "weekly", Slot: at(0), Next: at(7 * 24 * 60).In(london), Schedule: "0 7 * * MON", Title: "The Reading Room",
		From: mail.Address{Name: "News", Address: "news@example.com"}, Subject: "{{.Title}}", Lang: "en", Images: digest.ImagesLead,
		Limit: digest.Limit{Articles: 40}, Order: []string{"Go"}, Rest: "Elsewhere", Broken: []string{"The Times"},
		Items: []digest.Item{{
			Article: articles[0].ID, Title: "<One>", URL: "https://blog.example.net/1", Source: "Blog", Published: at(-3), Summary: "Words & more.",
			Picture: "b.jpg", Tags: []string{"Go"}, Elsewhere: []digest.Link{{Name: "B", URL: "https://b.example.net/"}},
		}},
		Pictures: []digest.Picture{{CID: "a.jpg", Type: "image/jpeg", Data: []byte{0xff, 0xd8, 0}, Width: 600, Height: 400}, {CID: "b.jpg", Type: "image/jpeg", Data: []byte{1}}},
	}
	if n := ok(s.Freeze(ctx, Frozen{Issue: is, Considered: []string{articles[0].ID, articles[1].ID, articles[0].ID}}, at(1)))(t); n != 1 {
		t.Errorf("number %d, want 1", n)
	}
	is.Number, is.Created = 1, at(1)
	sameInstant := cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })
	if diff := cmp.Diff(is, ok(s.Issue(ctx, "abc"))(t), sameInstant); diff != "" {
		t.Error(diff)
	}
	if left := unconsidered(t, s); len(left) != 0 {
		t.Errorf("still unconsidered: %q", titles(left))
	}
	want := []IssueInfo{{
		ID: "abc", Newsletter: "weekly", Number: 1, Slot: at(0), Created: at(1), Title: "The Reading Room", Articles: 1, State: IssueSending,
		Tally: map[digest.DeliveryState]int{},
	}}
	if diff := cmp.Diff(want, ok(s.Issues(ctx, "", 9))(t)); diff != "" {
		t.Error(diff)
	}
	if _, err := s.Issue(ctx, "zzz"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown issue: %v", err)
	}
}

func TestFreezeRefusesWhatIsTaken(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	ok(s.SaveFetch(ctx, digest.FeedState{URL: blog}, []digest.Article{item("id:1"), item("id:2")}, at(0)))(t)
	articles := unconsidered(t, s)
	audience := subscribed(t, s, people(2))
	ok(s.Freeze(ctx, frozen("one", 0, audience, articles[0].ID), at(0)))(t)

	slot := frozen("two", 0, audience, articles[1].ID)
	considered := frozen("three", 10, audience, articles[1].ID, articles[0].ID)
	for _, f := range []Frozen{slot, considered} {
		if _, err := s.Freeze(ctx, f, at(1)); !errors.Is(err, ErrTaken) {
			t.Errorf("%s: %v, want ErrTaken", f.Issue.ID, err)
		}
	}
	if n := count(t, s, `SELECT (SELECT COUNT(*) FROM issues) * 100 + (SELECT COUNT(*) FROM slots) * 10 + (SELECT COUNT(*) FROM considered)`); n != 111 {
		t.Errorf("what was refused left something behind: %d", n)
	}
	again, manual := considered, frozen("four", 0, audience)
	again.Again, manual.Issue.Manual = true, true
	for i, f := range []Frozen{again, manual} {
		if n := ok(s.Freeze(ctx, f, at(2)))(t); n != i+2 {
			t.Errorf("%s: number %d, want %d", f.Issue.ID, n, i+2)
		}
	}
	if last := ok(s.LastSlot(ctx, "weekly", at(99), at(99)))(t); !last.Equal(at(10)) {
		t.Errorf("last slot %s", last)
	}
}

func TestFreezeRaces(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	stores := []*Store{openAt(t, path), openAt(t, path)}
	ctx := t.Context()
	ok(stores[0].SaveFetch(ctx, digest.FeedState{URL: blog}, []digest.Article{item("id:1")}, at(0)))(t)
	article := unconsidered(t, stores[0])[0].ID
	audience := subscribed(t, stores[0], people(300))
	var wg sync.WaitGroup
	results := make(chan error, 8)
	for i := range cap(results) {
		wg.Go(func() {
			f := frozen(fmt.Sprint("issue", i), 0, audience)
			if i%4 > 1 { // of another slot, but with an article that only one can have
				f = frozen(fmt.Sprint("issue", i), i, audience)
			}
			f.Considered = []string{article}
			_, err := stores[i%2].Freeze(ctx, f, at(0))
			results <- err
		})
	}
	wg.Wait()
	close(results)
	won := 0
	for err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, ErrTaken):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d issues were frozen, want 1", won)
	}
	if n := count(t, stores[0], `SELECT COUNT(*) FROM deliveries`); n != 300 {
		t.Errorf("%d deliveries, want 300", n)
	}
}

func TestAnIssueFromSendingToFinished(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	audience := subscribed(t, s, people(1))
	ok(s.Freeze(ctx, frozen("one", 0, audience), at(0)))(t)
	ok(s.Freeze(ctx, frozen("two", 10, audience), at(10)))(t)
	ids := func(infos []IssueInfo, err error) (ids []string) {
		must(t, err)
		for _, i := range infos {
			ids = append(ids, i.ID)
		}
		return ids
	}
	if diff := cmp.Diff([]string{"one", "two"}, ids(s.Unfinished(ctx, "weekly"))); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"two"}, ids(s.Issues(ctx, "weekly", 1))); diff != "" {
		t.Error(diff)
	}
	if ids(s.Unfinished(ctx, "daily")) != nil {
		t.Error("another newsletter has unfinished issues")
	}
	must(t, s.PauseIssue(ctx, "one", "the server refuses the content"))
	if diff := cmp.Diff([]string{"two"}, ids(s.Unfinished(ctx, ""))); diff != "" {
		t.Error(diff)
	}
	if d := claim(t, lease(t, s), "one", 20); d != nil {
		t.Error("a delivery of a paused issue was claimed")
	}
	infos := ok(s.Issues(ctx, "", 9))(t)
	if infos[1].State != IssuePaused || infos[1].Note != "the server refuses the content" || infos[1].Tally[digest.Queued] != 1 {
		t.Errorf("paused: %+v", infos[1])
	}

	if diff := cmp.Diff([]string{"one"}, ids(s.Paused(ctx, "weekly"))); diff != "" {
		t.Error(diff)
	}

	if ok(s.FinishIssue(ctx, "two"))(t) {
		t.Error("finished with a delivery queued")
	}
	l := lease(t, s)
	d := claim(t, l, "", 20)
	if ok(s.FinishIssue(ctx, "two"))(t) {
		t.Error("finished while sending")
	}
	record(t, l, d, digest.Sent)
	for range 2 {
		if !ok(s.FinishIssue(ctx, "two"))(t) {
			t.Error("not finished with everything sent")
		}
	}
	must(t, s.PauseIssue(ctx, "two", "too late"))
	if infos := ok(s.Issues(ctx, "", 1))(t); infos[0].State != IssueFinished {
		t.Errorf("a finished issue became %s", infos[0].State)
	}
	_, err := s.FinishIssue(ctx, "zzz")
	for _, err := range []error{err, s.PauseIssue(ctx, "zzz", "")} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("an unknown issue: %v", err)
		}
	}
}

func TestAPausedIssueIsResumed(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	audience := subscribed(t, s, people(3))
	ok(s.Freeze(ctx, frozen("one", 0, audience), at(0)))(t)
	l := lease(t, s)
	refused, sent := claim(t, l, "one", 1), claim(t, l, "one", 1)
	refused.Tries, refused.Reply = 1, "550 5.7.1 no"
	record(t, l, refused, digest.Failed)
	record(t, l, sent, digest.Sent)
	must(t, s.ResumeIssue(ctx, "one", at(2)))
	wantTally(t, s, map[digest.DeliveryState]int{digest.Failed: 1, digest.Sent: 1, digest.Queued: 1}) // it was not paused

	must(t, s.PauseIssue(ctx, "one", "most recipients refuse"))
	must(t, s.ResumeIssue(ctx, "one", at(2)))
	wantTally(t, s, map[digest.DeliveryState]int{digest.Deferred: 1, digest.Sent: 1, digest.Queued: 1})
	if first := claim(t, l, "one", 3); first.Tries != 0 {
		t.Error("what was refused comes before what was not tried")
	}
	if second := claim(t, l, "one", 3); second.ID != refused.ID || second.Tries != 1 || !second.Due.Equal(at(0)) {
		t.Errorf("what was refused is not tried again: %+v", second)
	}
	if infos := ok(s.Issues(ctx, "", 1))(t); infos[0].State != IssueSending || infos[0].Note != "" {
		t.Errorf("resumed: %+v", infos[0])
	}
	if err := s.ResumeIssue(ctx, "zzz", at(2)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown issue: %v", err)
	}
}

func TestAnIssueIsPausedWhileItIsSent(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	ctx, l := t.Context(), lease(t, s)
	begun, claimed := claim(t, l, "one", 0), claim(t, l, "one", 0)
	begin(t, l, begun)
	must(t, s.PauseIssue(ctx, "one", "wait"))
	if begin(t, l, claimed) {
		t.Error("a delivery of a paused issue began")
	}
	record(t, l, begun, digest.Sent)
	must(t, s.ResumeIssue(ctx, "one", at(1)))
	if n := len(ok(l.Claim(ctx, "one", 9, at(1)))(t)); n != 1 || !begin(t, l, claimed) {
		t.Errorf("%d were claimed, want 1; and what was claimed before goes on", n)
	}
}

func TestAnIssueIsCancelled(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 5)
	ctx, l := t.Context(), lease(t, s)
	sent, arrives, fails, claimed := claim(t, l, "one", 0), claim(t, l, "one", 0), claim(t, l, "one", 0), claim(t, l, "one", 0)
	record(t, l, sent, digest.Sent)
	begin(t, l, arrives)
	begin(t, l, fails)
	if n := ok(s.CancelIssue(ctx, "one"))(t); n != 2 {
		t.Errorf("%d were cancelled, want 2", n)
	}
	if begin(t, l, claimed) || claim(t, l, "one", 1) != nil {
		t.Error("a delivery of a cancelled issue began")
	}
	record(t, l, arrives, digest.Sent)
	record(t, l, fails, digest.Queued)
	must(t, s.Straighten(ctx, at(1)))
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 2, digest.Cancelled: 3})
	must(t, s.ResumeIssue(ctx, "one", at(1)))
	if n := ok(s.CancelIssue(ctx, "one"))(t); n != 0 || ok(s.Issues(ctx, "", 1))(t)[0].State != IssueCancelled {
		t.Errorf("%d were cancelled again", n)
	}
	if _, err := s.CancelIssue(ctx, "zzz"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown issue: %v", err)
	}
}

func TestFailedBefore(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	audience := subscribed(t, s, people(1))
	for i, id := range []string{"one", "two", "three", "four"} {
		ok(s.Freeze(t.Context(), frozen(id, i, audience), at(i)))(t)
		l := lease(t, s)
		d := claim(t, l, id, i)
		if got, want := ok(s.FailedBefore(t.Context(), *d, 2))(t), []int{0, 1, 1, 1}[i]; got != want {
			t.Errorf("before %s: %d, want %d", id, got, want)
		}
		record(t, l, d, []digest.DeliveryState{digest.Failed, digest.Sent, digest.Failed, digest.Failed}[i])
	}
}

func TestSlots(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	for range 2 {
		if start := ok(s.Start(ctx, "weekly", at(count(t, s, `SELECT COUNT(*) FROM newsletters`))))(t); !start.Equal(at(0)) {
			t.Errorf("started %s", start)
		}
	}
	if start := ok(s.Start(ctx, "weekly", at(-5)))(t); !start.Equal(at(-5)) {
		t.Errorf("with the clock put right, started %s", start)
	}
	if last := ok(s.LastSlot(ctx, "weekly", at(99), at(99)))(t); !last.IsZero() {
		t.Errorf("a slot before any: %s", last)
	}
	must(t, s.RecordSlot(ctx, "weekly", at(10), SlotEmpty, "nothing new", at(11)))
	must(t, s.RecordSlot(ctx, "weekly", at(20), SlotMissed, "", at(99)))
	must(t, s.RecordSlot(ctx, "daily", at(20), SlotMissed, "", at(99)))
	if err := s.RecordSlot(ctx, "weekly", at(10), SlotMissed, "", at(12)); !errors.Is(err, ErrTaken) {
		t.Errorf("a slot twice: %v", err)
	}
	must(t, s.RecordSlot(ctx, "weekly", at(30), SlotMissed, "by a clock far ahead", at(1000)))
	ok(s.Freeze(ctx, frozen("one", 30, nil), at(30)))(t)
	if err := s.RecordSlot(ctx, "weekly", at(30), SlotMissed, "", at(-1000)); !errors.Is(err, ErrTaken) {
		t.Errorf("a slot with an issue, by a clock that was set back: %v", err)
	}
	want := []SlotInfo{{at(30), SlotIssued, ""}, {at(20), SlotMissed, ""}, {at(10), SlotEmpty, "nothing new"}}
	if diff := cmp.Diff(want, ok(s.SlotsRecorded(ctx, "weekly", 9))(t)); diff != "" {
		t.Error(diff)
	}
}
