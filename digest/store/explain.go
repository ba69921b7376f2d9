package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// Named returns the articles that have the name as their id, address or guid, or that go by one of the keys, in the order of Unconsidered.
func (s *Store) Named(ctx context.Context, name string, keys ...string) ([]digest.Article, error) {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = keyName(k)
	}
	condition := `a.id = $1 OR a.url = $1 OR a.guid = $1`
	if len(names) > 0 {
		condition += ` OR a.id IN (SELECT article FROM article_keys WHERE name IN (` + binds(2, len(names)) + `))`
	}
	found, err := query(ctx, s.read, scanArticle, `SELECT `+articleColumns+` FROM articles a WHERE `+condition, anys([]any{name}, names)...)
	slices.SortFunc(found, byDate)
	return found, s.explain(err)
}

// Titled returns the articles whose title matches, the last ones of them if there are more than limit, in the order of Unconsidered. It
// looks at every title: how titles compare, no database knows.
func (s *Store) Titled(ctx context.Context, match func(title string) bool, limit int) (found []digest.Article, err error) {
	err = s.view(ctx, func(tx *sql.Tx) error {
		type titled struct{ id, title string }
		scan := func(row scanner) (t titled, err error) {
			err = row.Scan(&t.id, &t.title)
			return t, err
		}
		all, err := query(ctx, tx, scan, `SELECT id, title FROM articles ORDER BY COALESCE(published, seen) DESC, id DESC`)
		if err != nil {
			return err
		}
		var ids []string
		for _, t := range all {
			if len(ids) < limit && match(t.title) {
				ids = append(ids, t.id)
			}
		}
		for chunk := range slices.Chunk(ids, maxListed) {
			some, err := query(ctx, tx, scanArticle, `SELECT `+articleColumns+` FROM articles a WHERE a.id IN (`+binds(1, len(chunk))+`)`, anys(nil, chunk)...)
			if err != nil {
				return err
			}
			found = append(found, some...)
		}
		return nil
	})
	slices.SortFunc(found, byDate)
	return found, err
}

// Consideration is when a newsletter was done with an article.
type Consideration struct {
	Issue string // the id of the issue that considered it; empty: it is kept no longer
	At    time.Time
}

// Considerations returns which newsletters were done with an article, by their names.
func (s *Store) Considerations(ctx context.Context, article string) (map[string]Consideration, error) {
	type row struct {
		newsletter string
		Consideration
	}
	scan := func(r scanner) (c row, err error) {
		var issue sql.NullString
		err = r.Scan(&c.newsletter, &issue, (*stamp)(&c.At))
		c.Issue = issue.String
		return c, err
	}
	rows, err := query(ctx, s.read, scan, `SELECT newsletter, issue, at FROM considered WHERE article = $1`, article)
	if err != nil {
		return nil, s.explain(err)
	}
	all := make(map[string]Consideration, len(rows))
	for _, r := range rows {
		all[r.newsletter] = r.Consideration
	}
	return all, nil
}

// ConsideredBy returns the articles that an issue considered and none of its newsletter before it, in the order of Unconsidered.
func (s *Store) ConsideredBy(ctx context.Context, issue string) ([]digest.Article, error) {
	all, err := query(ctx, s.read, scanArticle, `SELECT `+articleColumns+` FROM articles a JOIN considered c ON c.article = a.id WHERE c.issue = $1`, issue)
	slices.SortFunc(all, byDate)
	return all, s.explain(err)
}

// IssuesWith returns the ids of the issues of a newsletter that show an article under its own title, oldest first. With --since an issue may
// show what another one considered.
func (s *Store) IssuesWith(ctx context.Context, newsletter, article string) ([]string, error) {
	ids, err := query(ctx, s.read, scanText, `SELECT id FROM issues WHERE newsletter = $1 AND body LIKE $2 ORDER BY number`,
		newsletter, `%"article":"`+article+`"%`)
	return ids, s.explain(err)
}
