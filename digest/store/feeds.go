package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
)

// Feeds returns what is remembered of every feed ever fetched, by its configured URL.
func (s *Store) Feeds(ctx context.Context) (map[string]digest.FeedState, error) {
	states, err := query(ctx, s.read, scanFeed, `
		SELECT url, location, title, home, lang, etag, last_modified, first_success, last_try, last_success,
			failing_since, next_fetch, retry_after, error, note, failures, articles
		FROM feeds`)
	if err != nil {
		return nil, s.explain(err)
	}
	feeds := make(map[string]digest.FeedState, len(states))
	for _, st := range states {
		feeds[st.URL] = st
	}
	return feeds, nil
}

func scanFeed(row scanner) (st digest.FeedState, err error) {
	var etag, modified []byte
	err = row.Scan(&st.URL, &st.Location, &st.Title, &st.Home, &st.Lang, &etag, &modified,
		(*stamp)(&st.First), (*stamp)(&st.LastTry), (*stamp)(&st.LastSuccess),
		(*stamp)(&st.FailingSince), (*stamp)(&st.NextFetch), (*stamp)(&st.RetryAfter),
		&st.Error, &st.Note, &st.Failures, &st.Articles)
	st.ETag, st.LastModified = string(etag), string(modified)
	return st, err
}

// SaveFetch stores what a fetch of a feed brought, all of it or nothing: its articles, and the state with the validators that
// stand for them. It returns how many of the articles are new. Those that the feed has shown before take on their new text; when
// they were first seen, and the date they gave then, stay. After a failed fetch it stores the state alone.
//
// The store keeps First and Articles of the state by itself: First is the time of the first fetch that succeeded, and the articles
// that came with it are marked.
func (s *Store) SaveFetch(ctx context.Context, st digest.FeedState, articles []digest.Article, now time.Time) (added int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		first, err := firstSuccess(ctx, tx, st.URL)
		if err != nil {
			return err
		}
		firstFetch, failed := first.IsZero(), st.Error != "" || !st.Healthy()
		st.First = first
		if firstFetch && !failed {
			st.First = now
		}
		if err := putFeed(ctx, tx, st); err != nil || failed || len(articles) == 0 {
			return err
		}
		if added, err = saveArticles(ctx, tx, st.URL, articles, firstFetch, now); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE feeds SET articles = articles + $2 WHERE url = $1`, st.URL, added)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("feed %s: %w", st.URL, err)
	}
	return added, nil
}

func firstSuccess(ctx context.Context, tx *sql.Tx, feed string) (time.Time, error) {
	var first stamp
	err := tx.QueryRowContext(ctx, `SELECT first_success FROM feeds WHERE url = $1`, feed).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return time.Time(first), err
}

// putFeed stores all of a state but the number of articles.
func putFeed(ctx context.Context, tx *sql.Tx, st digest.FeedState) error {
	_, err := tx.ExecContext(ctx, `
		INSERT INTO feeds (url, location, title, home, lang, etag, last_modified, first_success, last_try, last_success,
			failing_since, next_fetch, retry_after, error, note, failures)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
		ON CONFLICT (url) DO UPDATE SET location = excluded.location, title = excluded.title, home = excluded.home,
			lang = excluded.lang, etag = excluded.etag, last_modified = excluded.last_modified,
			first_success = excluded.first_success, last_try = excluded.last_try, last_success = excluded.last_success,
			failing_since = excluded.failing_since, next_fetch = excluded.next_fetch, retry_after = excluded.retry_after,
			error = excluded.error, note = excluded.note, failures = excluded.failures`,
		st.URL, st.Location, st.Title, st.Home, st.Lang, []byte(st.ETag), []byte(st.LastModified),
		stamp(st.First), stamp(st.LastTry), stamp(st.LastSuccess),
		stamp(st.FailingSince), stamp(st.NextFetch), stamp(st.RetryAfter), st.Error, st.Note, st.Failures)
	return err
}
