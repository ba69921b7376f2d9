package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/digest"
)

// SyncSubscribers makes the list of the configuration ours: it adds who is new, updates who changed, and marks who is gone from it,
// who then gets nothing unless they joined by themselves. Addresses compare by digest.AddressKey; of two entries with one address the
// first counts. Whoever unsubscribed stays so, listed or not, and of whoever chose on a page nothing is updated. The ids of the given
// subscribers are not looked at: the store keeps its own. Who was erased is passed over.
func (s *Store) SyncSubscribers(ctx context.Context, listed []digest.Subscriber, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error { return syncSubscribers(ctx, tx, listed, now) })
}

func syncSubscribers(ctx context.Context, tx *sql.Tx, listed []digest.Subscriber, now time.Time) error {
	stored, err := storedSubscribers(ctx, tx, listed)
	if err != nil {
		return err
	}
	var unknown []string
	for _, sub := range listed {
		if address := digest.AddressKey(sub.Email); stored[address].ID == "" {
			unknown = append(unknown, address)
		}
	}
	gone, err := erasedAmong(ctx, tx, unknown)
	if err != nil {
		return err
	}
	var added [][]any
	named := make(map[string]bool, len(listed))
	for _, sub := range listed {
		address := digest.AddressKey(sub.Email)
		if named[address] {
			continue
		}
		named[address] = true
		old, known := stored[address]
		switch {
		case gone[address]: // and is to stay so
		case !known:
			added = append(added, []any{rand.Text(), address, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), sub.Timezone, true, stamp(now)})
		case !old.listed || !old.chose && !says(old.Subscriber, sub):
			if err := relist(ctx, tx, old.ID, sub); err != nil {
				return err
			}
		}
	}
	if _, err := insert(ctx, tx, `INSERT INTO subscribers (id, address, email, name, newsletters, tags, timezone, listed, created)`, "", added); err != nil {
		return err
	}
	return unlist(ctx, tx, stored, named)
}

// listedSubscriber is a subscriber with whether the configuration names it, and whether they chose for themselves.
type listedSubscriber struct {
	digest.Subscriber
	listed, chose bool
}

// says tells whether what is stored is what the configuration, or somebody at the command line, says.
func says(stored, sub digest.Subscriber) bool {
	return stored.Email == sub.Email && stored.Name == sub.Name && stored.Timezone == sub.Timezone &&
		slices.Equal(stored.Newsletters, sub.Newsletters) && slices.Equal(stored.Tags, sub.Tags)
}

// storedSubscribers returns those that the configuration names, or named when it was last read, by the key of their address.
func storedSubscribers(ctx context.Context, tx *sql.Tx, named []digest.Subscriber) (map[string]listedSubscriber, error) {
	stored := map[string]listedSubscriber{}
	scan := func(row scanner) (_ struct{}, err error) {
		var address string
		var l listedSubscriber
		err = row.Scan(&address, &l.listed, &l.chose, &l.ID, &l.Email, &l.Name, (*list)(&l.Newsletters), (*list)(&l.Tags), &l.Timezone)
		stored[address] = l
		return struct{}{}, err
	}
	const columns = `SELECT address, listed, chose IS NOT NULL, id, email, name, newsletters, tags, timezone FROM subscribers `
	if _, err := query(ctx, tx, scan, columns+`WHERE listed`); err != nil {
		return nil, err
	}
	var others []string
	for _, sub := range named {
		if address := digest.AddressKey(sub.Email); !stored[address].listed {
			others = append(others, address)
		}
	}
	for chunk := range slices.Chunk(others, maxListed) {
		if _, err := query(ctx, tx, scan, columns+`WHERE address IN (`+binds(1, len(chunk))+`)`, anys(nil, chunk)...); err != nil {
			return nil, err
		}
	}
	return stored, nil
}

// relist marks a subscriber as listed, as the configuration has it unless they chose for themselves.
func relist(ctx context.Context, tx *sql.Tx, id string, sub digest.Subscriber) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscribers SET listed = TRUE WHERE id = $1`, id)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE subscribers SET email = $2, name = $3, newsletters = $4, tags = $5, timezone = $6 WHERE id = $1 AND chose IS NULL`,
		id, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), sub.Timezone)
	return err
}

// unlist marks the stored subscribers whose address is not among the named.
func unlist(ctx context.Context, tx *sql.Tx, stored map[string]listedSubscriber, named map[string]bool) error {
	var gone []string
	for address, l := range stored {
		if l.listed && !named[address] {
			gone = append(gone, l.ID)
		}
	}
	for chunk := range slices.Chunk(gone, maxListed) {
		if _, err := tx.ExecContext(ctx, `UPDATE subscribers SET listed = FALSE WHERE id IN (`+binds(1, len(chunk))+`)`, anys(nil, chunk)...); err != nil {
			return err
		}
	}
	return nil
}

// memberText is the condition on subscribers s that they are any: named by the configuration, or joined otherwise.
const memberText = `(s.listed OR s.joined IS NOT NULL)`

const subscriberColumns = `s.id, s.email, s.name, s.newsletters, s.tags, s.muted, s.timezone, s.language, s.paused`

func scanSubscriber(row scanner) (sub digest.Subscriber, err error) {
	err = row.Scan(&sub.ID, &sub.Email, &sub.Name, (*list)(&sub.Newsletters), (*list)(&sub.Tags), (*list)(&sub.Muted),
		&sub.Timezone, &sub.Language, (*stamp)(&sub.Paused))
	return sub, err
}

// Subscriber returns a subscriber, listed or not.
func (s *Store) Subscriber(ctx context.Context, id string) (digest.Subscriber, error) {
	sub, err := subscriber(ctx, s.read, id)
	return sub, s.explain(err)
}

// rowQuerier is a *sql.DB or a *sql.Tx.
type rowQuerier interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}

func subscriber(ctx context.Context, q rowQuerier, id string) (digest.Subscriber, error) {
	sub, err := scanSubscriber(q.QueryRowContext(ctx, `SELECT `+subscriberColumns+` FROM subscribers s WHERE s.id = $1 AND s.email <> ''`, id)) // the erased are none
	if errors.Is(err, sql.ErrNoRows) {
		err = noSubscriber(id)
	}
	return sub, err
}

func noSubscriber(id string) error { return fmt.Errorf("subscriber %q: %w", id, ErrNotFound) }
