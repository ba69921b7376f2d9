package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"tidings/digest"
)

// document is one fetch of a feed on its way into the store. It knows which stored articles its items turned out to be,
// so that no two of them become one by accident.
type document struct {
	tx      *sql.Tx
	hot     *hotStatements
	feed    string
	now     time.Time
	first   bool            // it is the first that came, or the first with articles, if it has a few: a new feed begins with fewer
	resumed bool            // what it adds to what we knew may be old: see digest.Article
	taken   map[string]bool // ids of stored articles that an item of the document is
}

// entry is an article of the document, with the id of the stored article that it is; empty if it is none.
type entry struct {
	digest.Article
	id string
}

// save stores the items of the document and returns how many of them were new. Of two with the same strongest key the first counts.
func (d *document) save(ctx context.Context, articles []digest.Article) (added int, err error) {
	items, err := distinct(articles)
	if err != nil {
		return 0, err
	}
	if !d.first {
		if err := d.recognise(ctx, items); err != nil {
			return 0, err
		}
	}
	if err := d.age(ctx, items); err != nil {
		return 0, err
	}
	known := lastKnown(items)
	for i, it := range items {
		if it.id != "" {
			err = d.update(ctx, it)
		} else {
			added++
			it.FirstFetch = d.first || d.resumed && i > known
			err = d.insert(ctx, it)
		}
		if err != nil {
			return 0, err
		}
	}
	return added, nil
}

func distinct(articles []digest.Article) ([]entry, error) {
	items := make([]entry, 0, len(articles))
	seen := make(map[string]bool, len(articles))
	for _, a := range articles {
		switch {
		case len(a.Keys) == 0:
			return nil, fmt.Errorf("article %q has no key", a.Title)
		case !seen[a.Keys[0]]:
			seen[a.Keys[0]] = true
			items = append(items, entry{Article: a})
		}
	}
	return items, nil
}

func lastKnown(items []entry) int {
	for i := len(items) - 1; i >= 0; i-- {
		if items[i].id != "" {
			return i
		}
	}
	return -1
}

// recognise finds the stored articles that the items are.
//
// An item is the stored article with its strongest key. One whose strongest key nobody has may still be an article that went by another
// when one of the item's keys was but an alias of it: if it is the only one, and no other item's. Such items are looked at last, when
// it is known which articles the others are.
func (d *document) recognise(ctx context.Context, items []entry) error {
	for i := range items {
		ids, err := d.articlesBy(ctx, d.hot.strong, items[i].Keys[0])
		if err != nil {
			return err
		}
		if len(ids) == 1 {
			d.is(&items[i], ids[0])
		}
	}
	if err := d.renamed(ctx, items); err != nil {
		return err
	}
	for i := range items {
		if it := &items[i]; it.id == "" {
			id, err := d.byAliases(ctx, telling(it.Article))
			if id == "" && err == nil {
				id, err = d.byLinkAndWords(ctx, it.Article)
			}
			if err != nil {
				return err
			}
			d.is(it, id)
		}
	}
	return nil
}

// telling are the keys by which an article is recognised under a new strongest key, whatever the other items are: without an id, that
// key itself; and its words, if they are dated, or its title and date, if it has nothing but words. Words alone come again in other articles, as a
// weekly "Open thread" does.
func telling(a digest.Article) (keys []string) {
	if !hasID(a) {
		keys = append(keys, a.Keys[0])
	}
	if !a.Published.IsZero() {
		keys = append(keys, keyOf(a, "text:"), keyOf(a, "dated:"))
	}
	return append(keys, otherScheme(a.Keys[0]))
}

// otherScheme is an id that is an address with https in the place of http, or the reverse: a feed may write the one for its old articles and the
// other for those that were saved again. It is empty for any other key.
func otherScheme(key string) string {
	if rest, ok := strings.CutPrefix(key, "id:http://"); ok {
		return "id:https://" + rest
	}
	if rest, ok := strings.CutPrefix(key, "id:https://"); ok {
		return "id:http://" + rest
	}
	return ""
}

// byLinkAndWords finds the article that has both the link and the words of an item: neither alone tells enough without a date, both do.
func (d *document) byLinkAndWords(ctx context.Context, a digest.Article) (id string, err error) {
	words, err := d.byAlias(ctx, keyOf(a, "text:"))
	if err != nil || words == "" {
		return "", err
	}
	if id, err = d.byAlias(ctx, keyOf(a, "link:")); id != words {
		return "", err
	}
	return id, err
}

// few is how many articles it takes to tell a feed that changed its ids or addresses from one that links new articles to an old page, and one that
// was empty by mistake from one that is new.
const few = 3

// renamed recognises the articles of a feed that has given all of them new ids or addresses, as one does that changes its software: if nearly
// all of its items are under new keys, and four in five of those link where an article of ours does or have its words.
func (d *document) renamed(ctx context.Context, items []entry) error {
	var fresh []*entry
	for i := range items {
		if items[i].id == "" {
			fresh = append(fresh, &items[i])
		}
	}
	if len(fresh) < few || 10*len(fresh) < 9*len(items) {
		return nil
	}
	found := map[string]*entry{}
	for _, it := range fresh {
		keys := []string{keyOf(it.Article, "text:")}
		if hasID(it.Article) {
			keys = []string{keyOf(it.Article, "link:"), keys[0]}
		}
		id, err := d.byAliases(ctx, keys)
		if err != nil {
			return err
		}
		if id != "" && found[id] == nil {
			found[id] = it
		}
	}
	if 5*len(found) < 4*len(fresh) {
		return nil
	}
	d.resumed = true
	for id, it := range found {
		d.is(it, id)
	}
	return nil
}

// is notes which stored article an item is; none if id is empty.
func (d *document) is(it *entry, id string) {
	if id != "" {
		it.id, d.taken[id] = id, true
	}
}

// byAliases finds the article by the first of the keys that tells.
func (d *document) byAliases(ctx context.Context, keys []string) (id string, err error) {
	for _, key := range keys {
		if id, err = d.byAlias(ctx, key); id != "" || err != nil {
			break
		}
	}
	return id, err
}

// byAlias finds the one article that has the key, weak or strong, and that no other item is; empty if there is none.
func (d *document) byAlias(ctx context.Context, key string) (id string, err error) {
	if key == "" {
		return "", nil
	}
	ids, err := d.articlesBy(ctx, d.hot.alias, key)
	if err != nil || len(ids) != 1 || d.taken[ids[0]] {
		return "", err
	}
	return ids[0], nil
}

func (d *document) articlesBy(ctx context.Context, statement hot, key string) ([]string, error) {
	rows, err := statement.query(ctx, d.tx, d.feed, keyName(key))
	return collect(rows, err, scanText)
}

// hasID tells whether the feed gives the article an id.
func hasID(a digest.Article) bool { return strings.HasPrefix(a.Keys[0], "id:") }

// keyOf is the key of a kind that the article has; empty if it has none.
func keyOf(a digest.Article, kind string) string {
	for _, k := range a.Keys {
		if strings.HasPrefix(k, kind) {
			return k
		}
	}
	return ""
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
