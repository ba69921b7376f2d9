package store

import (
	"context"
	"database/sql"
	"time"

	"tidings/digest"
)

// Suppress keeps an address from ever getting another message, whoever lists it. The first reason stays.
func (s *Store) Suppress(ctx context.Context, email, reason string, now time.Time) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error { return suppressAddress(ctx, tx, email, reason, now) })
}

func suppressAddress(ctx context.Context, tx *sql.Tx, email, reason string, now time.Time) error {
	address := digest.AddressKey(email)
	_, err := tx.ExecContext(ctx, `INSERT INTO suppressions (address, reason, at) VALUES ($1, $2, $3) ON CONFLICT (address) DO NOTHING`,
		address, reason, stamp(now))
	if err != nil {
		return err
	}
	ids, err := query(ctx, tx, scanText, `SELECT id FROM subscribers WHERE address = $1`, address)
	if err != nil || len(ids) == 0 {
		return err
	}
	return stopDeliveries(ctx, tx, ids[0], "", "suppressed: "+reason)
}
