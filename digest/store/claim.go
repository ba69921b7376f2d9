package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// glance is how many deliveries are looked at together once one was found whose subscriber is gone: where one left, more may have.
const glance = 256

// candidate is a due delivery with what may stand against sending it.
type candidate struct {
	digest.Delivery
	listed     bool   // or joined
	takes      list   // newsletters of the subscriber now; empty: all
	departed   bool   // from this newsletter, or from all
	suppressed string // that the address is, and why; empty if it is not
}

// gone tells why the delivery must not be sent any more; empty if it may.
func (c candidate) gone() string {
	switch {
	case c.departed:
		return "unsubscribed"
	case c.suppressed != "":
		return c.suppressed
	case !c.listed:
		return "no longer listed as a subscriber"
	case !digest.Subscriber{Newsletters: c.takes}.Takes(c.Newsletter):
		return "no longer takes this newsletter"
	}
	return ""
}

// Claim leases the next due delivery of an issue that is being sent, or of any if issue is "": the one due for longest. It returns nil if
// none is due. Nobody else gets it until the lease runs out, so make the lease longer than a message may take.
//
// Whether the subscriber has left, is listed no more, or is suppressed is looked at here, in the same transaction: such deliveries become
// suppressed and are passed over.
func (s *Store) Claim(ctx context.Context, issue string, now time.Time, lease time.Duration) (claimed *digest.Delivery, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		for look := 1; ; look = glance {
			from, err := s.sendingIssue(ctx, tx, issue, now)
			if err != nil || from == "" {
				return err
			}
			rows, err := s.hot.due.query(ctx, tx, from, stamp(now), look)
			due, err := collect(rows, err, scanCandidate)
			if err != nil {
				return err
			}
			left := slices.IndexFunc(due, func(c candidate) bool { return c.gone() == "" })
			if left < 0 {
				left = len(due)
			}
			if err := suppress(ctx, tx, due[:left]); err != nil {
				return err
			}
			if left < len(due) {
				claimed = &due[left].Delivery
				claimed.State = digest.Sending
				_, err := s.hot.lease.exec(ctx, tx, claimed.ID, s.process, stamp(now.Add(lease)))
				return err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return claimed, nil
}

// sendingIssue returns the issue, or any if it is "", if it is being sent and something of it is due; else "".
func (s *Store) sendingIssue(ctx context.Context, tx *sql.Tx, issue string, now time.Time) (string, error) {
	rows, err := s.hot.sending.query(ctx, tx, issue, stamp(now))
	ids, err := collect(rows, err, scanText)
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

// sendingText finds the issue that has been due for longest.
const sendingText = `
	SELECT id FROM (
		SELECT i.id, (SELECT MIN(d.next) FROM deliveries d WHERE d.issue = i.id AND d.state IN ('queued', 'deferred', 'unknown')) AS next
		FROM issues i WHERE i.state = 'sending' AND (i.id = $1 OR $1 = '')
	) q WHERE next <= $2 ORDER BY next LIMIT 1`

// dueText finds the next due deliveries of an issue. Its condition on the state is the one of the index deliveries_waiting, word for word.
const dueText = `
	SELECT d.id, d.issue, d.newsletter, d.subscriber, d.email, d.name, d.tags, d.due, d.next, d.tries, d.reply,
		` + memberText + `, s.newsletters,
		EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = d.subscriber AND l.newsletter IN (d.newsletter, '')),
		COALESCE((SELECT 'suppressed: ' || x.reason FROM suppressions x WHERE x.address = s.address), '')
	FROM deliveries d JOIN subscribers s ON s.id = d.subscriber
	WHERE d.issue = $1 AND d.state IN ('queued', 'deferred', 'unknown') AND d.next <= $2
	ORDER BY d.next LIMIT $3`

const leaseText = `UPDATE deliveries SET state = 'sending', leased_by = $2, leased_until = $3 WHERE id = $1`

func scanCandidate(row scanner) (c candidate, err error) {
	err = row.Scan(&c.ID, &c.Issue, &c.Newsletter, &c.Subscriber, &c.Email, &c.Name, (*list)(&c.Tags),
		(*stamp)(&c.Due), (*stamp)(&c.Next), &c.Tries, &c.Reply, &c.listed, &c.takes, &c.departed, &c.suppressed)
	return c, err
}

// suppress finishes deliveries whose subscribers are gone, with one statement for each reason.
func suppress(ctx context.Context, tx *sql.Tx, gone []candidate) error {
	ids := map[string][]string{}
	for _, c := range gone {
		ids[c.gone()] = append(ids[c.gone()], c.ID)
	}
	for why, ids := range ids {
		_, err := tx.ExecContext(ctx, `UPDATE deliveries SET state = 'suppressed', reply = $1 WHERE id IN (`+binds(2, len(ids))+`)`, anys([]any{why}, ids)...)
		if err != nil {
			return err
		}
	}
	return nil
}
