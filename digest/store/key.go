package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
)

const keyText = `SELECT value FROM secrets WHERE name = 'key'`

// Key is the secret that tokens are signed with: 32 random bytes, made when first asked for, and the same ever after.
func (s *Store) Key(ctx context.Context) (key []byte, err error) {
	err = s.read.QueryRowContext(ctx, keyText).Scan(&key)
	if err == nil || !errors.Is(err, sql.ErrNoRows) {
		return key, s.explain(err)
	}
	err = s.changeForGood(ctx, func(tx *sql.Tx) error {
		fresh := make([]byte, 32)
		rand.Read(fresh)
		_, err := tx.ExecContext(ctx, `INSERT INTO secrets (name, value) VALUES ('key', $1) ON CONFLICT (name) DO NOTHING`, fresh)
		if err != nil {
			return err
		}
		return tx.QueryRowContext(ctx, keyText).Scan(&key)
	})
	return key, err
}
