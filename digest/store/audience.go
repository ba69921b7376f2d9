package store

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"strings"
	"time"

	"tidings/digest"
)

// audienceText is the condition on subscribers s that they get newsletter $1, but for which newsletters they take.
const audienceText = memberText + `
	AND NOT EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = s.id AND l.newsletter IN ($1, ''))
	AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address = s.address)`

// Readers are those who get the newsletter: listed or joined, taking it, not gone from it or from all, and not suppressed. They come in the
// order of their ids, one after the other, however many there are. Those who pause are among them.
func (s *Store) Readers(ctx context.Context, newsletter string) iter.Seq2[digest.Subscriber, error] {
	return s.readers(ctx, s.read, newsletter, "s.id")
}

// Expected is what Audience will be once SyncSubscribers has taken over a list. Nothing is taken over.
func (s *Store) Expected(ctx context.Context, newsletter string, listed []digest.Subscriber, now time.Time) (all []digest.Subscriber, err error) {
	undone := errors.New("undone")
	err = s.change(ctx, func(tx *sql.Tx) error {
		if err := syncSubscribers(ctx, tx, listed, now); err != nil {
			return err
		}
		if all, err = collected(s.readers(ctx, tx, newsletter, "s.address")); err != nil {
			return err
		}
		return undone
	})
	if !errors.Is(err, undone) {
		return nil, err
	}
	return all, nil
}

// Audience is Readers in the order of their addresses.
func (s *Store) Audience(ctx context.Context, newsletter string) ([]digest.Subscriber, error) {
	return collected(s.readers(ctx, s.read, newsletter, "s.address"))
}

func collected(subs iter.Seq2[digest.Subscriber, error]) (all []digest.Subscriber, err error) {
	for sub, err := range subs {
		if err != nil {
			return nil, err
		}
		all = append(all, sub)
	}
	return all, nil
}

func (s *Store) readers(ctx context.Context, q querier, newsletter, order string) iter.Seq2[digest.Subscriber, error] {
	return func(yield func(digest.Subscriber, error) bool) {
		rows, err := q.QueryContext(ctx, `SELECT `+subscriberColumns+` FROM subscribers s WHERE `+audienceText+` ORDER BY `+order, newsletter)
		if err != nil {
			yield(digest.Subscriber{}, s.explain(err))
			return
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		for rows.Next() {
			sub, err := scanSubscriber(rows)
			if err != nil {
				yield(sub, err)
				return
			}
			if sub.Takes(newsletter) && !yield(sub, nil) {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(digest.Subscriber{}, s.explain(err))
		}
	}
}

// CountAudience is the number of subscribers that Audience returns.
func (s *Store) CountAudience(ctx context.Context, newsletter string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM subscribers s WHERE `+audienceText+` AND (s.newsletters = '[]' OR s.newsletters LIKE $2 ESCAPE '\')`,
		newsletter, named(newsletter)).Scan(&n)
	return n, s.explain(err)
}

// named is a pattern of LIKE for lists that hold a newsletter.
func named(newsletter string) string {
	return `%"` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(newsletter) + `"%`
}
