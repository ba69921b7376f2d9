package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"tidings/digest"
)

// feedColumns are those of a state, but its address.
const feedColumns = `location, answered, moved_to, moved_seen, title, home, lang, etag, last_modified,
	period, skip_hours, skip_days, partial, first_success, last_try, last_success,
	failing_since, next_fetch, retry_after, error, note, failures, closed, articles`

// Feeds returns what is remembered of every feed ever fetched, by its configured URL.
func (s *Store) Feeds(ctx context.Context) (map[string]digest.FeedState, error) {
	states, err := query(ctx, s.read, scanFeed, `
SELECT url, `+feedColumns+` FROM feeds`)
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
	var period int64
	err = row.Scan(&st.URL, &st.Location, &st.Answered, &st.MovedTo, &st.MovedSeen, &st.Title, &st.Home, &st.Lang, &etag, &modified,
		&period, &st.SkipHours, &st.SkipDays, &st.Partial, (*stamp)(&st.First), (*stamp)(&st.LastTry), (*stamp)(&st.LastSuccess),
		(*stamp)(&st.FailingSince), (*stamp)(&st.NextFetch), (*stamp)(&st.RetryAfter),
		&st.Error, &st.Note, &st.Failures, &st.Closed, &st.Articles)
	st.ETag, st.LastModified, st.Period = string(etag), string(modified), time.Duration(period)*time.Millisecond
	return st, err
}

// SaveFetch stores what a fetch of a feed brought, all of it or nothing: its articles, and the state with the validators that
// stand for them. It returns how many of the articles are new. Those that the feed has shown before take on their new text; when
// they were first seen, and the date they gave then, stay. After a failed fetch it stores the state alone.
//
// The store keeps First and Articles of the state by itself: First is the time of the first fetch that succeeded. It also sets
// FirstFetch of the articles, as digest.Article says.
func (s *Store) SaveFetch(ctx context.Context, st digest.FeedState, articles []digest.Article, now time.Time) (added int, err error) {
	f := Fetched{State: st, Articles: articles}
	s.SaveFetches(ctx, []*Fetched{&f}, now)
	return f.Added, f.Err
}

// Fetched is what a fetch of a feed brought, and what became of it.
type Fetched struct {
	State    digest.FeedState
	Articles []digest.Article
	Added    int   // how many of them are new
	Err      error // why nothing of it is stored
}

// SaveFetches is SaveFetch for several feeds, in one transaction if it can be: that is less work. A feed that cannot be stored keeps no
// other from it.
func (s *Store) SaveFetches(ctx context.Context, fetches []*Fetched, now time.Time) {
	err := s.change(ctx, func(tx *sql.Tx) error {
		for _, f := range fetches {
			if err := s.saveFetch(ctx, tx, f, now); err != nil {
				return err
			}
		}
		return nil
	})
	switch {
	case err == nil:
	case len(fetches) > 1:
		for _, f := range fetches {
			s.SaveFetches(ctx, []*Fetched{f}, now)
		}
	default:
		fetches[0].Added, fetches[0].Err = 0, fmt.Errorf("feed %s: %w", digest.ShownURL(fetches[0].State.URL), err)
	}
}

func (s *Store) saveFetch(ctx context.Context, tx *sql.Tx, f *Fetched, now time.Time) error {
	st := f.State
	before, err := s.feedBefore(ctx, tx, st.URL)
	if err != nil {
		return err
	}
	failed := st.Error != "" || !st.Healthy()
	st.First = before.first
	if st.First.IsZero() && !failed {
		st.First = now
	}
	if err := s.putFeed(ctx, tx, st); err != nil || failed || len(f.Articles) == 0 {
		return err
	}
	d := &document{
		tx: tx, hot: &s.hot, feed: st.URL, now: now, taken: map[string]bool{},
		first: before.first.IsZero() || before.articles == 0 && len(f.Articles) >= few, resumed: before.partial || moved(before.answered, st.Answered),
	}
	if f.Added, err = d.save(ctx, f.Articles); err != nil {
		return err
	}
	_, err = s.hot.grown.exec(ctx, tx, st.URL, f.Added, stamp(now))
	return err
}

const grownText = `UPDATE feeds SET articles = articles + $2, documented = $3 WHERE url = $1`

// past is what the last fetches of a feed mean for the next.
type past struct {
	first    time.Time // zero: none succeeded
	answered string
	partial  bool
	articles int // ever stored
}

const pastText = `SELECT first_success, answered, partial, articles FROM feeds WHERE url = $1`

func (s *Store) feedBefore(ctx context.Context, tx *sql.Tx, feed string) (past, error) {
	rows, err := s.hot.past.query(ctx, tx, feed)
	found, err := collect(rows, err, func(row scanner) (p past, err error) {
		err = row.Scan((*stamp)(&p.first), &p.answered, &p.partial, &p.articles)
		return p, err
	})
	if err != nil || len(found) == 0 {
		return past{}, err
	}
	return found[0], nil
}

// moved tells whether two documents came from different places; the scheme and the query make none.
func moved(before, now string) bool {
	a, errA := url.Parse(before)
	b, errB := url.Parse(now)
	if errA != nil || errB != nil || before == "" || now == "" {
		return false
	}
	return !strings.EqualFold(a.Host, b.Host) || a.Path != b.Path
}

// putFeed stores all of a state but the number of articles.
func (s *Store) putFeed(ctx context.Context, tx *sql.Tx, st digest.FeedState) error {
	_, err := s.hot.feed.exec(ctx, tx,
		st.URL, st.Location, st.Answered, st.MovedTo, st.MovedSeen, st.Title, st.Home, st.Lang, []byte(st.ETag), []byte(st.LastModified),
		st.Period.Milliseconds(), int64(st.SkipHours), int64(st.SkipDays), st.Partial,
		stamp(st.First), stamp(st.LastTry), stamp(st.LastSuccess),
		stamp(st.FailingSince), stamp(st.NextFetch), stamp(st.RetryAfter), st.Error, st.Note, st.Failures, st.Closed)
	return err
}

const feedText = `
	INSERT INTO feeds (url, location, answered, moved_to, moved_seen, title, home, lang, etag, last_modified,
		period, skip_hours, skip_days, partial, first_success, last_try, last_success,
		failing_since, next_fetch, retry_after, error, note, failures, closed)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
	ON CONFLICT (url) DO UPDATE SET location = excluded.location, answered = excluded.answered,
		moved_to = excluded.moved_to, moved_seen = excluded.moved_seen, title = excluded.title, home = excluded.home,
		lang = excluded.lang, etag = excluded.etag, last_modified = excluded.last_modified,
		period = excluded.period, skip_hours = excluded.skip_hours, skip_days = excluded.skip_days, partial = excluded.partial,
		first_success = excluded.first_success, last_try = excluded.last_try, last_success = excluded.last_success,
		failing_since = excluded.failing_since, next_fetch = excluded.next_fetch, retry_after = excluded.retry_after,
		error = excluded.error, note = excluded.note, failures = excluded.failures, closed = excluded.closed`

// MoveFeed makes what is remembered of one feed, its articles too, that of another address, whose state is then st: the admin writes where the
// feed has gone. Nothing happens if there is no such feed, or the one at the new address was ever read.
func (s *Store) MoveFeed(ctx context.Context, from string, st digest.FeedState) error {
	err := s.change(ctx, func(tx *sql.Tx) error {
		free, err := query(ctx, tx, scanText, `
			SELECT url FROM feeds WHERE url = $1 AND NOT EXISTS (SELECT 1 FROM feeds WHERE url = $2 AND first_success IS NOT NULL)`, from, st.URL)
		if err != nil || len(free) == 0 || from == st.URL {
			return err
		}
		if err := s.putFeed(ctx, tx, st); err != nil {
			return err
		}
		for _, text := range []string{
			`UPDATE feeds SET (documented, articles) = (SELECT documented, articles FROM feeds WHERE url = $1) WHERE url = $2`,
			`UPDATE articles SET feed = $2 WHERE feed = $1`,
			`UPDATE article_keys SET feed = $2 WHERE feed = $1`,
			`DELETE FROM feeds WHERE url = $1 AND url <> $2`,
		} {
			if _, err := tx.ExecContext(ctx, text, from, st.URL); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("feed %s: %w", digest.ShownURL(st.URL), err)
	}
	return nil
}
