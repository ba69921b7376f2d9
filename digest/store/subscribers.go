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
// who then gets nothing. Addresses compare by digest.AddressKey; of two entries with one address the first counts. Whoever
// unsubscribed stays so, listed or not. The ids of the given subscribers are not looked at: the store keeps its own.
func (s *Store) SyncSubscribers(ctx context.Context, listed []digest.Subscriber, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		stored, err := storedSubscribers(ctx, tx)
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
			case !known:
				added = append(added, []any{rand.Text(), address, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), true, stamp(now)})
			case !old.listed || !old.says(sub):
				if err := relist(ctx, tx, old.ID, sub); err != nil {
					return err
				}
			}
		}
		if _, err := insert(ctx, tx, `INSERT INTO subscribers (id, address, email, name, newsletters, tags, listed, created)`, "", added); err != nil {
			return err
		}
		return unlist(ctx, tx, stored, named)
	})
}

// listedSubscriber is a subscriber with whether the configuration names it.
type listedSubscriber struct {
	digest.Subscriber
	listed bool
}

// says tells whether what is stored is what the configuration says.
func (l listedSubscriber) says(sub digest.Subscriber) bool {
	return l.Email == sub.Email && l.Name == sub.Name && slices.Equal(l.Newsletters, sub.Newsletters) && slices.Equal(l.Tags, sub.Tags)
}

// storedSubscribers returns all subscribers by the key of their address.
func storedSubscribers(ctx context.Context, tx *sql.Tx) (map[string]listedSubscriber, error) {
	stored := map[string]listedSubscriber{}
	scan := func(row scanner) (_ struct{}, err error) {
		var address string
		var l listedSubscriber
		err = row.Scan(&address, &l.listed, &l.ID, &l.Email, &l.Name, (*list)(&l.Newsletters), (*list)(&l.Tags))
		stored[address] = l
		return struct{}{}, err
	}
	_, err := query(ctx, tx, scan, `SELECT address, listed, id, email, name, newsletters, tags FROM subscribers`)
	return stored, err
}

func relist(ctx context.Context, tx *sql.Tx, id string, sub digest.Subscriber) error {
	_, err := tx.ExecContext(ctx, `UPDATE subscribers SET email = $2, name = $3, newsletters = $4, tags = $5, listed = TRUE WHERE id = $1`,
		id, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags))
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

// Audience returns who gets the newsletter: listed, taking it, not gone from it or from all, and not suppressed. They come in
// the order of their addresses.
func (s *Store) Audience(ctx context.Context, newsletter string) ([]digest.Subscriber, error) {
	all, err := query(ctx, s.read, scanSubscriber, `
		SELECT s.id, s.email, s.name, s.newsletters, s.tags FROM subscribers s
		WHERE s.listed
			AND NOT EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = s.id AND l.newsletter IN ($1, ''))
			AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address = s.address)
		ORDER BY s.address`, newsletter)
	return slices.DeleteFunc(all, func(sub digest.Subscriber) bool { return !sub.Takes(newsletter) }), s.explain(err)
}

func scanSubscriber(row scanner) (sub digest.Subscriber, err error) {
	err = row.Scan(&sub.ID, &sub.Email, &sub.Name, (*list)(&sub.Newsletters), (*list)(&sub.Tags))
	return sub, err
}

// Subscriber returns a subscriber, listed or not.
func (s *Store) Subscriber(ctx context.Context, id string) (digest.Subscriber, error) {
	sub, err := scanSubscriber(s.read.QueryRowContext(ctx, `SELECT id, email, name, newsletters, tags FROM subscribers WHERE id = $1`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return sub, noSubscriber(id)
	}
	return sub, s.explain(err)
}

func noSubscriber(id string) error { return fmt.Errorf("subscriber %q: %w", id, ErrNotFound) }

// Unsubscribe takes a subscriber from a newsletter, or from all if it is "", for good; doing it twice is no error. When it returns,
// the subscriber's wish survives a power cut, and no delivery to them is claimed any more.
func (s *Store) Unsubscribe(ctx context.Context, subscriber, newsletter string, now time.Time) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error {
		ids, err := query(ctx, tx, scanText, `SELECT id FROM subscribers WHERE id = $1`, subscriber)
		if err == nil && len(ids) == 0 {
			err = noSubscriber(subscriber)
		}
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO departures (subscriber, newsletter, at) VALUES ($1, $2, $3) ON CONFLICT (subscriber, newsletter) DO NOTHING`,
			subscriber, newsletter, stamp(now))
		return err
	})
}

// Unsubscribed tells whether the subscriber left the newsletter, by itself or with all others. Of all ("") one is gone only by
// leaving all.
func (s *Store) Unsubscribed(ctx context.Context, subscriber, newsletter string) (gone bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM departures WHERE subscriber = $1 AND newsletter IN ($2, ''))`,
		subscriber, newsletter).Scan(&gone)
	return gone, s.explain(err)
}
