package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"runtime"
	"slices"
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
	if err := l.write(m)(); err != nil {
		return false, err // m.begun is what would have been
	}
	return m.begun, nil
}

// Settle records what became of a delivery of the lease at a moment. It does not wait for that, but returns what does. A result that comes when
// the delivery is no longer ours changes nothing; except that what was sent is sent, whoever has it now. Those that are equal in all but the
// delivery are stored fastest.
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
	b := l.marks.add(m, l.commit)
	return func() error {
		<-b.done
		return cmp.Or(b.err, m.err)
	}
}

// commit makes a transaction of marks. The context of one who waits for it is not that of the others.
func (l *Lease) commit(all func() []*mark) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	ctx, wire := context.Background(), l.wire
	runtime.Gosched() // whoever is about to come comes along
	err := l.store.change(ctx, func(tx *sql.Tx) (err error) {
		marks := all()
		for o, same := range alike(marks) {
			if err := l.settle(ctx, tx, o, same); err != nil {
				return err
			}
		}
		if wire, err = l.begin(ctx, tx, marks); err != nil || slices.Equal(wire, l.wire) {
			return err
		}
		_, err = l.store.hot.wire.exec(ctx, tx, l.id, list(wire))
		return err
	})
	if err == nil {
		l.wire = wire
	}
	return err
}

// outcome is what one statement records of the deliveries that it names.
type outcome struct {
	state digest.DeliveryState
	next  time.Time
	tries int
	reply string
	alone string // id of the only one, where more follows from it
}

// alike brings together the results that say the same.
func alike(marks []*mark) map[outcome][]*mark {
	same := map[outcome][]*mark{}
	for _, m := range marks {
		if r := m.result; r != nil {
			o := outcome{state: r.State, next: r.Next, tries: r.Tries, reply: r.Reply}
			if r.Suppress != "" {
				o.alone = r.ID
			}
			same[o] = append(same[o], m)
		}
	}
	return same
}

func (l *Lease) settle(ctx context.Context, tx *sql.Tx, o outcome, same []*mark) error {
	ids := make([]string, len(same))
	for i, m := range same {
		ids[i] = m.result.ID
	}
	settled, err := l.store.hot.settle.each(ctx, tx, ids, l.id, string(o.state), stamp(o.next), o.tries, o.reply)
	if err != nil {
		return err
	}
	if settled < len(same) {
		return known(ctx, tx, same)
	}
	if r := same[0].result; o.alone != "" {
		return suppressAddress(ctx, tx, r.Email, r.Suppress, same[0].at)
	}
	return nil
}

// known sees to whether there are such deliveries at all.
func known(ctx context.Context, tx *sql.Tx, marks []*mark) error {
	for _, m := range marks {
		ids, err := query(ctx, tx, scanText, `SELECT id FROM deliveries WHERE id = $1`, m.result.ID)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			m.err = fmt.Errorf("delivery %q: %w", m.result.ID, ErrNotFound)
		}
	}
	return nil
}

// begin finds out who may begin, and returns all that may be on the wire from then on.
func (l *Lease) begin(ctx context.Context, tx *sql.Tx, marks []*mark) (wire []string, err error) {
	wire = slices.Clone(l.wire)
	var ids []string
	for _, m := range marks {
		if m.result == nil {
			ids = append(ids, m.begin)
		} else if i := slices.Index(wire, m.result.ID); i >= 0 {
			wire = slices.Delete(wire, i, i+1)
		}
	}
	may, err := l.store.hot.begin.list(ctx, tx, ids, l.id)
	for _, m := range marks {
		m.begun = slices.Contains(may, m.begin) && !slices.Contains(wire, m.begin)
		if m.begun {
			wire = append(wire, m.begin)
		}
	}
	return wire, err
}

// Both look for the deliveries by their ids, and not among all that are leased.
const (
	beginText = `
	SELECT id FROM deliveries
	WHERE id IN (` + hotBinds + `) AND COALESCE(leased_by, '') = $17 AND state IN ('queued', 'deferred', 'unknown')
		AND EXISTS (SELECT 1 FROM issues i WHERE i.id = deliveries.issue AND i.state = 'sending')`

	settleText = `
	UPDATE deliveries SET state = $18, next = COALESCE($19, next), tries = $20, reply = $21, leased_by = NULL
	WHERE id IN (` + hotBinds + `) AND (COALESCE(leased_by, '') = $17 OR $18 = 'sent' AND state <> 'sent'
		AND NOT EXISTS (SELECT 1 FROM bounces b WHERE b.delivery = deliveries.id AND b.kind = 'failed'))`
)

// wireText writes down what a sender has on the wire, even if its row was cleared away because its lease had run out.
const wireText = `INSERT INTO senders (id, until, wire) VALUES ($1, 0, $2) ON CONFLICT (id) DO UPDATE SET wire = excluded.wire`

// onWire is the condition that a delivery may be on the wire.
const onWire = `EXISTS (SELECT 1 FROM senders w WHERE w.id = deliveries.leased_by AND w.wire <> REPLACE(w.wire, deliveries.id, ''))`
