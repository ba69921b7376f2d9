package store

import (
	"context"
	"database/sql"
	"fmt"
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
	if len(rows) == 0 {
		return 0, nil
	}
	width := len(rows[0])
	size := min(max(maxInserted/width, 1), len(rows))
	statement, err := tx.PrepareContext(ctx, text+" VALUES "+tuples(size, width)+" "+conflict)
	if err != nil {
		return 0, err
	}
	defer statement.Close() //nolint:errcheck // it ends with the transaction
	for len(rows) > 0 {
		n := min(size, len(rows))
		var args []any
		for _, row := range rows[:n] {
			args = append(args, row...)
		}
		rows = rows[n:]
		var result sql.Result
		if n == size {
			result, err = statement.ExecContext(ctx, args...)
		} else {
			result, err = tx.ExecContext(ctx, text+" VALUES "+tuples(n, width)+" "+conflict, args...)
		}
		if err != nil {
			return added, err
		}
		n64, err := result.RowsAffected()
		if err != nil {
			return added, err
		}
		added += n64
	}
	return added, nil
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
