package store

import (
	"context"
	"database/sql"
	"time"

	"tidings/digest"
)

// departure is somebody who leaves a newsletter, or all if it is "".
type departure struct {
	subscriber, newsletter string
	at                     time.Time
	err                    error // what is wrong with this one, such as an unknown subscriber
}

// Unsubscribe takes a subscriber from a newsletter, or from all if it is "", for good; doing it twice is no error. When it returns,
// the subscriber's wish survives a power cut, and no delivery to them begins any more: those not sent yet are suppressed. Any number
// of people may leave at the same time: those who wait for the disk go together. Where another process keeps the file locked, their wish waits for
// that, even if ctx ends.
func (s *Store) Unsubscribe(ctx context.Context, subscriber, newsletter string, now time.Time) error {
	together := context.WithoutCancel(ctx) // ctx is that of one among many
	d := &departure{subscriber: subscriber, newsletter: newsletter, at: now}
	err := s.leaving.do(ctx, d, func(all func() []*departure) error {
		return patiently(func() error {
			return s.changeForGood(together, func(tx *sql.Tx) error {
				for _, d := range all() {
					if err := s.depart(together, tx, d); err != nil {
						return err
					}
				}
				return nil
			})
		})
	})
	if err == nil {
		err = d.err
	}
	return err
}

// depart records one departure among many, and stops what is on its way.
func (s *Store) depart(ctx context.Context, tx *sql.Tx, d *departure) error {
	rows, err := s.hot.known.query(ctx, tx, d.subscriber)
	ids, err := collect(rows, err, scanText)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		d.err = noSubscriber(d.subscriber)
		return nil
	}
	if _, err := s.hot.depart.exec(ctx, tx, d.subscriber, d.newsletter, stamp(d.at)); err != nil {
		return err
	}
	_, err = s.hot.stop.exec(ctx, tx, d.subscriber, d.newsletter, unsubscribed)
	return err
}

const (
	knownText = `SELECT id FROM subscribers WHERE id = $1`

	departText = `
		INSERT INTO departures (subscriber, newsletter, at) VALUES ($1, $2, $3) ON CONFLICT (subscriber, newsletter) DO NOTHING`

	// stopText suppresses what a subscriber has not been sent of a newsletter, or of all if it is "". It finds an issue first, then its
	// delivery, so that no index of all deliveries by subscriber is needed. A sender that has claimed it can begin it no more.
	stopText = `
		UPDATE deliveries SET state = 'suppressed', reply = $3, leased_by = NULL
		WHERE issue IN (SELECT id FROM issues WHERE state IN ('sending', 'paused') AND (newsletter = $2 OR $2 = '')) AND subscriber = $1
			AND state IN ('queued', 'deferred', 'unknown') AND NOT ` + begun

	unsubscribed = "unsubscribed"
)

// leave records the departure of a subscriber who is known, and stops what is on its way.
func leave(ctx context.Context, tx *sql.Tx, subscriber, newsletter string, now time.Time) error {
	if _, err := tx.ExecContext(ctx, departText, subscriber, newsletter, stamp(now)); err != nil {
		return err
	}
	return stopDeliveries(ctx, tx, subscriber, newsletter, unsubscribed)
}

// stopDeliveries suppresses what a subscriber has not been sent of a newsletter, or of all if it is "".
func stopDeliveries(ctx context.Context, tx *sql.Tx, subscriber, newsletter, why string) error {
	_, err := tx.ExecContext(ctx, stopText, subscriber, newsletter, why)
	return err
}

// Unsubscribed tells whether the subscriber left the newsletter, by itself or with all others. Of all ("") one is gone only by
// leaving all.
func (s *Store) Unsubscribed(ctx context.Context, subscriber, newsletter string) (gone bool, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM departures WHERE subscriber = $1 AND newsletter IN ($2, ''))`,
		subscriber, newsletter).Scan(&gone)
	return gone, s.explain(err)
}

// Rejoin takes back that the subscriber left the newsletter, or all if it is "", if they did so since the given time: a slip of the
// finger. It tells whether they are back.
func (s *Store) Rejoin(ctx context.Context, subscriber, newsletter string, since time.Time) (back bool, err error) {
	n, err := s.changeRows(ctx, `DELETE FROM departures WHERE subscriber = $1 AND newsletter = $2 AND at >= $3`, subscriber, newsletter, stamp(since))
	return n > 0, err
}

// Choose records what a subscriber said on a page, which outranks the configuration from then on. Newsletters that they take are theirs
// again if they had left them, and who takes one is a subscriber, whatever became of their place in the configuration; who takes none
// has left all. What they left, or all while they pause, is not sent any more.
func (s *Store) Choose(ctx context.Context, id string, c digest.Choice, now time.Time) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error {
		sub, err := subscriber(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := saveChoice(ctx, tx, sub.Choose(c), now); err != nil {
			return err
		}
		if len(c.Take) == 0 {
			return leave(ctx, tx, id, "", now)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE subscribers AS s SET joined = $2 WHERE s.id = $1 AND NOT `+memberText, id, stamp(now)); err != nil {
			return err
		}
		if err := comeBack(ctx, tx, id, c.Take); err != nil {
			return err
		}
		for _, name := range c.Leave {
			if err := leave(ctx, tx, id, name, now); err != nil {
				return err
			}
		}
		if c.Paused.After(now) {
			return stopDeliveries(ctx, tx, id, "", pausedReason)
		}
		return nil
	})
}

// mostMuted bounds the sections that somebody unfollowed; beyond it, the first are forgotten.
const mostMuted = 500

// Unfollow records on a page's behalf that a subscriber wants a section no more. Nothing else of theirs changes: neither what they take, nor that they left.
func (s *Store) Unfollow(ctx context.Context, id, tag string, now time.Time) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error {
		sub, err := subscriber(ctx, tx, id)
		if err != nil {
			return err
		}
		c := digest.Choice{Name: sub.Name, Timezone: sub.Timezone, Language: sub.Language, Paused: sub.Paused, Mute: []string{tag}}
		sub = sub.Choose(c)
		sub.Muted = sub.Muted[max(0, len(sub.Muted)-mostMuted):]
		return saveChoice(ctx, tx, sub, now)
	})
}

// pausedReason is what the ledger says of what somebody does not get because they pause.
const pausedReason = "paused by the subscriber"

func saveChoice(ctx context.Context, tx *sql.Tx, sub digest.Subscriber, now time.Time) error {
	_, err := tx.ExecContext(ctx, `
		UPDATE subscribers SET name = $2, newsletters = $3, tags = $4, muted = $5, timezone = $6, language = $7, paused = $8, chose = $9
		WHERE id = $1`,
		sub.ID, sub.Name, list(sub.Newsletters), list(sub.Tags), list(sub.Muted), sub.Timezone, sub.Language, stamp(sub.Paused), stamp(now))
	return err
}

// comeBack forgets that the subscriber left all, and that they left these newsletters.
func comeBack(ctx context.Context, tx *sql.Tx, id string, newsletters []string) error {
	for _, name := range append([]string{""}, newsletters...) {
		if _, err := tx.ExecContext(ctx, `DELETE FROM departures WHERE subscriber = $1 AND newsletter = $2`, id, name); err != nil {
			return err
		}
	}
	return nil
}
