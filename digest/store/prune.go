package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

const (
	keyLife    = 90 * 24 * time.Hour // of an article, and of what it is recognised by, after its feed stopped showing it
	pruneBatch = 250                 // rows forgotten in one transaction: nobody waits for long
)

// BeginDaily tells whether nobody has begun the chore today (UTC) yet, and marks it as begun.
func (s *Store) BeginDaily(ctx context.Context, chore string, now time.Time) (bool, error) {
	once := Limit{Name: chore, Most: 1, Within: 24 * time.Hour}
	err := s.change(ctx, func(tx *sql.Tx) error { return use(ctx, tx, []Limit{once}, now) })
	if errors.As(err, new(*OverLimitError)) {
		return false, nil
	}
	return err == nil, err
}

// Retention says what Prune must not forget.
type Retention struct {
	Keep        time.Duration // how long issues, their ledgers and slots are remembered, and what waits for an issue that never comes
	Feeds       []string      // URLs of the configuration
	Newsletters []string      // of the configuration: an article waits for each of them
}

// Pruned counts what was forgotten.
type Pruned struct {
	Feeds, Articles, Issues, Deliveries, Slots int64
}

// Prune forgets what nobody needs any more, in many small transactions: it may end early, and be called at any moment.
//
// An article goes 90 days after its feed stopped showing it, in the time of the documents that the feed gave since: a feed that cannot be
// read, or is unchanged, ages nothing. It stays for as long as a newsletter has not considered it, up to Keep. A feed goes, with all of its
// articles, once it is configured no more and was not asked for Keep. An issue goes with its deliveries Keep after it was made, unless it
// is unfinished, or its newsletter's last; so does the record of a slot, but for the newsletter's last.
func (s *Store) Prune(ctx context.Context, r Retention, now time.Time) (p Pruned, err error) {
	before := stamp(now.Add(-r.Keep))
	steps := []func() error{
		func() error { return s.pruneArticles(ctx, r, before, &p) },
		func() error { return s.pruneFeeds(ctx, r, before, &p) },
		func() error { return s.pruneIssues(ctx, before, &p) },
		func() error {
			p.Slots, err = s.forget(ctx, `DELETE FROM slots WHERE recorded < $1 AND slot < (SELECT MAX(l.slot) FROM slots l WHERE l.newsletter = slots.newsletter)`, before)
			return err
		},
		func() error {
			_, err := s.forget(ctx, `DELETE FROM model_answers WHERE at < $1`, stamp(now.Add(-keyLife)))
			return err
		},
		func() error {
			_, err := s.forget(ctx, `DELETE FROM limits WHERE ends < $1`, stamp(now))
			return err
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (s *Store) pruneArticles(ctx context.Context, r Retention, before stamp, p *Pruned) error {
	newsletters := anys(nil, r.Newsletters)
	waits := "FALSE"
	if n := len(newsletters); n > 0 {
		waits = `(SELECT COUNT(*) FROM considered c WHERE c.article = a.id AND c.newsletter IN (` + binds(4, n) + `)) < $3`
	}
	ids, err := query(ctx, s.read, scanText, `
		SELECT a.id FROM articles a JOIN feeds f ON f.url = a.feed
		WHERE a.gone IS NOT NULL AND a.gone < f.documented - $1 AND (a.seen < $2 OR NOT `+waits+`)`,
		append([]any{keyLife.Milliseconds(), before, len(newsletters)}, newsletters...)...)
	if err != nil {
		return s.explain(err)
	}
	// One that is back since is still needed.
	return s.forgetEach(ctx, `DELETE FROM articles WHERE id = $1 AND gone IS NOT NULL`, ids, &p.Articles)
}

func (s *Store) pruneFeeds(ctx context.Context, r Retention, before stamp, p *Pruned) error {
	configured := make(map[string]bool, len(r.Feeds))
	for _, url := range r.Feeds {
		configured[url] = true
	}
	feeds, err := query(ctx, s.read, scanText, `SELECT url FROM feeds WHERE COALESCE(last_try, 0) < $1`, before)
	if err != nil {
		return s.explain(err)
	}
	for _, url := range feeds {
		if configured[url] {
			continue
		}
		ids, err := query(ctx, s.read, scanText, `SELECT id FROM articles WHERE feed = $1`, url)
		if err != nil {
			return s.explain(err)
		}
		if err := s.forgetEach(ctx, `DELETE FROM articles WHERE id = $1`, ids, &p.Articles); err != nil {
			return err
		}
		n, err := s.forget(ctx, `DELETE FROM feeds WHERE url = $1 AND NOT EXISTS (SELECT 1 FROM articles WHERE feed = $1)`, url)
		if err != nil {
			return err
		}
		p.Feeds += n
	}
	return nil
}

func (s *Store) pruneIssues(ctx context.Context, before stamp, p *Pruned) error {
	issues, err := query(ctx, s.read, scanText, `
		SELECT id FROM issues WHERE created < $1 AND state IN ('finished', 'cancelled')
			AND number < (SELECT MAX(l.number) FROM issues l WHERE l.newsletter = issues.newsletter)`, before)
	if err != nil {
		return s.explain(err)
	}
	for _, id := range issues {
		deliveries, err := query(ctx, s.read, scanText, `SELECT id FROM deliveries WHERE issue = $1`, id)
		if err != nil {
			return s.explain(err)
		}
		if err := s.forgetEach(ctx, `DELETE FROM deliveries WHERE id = $1`, deliveries, &p.Deliveries); err != nil {
			return err
		}
		n, err := s.forget(ctx, `DELETE FROM issues WHERE id = $1`, id)
		if err != nil {
			return err
		}
		p.Issues += n
	}
	return nil
}

// forgetEach runs the statement for each id, so many in a transaction, and counts the rows that it deleted.
func (s *Store) forgetEach(ctx context.Context, text string, ids []string, count *int64) error {
	for len(ids) > 0 {
		batch := ids[:min(len(ids), pruneBatch)]
		ids = ids[len(batch):]
		deleted := int64(0)
		err := s.change(ctx, func(tx *sql.Tx) error {
			statement, err := tx.PrepareContext(ctx, text)
			if err != nil {
				return err
			}
			defer statement.Close() //nolint:errcheck // it ends with the transaction
			for _, id := range batch {
				result, err := statement.ExecContext(ctx, id)
				if err != nil {
					return err
				}
				n, err := result.RowsAffected()
				if err != nil {
					return err
				}
				deleted += n
			}
			return nil
		})
		if err != nil {
			return err
		}
		*count += deleted
	}
	return nil
}

// forget runs one statement and returns how many rows it deleted.
func (s *Store) forget(ctx context.Context, text string, args ...any) (deleted int64, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, text, args...)
		if err == nil {
			deleted, err = result.RowsAffected()
		}
		return err
	})
	return deleted, err
}
