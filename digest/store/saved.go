package store

import (
	"context"
	"crypto/rand"
)

// insert stores an article that is new.
func (d *document) insert(ctx context.Context, it entry) error {
	it.id = rand.Text()
	_, err := d.hot.article.exec(ctx, d.tx,
		it.id, d.feed, list(it.Keys), it.GUID, it.URL, it.Title, it.Author, it.Excerpt, it.Content, it.Image, it.ImageAlt, it.Lang,
		list(it.Categories), stamp(it.Published), stamp(d.now), it.FirstFetch)
	if err != nil {
		return err
	}
	return d.identify(ctx, it)
}

const articleText = `
	INSERT INTO articles (id, feed, keys, guid, url, title, author, excerpt, content, image, image_alt, lang, categories,
		published, seen, first_fetch)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// update gives a stored article the text that the feed has now. A row that would stay as it is is not written.
func (d *document) update(ctx context.Context, it entry) error {
	_, err := d.hot.edit.exec(ctx, d.tx,
		it.id, list(it.Keys), it.GUID, it.URL, it.Title, it.Author, it.Excerpt, it.Content, it.Image, it.ImageAlt, it.Lang,
		list(it.Categories), stamp(it.Published))
	if err != nil {
		return err
	}
	return d.identify(ctx, it)
}

const editText = `
	UPDATE articles SET keys = $2, guid = $3, url = $4, title = $5, author = $6, excerpt = $7, content = $8, image = $9,
		image_alt = $10, lang = $11, categories = $12, published = COALESCE(published, $13)
	WHERE id = $1 AND ((keys, guid, url, title, author, excerpt, content, image, image_alt, lang, categories)
		<> ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) OR published IS NULL)`

// identify records the keys of an article: the first as strong, the others as aliases. What it went by before stays.
func (d *document) identify(ctx context.Context, it entry) error {
	for i, key := range it.Keys {
		if _, err := d.hot.key.exec(ctx, d.tx, d.feed, keyName(key), it.id, i == 0); err != nil {
			return err
		}
	}
	return nil
}

const namedText = `
	INSERT INTO article_keys (feed, name, article, strong) VALUES ($1, $2, $3, $4)
	ON CONFLICT (feed, name, article) DO UPDATE SET strong = TRUE WHERE excluded.strong AND NOT article_keys.strong`

const strongText = `SELECT article FROM article_keys WHERE feed = $1 AND name = $2 AND strong`

const aliasText = `SELECT article FROM article_keys WHERE feed = $1 AND name = $2 LIMIT 2`
