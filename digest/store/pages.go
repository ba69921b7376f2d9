package store

import (
	"context"
	"database/sql"
	"time"

	"tidings/digest"
)

// PageTry is what became of asking for the page of an article.
type PageTry struct {
	Article string
	Host    string
	Page    digest.Page // empty if it said nothing of use
	Error   string      // why; one sentence
	Rest    time.Time   // the host is to be left alone until then; zero: it did not say
	Next    time.Time   // it is tried again then; zero: never
}

// Paged is an article whose page was not read yet, and how often that was tried.
type Paged struct {
	digest.Article
	Tries int
}

// Pageless returns the articles of the feeds first seen at the given time and not with a feed's first fetch, and those whose pages are to be
// tried again by then. Their pages have not been read.
func (s *Store) Pageless(ctx context.Context, feeds []string, seen time.Time) (all []Paged, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		all, err = query(ctx, tx, scanPaged, `
			SELECT `+articleColumns+`, p.tries FROM article_pages p JOIN articles a ON a.id = p.article WHERE p.next <= $1 ORDER BY p.next LIMIT `+maxRetried,
			stamp(seen))
		for _, feed := range feeds {
			if err != nil {
				return err
			}
			var added []Paged
			added, err = query(ctx, tx, scanPaged, `
				SELECT `+articleColumns+`, 0 FROM articles a WHERE a.feed = $1 AND a.seen = $2 AND NOT a.first_fetch
				AND NOT EXISTS (SELECT 1 FROM article_pages p WHERE p.article = a.id)
				ORDER BY COALESCE(a.published, a.seen) DESC, a.id`, feed, stamp(seen))
			all = append(all, added...)
		}
		return err
	})
	return all, err
}

// maxRetried is how many pages are tried again at a time.
const maxRetried = "200"

func scanPaged(row scanner) (p Paged, err error) {
	err = row.Scan(append(articleFields(&p.Article), &p.Tries)...)
	return p, err
}

// RestingHosts returns the hosts whose pages are not to be asked for at the given time, since they said so.
func (s *Store) RestingHosts(ctx context.Context, now time.Time) ([]string, error) {
	hosts, err := query(ctx, s.read, scanText, `SELECT DISTINCT host FROM article_pages WHERE rest > $1`, stamp(now))
	return hosts, s.explain(err)
}

// SavePage stores what became of asking for a page.
func (s *Store) SavePage(ctx context.Context, p PageTry) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO article_pages (article, description, text, error, tries, host, rest, next)
			SELECT id, $2, $3, $4, 1, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT) FROM articles WHERE id = $1
			ON CONFLICT (article) DO UPDATE SET description = excluded.description, text = excluded.text, error = excluded.error,
				tries = article_pages.tries + 1, host = excluded.host, rest = excluded.rest, next = excluded.next`,
			p.Article, p.Page.Description, p.Page.Text, p.Error, p.Host, stamp(p.Rest), stamp(p.Next))
		return err
	})
}
