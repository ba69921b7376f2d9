package store

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// sending is a store with one issue, "one", due at(0), on its way to n people.
func sending(t testing.TB, n int) (*Store, []digest.Subscriber) {
	s := openTest(t)
	audience := subscribed(t, s, people(n))
	ok(s.Freeze(t.Context(), frozen("one", 0, audience), at(0)))(t)
	return s, audience
}

// lease is a sender of a process that lives on.
func lease(t testing.TB, s *Store) *Lease {
	t.Helper()
	l, _, err := s.Lease(t.Context(), at(0))
	must(t, err)
	return l
}

// claim claims one delivery at a minute; nil if none is due.
func claim(t testing.TB, l *Lease, issue string, minute int) *digest.Delivery {
	t.Helper()
	claimed := ok(l.Claim(t.Context(), issue, 1, at(minute)))(t)
	if len(claimed) == 0 {
		return nil
	}
	return &claimed[0]
}

// begin says that a delivery goes on the wire, and tells whether it may.
func begin(t testing.TB, l *Lease, d *digest.Delivery) bool {
	t.Helper()
	return ok(l.Begin(d.ID))(t)
}

func record(t testing.TB, l *Lease, d *digest.Delivery, state digest.DeliveryState) {
	t.Helper()
	d.State = state
	if state == digest.Sent {
		d.Tries++
	}
	must(t, l.Settle(Result{Delivery: *d}, at(0))())
}

func wantTally(t *testing.T, s *Store, want map[digest.DeliveryState]int) {
	t.Helper()
	if diff := cmp.Diff(want, ok(s.Tally(t.Context(), "one"))(t)); diff != "" {
		t.Error(diff)
	}
}

func TestClaimAndRecord(t *testing.T) {
	t.Parallel()
	synctest.Test(t, testClaimAndRecord) // so that a busy machine lengthens no lease
}

func testClaimAndRecord(t *testing.T) {
	s := openTest(t)
	l := lease(t, s)
	audience := subscribed(t, s, []digest.Subscriber{{Email: "ada@example.com", Name: "Ada", Tags: []string{"Go"}}})
	ok(s.Freeze(t.Context(), frozen("one", 0, audience), at(0)))(t)

	if d := claim(t, l, "one", -1); d != nil {
		t.Fatal("claimed before it was due")
	}
	d := claim(t, l, "one", 1)
	want := digest.Delivery{
		ID: d.ID, Issue: "one", Newsletter: "weekly", Subscriber: audience[0].ID, Email: "ada@example.com", Name: "Ada", Selection: digest.Selection{Tags: []string{"Go"}},
		State: digest.Queued, Due: at(0), Next: at(0),
	}
	if diff := cmp.Diff(want, *d); diff != "" {
		t.Error(diff)
	}
	if claim(t, l, "one", 1) != nil || claim(t, lease(t, s), "one", 1) != nil {
		t.Error("claimed twice")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Queued: 1})
	if !begin(t, l, d) {
		t.Error("what was claimed cannot begin")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1})
	d.Next, d.Tries, d.Reply = at(10), 1, "RCPT TO: 450 4.2.1 try later"
	record(t, l, d, digest.Deferred)
	if claim(t, l, "", 9) != nil {
		t.Error("claimed before its next try")
	}
	if diff := cmp.Diff([]digest.Delivery{*d}, ok(s.Troubled(t.Context(), "one", 9))(t)); diff != "" {
		t.Error(diff)
	}
	if next := ok(s.NextDue(t.Context()))(t); !next.Equal(at(10)) {
		t.Errorf("next due %s", next)
	}
	d = claim(t, l, "", 10)
	if d.Tries != 1 || d.Reply == "" {
		t.Errorf("the second try knows nothing of the first: %+v", d)
	}
	must(t, l.Renew(t.Context(), at(10)))
	if next := ok(s.NextDue(t.Context()))(t); !next.Equal(at(10).Add(LeaseTime)) {
		t.Errorf("next due %s, want the end of the lease", next)
	}
	record(t, l, d, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 1})
	if next := ok(s.NextDue(t.Context()))(t); !next.IsZero() {
		t.Errorf("next due %s with everything sent", next)
	}
}

func TestSettleRefusesNonsense(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 1)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	for _, state := range []digest.DeliveryState{digest.Sending, "", "lost"} {
		d.State = state
		if l.Settle(Result{Delivery: *d}, at(0))() == nil {
			t.Errorf("%q was recorded as a result", state)
		}
	}
	if err := l.Settle(Result{Delivery: digest.Delivery{ID: "zzz", State: digest.Sent}}, at(0))(); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown delivery: %v", err)
	}
	if begin(t, l, &digest.Delivery{ID: "zzz"}) {
		t.Error("an unknown delivery began")
	}
}

func TestClaimTakesTheOldestOfAllIssues(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	l := lease(t, s)
	audience := subscribed(t, s, people(1))
	for i, minutes := range []int{20, 5, 10, 99} {
		ok(s.Freeze(t.Context(), frozen(string(rune('a'+i)), minutes, audience), at(0)))(t)
	}
	var order []string
	for d := claim(t, l, "", 30); d != nil; d = claim(t, l, "", 30) {
		order = append(order, d.Issue)
	}
	if got := strings.Join(order, ""); got != "bca" {
		t.Errorf("claimed in the order %q, want bca", got)
	}
}

func TestNobodyWhoIsGoneIsClaimed(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 5)
	ctx, l := t.Context(), lease(t, s)
	must(t, s.Unsubscribe(ctx, audience[0].ID, "weekly", at(1)))
	must(t, s.Unsubscribe(ctx, audience[1].ID, "", at(1)))
	must(t, s.Unsubscribe(ctx, audience[4].ID, "daily", at(1)))
	must(t, s.Suppress(ctx, audience[2].Email, "", at(1)))
	other := audience[3]
	other.Newsletters = []string{"daily"}
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{audience[0], audience[2], other, audience[4]}, at(1)))
	if d := claim(t, l, "one", 2); d.Email != audience[4].Email {
		t.Errorf("claimed %s", d.Email)
	}
	if claim(t, l, "one", 2) != nil {
		t.Error("somebody who is gone was claimed")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Queued: 1, digest.Suppressed: 4})
	for email, why := range map[string]string{
		audience[0].Email: "unsubscribed", audience[1].Email: "unsubscribed", audience[2].Email: "suppressed: ", audience[3].Email: "no longer takes this newsletter",
	} {
		if n := count(t, s, `SELECT COUNT(*) FROM deliveries WHERE email = $1 AND reply = $2`, email, why); n != 1 {
			t.Errorf("%s is not marked %q", email, why)
		}
	}
}

func TestClaimPassesOverThousandsAtOnce(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 2_000)
	must(t, s.SyncSubscribers(t.Context(), audience[1_999:], at(1)))
	if d := claim(t, lease(t, s), "one", 1); d == nil || d.Email != audience[1_999].Email {
		t.Errorf("claimed %+v", d)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Queued: 1, digest.Suppressed: 1_999})
}

// However many begin and are settled at once, each is told of its own.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	const n = 5*hotListed + 3
	s, _ := sending(t, n)
	l := lease(t, s)
	claimed := ok(l.Claim(t.Context(), "one", n, at(0)))(t)
	var all sync.WaitGroup
	for i, d := range claimed {
		all.Go(func() {
			if i%10 == 0 {
				begin(t, l, &digest.Delivery{ID: "nobody"})
			}
			if !begin(t, l, &d) || begin(t, l, &d) {
				t.Errorf("%s began never, or twice", d.Email)
			}
		})
	}
	all.Wait()
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: n})
	if d := ok(s.Delivery(t.Context(), claimed[0].ID))(t); d.State != digest.Sending {
		t.Errorf("what is on the wire is %s", d.State)
	}
	for i, d := range claimed {
		all.Go(func() {
			d.State, d.Next, d.Tries = digest.Sent, at(1), 1
			if i%10 == 0 {
				d.ID = "nobody"
			}
			if err := l.Settle(Result{Delivery: d}, at(1))(); errors.Is(err, ErrNotFound) != (i%10 == 0) {
				t.Errorf("%s: %v", d.ID, err)
			}
		})
	}
	all.Wait()
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: n - (n+9)/10, digest.Sending: (n + 9) / 10})
	must(t, l.End(t.Context(), at(1)))
	if n := ok(s.Reclaim(t.Context(), at(1), at(1)))(t); n != len(l.journal.wire) {
		t.Errorf("%d are in doubt, want %d", n, len(l.journal.wire))
	}
}

// Whoever leaves, or is suppressed, after a delivery was claimed gets it no more, unless it may be on the wire.
func TestWhoLeavesBetweenClaimAndBegin(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 6)
	ctx, l := t.Context(), lease(t, s)
	claimed := map[string]*digest.Delivery{}
	for range audience {
		d := claim(t, l, "one", 0)
		claimed[d.Subscriber] = d
	}
	of := func(i int) *digest.Delivery { return claimed[audience[i].ID] }
	begin(t, l, of(0))
	must(t, s.Unsubscribe(ctx, audience[0].ID, "weekly", at(1)))
	must(t, s.Unsubscribe(ctx, audience[1].ID, "weekly", at(1)))
	must(t, s.Unsubscribe(ctx, audience[2].ID, "", at(1)))
	must(t, s.Suppress(ctx, audience[3].Email, "complained", at(1)))
	must(t, s.Unsubscribe(ctx, audience[4].ID, "daily", at(1)))
	for i, want := range []bool{1: false, 2: false, 3: false, 4: true, 5: true} {
		if got := i > 0 && begin(t, l, of(i)); got != want {
			t.Errorf("%s began: %v, want %v", of(i).Email, got, want)
		}
	}
	record(t, l, of(0), digest.Sent)
	record(t, l, of(1), digest.Queued) // comes too late
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 1, digest.Suppressed: 3, digest.Sending: 2})
}

// What was on the wire as somebody paused, and came back, waits for nobody: it is not sent later.
func TestWhoPausesWhileAMessageIsOnTheWire(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 1)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	begin(t, l, d)
	must(t, s.Choose(t.Context(), audience[0].ID, digest.Choice{Take: []string{"weekly"}, Paused: at(60)}, at(1)))
	record(t, l, d, digest.Deferred)
	if again := claim(t, l, "one", 30); again != nil {
		t.Errorf("%s pauses, and is claimed", again.Email)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Suppressed: 1})
}

func TestSettleSuppresses(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 2)
	ok(s.Freeze(t.Context(), frozen("two", 1, audience), at(1)))(t)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	d.State = digest.Failed
	must(t, l.Settle(Result{Delivery: *d, Suppress: "RCPT TO: 550 5.1.1 gone"}, at(1))())
	wantTally(t, s, map[digest.DeliveryState]int{digest.Failed: 1, digest.Queued: 1})
	if n := count(t, s, `SELECT COUNT(*) FROM deliveries WHERE issue = 'two' AND state = 'suppressed' AND reply = 'suppressed: RCPT TO: 550 5.1.1 gone'`); n != 1 {
		t.Error("the address is still to get the other issue")
	}
	if left := ok(s.Audience(t.Context(), "weekly"))(t); len(left) != 1 {
		t.Errorf("%d are left", len(left))
	}
}

// A large issue that is being sent holds up no small one.
func TestEachIssueGetsItsShare(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 300)
	ok(s.Freeze(t.Context(), frozen("two", 5, audience[:10]), at(5)))(t)
	ok(s.Freeze(t.Context(), frozen("three", 6, audience[:200]), at(6)))(t)
	got := map[string]int{}
	for _, d := range ok(lease(t, s).Claim(t.Context(), "", 256, at(9)))(t) {
		got[d.Issue]++
	}
	if diff := cmp.Diff(map[string]int{"one": 86, "two": 10, "three": 160}, got); diff != "" {
		t.Error(diff)
	}
}

// TestClaimUsesItsIndex holds the query to a plan that looks at the deliveries it returns, however many there are.
func TestClaimUsesItsIndex(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 10)
	scan := func(row scanner) (detail string, err error) {
		var id, parent, unused int
		err = row.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}
	explained := func(text string, args ...any) string {
		return strings.Join(ok(query(t.Context(), s.read, scan, "EXPLAIN QUERY PLAN "+text, args...))(t), "\n")
	}
	plan := explained(dueText, "one", stamp(at(1)), 1)
	if !strings.Contains(plan, "deliveries_waiting (issue=? AND next<?)") || strings.Contains(plan, "TEMP B-TREE") {
		t.Error(plan)
	}
	for text, others := range map[string]int{takeText: 1, heldText: 1, settleText: 5} {
		if plan := explained(text, make([]any, hotListed+others)...); !strings.Contains(plan, "deliveries_1 (id=?)") {
			t.Errorf("%s\ndoes not look for deliveries by their ids: %s", text, plan)
		}
	}
	for which, index := range map[string]string{"id = $1": "deliveries_1 (id=?)", "issue = $1 AND stored NOT IN ('queued', 'sending', 'sent')": "deliveries_troubled (issue=?)"} {
		if plan := explained("SELECT "+deliveryColumns+" FROM ledger WHERE "+which, "one"); !strings.Contains(plan, index) || strings.Contains(plan, "SCAN") {
			t.Errorf("the ledger where %s: %s", which, plan)
		}
	}
	plan = explained(tallyText, "one")
	for _, index := range []string{"deliveries_waiting", "deliveries_troubled", "deliveries_leased"} {
		if !strings.Contains(plan, index) {
			t.Errorf("counting does not use %s:\n%s", index, plan)
		}
	}
}
