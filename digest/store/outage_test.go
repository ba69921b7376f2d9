package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"tidings/digest"
)

// What cannot be recorded does not go on the wire, and what did before stays on record.
func TestNothingBeginsThatIsNotRecorded(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 2)
	l := lease(t, s)
	first, second := claim(t, l, "one", 0), claim(t, l, "one", 0)
	begin(t, l, first)
	change := func(text string) {
		_, err := s.write.ExecContext(t.Context(), text)
		must(t, err)
	}
	change(`CREATE TRIGGER outage BEFORE UPDATE ON senders BEGIN SELECT RAISE(ABORT, 'an outage'); END`)
	if begun, err := l.Begin(second.ID); begun || err == nil {
		t.Errorf("begun is %t with the error %v", begun, err)
	}
	first.State, first.Tries = digest.Sent, 1
	if err := l.Settle(Result{Delivery: *first}, at(0))(); err == nil {
		t.Error("a result was stored in an outage")
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 1, digest.Queued: 1})
	change(`DROP TRIGGER outage`)
	if !begin(t, l, second) {
		t.Error("after the outage nothing begins")
	}
	record(t, l, first, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 1, digest.Sending: 1})
}

// Who leaves while another process keeps the file locked has left once it does not, even if they did not wait for the answer.
func TestLeavingOutlastsALock(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	holder := openAt(t, path)
	audience := subscribed(t, holder, people(1))
	const busy = 100 * time.Millisecond
	s, err := open(t.Context(), path, busy)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	tx, err := holder.write.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	impatient, cancel := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- s.Unsubscribe(impatient, audience[0].ID, "weekly", at(1)) }()
	time.Sleep(2 * busy) // it has given up once
	cancel()
	if err := <-left; err == nil {
		t.Error("they left while the file was locked")
	}
	must(t, tx.Rollback())
	for range 100 {
		if ok(s.Unsubscribed(t.Context(), audience[0].ID, "weekly"))(t) {
			return
		}
		time.Sleep(busy)
	}
	t.Error("their wish is lost")
}

// A lease that nobody could renew, because somebody else wrote for so long, is not over for that.
func TestALongTransactionCostsNoLease(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, _ := sending(t, 2)
		l := lease(t, s)
		begin(t, l, claim(t, l, "one", 0))
		began := time.Now()
		now := func() time.Time { return at(0).Add(time.Since(began)) }
		for _, change := range []func(context.Context, func(*sql.Tx) error) error{s.change, s.changeForGood} {
			must(t, change(t.Context(), func(*sql.Tx) error { time.Sleep(3 * LeaseTime); return nil }))
			if n := ok(s.Reclaim(t.Context(), now(), now()))(t); n != 0 {
				t.Error("a sender lost its lease while nobody could renew it")
			}
		}
		// Nor is it for having waited to be renewed.
		release, held := make(chan struct{}), make(chan struct{})
		go func() {
			_ = s.change(t.Context(), func(*sql.Tx) error { close(held); <-release; return nil })
		}()
		<-held
		renewed := make(chan error)
		go func() { renewed <- l.Renew(t.Context(), now()) }()
		time.Sleep(3 * LeaseTime)
		close(release)
		must(t, <-renewed)
		if n := ok(s.Reclaim(t.Context(), now(), now()))(t); n != 0 {
			t.Error("a lease was over when it had just been renewed")
		}
	})
}
