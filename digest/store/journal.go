package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// journal is what a sender's row tells of its deliveries. Each commit writes it, and most write nothing else. What it says of a delivery counts for as
// long as the sender has that.
type journal struct {
	wire []string  // ids of those that may be on the wire
	sent []string  // ids of those that were sent, at the first try …
	at   time.Time // … and when: of the same moment all
}

// mostSent is how many deliveries are sent before that is written to them.
const mostSent = 64

func (j journal) clone() journal {
	return journal{wire: slices.Clone(j.wire), sent: slices.Clone(j.sent), at: j.at}
}

// land takes a delivery from the wire.
func (j *journal) land(id string) {
	if i := slices.Index(j.wire, id); i >= 0 {
		j.wire = slices.Delete(j.wire, i, i+1)
	}
}

// changeLedger runs f in a transaction, with the lease's journal to change and to put down.
func (l *Lease) changeLedger(ctx context.Context, f func(*sql.Tx, *journal) error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	j := l.journal.clone()
	err := l.store.change(ctx, func(tx *sql.Tx) error { return f(tx, &j) })
	if err == nil {
		l.journal = j
	}
	return err
}

// post writes to the deliveries that they were sent, and takes them from the journal.
func (l *Lease) post(ctx context.Context, tx *sql.Tx, j *journal) error {
	if len(j.sent) == 0 {
		return nil
	}
	o := outcome{state: digest.Sent, next: j.at, tries: 1}
	if _, err := l.store.hot.settle.each(ctx, tx, j.sent, o.values(l.id)...); err != nil {
		return err
	}
	j.sent = nil
	return l.put(ctx, tx, j)
}

// put writes the journal down, even if the sender's row was cleared away because its lease had run out.
func (l *Lease) put(ctx context.Context, tx *sql.Tx, j *journal) error {
	_, err := l.store.hot.journal.exec(ctx, tx, l.id, list(j.wire), list(j.sent), stamp(j.at))
	return err
}

const journalText = `
	INSERT INTO senders (id, until, wire, sent, sent_at) VALUES ($1, 0, $2, $3, $4)
	ON CONFLICT (id) DO UPDATE SET wire = excluded.wire, sent = excluded.sent, sent_at = excluded.sent_at`

// Conditions on deliveries that are leased: the view ledger has them as states.
const (
	onWire   = `EXISTS (SELECT 1 FROM senders w WHERE w.id = deliveries.leased_by AND w.wire <> REPLACE(w.wire, deliveries.id, ''))`
	onRecord = `EXISTS (SELECT 1 FROM senders w WHERE w.id = deliveries.leased_by AND w.sent <> REPLACE(w.sent, deliveries.id, ''))`
	begun    = `(` + onWire + ` OR ` + onRecord + `)`
)
