package store

import (
	"context"
	"database/sql"
)

// CountMessages adds n messages, which may be negative, to what was counted for a relay under a rate in a span of time, and
// returns the counts of all spans from since on. Older ones are forgotten.
func (s *Store) CountMessages(ctx context.Context, relay, rate string, span, since int64, n int) (map[int64]int, error) {
	counts := map[int64]int{}
	err := s.change(ctx, func(tx *sql.Tx) error {
		clear(counts)
		if _, err := tx.ExecContext(ctx, `DELETE FROM rates WHERE relay = $1 AND rate = $2 AND span < $3`, relay, rate, since); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO rates (relay, rate, span, messages) VALUES ($1, $2, $3, $4)
			ON CONFLICT (relay, rate, span) DO UPDATE SET messages = rates.messages + excluded.messages`, relay, rate, span, n)
		if err != nil {
			return err
		}
		type count struct {
			span     int64
			messages int
		}
		all, err := query(ctx, tx, func(row scanner) (c count, err error) {
			return c, row.Scan(&c.span, &c.messages)
		}, `SELECT span, messages FROM rates WHERE relay = $1 AND rate = $2`, relay, rate)
		for _, c := range all {
			counts[c.span] = c.messages
		}
		return err
	})
	return counts, err
}
