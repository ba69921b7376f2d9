package store

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// querier is a *sql.DB or a *sql.Tx.
type querier interface {
	QueryContext(context.Context, string, ...any) (*sql.Rows, error)
}

// scanner is a row, alone or among others.
type scanner interface{ Scan(...any) error }

// query returns all rows of a query.
func query[T any](ctx context.Context, q querier, scan func(scanner) (T, error), text string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, text, args...)
	return collect(rows, err, scan)
}

// collect reads the rows that a query returned, if it did, and closes them.
func collect[T any](rows *sql.Rows, err error, scan func(scanner) (T, error)) (all []T, _ error) {
	if err != nil {
		return nil, err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, rows.Err()
}

// scanText reads a row of one text.
func scanText(row scanner) (s string, err error) {
	err = row.Scan(&s)
	return s, err
}

// How many values one statement carries, at most. Both engines would take far more, but the SQLite driver looks up the name of each
// among those before it: work that grows with the square.
const (
	maxInserted = 200
	maxListed   = 500
)

// insert adds rows, many with each statement, and returns how many were added. The text is "INSERT INTO table (columns)", the
// conflict what follows the values; it may be empty.
func insert(ctx context.Context, tx *sql.Tx, text, conflict string, rows [][]any) (added int64, err error) {
	return insertAll(ctx, tx, text, conflict, slices.Values(rows))
}

// insertAll is insert for rows that come one after the other, all of the same width.
func insertAll(ctx context.Context, tx *sql.Tx, text, conflict string, rows iter.Seq[[]any]) (added int64, err error) {
	b := insertion{tx: tx, text: text, conflict: conflict}
	defer b.close()
	for row := range rows {
		if b.args = append(b.args, row...); len(b.args)+len(row) > maxInserted {
			if err := b.insert(ctx, len(row)); err != nil {
				return b.added, err
			}
		}
		b.width = len(row)
	}
	err = b.insert(ctx, b.width)
	return b.added, err
}

// insertion is the rows of one statement, which is prepared for when it comes again.
type insertion struct {
	tx             *sql.Tx
	text, conflict string
	args           []any
	width          int
	prepared       *sql.Stmt
	size           int // rows of prepared
	added          int64
}

func (b *insertion) insert(ctx context.Context, width int) error {
	if len(b.args) == 0 {
		return nil
	}
	if size := len(b.args) / width; size != b.size {
		b.close()
		prepared, err := b.tx.PrepareContext(ctx, b.text+" VALUES "+tuples(size, width)+" "+b.conflict)
		if err != nil {
			return err
		}
		b.prepared, b.size = prepared, size
	}
	added, err := affected(b.prepared.ExecContext(ctx, b.args...))
	b.added += added
	b.args = b.args[:0]
	return err
}

func (b *insertion) close() {
	if b.prepared != nil {
		_ = b.prepared.Close() // it ends with the transaction at the latest
		b.prepared, b.size = nil, 0
	}
}

// affected is how many rows a statement changed.
func affected(result sql.Result, err error) (int64, error) {
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// tuples writes "($1, $2), ($3, $4)" for rows of the given width.
func tuples(rows, width int) string {
	var b strings.Builder
	for i := range rows {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("(" + binds(i*width+1, width) + ")")
	}
	return b.String()
}

// binds writes "$3, $4" for two values from the third on.
func binds(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, "$%d", from+i)
	}
	return b.String()
}

// anys turns texts into what a statement is called with, after the values that come first.
func anys(first []any, texts []string) []any {
	args := append(make([]any, 0, len(first)+len(texts)), first...)
	for _, s := range texts {
		args = append(args, s)
	}
	return args
}
