package store

import (
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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
	s := openTest(t)
	l := lease(t, s)
	audience := subscribed(t, s, []digest.Subscriber{{Email: "ada@example.com", Name: "Ada", Tags: []string{"Go"}}})
	ok(s.Freeze(t.Context(), frozen("one", 0, audience), at(0)))(t)

	if d := claim(t, l, "one", -1); d != nil {
		t.Fatal("claimed before it was due")
	}
	d := claim(t, l, "one", 1)
	want := digest.Delivery{
		ID: d.ID, Issue: "one", Newsletter: "weekly", Subscriber: audience[0].ID, Email: "ada@example.com", Name: "Ada", Tags: []string{"Go"},
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

func TestNoDeliveryIsClaimedTwice(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	stores := []*Store{openAt(t, path), openAt(t, path)}
	const n = 200
	audience := subscribed(t, stores[0], people(n))
	ok(stores[0].Freeze(t.Context(), frozen("one", 0, audience), at(0)))(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	claims := map[string]int{}
	for worker := range 10 {
		l := lease(t, stores[worker%2])
		wg.Go(func() {
			for {
				claimed, err := l.Claim(t.Context(), "one", 7, at(0))
				if err != nil {
					t.Error(err)
				}
				if len(claimed) == 0 {
					return
				}
				for _, d := range claimed {
					mu.Lock()
					claims[d.Email]++
					mu.Unlock()
					d.State = digest.Sent
					if err := l.Settle(Result{Delivery: d}, at(0))(); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	for email, times := range claims {
		if times != 1 {
			t.Errorf("%s was claimed %d times", email, times)
		}
	}
	if len(claims) != n {
		t.Errorf("%d were claimed, want %d", len(claims), n)
	}
	wantTally(t, stores[0], map[digest.DeliveryState]int{digest.Sent: n})
}

// What a process had claimed goes on when it is gone; what it had begun is in doubt.
func TestReclaim(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	one, s := openAt(t, path), openAt(t, path)
	ok(s.Freeze(t.Context(), frozen("one", 0, subscribed(t, s, people(4))), at(0)))(t)
	hung, l := lease(t, one), lease(t, s)
	first, second, third := claim(t, hung, "one", 0), claim(t, hung, "one", 0), claim(t, hung, "one", 0)
	begin(t, hung, first)
	begin(t, hung, second)
	must(t, hung.Renew(t.Context(), at(1)))
	must(t, l.Renew(t.Context(), at(1)))
	if n := ok(s.Reclaim(t.Context(), at(1), at(1)))(t); n != 0 {
		t.Errorf("%d leases were taken back before they ran out", n)
	}
	fourth := claim(t, l, "one", 1)
	must(t, l.Renew(t.Context(), at(2)))
	if n := ok(s.Reclaim(t.Context(), at(2), at(2)))(t); n != 2 {
		t.Errorf("%d deliveries were taken back, want 2", n)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Unknown: 2, digest.Queued: 2})
	for range 3 {
		if d := claim(t, l, "one", 2); d == nil || d.ID == fourth.ID {
			t.Fatalf("claimed %+v", d)
		}
	}
	// The process that hung wakes up: what it knows for sure counts, its doubts do not, and it begins nothing.
	first.Tries = 7
	record(t, hung, first, digest.Deferred)
	record(t, hung, second, digest.Sent)
	if begin(t, hung, third) {
		t.Error("a delivery began whose lease had run out")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Unknown: 1, digest.Queued: 2, digest.Sent: 1})
	if begin(t, l, second) {
		t.Error("what has been sent began")
	}
	record(t, l, first, digest.Failed)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Failed: 1, digest.Queued: 2, digest.Sent: 1})
}

func TestALeaseThatEnds(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	l := lease(t, s)
	begun := claim(t, l, "one", 0)
	claim(t, l, "one", 0)
	begin(t, l, begun)
	must(t, l.End(t.Context(), at(5)))
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1, digest.Queued: 2})
	next, last, err := s.Lease(t.Context(), at(9))
	must(t, err)
	if !last.Equal(at(5)) {
		t.Errorf("the last sender was at work at %s, want %s", last, at(5))
	}
	if n := len(ok(next.Claim(t.Context(), "one", 9, at(9)))(t)); n != 2 {
		t.Errorf("%d are free, want 2", n)
	}
	if n := ok(s.Reclaim(t.Context(), at(9), at(9)))(t); n != 1 {
		t.Errorf("%d are in doubt, want 1", n)
	}
}

// A clock that was far ahead, and is right again, holds nothing back.
func TestAClockThatWasAhead(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	const year = 365 * 24 * 60
	ahead, _, err := s.Lease(t.Context(), at(year))
	must(t, err)
	deferred, begun := claim(t, ahead, "one", year), claim(t, ahead, "one", year)
	begin(t, ahead, begun)
	deferred.Next = at(year + 5)
	record(t, ahead, deferred, digest.Deferred)
	claim(t, ahead, "one", year) // and the process dies
	_, last, err := s.Lease(t.Context(), at(1))
	must(t, err)
	if !last.IsZero() {
		t.Errorf("the last sender was at work at %s", last)
	}
	ok(s.Reclaim(t.Context(), at(1), at(1)))(t)
	must(t, s.Straighten(t.Context(), at(1)))
	if n := len(ok(lease(t, s).Claim(t.Context(), "one", 9, at(1)))(t)); n != 3 {
		t.Errorf("%d are due, want 3", n)
	}
}

func TestWhatIsHeldWaitsForTheAdmin(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 1)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	d.Next = Held()
	record(t, l, d, digest.Unknown)
	must(t, s.Straighten(t.Context(), at(99)))
	if claim(t, l, "one", 999_999) != nil {
		t.Error("what is held was claimed")
	}
	if n := ok(s.ReleaseHeld(t.Context(), "one", at(5)))(t); n != 1 {
		t.Errorf("%d were released", n)
	}
	if d := claim(t, l, "one", 5); d == nil || d.State != digest.Unknown {
		t.Errorf("claimed %+v", d)
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

func TestExpire(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	l := lease(t, s)
	inFlight, deferred := claim(t, l, "one", 0), claim(t, l, "one", 0)
	deferred.Next = at(500)
	record(t, l, deferred, digest.Deferred)
	for _, c := range []struct{ minute, want int }{{60, 0}, {61, 2}, {62, 0}} {
		if n := ok(s.Expire(t.Context(), at(c.minute), time.Hour))(t); n != c.want {
			t.Errorf("after %d minutes %d expired, want %d", c.minute, n, c.want)
		}
	}
	record(t, l, inFlight, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Expired: 2, digest.Sent: 1})
	if !ok(s.FinishIssue(t.Context(), "one"))(t) {
		t.Error("an issue with nothing left to do is unfinished")
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
	plan = explained(tallyText, "one")
	for _, index := range []string{"deliveries_waiting", "deliveries_troubled", "deliveries_leased"} {
		if !strings.Contains(plan, index) {
			t.Errorf("counting does not use %s:\n%s", index, plan)
		}
	}
}

// BenchmarkLedger is what one message costs the ledger, with ten connections at work: its share of a claim, its begin, and its result, which is
// stored together with the next begin.
func BenchmarkLedger(b *testing.B) {
	s, _ := sending(b, b.N)
	l := lease(b, s)
	jobs := make(chan digest.Delivery, 512)
	var connections, results sync.WaitGroup
	b.ResetTimer()
	for range 10 {
		connections.Go(func() {
			for d := range jobs {
				if begun, err := l.Begin(d.ID); err != nil || !begun {
					b.Error(begun, err)
				}
				d.State = digest.Sent
				results.Go(func() {
					if err := l.Settle(Result{Delivery: d}, at(1))(); err != nil {
						b.Error(err)
					}
				})
			}
		})
	}
	for left := b.N; left > 0; {
		claimed := ok(l.Claim(b.Context(), "one", 256, at(1)))(b)
		left -= len(claimed)
		for _, d := range claimed {
			jobs <- d
		}
	}
	close(jobs)
	connections.Wait()
	results.Wait()
}

// BenchmarkFreeze plans an issue for 50,000 people.
func BenchmarkFreeze(b *testing.B) {
	s := openTest(b)
	audience := subscribed(b, s, people(50_000))
	for i := 0; b.Loop(); i++ {
		ok(s.Freeze(b.Context(), frozen(string(rune('a'+i)), i, audience), at(i)))(b)
	}
}

// BenchmarkSync reads a configuration of 100,000 people in which nothing has changed.
func BenchmarkSync(b *testing.B) {
	s := openTest(b)
	list := people(100_000)
	must(b, s.SyncSubscribers(b.Context(), list, at(0)))
	for b.Loop() {
		must(b, s.SyncSubscribers(b.Context(), list, at(1)))
	}
}
