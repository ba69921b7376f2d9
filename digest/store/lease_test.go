package store

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"tidings/digest"
)

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
					d.State, d.Tries = digest.Sent, 1
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
