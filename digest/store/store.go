// Package store keeps what must survive a restart: what is known of the feeds, their articles, the frozen issues, who
// subscribed and who left, and the ledger of deliveries.
//
// Every method that changes something is one transaction: it happened, or it did not. A process may be killed at any
// moment, several processes may use one store, and a Store is safe for any number of goroutines. Times come back in UTC,
// to the millisecond; where the nouns hold a zero time, so does the store.
//
// The SQL is written for SQLite and PostgreSQL alike: $1 binds, ON CONFLICT, RETURNING, BIGINT times, TEXT ids. What only
// SQLite needs is in sqlite.go.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"time"
)

// ErrNotFound is returned, wrapped, for an id that the store does not have.
var ErrNotFound = errors.New("not in the store")

// ErrTaken is returned, wrapped, when somebody else recorded the slot, or considered one of the articles, first.
var ErrTaken = errors.New("already taken")

// Store is an open store.
type Store struct {
	path    string
	process string  // names this process in the leases it takes
	write   *sql.DB // one connection: SQLite has one writer, and waiting for it here is fair and cheap
	read    *sql.DB
	hot     hotStatements
	leaving *group[*departure]
	waits   waits
}

// waits is what OnWait was told.
type waits struct {
	patience time.Duration
	tell     func()
}

// busyTimeout is how long a transaction waits for another process, which may be freezing an issue for a million.
const busyTimeout = time.Minute

// Open opens the SQLite store at path, makes it if there is none, with mode 0600, and brings its schema up to date. The
// error says what is wrong with which file, and what to do.
func Open(ctx context.Context, path string) (*Store, error) {
	return open(ctx, path, busyTimeout)
}

func open(ctx context.Context, path string, busy time.Duration) (*Store, error) {
	s := &Store{path: path, process: rand.Text(), leaving: newGroup[*departure]()}
	if err := s.connect(busy); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(s.explain(err), s.Close())
	}
	if err := s.hot.prepare(ctx, s.write); err != nil {
		return nil, errors.Join(s.explain(err), s.Close())
	}
	return s, nil
}

// OnWait has tell called whenever a change has waited so long because another process keeps the file locked. Set it before the store is used.
func (s *Store) OnWait(patience time.Duration, tell func()) { s.waits = waits{patience, tell} }

// Close waits for what is under way and closes the store.
func (s *Store) Close() error {
	return errors.Join(s.read.Close(), s.write.Close())
}

// change runs f in a transaction that survives the death of the process.
func (s *Store) change(ctx context.Context, f func(*sql.Tx) error) error {
	if s.waits.tell == nil {
		return s.alone(ctx, s.write, f)
	}
	conn, err := s.write.Conn(ctx) // waiting for which is waiting for ourselves
	if err != nil {
		return s.explain(err)
	}
	defer conn.Close() //nolint:errcheck // it goes back to its pool
	return s.alone(ctx, conn, f)
}

// alone runs f in a transaction beside which nobody else writes.
func (s *Store) alone(ctx context.Context, db beginner, f func(*sql.Tx) error) error {
	return s.transact(ctx, db, nil, func(tx *sql.Tx) error {
		began := time.Now()
		if err := f(tx); err != nil {
			return err
		}
		return giveBack(ctx, tx, time.Since(began))
	})
}

// view runs f in a transaction that reads one state of the store.
func (s *Store) view(ctx context.Context, f func(*sql.Tx) error) error {
	return s.transact(ctx, s.read, &sql.TxOptions{ReadOnly: true}, f)
}

// beginner is a *sql.DB or a *sql.Conn.
type beginner interface {
	BeginTx(context.Context, *sql.TxOptions) (*sql.Tx, error)
}

func (s *Store) transact(ctx context.Context, db beginner, opts *sql.TxOptions, f func(*sql.Tx) error) error {
	tx, err := s.begin(ctx, db, opts)
	if err != nil {
		return s.explain(err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit there is nothing to roll back
	if err := f(tx); err != nil {
		return s.explain(err)
	}
	return s.explain(tx.Commit())
}

func (s *Store) begin(ctx context.Context, db beginner, opts *sql.TxOptions) (*sql.Tx, error) {
	if opts == nil && s.waits.tell != nil {
		defer time.AfterFunc(s.waits.patience, s.waits.tell).Stop()
	}
	return db.BeginTx(ctx, opts)
}
