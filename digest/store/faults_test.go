package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
)

// wantAdvice fails unless the error names the file and says what to do.
func wantAdvice(t *testing.T, err error, path, says string) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "store "+path+": ") || !strings.Contains(err.Error(), says) {
		t.Errorf("the error is %v; want it to name %s and to say %q", err, path, says)
	}
	if err != nil && (strings.Contains(err.Error(), "\n") || strings.Count(err.Error(), "store "+path) > 1) {
		t.Errorf("the error is no single sentence: %v", err)
	}
}

func TestOpenMakesAPrivateFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "odd ?%20#name;.db")
	s := openAt(t, path)
	ok(s.Key(t.Context()))(t)
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		must(t, err)
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has mode %o", name, mode)
		}
	}
}

func TestOpenByManyAtOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			s, err := Open(t.Context(), path)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := s.Key(t.Context()); err != nil {
				t.Error(err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	foreign := filepath.Join(dir, "foreign.db")
	s := openAt(t, foreign)
	for _, text := range []string{`CREATE TABLE theirs (x INTEGER)`, `DROP TABLE ` + schemaTable} {
		if _, err := s.write.ExecContext(t.Context(), text); err != nil {
			t.Fatal(err)
		}
	}
	newer := filepath.Join(dir, "newer.db")
	if _, err := openAt(t, newer).write.ExecContext(t.Context(), `INSERT INTO `+schemaTable+` (version_id, is_applied) VALUES (99999, TRUE)`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, says string }{
		{filepath.Join(dir, "missing", "tidings.db"), "there is no directory"},
		{dir, "cannot be opened for writing"},
		{write("tidings.yaml", strings.Repeat("feeds:\n  - https://example.org/feed.xml\n", 100)), "no store of Tidings"},
		{foreign, "another program"},
		{newer, "upgrade tidings"},
	} {
		s, err := Open(t.Context(), c.path)
		if err == nil {
			t.Error(s.Close())
		}
		wantAdvice(t, err, c.path, c.says)
	}
}

func TestADiskThatFillsUp(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 10)
	ctx := t.Context()
	pages := count(t, s, `PRAGMA page_count`)
	limit := func(pages int) {
		if _, err := s.write.ExecContext(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", pages)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 2)
	big := item("id:1")
	big.Content = strings.Repeat("all work and no play ", 10_000)
	_, err := s.SaveFetch(ctx, digest.FeedState{URL: blog, ETag: "v1"}, []digest.Article{big}, at(0))
	wantAdvice(t, err, s.path, "the disk is full")
	if len(ok(s.Feeds(ctx))(t)) != 0 {
		t.Error("validators were stored without their articles")
	}
	_, err = s.Freeze(ctx, frozen("two", 1, ok(s.Audience(ctx, "weekly"))(t)), at(1))
	if err == nil { // few people fit in
		err = s.SyncSubscribers(ctx, people(5000), at(1))
	}
	wantAdvice(t, err, s.path, "the disk is full")
	l := lease(t, s)
	record(t, l, claim(t, l, "one", 1), digest.Sent)

	limit(1 << 30)
	if added := ok(s.SaveFetch(ctx, digest.FeedState{URL: blog, ETag: "v1"}, []digest.Article{big}, at(0)))(t); added != 1 {
		t.Error("with room again the article is not new")
	}
	wantSound(t, s)
}

// wantSound fails unless the database is in order.
func wantSound(t *testing.T, s *Store) {
	t.Helper()
	var verdict string
	must(t, s.read.QueryRowContext(context.Background(), `PRAGMA integrity_check`).Scan(&verdict))
	if verdict != "ok" {
		t.Error(verdict)
	}
	if orphans := ok(query(context.Background(), s.read, scanText, `SELECT "table" FROM pragma_foreign_key_check`))(t); len(orphans) > 0 {
		t.Errorf("rows that refer to nothing in %q", orphans)
	}
}

func TestALockedDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	holder := openAt(t, path)
	s, err := open(t.Context(), path, 50*time.Millisecond)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	tx, err := holder.write.BeginTx(t.Context(), nil)
	must(t, err)
	defer tx.Rollback()
	_, err = s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, nil, at(0))
	wantAdvice(t, err, path, "another program keeps the file locked")
	_, err = s.Key(t.Context())
	wantAdvice(t, err, path, "another program keeps the file locked")
	if _, err := s.Feeds(t.Context()); err != nil {
		t.Errorf("reading waits for a writer: %v", err)
	}
	if third, err := open(t.Context(), path, 50*time.Millisecond); err != nil {
		t.Errorf("a store whose schema needs no change cannot be opened while another writes: %v", err)
	} else {
		must(t, third.Close())
	}
	must(t, tx.Rollback())
	if _, err := s.SaveFetch(t.Context(), digest.FeedState{URL: blog}, nil, at(0)); err != nil {
		t.Errorf("after the lock is gone: %v", err)
	}
}

func TestADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	s, err := Open(t.Context(), path)
	must(t, err)
	must(t, s.Close())
	schema, err := os.Stat(path)
	must(t, err)
	s, err = Open(t.Context(), path)
	must(t, err)
	must(t, s.SyncSubscribers(t.Context(), people(2000), at(0)))
	must(t, s.Close())
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	must(t, err)
	info, err := f.Stat()
	must(t, err)
	for page := schema.Size() / 4096; page < info.Size()/4096; page++ {
		_, err := f.WriteAt([]byte(strings.Repeat("garbage!", 512)), page*4096)
		must(t, err)
	}
	must(t, f.Close())
	s = openAt(t, path)
	_, err = s.Audience(t.Context(), "weekly")
	wantAdvice(t, err, path, "the file is damaged")
	err = s.SyncSubscribers(t.Context(), people(3), at(1))
	wantAdvice(t, err, path, "the file is damaged")
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 1)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, saved := s.SaveFetch(ended, digest.FeedState{URL: blog}, nil, at(0))
	_, froze := s.Freeze(ended, frozen("two", 1, audience), at(1))
	_, claimed := lease(t, s).Claim(ended, "one", 1, at(1))
	_, read := s.Feeds(ended)
	for _, err := range []error{saved, froze, claimed, read} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("with the context ended: %v", err)
		}
	}
	if _, err := Open(ended, filepath.Join(t.TempDir(), "tidings.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("opened with the context ended: %v", err)
	}

	// A wait for another writer ends with the context, and leaves the connection fit for use.
	holder := openAt(t, s.path)
	tx, err := holder.write.BeginTx(t.Context(), nil)
	must(t, err)
	waiting, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := s.Unsubscribe(waiting, audience[0].ID, "", at(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("waiting for a lock: %v", err)
	}
	must(t, tx.Rollback())
	must(t, s.Unsubscribe(t.Context(), audience[0].ID, "", at(1)))
	var level int
	must(t, s.write.QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&level))
	if level != 1 {
		t.Errorf("after a transaction for good, synchronous is %d, want 1 (NORMAL)", level)
	}
}

func TestForGoodIsOnTheDisk(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	level := 0
	must(t, s.changeForGood(t.Context(), func(tx *sql.Tx) error {
		return tx.QueryRowContext(t.Context(), `PRAGMA synchronous`).Scan(&level)
	}))
	if level != 2 {
		t.Errorf("synchronous is %d, want 2 (FULL)", level)
	}
}

// What SQLite says is said once, without those who passed it on.
func TestAdviceLeavesOutWhoPassedItOn(t *testing.T) {
	t.Parallel()
	s := openAt(t, filepath.Join(t.TempDir(), "tidings.db"))
	_, cause := s.write.ExecContext(t.Context(), `SELECT nonsense FROM nowhere`)
	err := s.explain(fmt.Errorf("partial migration error (type:sql,version:6): %w; sql: transaction has already been committed or rolled back", cause))
	if want := "store " + s.path + ": the database refuses: " + cause.Error(); err.Error() != want || !errors.Is(err, cause) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
