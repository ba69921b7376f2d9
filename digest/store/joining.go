package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// Confirm makes a subscriber of a sign-up, whose address is now known to be theirs who asked, and returns them; doing it twice changes
// nothing. Somebody who had left is back for the newsletters that they asked for, and somebody who takes others goes on to take them.
// The topics are the sections of the newsletters: where somebody asked for all of them who follows only some sections so far, those are added.
// The error is ErrNotFound, wrapped, for a sign-up that is not there or too old.
func (s *Store) Confirm(ctx context.Context, id string, topics []string, now time.Time) (sub digest.Subscriber, err error) {
	err = s.changeForGood(ctx, func(tx *sql.Tx) error {
		up, err := signup(ctx, tx, id, now)
		if err != nil {
			return err
		}
		if up.Confirmed.IsZero() {
			if up.Subscriber.ID, err = join(ctx, tx, up.Subscriber, topics, now); err != nil {
				return err
			}
			_, err = tx.ExecContext(ctx, `UPDATE signups SET confirmed = $2, subscriber = $3, next = NULL WHERE id = $1`, id, stamp(now), up.Subscriber.ID)
			if err != nil {
				return err
			}
		}
		sub, err = subscriber(ctx, tx, up.Subscriber.ID)
		return err
	})
	return sub, err
}

// join adds a subscriber by their own wish, or brings them back, and returns their id.
func join(ctx context.Context, tx *sql.Tx, sub digest.Subscriber, topics []string, now time.Time) (id string, err error) {
	address := digest.AddressKey(sub.Email)
	if err := welcome(ctx, tx, address); err != nil {
		return "", err
	}
	known, err := query(ctx, tx, scanSubscriber, `SELECT `+subscriberColumns+` FROM subscribers s WHERE s.address = $1`, address)
	if err != nil {
		return "", err
	}
	if len(known) == 0 {
		id = rand.Text()
		_, err := tx.ExecContext(ctx, `
			INSERT INTO subscribers (id, address, email, name, newsletters, tags, listed, created, timezone, language, joined, chose)
			VALUES ($1, $2, $3, $4, $5, $6, FALSE, $7, $8, $9, $7, $7)`,
			id, address, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), stamp(now), sub.Timezone, sub.Language)
		return id, err
	}
	old, wanted := known[0], sub.Newsletters
	active, err := takesAny(ctx, tx, old.ID)
	if err != nil {
		return "", err
	}
	sub.ID = old.ID
	if active {
		sub = old.Choose(digest.Choice{
			Name: cmp.Or(sub.Name, old.Name), Timezone: cmp.Or(sub.Timezone, old.Timezone), Language: cmp.Or(sub.Language, old.Language),
			Take: wanted, Follow: asked(old, sub, topics),
		})
	}
	if err := saveChoice(ctx, tx, sub, now); err != nil {
		return "", err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE subscribers SET joined = COALESCE(joined, $2) WHERE id = $1`, old.ID, stamp(now)); err != nil {
		return "", err
	}
	return old.ID, comeBack(ctx, tx, old.ID, wanted)
}

// asked are the sections that somebody known asks for besides those that they follow: all of the topics, unless they picked some, or unfollowed them before.
func asked(old, sub digest.Subscriber, topics []string) []string {
	if len(sub.Tags) > 0 {
		return sub.Tags
	}
	if len(old.Tags) == 0 {
		return nil
	}
	unmuted := digest.Selection{Muted: old.Muted}
	return slices.DeleteFunc(slices.Clone(topics), func(tag string) bool { return !unmuted.Follows(tag) })
}

// takesAny tells whether somebody known is a subscriber now: not if they left all, or are named by the configuration no more.
func takesAny(ctx context.Context, tx *sql.Tx, id string) (active bool, err error) {
	err = tx.QueryRowContext(ctx, `
		SELECT EXISTS (SELECT 1 FROM subscribers s WHERE s.id = $1 AND `+memberText+` AND NOT EXISTS (
			SELECT 1 FROM departures d WHERE d.subscriber = s.id AND d.newsletter = ''))`, id).Scan(&active)
	return active, err
}
