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

// claim claims at a minute, with a lease of two.
func claim(t *testing.T, s *Store, issue string, minute int) *digest.Delivery {
	t.Helper()
	return ok(s.Claim(t.Context(), issue, at(minute), 2*time.Minute))(t)
}

func record(t *testing.T, s *Store, d *digest.Delivery, state digest.DeliveryState) {
	t.Helper()
	d.State = state
	must(t, s.Record(t.Context(), *d))
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
	audience := subscribed(t, s, []digest.Subscriber{{Email: "ada@example.com", Name: "Ada", Tags: []string{"Go"}}})
	ok(s.Freeze(t.Context(), frozen("one", 0, audience), at(0)))(t)

	if d := claim(t, s, "one", -1); d != nil {
		t.Fatal("claimed before it was due")
	}
	d := claim(t, s, "one", 1)
	want := digest.Delivery{
		ID: d.ID, Issue: "one", Newsletter: "weekly", Subscriber: audience[0].ID, Email: "ada@example.com", Name: "Ada", Tags: []string{"Go"},
		State: digest.Sending, Due: at(0), Next: at(0),
	}
	if diff := cmp.Diff(want, *d); diff != "" {
		t.Error(diff)
	}
	if claim(t, s, "one", 1) != nil {
		t.Error("claimed twice")
	}
	d.Next, d.Tries, d.Reply = at(10), 1, "RCPT TO: 450 4.2.1 try later"
	record(t, s, d, digest.Deferred)
	if claim(t, s, "", 9) != nil {
		t.Error("claimed before its next try")
	}
	if diff := cmp.Diff([]digest.Delivery{*d}, ok(s.Troubled(t.Context(), "one", 9))(t)); diff != "" {
		t.Error(diff)
	}
	if next := ok(s.NextDue(t.Context()))(t); !next.Equal(at(10)) {
		t.Errorf("next due %s", next)
	}
	d = claim(t, s, "", 10)
	if d.Tries != 1 || d.Reply == "" {
		t.Errorf("the second try knows nothing of the first: %+v", d)
	}
	if next := ok(s.NextDue(t.Context()))(t); !next.Equal(at(12)) {
		t.Errorf("next due %s, want the end of the lease", next)
	}
	record(t, s, d, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 1})
	if next := ok(s.NextDue(t.Context()))(t); !next.IsZero() {
		t.Errorf("next due %s with everything sent", next)
	}
}

func TestRecordRefusesNonsense(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 1)
	d := claim(t, s, "one", 0)
	for _, state := range []digest.DeliveryState{digest.Sending, "", "lost"} {
		d.State = state
		if s.Record(t.Context(), *d) == nil {
			t.Errorf("%q was recorded as a result", state)
		}
	}
	if err := s.Record(t.Context(), digest.Delivery{ID: "zzz", State: digest.Sent}); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown delivery: %v", err)
	}
}

func TestClaimTakesTheOldestOfAllIssues(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	audience := subscribed(t, s, people(1))
	for i, minutes := range []int{20, 5, 10, 99} {
		ok(s.Freeze(t.Context(), frozen(string(rune('a'+i)), minutes, audience), at(0)))(t)
	}
	var order []string
	for d := claim(t, s, "", 30); d != nil; d = claim(t, s, "", 30) {
		order = append(order, d.Issue)
	}
	if got := strings.Join(order, ""); got != "bca" {
		t.Errorf("claimed in the order %q, want bca", got)
	}
}

func TestNobodyWhoIsGoneIsClaimed(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 5)
	ctx := t.Context()
	must(t, s.Unsubscribe(ctx, audience[0].ID, "weekly", at(1)))
	must(t, s.Unsubscribe(ctx, audience[1].ID, "", at(1)))
	must(t, s.Unsubscribe(ctx, audience[4].ID, "daily", at(1)))
	must(t, s.Suppress(ctx, audience[2].Email, "", at(1)))
	other := audience[3]
	other.Newsletters = []string{"daily"}
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{audience[0], audience[2], other, audience[4]}, at(1)))
	if d := claim(t, s, "one", 2); d.Email != audience[4].Email {
		t.Errorf("claimed %s", d.Email)
	}
	if claim(t, s, "one", 2) != nil {
		t.Error("somebody who is gone was claimed")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1, digest.Suppressed: 4})
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
	if d := claim(t, s, "one", 1); d == nil || d.Email != audience[1_999].Email {
		t.Errorf("claimed %+v", d)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1, digest.Suppressed: 1_999})
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
		wg.Go(func() {
			s := stores[worker%2]
			for {
				d, err := s.Claim(t.Context(), "one", at(1), time.Minute)
				if err != nil {
					t.Error(err)
				}
				if d == nil {
					return
				}
				mu.Lock()
				claims[d.Email]++
				mu.Unlock()
				d.State = digest.Sent
				if err := s.Record(t.Context(), *d); err != nil {
					t.Error(err)
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

func TestReclaim(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	hung, s := openAt(t, path), openAt(t, path)
	ok(s.Freeze(t.Context(), frozen("one", 0, subscribed(t, s, people(2))), at(0)))(t)
	first, second := claim(t, hung, "one", 0), claim(t, hung, "one", 0)
	if n := ok(s.Reclaim(t.Context(), at(1), at(1)))(t); n != 0 {
		t.Errorf("%d leases were taken back before they ran out", n)
	}
	if n := ok(s.Reclaim(t.Context(), at(2), at(2)))(t); n != 2 {
		t.Errorf("%d leases were taken back, want 2", n)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Unknown: 2})
	for range 2 {
		if claim(t, s, "one", 2) == nil {
			t.Fatal("not due at once")
		}
	}
	// The process that hung wakes up: what it knows for sure counts, its doubts do not.
	first.Tries = 7
	record(t, hung, first, digest.Deferred)
	record(t, hung, second, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1, digest.Sent: 1})
	record(t, s, second, digest.Failed)
	record(t, s, first, digest.Failed)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 1, digest.Failed: 1})
}

func TestExpire(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	inFlight, deferred := claim(t, s, "one", 0), claim(t, s, "one", 0)
	deferred.Next = at(500)
	record(t, s, deferred, digest.Deferred)
	for _, c := range []struct{ minute, want int }{{60, 0}, {61, 2}, {62, 0}} {
		if n := ok(s.Expire(t.Context(), at(c.minute), time.Hour))(t); n != c.want {
			t.Errorf("after %d minutes %d expired, want %d", c.minute, n, c.want)
		}
	}
	record(t, s, inFlight, digest.Sent)
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
	plan := strings.Join(ok(query(t.Context(), s.read, scan, "EXPLAIN QUERY PLAN "+dueText, "one", stamp(at(1)), 1))(t), "\n")
	if !strings.Contains(plan, "deliveries_waiting (issue=? AND next<?)") || strings.Contains(plan, "TEMP B-TREE") {
		t.Error(plan)
	}
}

// BenchmarkClaimRecord is what one message costs the ledger, with ten connections at work.
func BenchmarkClaimRecord(b *testing.B) {
	s, _ := sending(b, b.N)
	b.SetParallelism(5)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			d, err := s.Claim(b.Context(), "one", at(1), time.Minute)
			if err != nil || d == nil {
				b.Fatal(d, err)
			}
			d.State = digest.Sent
			must(b, s.Record(b.Context(), *d))
		}
	})
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
