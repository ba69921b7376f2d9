package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// candidate is a due delivery with what may stand against sending it.
type candidate struct {
	digest.Delivery
	listed     bool   // or joined
	takes      list   // newsletters of the subscriber now; empty: all
	departed   bool   // from this newsletter, or from all
	paused     stamp  // until then they want nothing
	suppressed string // that the address is, and why; empty if it is not
}

// gone tells why the delivery must not be sent any more; empty if it may.
func (c candidate) gone(now time.Time) string {
	switch {
	case c.departed:
		return "unsubscribed"
	case time.Time(c.paused).After(now):
		return pausedReason
	case c.suppressed != "":
		return c.suppressed
	case !c.listed:
		return "no longer listed as a subscriber"
	case !digest.Subscriber{Newsletters: c.takes}.Takes(c.Newsletter):
		return "no longer takes this newsletter"
	}
	return ""
}

// Claim leases up to n deliveries that are due of an issue that is being sent, or of all such issues if issue is "": those due for
// longest. Where several issues are being sent each gets its share, so that none waits for a large one. It returns none if none is due.
//
// Whether the subscriber has left, pauses, is listed no more, or is suppressed is looked at here, in the same transaction: such deliveries become
// suppressed and are passed over. Whoever leaves later is passed over by Begin.
func (l *Lease) Claim(ctx context.Context, issue string, n int, now time.Time) (claimed []digest.Delivery, err error) {
	err = l.changeLedger(ctx, func(tx *sql.Tx, j *journal) error {
		if err := l.post(ctx, tx, j); err != nil { // the journal tells nothing of what is claimed from now on
			return err
		}
		rows, err := l.store.hot.sending.query(ctx, tx, issue, stamp(now))
		issues, err := collect(rows, err, scanText)
		if err != nil {
			return err
		}
		for i, from := range issues {
			share := (n - len(claimed) + len(issues) - i - 1) / (len(issues) - i)
			got, err := l.claimFrom(ctx, tx, from, share, now)
			if err != nil {
				return err
			}
			claimed = append(claimed, got...)
		}
		return l.take(ctx, tx, claimed)
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// claimFrom finds up to n deliveries of an issue that may be sent.
func (l *Lease) claimFrom(ctx context.Context, tx *sql.Tx, issue string, n int, now time.Time) (found []digest.Delivery, err error) {
	for look := n; n > 0 && len(found) == 0; look = max(n, glance) {
		rows, err := l.store.hot.due.query(ctx, tx, issue, stamp(now), look)
		due, err := collect(rows, err, scanCandidate)
		if err != nil || len(due) == 0 {
			return nil, err
		}
		gone := map[string][]string{}
		for _, c := range due {
			if why := c.gone(now); why != "" {
				gone[why] = append(gone[why], c.ID)
			} else {
				found = append(found, c.Delivery)
			}
		}
		if err := suppress(ctx, tx, gone); err != nil {
			return nil, err
		}
	}
	return found[:min(len(found), n)], nil
}

// glance is how many deliveries are looked at together once one was found whose subscriber is gone: where one left, more may have.
const glance = 256

// take makes the deliveries ours.
func (l *Lease) take(ctx context.Context, tx *sql.Tx, deliveries []digest.Delivery) error {
	ids := make([]string, len(deliveries))
	for i, d := range deliveries {
		ids[i] = d.ID
	}
	_, err := l.store.hot.take.each(ctx, tx, ids, l.id)
	return err
}

const takeText = `UPDATE deliveries SET leased_by = $17 WHERE id IN (` + hotBinds + `)`

// sendingText finds the issues of which something is due, those due for longest first.
const sendingText = `
	SELECT id FROM (
		SELECT i.id, (SELECT MIN(d.next) FROM deliveries d WHERE d.issue = i.id AND d.state IN ('queued', 'deferred', 'unknown') AND d.leased_by IS NULL) AS next
		FROM issues i WHERE i.state = 'sending' AND (i.id = $1 OR $1 = '')
	) q WHERE next <= $2 ORDER BY next, id`

// dueText finds the next due deliveries of an issue. Its condition on state and lease is the one of the index deliveries_waiting, word for word.
const dueText = `
	SELECT d.id, d.issue, d.newsletter, d.subscriber, d.email, d.name, d.tags, d.state, d.due, d.next, d.tries, d.reply, s.language,
		` + memberText + `, s.newsletters, s.paused,
		EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = d.subscriber AND l.newsletter IN (d.newsletter, '')),
		COALESCE((SELECT 'suppressed: ' || x.reason FROM suppressions x WHERE x.address = s.address), '')
	FROM deliveries d JOIN subscribers s ON s.id = d.subscriber
	WHERE d.issue = $1 AND d.state IN ('queued', 'deferred', 'unknown') AND d.leased_by IS NULL AND d.next <= $2
	ORDER BY d.next LIMIT $3`

func scanCandidate(row scanner) (c candidate, err error) {
	err = row.Scan(&c.ID, &c.Issue, &c.Newsletter, &c.Subscriber, &c.Email, &c.Name, (*selection)(&c.Selection), &c.State,
		(*stamp)(&c.Due), (*stamp)(&c.Next), &c.Tries, &c.Reply, &c.Language, &c.listed, &c.takes, &c.paused, &c.departed, &c.suppressed)
	return c, err
}

// suppress finishes deliveries whose subscribers are gone, with one statement for each reason.
func suppress(ctx context.Context, tx *sql.Tx, gone map[string][]string) error {
	for why, ids := range gone {
		for chunk := range slices.Chunk(ids, maxListed) {
			_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = 'suppressed', reply = $1 WHERE id IN (`+binds(2, len(chunk))+`)`, anys([]any{why}, chunk)...)
			if err != nil {
				return err
			}
		}
	}
	return nil
}
