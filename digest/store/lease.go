package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"sync"
	"time"
)

// LeaseTime is how long a lease holds unless it is renewed.
const LeaseTime = 15 * time.Second

// Lease is one sender's hold on the deliveries that it claims: until it ends, or is not renewed in time, nobody else gets them. A Lease is
// safe for any number of goroutines.
//
// A delivery goes from claimed, when nothing has happened to it yet, to begun, when it may be on the wire, to settled. When a process dies, what
// it had claimed is free again as soon as its lease runs out, and only what it had begun is in doubt.
type Lease struct {
	store     *Store
	id        string
	marks     *group[*mark]
	committed time.Time // when the last of the marks were

	mu      sync.Mutex
	journal journal // as it stands in the store
}

// Lease begins a lease. It also tells until when the last sender of any process was at work; zero if there never was one.
func (s *Store) Lease(ctx context.Context, now time.Time) (l *Lease, last time.Time, err error) {
	l = &Lease{store: s, id: rand.Text(), marks: newGroup[*mark]()}
	err = s.change(ctx, func(tx *sql.Tx) error {
		var until stamp
		if err := tx.QueryRowContext(ctx, `SELECT MAX(until) FROM senders WHERE until <= $1`, stamp(now.Add(2*LeaseTime))).Scan(&until); err != nil {
			return err
		}
		last = time.Time(until)
		// The newest of those that are over stays, to tell when it was.
		_, err := tx.ExecContext(ctx, `
			DELETE FROM senders WHERE (until <= $1 OR until > $2) AND (until <> $3 OR $3 IS NULL)
				AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.leased_by = senders.id)`, stamp(now), stamp(now.Add(2*LeaseTime)), until)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO senders (id, until) VALUES ($1, $2)`, l.id, stamp(now.Add(LeaseTime)))
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return l, last, nil
}

// Renew puts off the end of the lease. What was lost because the lease had run out stays lost.
func (l *Lease) Renew(ctx context.Context, now time.Time) error {
	called := time.Now()
	return l.store.change(ctx, func(tx *sql.Tx) error {
		now := now.Add(time.Since(called)) // others may have kept us waiting
		_, err := tx.ExecContext(ctx, `
			INSERT INTO senders (id, until) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET until = excluded.until`, l.id, stamp(now.Add(LeaseTime)))
		return err
	})
}

// giveBack adds to each lease the time of a transaction in which nobody else could renew any. Otherwise who has frozen a large issue would find that
// the leases of all others have run out, and send again what they have on the wire.
func giveBack(ctx context.Context, tx *sql.Tx, took time.Duration) error {
	if took < LeaseTime/5 {
		return nil
	}
	_, err := tx.ExecContext(ctx, `UPDATE senders SET until = until + $1`, took.Milliseconds())
	return err
}

// End frees what was claimed and not begun. What was begun and not settled is in doubt from now on.
func (l *Lease) End(ctx context.Context, now time.Time) error {
	return l.changeLedger(ctx, func(tx *sql.Tx, j *journal) error {
		if err := l.post(ctx, tx, j); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET leased_by = NULL WHERE leased_by = $1 AND NOT `+onWire, l.id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE senders SET until = $2 WHERE id = $1`, l.id, stamp(now))
		return err
	})
}

// Reclaim takes back what senders held whose lease has run out, because their process died or hangs. What they had claimed simply goes
// on. What they had begun may have been sent or not, so it is unknown, and tried again at next; reclaimed is how many those are.
func (s *Store) Reclaim(ctx context.Context, now, next time.Time) (reclaimed int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		over := []any{stamp(now), stamp(now.Add(2 * LeaseTime))}
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET state = 'sent', tries = tries + 1, reply = '', leased_by = NULL,
				next = COALESCE((SELECT w.sent_at FROM senders w WHERE w.id = deliveries.leased_by), next)
			WHERE `+overText+` AND `+onRecord, over...)
		if err != nil {
			return err
		}
		n, err := affected(tx.ExecContext(ctx, `
			UPDATE deliveries SET state = 'unknown', reply = 'the process that was sending it ended before there was a reply', next = $3, leased_by = NULL
			WHERE `+overText+` AND `+onWire, append(over, stamp(next))...))
		if err != nil {
			return err
		}
		reclaimed = int(n)
		_, err = tx.ExecContext(ctx, `UPDATE deliveries SET leased_by = NULL WHERE `+overText, over...)
		return err
	})
	return reclaimed, err
}

// overText is the condition that a delivery is leased by a sender whose lease has run out, be it one that nothing is known of. A lease that would hold
// for longer than any was taken by a clock that was ahead.
const overText = `leased_by IS NOT NULL AND NOT EXISTS (
	SELECT 1 FROM senders w WHERE w.id = deliveries.leased_by AND w.until > $1 AND w.until <= $2)`

// Held is the moment at which nothing is ever tried: deliveries that wait for the admin's word have it as their Next.
func Held() time.Time { return time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC) }

// longestWait is how long a delivery may wait for its next try, at most. One that is put off for longer was so by a clock that was ahead.
const longestWait = 48 * time.Hour

// Straighten makes due what a clock that was ahead has put off, and cancels what is left of cancelled issues.
func (s *Store) Straighten(ctx context.Context, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET next = $1
			WHERE issue IN (SELECT id FROM issues WHERE state = 'sending') AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL
				AND next > $2 AND next < $3`, stamp(now), stamp(now.Add(longestWait)), stamp(Held()))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, cancelText, "")
		return err
	})
}

// Leased counts the deliveries of an issue that any sender has, and has not sent.
func (s *Store) Leased(ctx context.Context, issue string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM deliveries WHERE `+leasedText+` AND NOT `+onRecord, issue).Scan(&n)
	return n, s.explain(err)
}
