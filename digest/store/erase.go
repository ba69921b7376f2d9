package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"tidings/digest"
)

// Erase forgets who has an address: their name, wishes, sign-ups and bounces, and whom the ledger's deliveries went to. What is not sent yet is
// stopped. A hash of the address alone remains, under the store's key, so that neither the configuration nor an import adds them again; they
// themselves can still join by the form. It tells whether anything was known of them.
func (s *Store) Erase(ctx context.Context, email string, now time.Time) (known bool, err error) {
	if _, err := s.Key(ctx); err != nil {
		return false, err
	}
	address := digest.AddressKey(email)
	err = s.changeWithoutTrace(ctx, func(tx *sql.Tx) error {
		hash, err := erasedHash(ctx, tx, address)
		if err != nil {
			return err
		}
		ids, err := query(ctx, tx, scanText, `SELECT id FROM subscribers WHERE address = $1`, address)
		if err != nil {
			return err
		}
		for _, id := range ids {
			known = true
			if err := forget(ctx, tx, id); err != nil {
				return err
			}
		}
		for _, text := range []string{`DELETE FROM signups WHERE address = $1`, `DELETE FROM suppressions WHERE address = $1`} {
			result, err := tx.ExecContext(ctx, text, address)
			if err != nil {
				return err
			}
			n, err := result.RowsAffected()
			if err != nil {
				return err
			}
			known = known || n > 0
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO erased (hash, at) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING`, hash, stamp(now))
		return err
	})
	return known, err
}

// forget takes from a subscriber all that tells who they are. The row stays, for the deliveries that refer to it. One that is on the wire is taken from
// its sender: that it was sent is still recorded, but not what was said of the address if it was not.
func forget(ctx context.Context, tx *sql.Tx, id string) error {
	for _, text := range []string{
		`DELETE FROM bounces WHERE delivery IN (SELECT id FROM deliveries WHERE subscriber = $1)`,
		`UPDATE deliveries SET email = '', name = '', tags = '[]', reply = '', leased_by = NULL,
			state = CASE WHEN ` + onRecord + ` THEN 'sent' WHEN state IN ('queued', 'deferred', 'unknown') THEN 'suppressed' ELSE state END WHERE subscriber = $1`,
		`DELETE FROM departures WHERE subscriber = $1`,
		`DELETE FROM signups WHERE subscriber = $1`,
		`UPDATE subscribers SET address = 'erased:' || id, email = '', name = '', newsletters = '[]', tags = '[]', muted = '[]', timezone = '', language = '',
			paused = NULL, joined = NULL, chose = NULL, listed = FALSE WHERE id = $1`,
	} {
		if _, err := tx.ExecContext(ctx, text, id); err != nil {
			return err
		}
	}
	return nil
}

// erasedAmong returns those of the addresses that were erased.
func erasedAmong(ctx context.Context, tx *sql.Tx, addresses []string) (map[string]bool, error) {
	var any bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM erased)`).Scan(&any); err != nil || !any {
		return nil, err
	}
	var key []byte
	if err := tx.QueryRowContext(ctx, keyText).Scan(&key); err != nil {
		return nil, err
	}
	signer, gone := digest.NewSigner(key), map[string]bool{}
	for chunk := range slices.Chunk(addresses, maxListed) {
		hashes, address := make([]string, len(chunk)), make(map[string]string, len(chunk))
		for i, a := range chunk {
			hashes[i] = signer.MAC(digest.PurposeErased, a)
			address[hashes[i]] = a
		}
		found, err := query(ctx, tx, scanText, `SELECT hash FROM erased WHERE hash IN (`+binds(1, len(hashes))+`)`, anys(nil, hashes)...)
		if err != nil {
			return nil, err
		}
		for _, hash := range found {
			gone[address[hash]] = true
		}
	}
	return gone, nil
}

// welcome forgets that an address was erased: whose it is wants to join.
func welcome(ctx context.Context, tx *sql.Tx, address string) error {
	hash, err := erasedHash(ctx, tx, address)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // nobody was ever erased
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, `DELETE FROM erased WHERE hash = $1`, hash)
	}
	return err
}

func erasedHash(ctx context.Context, tx *sql.Tx, address string) (string, error) {
	var key []byte
	if err := tx.QueryRowContext(ctx, keyText).Scan(&key); err != nil {
		return "", err
	}
	return digest.NewSigner(key).MAC(digest.PurposeErased, address), nil
}
