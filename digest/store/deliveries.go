package store

import (
	"context"
	"database/sql"
	"time"

	"tidings/digest"
)

// Expire gives up the deliveries that were due longer ago than after and are still unfinished; but not one that a sender has.
// It returns how many there were.
func (s *Store) Expire(ctx context.Context, now time.Time, after time.Duration) (int, error) {
	return s.changeRows(ctx, `
		UPDATE deliveries SET state = 'expired'
		WHERE issue IN (SELECT id FROM issues WHERE state IN ('sending', 'paused') AND due < $1)
			AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL AND due < $1`, stamp(now.Add(-after)))
}

// CountHeld counts the deliveries of an issue that wait for the admin's word (see Held).
func (s *Store) CountHeld(ctx context.Context, issue string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FROM deliveries
		WHERE issue = $1 AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL AND next = $2`, issue, stamp(Held())).Scan(&n)
	return n, s.explain(err)
}

// changeRows runs one statement and returns how many rows it changed.
func (s *Store) changeRows(ctx context.Context, text string, args ...any) (n int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		changed, err := affected(tx.ExecContext(ctx, text, args...))
		n = int(changed)
		return err
	})
	return n, err
}

// Tally counts the deliveries of an issue by state.
func (s *Store) Tally(ctx context.Context, issue string) (map[digest.DeliveryState]int, error) {
	counts, err := tally(ctx, s.read, issue)
	return counts, s.explain(err)
}

func tally(ctx context.Context, q querier, issue string) (map[digest.DeliveryState]int, error) {
	counts := map[digest.DeliveryState]int{}
	scan := func(row scanner) (_ struct{}, err error) {
		var state digest.DeliveryState
		var n int
		err = row.Scan(&state, &n)
		counts[state] += n
		return struct{}{}, err
	}
	if _, err := query(ctx, q, scan, tallyText, issue); err != nil {
		return nil, err
	}
	all := counts[""]
	delete(counts, "")
	for state, n := range counts {
		if all -= n; n == 0 {
			delete(counts, state)
		}
	}
	if all > 0 {
		counts[digest.Sent] = all
	}
	return counts, nil
}

// tallyText counts all deliveries of an issue, as those in no state, and those that are not sent: each in the index that has them, so that of the
// rows only those are looked at that are leased. What is on the wire, or on record as sent, is taken from the state in which it was claimed.
const tallyText = `
	SELECT '', COUNT(*) FROM deliveries WHERE issue = $1
	UNION ALL
	SELECT state, COUNT(*) FROM deliveries WHERE issue = $1 AND state NOT IN ('queued', 'sending', 'sent') GROUP BY state
	UNION ALL
	SELECT 'queued', COUNT(*) FROM deliveries WHERE issue = $1 AND state IN ('queued', 'deferred', 'unknown') AND leased_by IS NULL AND state = 'queued'
	UNION ALL
	SELECT 'queued', COUNT(*) FROM deliveries WHERE ` + leasedText + ` AND state = 'queued'
	UNION ALL
	SELECT state, -COUNT(*) FROM deliveries WHERE ` + leasedText + ` AND ` + begun + ` GROUP BY state
	UNION ALL
	SELECT 'sending', COUNT(*) FROM deliveries WHERE ` + leasedText + ` AND ` + onWire

// leasedText is the condition that deliveries are of an issue and leased. It is written so that they are looked for among the leased, who are few, and
// not among those of the issue.
const leasedText = `leased_by IS NOT NULL AND issue || '' = $1`

// Troubled returns deliveries of an issue that did not go through: failed, expired, unknown and deferred, in this order and then by
// address; at most limit.
func (s *Store) Troubled(ctx context.Context, issue string, limit int) ([]digest.Delivery, error) {
	all, err := query(ctx, s.read, scanDelivery, `
		SELECT `+deliveryColumns+` FROM ledger
		WHERE issue = $1 AND stored NOT IN ('queued', 'sending', 'sent') AND stored IN ('failed', 'expired', 'unknown', 'deferred')
		ORDER BY CASE state WHEN 'failed' THEN 1 WHEN 'expired' THEN 2 WHEN 'unknown' THEN 3 ELSE 4 END, email, id LIMIT $2`, issue, limit)
	return all, s.explain(err)
}

// FailedBefore counts in how many of the last issues of the newsletter, before the delivery's own and of at most so many, a delivery to
// the same subscriber failed.
func (s *Store) FailedBefore(ctx context.Context, d digest.Delivery, issues int) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FROM (
			SELECT id FROM issues WHERE newsletter = $1 AND created < (SELECT created FROM issues WHERE id = $2) ORDER BY created DESC LIMIT $3
		) i JOIN deliveries d ON d.issue = i.id WHERE d.subscriber = $4 AND d.state = 'failed'`,
		d.Newsletter, d.Issue, issues, d.Subscriber).Scan(&n)
	return n, s.explain(err)
}

func scanDelivery(row scanner) (d digest.Delivery, err error) {
	err = row.Scan(&d.ID, &d.Issue, &d.Newsletter, &d.Subscriber, &d.Email, &d.Name, (*selection)(&d.Selection), &d.State,
		(*stamp)(&d.Due), (*stamp)(&d.Next), &d.Tries, &d.Reply)
	return d, err
}

// NextDue is when there is something to do for a delivery of an issue that is being sent: to try it, or to take it back from a sender
// whose lease runs out. It is zero if nothing is left to do.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next stamp
	err := s.read.QueryRowContext(ctx, `
		SELECT MIN(at) FROM (
			SELECT (SELECT MIN(d.next) FROM deliveries d WHERE d.issue = i.id AND d.state IN ('queued', 'deferred', 'unknown') AND d.leased_by IS NULL) AS at
			FROM issues i WHERE i.state = 'sending'
			UNION ALL
			SELECT MIN(w.until) AS at FROM senders w WHERE EXISTS (
				SELECT 1 FROM deliveries d JOIN issues i ON i.id = d.issue WHERE d.leased_by = w.id AND i.state = 'sending')
		) q`).Scan(&next)
	return time.Time(next), s.explain(err)
}
