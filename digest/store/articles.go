package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// Unconsidered returns the articles of the feeds that no issue of the newsletter has considered, by the date they were
// published, or else first seen, then by id.
func (s *Store) Unconsidered(ctx context.Context, newsletter string, feeds []string) ([]digest.Article, error) {
	return s.articles(ctx, feeds, `NOT EXISTS (SELECT 1 FROM considered c WHERE c.newsletter = $1 AND c.article = a.id)`, newsletter)
}

// ArticlesSince returns the articles of the feeds published, or else first seen, at since or later; in the order of Unconsidered.
func (s *Store) ArticlesSince(ctx context.Context, feeds []string, since time.Time) ([]digest.Article, error) {
	return s.articles(ctx, feeds, `COALESCE(a.published, a.seen) >= $1`, since.UnixMilli())
}

// articles returns the articles of the feeds for which the condition on its one value holds.
func (s *Store) articles(ctx context.Context, feeds []string, condition string, value any) (all []digest.Article, err error) {
	feeds = slices.Compact(slices.Sorted(slices.Values(feeds)))
	err = s.view(ctx, func(tx *sql.Tx) error {
		for chunk := range slices.Chunk(feeds, maxListed) {
			found, err := query(ctx, tx, scanArticle, `
				SELECT `+articleColumns+`
				FROM articles a WHERE `+condition+` AND a.feed IN (`+binds(2, len(chunk))+`)`, anys([]any{value}, chunk)...)
			if err != nil {
				return err
			}
			all = append(all, found...)
		}
		return nil
	})
	slices.SortFunc(all, byDate)
	return all, err
}

// byDate orders articles by the date they were published, or else first seen, then by id.
func byDate(a, b digest.Article) int {
	return cmp.Or(dated(a).Compare(dated(b)), cmp.Compare(a.ID, b.ID))
}

func dated(a digest.Article) time.Time {
	if a.Published.IsZero() {
		return a.Seen
	}
	return a.Published
}

// articleColumns are what scanArticle reads, of articles a.
const articleColumns = `a.id, a.feed, a.keys, a.guid, a.url, a.title, a.author, a.excerpt, a.content, a.image, a.image_alt, a.lang, a.categories,
	a.published, a.seen, a.first_fetch,
	COALESCE((SELECT description FROM article_pages WHERE article = a.id), ''), COALESCE((SELECT text FROM article_pages WHERE article = a.id), '')`

func scanArticle(row scanner) (a digest.Article, err error) {
	err = row.Scan(articleFields(&a)...)
	return a, err
}

// articleFields are where the values of articleColumns go.
func articleFields(a *digest.Article) []any {
	return []any{
		&a.ID, &a.Feed, (*list)(&a.Keys), &a.GUID, &a.URL, &a.Title, &a.Author, &a.Excerpt, &a.Content,
		&a.Image, &a.ImageAlt, &a.Lang, (*list)(&a.Categories), (*stamp)(&a.Published), (*stamp)(&a.Seen), &a.FirstFetch,
		&a.Page.Description, &a.Page.Text,
	}
}

// consider marks articles as known to an issue of the newsletter, shown or not, and returns how many no issue had considered before.
func consider(ctx context.Context, tx *sql.Tx, newsletter string, articles []string, issue string, now time.Time) (int64, error) {
	rows := make([][]any, len(articles))
	for i, id := range articles {
		rows[i] = []any{newsletter, id, issue, stamp(now)}
	}
	return insert(ctx, tx, `INSERT INTO considered (newsletter, article, issue, at)`, `ON CONFLICT (newsletter, article) DO NOTHING`, rows)
}
