package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/digest"
)

// document is one fetch of a feed on its way into the store. It knows which stored articles its items turned out to be,
// so that no two of them become one by accident.
type document struct {
	tx         *sql.Tx
	feed       string
	firstFetch bool
	now        time.Time
	taken      map[string]bool // ids of stored articles that an item of the document is
}

// saveArticles stores the items of a document and returns how many of them were new. Of two with the same strongest key
// the first counts.
//
// An item is the stored article with its strongest key. One that has no id, and whose strongest key nobody has, may still be an
// article that went by an id when that key was but an alias of it: if it is the only one, and no other item's. Such items are
// looked at last, when it is known which articles the others are.
func saveArticles(ctx context.Context, tx *sql.Tx, feed string, articles []digest.Article, firstFetch bool, now time.Time) (added int, err error) {
	d := &document{tx: tx, feed: feed, firstFetch: firstFetch, now: now, taken: map[string]bool{}}
	seen := map[string]bool{}
	var unknown []digest.Article
	for _, a := range articles {
		if len(a.Keys) == 0 {
			return 0, fmt.Errorf("article %q has no key", a.Title)
		}
		if seen[a.Keys[0]] {
			continue
		}
		seen[a.Keys[0]] = true
		id, err := d.byStrongKey(ctx, a.Keys[0])
		switch {
		case err != nil:
			return 0, err
		case id == "":
			unknown = append(unknown, a)
		default:
			if err := d.update(ctx, id, a); err != nil {
				return 0, err
			}
		}
	}
	for _, a := range unknown {
		id, err := d.byAlias(ctx, a.Keys[0])
		if err != nil {
			return 0, err
		}
		if id == "" {
			added++
			err = d.insert(ctx, a)
		} else {
			err = d.update(ctx, id, a)
		}
		if err != nil {
			return 0, err
		}
	}
	return added, nil
}

func (d *document) byStrongKey(ctx context.Context, key string) (id string, err error) {
	err = d.tx.QueryRowContext(ctx, `SELECT article FROM article_keys WHERE feed = $1 AND name = $2 AND strong`, d.feed, keyName(key)).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, err
}

// byAlias finds the one article that has the key among its aliases. An article with an id matches by that alone.
func (d *document) byAlias(ctx context.Context, key string) (id string, err error) {
	if strings.HasPrefix(key, "id:") {
		return "", nil
	}
	ids, err := query(ctx, d.tx, scanText, `SELECT article FROM article_keys WHERE feed = $1 AND name = $2 LIMIT 2`, d.feed, keyName(key))
	if err != nil || len(ids) != 1 || d.taken[ids[0]] {
		return "", err
	}
	return ids[0], nil
}

func (d *document) insert(ctx context.Context, a digest.Article) error {
	id := rand.Text()
	_, err := d.tx.ExecContext(ctx, `
		INSERT INTO articles (id, feed, keys, guid, url, title, author, excerpt, content, image, image_alt, lang, categories,
			published, seen, first_fetch)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		id, d.feed, list(a.Keys), a.GUID, a.URL, a.Title, a.Author, a.Excerpt, a.Content, a.Image, a.ImageAlt, a.Lang, list(a.Categories),
		stamp(a.Published), stamp(d.now), d.firstFetch)
	if err != nil {
		return err
	}
	return d.identify(ctx, id, a.Keys)
}

// update gives a stored article the text that the feed has now. A row that would stay as it is is not written.
func (d *document) update(ctx context.Context, id string, a digest.Article) error {
	_, err := d.tx.ExecContext(ctx, `
		UPDATE articles SET keys = $2, guid = $3, url = $4, title = $5, author = $6, excerpt = $7, content = $8, image = $9,
			image_alt = $10, lang = $11, categories = $12, published = COALESCE(published, $13)
		WHERE id = $1 AND ((keys, guid, url, title, author, excerpt, content, image, image_alt, lang, categories)
			<> ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) OR published IS NULL)`,
		id, list(a.Keys), a.GUID, a.URL, a.Title, a.Author, a.Excerpt, a.Content, a.Image, a.ImageAlt, a.Lang, list(a.Categories),
		stamp(a.Published))
	if err != nil {
		return err
	}
	return d.identify(ctx, id, a.Keys)
}

// identify records the keys of an article: the first as strong, the others as aliases. What it went by before stays.
func (d *document) identify(ctx context.Context, id string, keys []string) error {
	d.taken[id] = true
	for i, key := range keys {
		_, err := d.tx.ExecContext(ctx, `
			INSERT INTO article_keys (feed, name, article, strong) VALUES ($1, $2, $3, $4)
			ON CONFLICT (feed, name, article) DO UPDATE SET strong = TRUE WHERE excluded.strong AND NOT article_keys.strong`,
			d.feed, keyName(key), id, i == 0)
		if err != nil {
			return err
		}
	}
	return nil
}

// keyName is a key as it is stored: one too long for an index goes by its hash.
func keyName(key string) string {
	if len(key) <= 500 {
		return key
	}
	kind, _, _ := strings.Cut(key[:20], ":")
	sum := sha256.Sum256([]byte(key))
	return kind + ":sha256:" + hex.EncodeToString(sum[:])
}
