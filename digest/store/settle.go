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

// mark is one change of the ledger that waits to be written: a result, or that a delivery is to begin.
type mark struct {
	id     string  // of the delivery
	result *Result // nil: it is to begin …
	begun  bool    // … and may
	at     time.Time
	err    error // what is wrong with this one
}

// plain tells whether the mark is what nearly all are that end well: the first try went through.
func (m *mark) plain() bool {
	r := m.result
	return r != nil && r.State == digest.Sent && r.Tries == 1 && r.Reply == "" && r.Suppress == ""
}

// Begin records that a delivery may be on the wire from now on, and with it every result that Settle was told before. It tells whether it may be
// sent: it must not if its subscriber has left since it was claimed, its issue was paused or cancelled, or the lease ran out.
//
// What waits at the same time is stored together: the result of one message and the begin of the next cost one transaction.
func (l *Lease) Begin(delivery string) (bool, error) {
	m := &mark{id: delivery}
	if err := l.write(m)(); err != nil {
		return false, err // m.begun is what would have been
	}
	return m.begun, nil
}

// Settle takes what became of a delivery of the lease at a moment. It is recorded by the next Begin, or by the function that Settle returns, which
// must be called, and waits for that. A result that comes when the delivery is no longer ours changes nothing; except that what was sent is sent, whoever
// has it now. Those that are equal in all but the delivery are stored fastest.
func (l *Lease) Settle(r Result, at time.Time) (stored func() error) {
	switch r.State {
	case digest.Queued, digest.Deferred, digest.Unknown, digest.Sent, digest.Failed, digest.Suppressed, digest.Expired, digest.Cancelled:
	default:
		return func() error { return fmt.Errorf("delivery %s: %q is no result", r.ID, r.State) }
	}
	if r.Next.IsZero() {
		r.Next = r.Due
	}
	return l.write(&mark{id: r.ID, result: &r, at: at})
}

// write puts a mark into the next transaction, and returns what waits for the end of that.
func (l *Lease) write(m *mark) func() error {
	b, _ := l.marks.join(m)
	return func() error { return cmp.Or(l.marks.wait(b, l.commit), m.err) }
}

// rush is how soon one commit follows another where messages go out as fast as they can: then it pays to wait for others.
const rush = time.Millisecond

// commit makes a transaction of marks. The context of one who waits for it is not that of the others.
func (l *Lease) commit(all func() []*mark) error {
	if time.Since(l.committed) < rush {
		runtime.Gosched() // whoever is about to come comes along
	}
	defer func() { l.committed = time.Now() }()
	ctx := context.Background()
	return l.changeLedger(ctx, func(tx *sql.Tx, j *journal) error {
		marks := all()
		held, err := l.held(ctx, tx, marks)
		if err == nil {
			err = l.settle(ctx, tx, j, marks, held)
		}
		if err != nil {
			return err
		}
		putOnWire(j, marks, held)
		return l.put(ctx, tx, j)
	})
}

// held is which of the deliveries that are to begin, or have gone through, are ours and unfinished; true where the issue is being sent.
func (l *Lease) held(ctx context.Context, tx *sql.Tx, marks []*mark) (map[string]bool, error) {
	var ids []string
	for _, m := range marks {
		if m.result == nil || m.plain() {
			ids = append(ids, m.id)
		}
	}
	type holding struct {
		id      string
		sending bool
	}
	scan := func(row scanner) (h holding, err error) {
		err = row.Scan(&h.id, &h.sending)
		return h, err
	}
	ours, err := queryEach(ctx, tx, l.store.hot.held, scan, ids, l.id)
	held := make(map[string]bool, len(ours))
	for _, h := range ours {
		held[h.id] = h.sending
	}
	return held, err
}

// settle notes the results: the plain ones in the journal, all others in the deliveries.
func (l *Lease) settle(ctx context.Context, tx *sql.Tx, j *journal, marks []*mark, held map[string]bool) error {
	same := map[outcome][]*mark{}
	for _, m := range marks {
		if m.result == nil {
			continue
		}
		j.land(m.id)
		if _, ours := held[m.id]; ours && m.plain() {
			if err := l.note(ctx, tx, j, m); err != nil {
				return err
			}
		} else {
			same[m.outcome()] = append(same[m.outcome()], m)
		}
		delete(held, m.id)
	}
	for o, marks := range same {
		if err := l.record(ctx, tx, o, marks); err != nil {
			return err
		}
	}
	return nil
}

// note adds a plain result to the journal, which has room for it then.
func (l *Lease) note(ctx context.Context, tx *sql.Tx, j *journal, m *mark) error {
	if at := m.result.Next; len(j.sent) == mostSent || !at.Equal(j.at) {
		if err := l.post(ctx, tx, j); err != nil {
			return err
		}
		j.at = at
	}
	j.sent = append(j.sent, m.id)
	return nil
}

// putOnWire puts there what may be.
func putOnWire(j *journal, marks []*mark, held map[string]bool) {
	for _, m := range marks {
		if m.result == nil && held[m.id] && !slices.Contains(j.wire, m.id) && !slices.Contains(j.sent, m.id) {
			m.begun = true
			j.wire = append(j.wire, m.id)
		}
	}
}

// outcome is what one statement records of the deliveries that it names.
type outcome struct {
	state digest.DeliveryState
	next  time.Time
	tries int
	reply string
	alone string // id of the only one, where more follows from it
}

func (m *mark) outcome() outcome {
	r := m.result
	o := outcome{state: r.State, next: r.Next, tries: r.Tries, reply: r.Reply}
	if r.Suppress != "" {
		o.alone = m.id
	}
	return o
}

// values are what settleText is called with, after the ids, by the lease.
func (o outcome) values(lease string) []any {
	return []any{lease, string(o.state), stamp(o.next), o.tries, o.reply}
}

// record writes the same outcome to deliveries, with what follows from it.
func (l *Lease) record(ctx context.Context, tx *sql.Tx, o outcome, same []*mark) error {
	ids := make([]string, len(same))
	for i, m := range same {
		ids[i] = m.id
	}
	settled, err := l.store.hot.settle.each(ctx, tx, ids, o.values(l.id)...)
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
		ids, err := query(ctx, tx, scanText, `SELECT id FROM deliveries WHERE id = $1`, m.id)
		if err != nil {
			return err
		}
		if len(ids) == 0 {
			m.err = fmt.Errorf("delivery %q: %w", m.id, ErrNotFound)
		}
	}
	return nil
}

// Both look for the deliveries by their ids, and not among all that are leased.
const (
	heldText = `
	SELECT id, EXISTS (SELECT 1 FROM issues i WHERE i.id = deliveries.issue AND i.state = 'sending')
	FROM deliveries WHERE id IN (` + hotBinds + `) AND COALESCE(leased_by, '') = $17 AND state IN ('queued', 'deferred', 'unknown')`

	settleText = `
	UPDATE deliveries SET state = $18, next = COALESCE($19, next), tries = $20, reply = $21, leased_by = NULL
	WHERE id IN (` + hotBinds + `) AND (COALESCE(leased_by, '') = $17 OR $18 = 'sent' AND state <> 'sent'
		AND NOT EXISTS (SELECT 1 FROM bounces b WHERE b.delivery = deliveries.id AND b.kind = 'failed'))`
)
