package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"time"

	"tidings/digest"
)

// Result is what became of a delivery that was claimed.
type Result struct {
	digest.Delivery        // with its new State, Next, Tries and Reply
	Suppress        string // why its address gets nothing more from now on; empty if it does
}

// mark is one change of the ledger that waits to be written: a result, or the id of a delivery that is to begin.
type mark struct {
	result *Result
	at     time.Time
	begin  string
	begun  bool
	err    error // what is wrong with this one
}

// Begin records that a delivery may be on the wire from now on, and with it every result that Settle was told before. It tells whether it may be
// sent: it must not if its subscriber has left since it was claimed, its issue was paused or cancelled, or the lease ran out.
//
// What waits at the same time is stored together: the result of one message and the begin of the next cost one transaction.
func (l *Lease) Begin(delivery string) (bool, error) {
	m := &mark{begin: delivery}
	err := l.write(m)()
	return m.begun, err
}

// Settle records what became of a delivery of the lease at a moment. It does not wait for that, but returns what does. A result that comes when
// the delivery is no longer ours changes nothing; except that what was sent is sent, whoever has it now.
func (l *Lease) Settle(r Result, at time.Time) (stored func() error) {
	switch r.State {
	case digest.Queued, digest.Deferred, digest.Unknown, digest.Sent, digest.Failed, digest.Suppressed, digest.Expired, digest.Cancelled:
	default:
		return func() error { return fmt.Errorf("delivery %s: %q is no result", r.ID, r.State) }
	}
	if r.Next.IsZero() {
		r.Next = r.Due
	}
	return l.write(&mark{result: &r, at: at})
}

// write puts a mark into the next transaction, and returns what waits for the end of that.
func (l *Lease) write(m *mark) (stored func() error) {
	ctx := context.Background() // that of one caller is not that of the others
	b := l.marks.add(m, func(all func() []*mark) error {
		return l.store.change(ctx, func(tx *sql.Tx) error {
			for _, m := range all() {
				if err := l.enter(ctx, tx, m); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return func() error {
		<-b.done
		return cmp.Or(b.err, m.err)
	}
}

func (l *Lease) enter(ctx context.Context, tx *sql.Tx, e *mark) error {
	if e.result == nil {
		begun, err := affected(l.store.hot.begin.exec(ctx, tx, e.begin, l.id))
		e.begun = begun > 0
		return err
	}
	r := e.result
	settled, err := affected(l.store.hot.settle.exec(ctx, tx, r.ID, string(r.State), stamp(r.Next), r.Tries, r.Reply, l.id))
	switch {
	case err != nil:
		return err
	case settled == 0:
		return e.known(ctx, tx)
	case r.Suppress != "":
		return suppressAddress(ctx, tx, r.Email, r.Suppress, e.at)
	}
	return nil
}

// known sees to whether there is such a delivery at all.
func (e *mark) known(ctx context.Context, tx *sql.Tx) error {
	ids, err := query(ctx, tx, scanText, `SELECT id FROM deliveries WHERE id = $1`, e.result.ID)
	if err == nil && len(ids) == 0 {
		e.err = fmt.Errorf("delivery %q: %w", e.result.ID, ErrNotFound)
	}
	return err
}

const beginText = `
	UPDATE deliveries SET state = 'sending'
	WHERE id = $1 AND leased_by = $2 AND state IN ('queued', 'deferred', 'unknown')
		AND EXISTS (SELECT 1 FROM issues i WHERE i.id = deliveries.issue AND i.state = 'sending')`

const settleText = `
	UPDATE deliveries SET state = $2, next = COALESCE($3, next), tries = $4, reply = $5, leased_by = NULL
	WHERE id = $1 AND (leased_by = $6 OR $2 = 'sent' AND state <> 'sent'
		AND NOT EXISTS (SELECT 1 FROM bounces b WHERE b.delivery = deliveries.id AND b.kind = 'failed'))`
