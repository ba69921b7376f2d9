package store

import (
	"context"
	"fmt"
	"iter"

	"tidings/digest"
)

// IssueInfo finds an issue by its id, or by its newsletter and number; 0 is the newest of the newsletter.
func (s *Store) IssueInfo(ctx context.Context, idOrNewsletter string, number int) (IssueInfo, error) {
	infos, err := s.infos(ctx, `WHERE id = $1 AND $2 = 0 OR newsletter = $1 AND (number = $2 OR $2 = 0) ORDER BY number DESC LIMIT 1`, idOrNewsletter, number)
	if err == nil && len(infos) == 0 {
		err = fmt.Errorf("issue %d of %q: %w", number, idOrNewsletter, ErrNotFound)
	}
	if err != nil {
		return IssueInfo{}, err
	}
	return infos[0], nil
}

// Ledger is the deliveries of an issue that are in one of the states, or all without any, by address; one after the other, however many there are.
// Next is of those that are sent or failed when that was.
func (s *Store) Ledger(ctx context.Context, issue string, states ...digest.DeliveryState) iter.Seq2[digest.Delivery, error] {
	return func(yield func(digest.Delivery, error) bool) {
		which, args := "", []any{issue}
		if len(states) > 0 {
			which = ` AND state IN (` + binds(2, len(states)) + `)`
			for _, state := range states {
				args = append(args, string(state))
			}
		}
		rows, err := s.read.QueryContext(ctx, `SELECT `+deliveryColumns+` FROM ledger WHERE issue = $1`+which+` ORDER BY email, id`, args...)
		if err != nil {
			yield(digest.Delivery{}, s.explain(err))
			return
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			d, err := scanDelivery(rows)
			if !yield(d, s.explain(err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(digest.Delivery{}, s.explain(err))
		}
	}
}

// deliveryColumns are of the view ledger.
const deliveryColumns = `id, issue, newsletter, subscriber, email, name, tags, state, due, next, tries, reply`
