package store

import (
	"context"
	"database/sql"
	"time"

	"tidings/digest"
)

// Suppress keeps an address from ever getting another message, whoever lists it. The first reason stays.
func (s *Store) Suppress(ctx context.Context, email, reason string, now time.Time) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO suppressions (address, reason, at) VALUES ($1, $2, $3) ON CONFLICT (address) DO NOTHING`,
			digest.AddressKey(email), reason, stamp(now))
		return err
	})
}
