package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"tidings/digest"
)

// Record stores State, Next, Tries and Reply of a delivery that was claimed, and ends its lease. A result that comes when the
// lease has run out, and the delivery is no longer ours, changes nothing; except that what was sent is sent, whoever has it now.
func (s *Store) Record(ctx context.Context, d digest.Delivery) error {
	switch d.State {
	case digest.Queued, digest.Deferred, digest.Unknown, digest.Sent, digest.Failed, digest.Suppressed, digest.Expired, digest.Cancelled:
	default:
		return fmt.Errorf("delivery %s: %q is no result", d.ID, d.State)
	}
	if d.Next.IsZero() {
		d.Next = d.Due
	}
	return s.change(ctx, func(tx *sql.Tx) error {
		result, err := s.hot.record.exec(ctx, tx, d.ID, string(d.State), stamp(d.Next), d.Tries, d.Reply, s.process)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n > 0 {
			return err
		}
		ids, err := query(ctx, tx, scanText, `SELECT id FROM deliveries WHERE id = $1`, d.ID)
		if err == nil && len(ids) == 0 {
			err = fmt.Errorf("delivery %q: %w", d.ID, ErrNotFound)
		}
		return err
	})
}

const recordText = `
	UPDATE deliveries SET state = $2, next = COALESCE($3, next), tries = $4, reply = $5, leased_by = NULL, leased_until = NULL
	WHERE id = $1 AND (state = 'sending' AND leased_by = $6 OR $2 = 'sent' AND state <> 'sent')`

// Reclaim takes back the deliveries whose lease has run out, because their process died or hangs: they may have been sent or not, so
// they are unknown, and tried again at next. It returns how many there were.
func (s *Store) Reclaim(ctx context.Context, now, next time.Time) (int, error) {
	return s.changeRows(ctx, `
		UPDATE deliveries SET state = 'unknown', reply = 'the process that was sending it ended before there was a reply',
			next = $2, leased_by = NULL, leased_until = NULL
		WHERE state = 'sending' AND leased_until <= $1`, stamp(now), stamp(next))
}

// Expire gives up the deliveries that were due longer ago than after and are still unfinished; but not one that is just being sent.
// It returns how many there were.
func (s *Store) Expire(ctx context.Context, now time.Time, after time.Duration) (int, error) {
	return s.changeRows(ctx, `
		UPDATE deliveries SET state = 'expired'
		WHERE issue IN (SELECT id FROM issues WHERE state IN ('sending', 'paused') AND due < $1)
			AND state IN ('queued', 'deferred', 'unknown') AND due < $1`, stamp(now.Add(-after)))
}

// changeRows runs one statement and returns how many rows it changed.
func (s *Store) changeRows(ctx context.Context, text string, args ...any) (n int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, text, args...)
		if err != nil {
			return err
		}
		changed, err := result.RowsAffected()
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
		counts[state] = n
		return struct{}{}, err
	}
	_, err := query(ctx, q, scan, `SELECT state, COUNT(*) FROM deliveries WHERE issue = $1 GROUP BY state`, issue)
	return counts, err
}

// Troubled returns deliveries of an issue that did not go through: failed, expired, unknown and deferred, in this order and then by
// address; at most limit.
func (s *Store) Troubled(ctx context.Context, issue string, limit int) ([]digest.Delivery, error) {
	all, err := query(ctx, s.read, scanDelivery, `
		SELECT id, issue, newsletter, subscriber, email, name, tags, state, due, next, tries, reply FROM deliveries
		WHERE issue = $1 AND state IN ('failed', 'expired', 'unknown', 'deferred')
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
	err = row.Scan(&d.ID, &d.Issue, &d.Newsletter, &d.Subscriber, &d.Email, &d.Name, (*list)(&d.Tags), &d.State,
		(*stamp)(&d.Due), (*stamp)(&d.Next), &d.Tries, &d.Reply)
	return d, err
}

// NextDue is when there is something to do for a delivery of an issue that is being sent: to try it, or to take it back from a process
// whose lease runs out. It is zero if nothing is left to do.
func (s *Store) NextDue(ctx context.Context) (time.Time, error) {
	var next stamp
	err := s.read.QueryRowContext(ctx, `
		SELECT MIN(at) FROM (
			SELECT (SELECT MIN(d.next) FROM deliveries d WHERE d.issue = i.id AND d.state IN ('queued', 'deferred', 'unknown')) AS at
			FROM issues i WHERE i.state = 'sending'
			UNION ALL
			SELECT MIN(d.leased_until) AS at FROM deliveries d JOIN issues i ON i.id = d.issue WHERE d.state = 'sending' AND i.state = 'sending'
		) q`).Scan(&next)
	return time.Time(next), s.explain(err)
}
