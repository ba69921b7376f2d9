package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// readers is how many statements may read at once, beside the one writer. Each keeps up to 500 KiB of the file in memory, and the writer SQLite's 2 MB:
// with more, not even freezing an issue for tens of thousands gets faster.
const readers = 4

// connect opens the pools of connections on the file, which it makes readable by its owner alone.
func (s *Store) connect(busy time.Duration) error {
	if err := createPrivate(s.path); err != nil {
		return err
	}
	absolute, err := filepath.Abs(s.path)
	if err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	base := url.Values{
		"_busy_timeout": {strconv.FormatInt(busy.Milliseconds(), 10)},
		"_foreign_keys": {"on"},
		"_dqs":          {"false"}, // a misspelt column is an error, no string
		"_defensive":    {"true"},
		"_error_rc":     {"true"},
	}
	if s.read, err = pool(absolute, base, url.Values{"_query_only": {"on"}, "_pragma": {"cache_size(-500)"}}, readers); err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	writer := url.Values{
		"_txlock":       {"immediate"}, // never a read lock that cannot become a write lock
		"_journal_mode": {"WAL"},
		// A checkpoint, which makes the writer wait for the disk, comes each 32 MB of writing.
		"_pragma":      {"wal_autocheckpoint(8000)"},
		"_synchronous": {"NORMAL"}, // a killed process loses nothing, a power cut perhaps the last commits
	}
	if s.write, err = pool(absolute, base, writer, 1); err != nil {
		return errors.Join(fmt.Errorf("store %s: %w", s.path, err), s.read.Close())
	}
	return nil
}

func createPrivate(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("store %s: there is no directory %s; make it first, or name another file: %w", path, filepath.Dir(path), err)
	case err != nil:
		return fmt.Errorf("store %s: the file cannot be opened for writing; let the user who runs tidings write it and its directory: %w", path, err)
	}
	return f.Close()
}

func pool(path string, base, own url.Values, size int) (*sql.DB, error) {
	slashed := filepath.ToSlash(path)
	if !strings.HasPrefix(slashed, "/") { // a drive letter
		slashed = "/" + slashed
	}
	dsn := url.URL{Scheme: "file", Path: slashed, RawQuery: base.Encode() + "&" + own.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// changeForGood runs f in a transaction that is on the disk, and so survives a power cut, when it returns nil.
func (s *Store) changeForGood(ctx context.Context, f func(*sql.Tx) error) (err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return s.explain(err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to its pool
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return s.explain(err)
	}
	defer func() {
		_, resetErr := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
		err = errors.Join(err, s.explain(resetErr))
	}()
	return s.alone(ctx, conn, f)
}

// patiently makes a change again as long as another process keeps the file locked, up to an hour.
func patiently(change func() error) (err error) {
	const tries = int(time.Hour / busyTimeout)
	for range tries {
		var cause *sqlite.Error
		if err = change(); !errors.As(err, &cause) || cause.Code()&0xff != sqlite3.SQLITE_BUSY {
			break
		}
	}
	return err
}

// changeWithoutTrace is changeForGood for what is to be forgotten: deleted and changed content is overwritten in the file, and does not stay in
// the log that goes before it, unless another process is just reading that.
func (s *Store) changeWithoutTrace(ctx context.Context, f func(*sql.Tx) error) (err error) {
	if _, err := s.write.ExecContext(ctx, "PRAGMA secure_delete = ON"); err != nil { // of the one connection that writes
		return s.explain(err)
	}
	defer func() {
		_, resetErr := s.write.ExecContext(context.WithoutCancel(ctx), "PRAGMA secure_delete = OFF")
		err = errors.Join(err, s.explain(resetErr))
	}()
	if err := s.changeForGood(ctx, f); err != nil {
		return err
	}
	_, err = s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	return s.explain(err)
}

// explain makes an error of SQLite one that tells the admin which file it is about and what to do. Others pass as they are.
func (s *Store) explain(err error) error {
	var cause *sqlite.Error
	if !errors.As(err, &cause) || errors.As(err, new(*explained)) {
		return err
	}
	return &explained{path: s.path, advice: advice(cause.Code()), cause: cause, err: err}
}

// explained is an error of the database with advice.
type explained struct {
	path, advice string
	cause        *sqlite.Error // what SQLite says, without those who passed it on
	err          error
}

func (e *explained) Error() string { return fmt.Sprintf("store %s: %s: %v", e.path, e.advice, e.cause) }
func (e *explained) Unwrap() error { return e.err }

// advice tells people about a result code of SQLite (https://www.sqlite.org/rescode.html).
func advice(code int) string {
	switch code & 0xff {
	case sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM:
		return "the file cannot be written; let the user who runs tidings write it and its directory"
	case sqlite3.SQLITE_CANTOPEN:
		return "the file, or those beside it that end in -wal and -shm, cannot be opened; let the user who runs tidings write them and their directory"
	case sqlite3.SQLITE_FULL:
		return "the disk is full; free some space and run the command again, nothing is half done"
	case sqlite3.SQLITE_NOTADB:
		return "this is no store of Tidings; name another file"
	case sqlite3.SQLITE_CORRUPT:
		return "the file is damaged; restore a backup, or recover it with sqlite3's .recover"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return "another program keeps the file locked; end it and run the command again"
	case sqlite3.SQLITE_IOERR:
		return "the disk fails, or is full; see its free space and the system's log"
	}
	return "the database refuses"
}
