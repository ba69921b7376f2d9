package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"
)

// Limit is how often something may be done within a time.
type Limit struct {
	Name   string // what is counted; the store keeps it, so let it name nobody
	Most   int
	Within time.Duration
}

// OverLimitError says that a limit is used up.
type OverLimitError struct {
	Limit Limit
	First bool // for the first time since it began anew
}

func (e *OverLimitError) Error() string {
	return fmt.Sprintf("more than %d within %s", e.Limit.Most, e.Limit.Within)
}

// use counts one use against each limit, up to one that is used up: then the error is an OverLimitError.
func use(ctx context.Context, tx *sql.Tx, limits []Limit, now time.Time) error {
	for _, l := range limits {
		uses, err := countUse(ctx, tx, l, now)
		if err != nil {
			return err
		}
		if uses > l.Most {
			return &OverLimitError{Limit: l, First: uses == l.Most+1}
		}
	}
	return nil
}

// countUse counts one use against a limit, and returns how many there are now. Times are counted from whole multiples of Within, so that a limit may be
// used up twice around such a moment, and never more.
func countUse(ctx context.Context, tx *sql.Tx, l Limit, now time.Time) (uses int, err error) {
	began := now.Truncate(l.Within)
	err = tx.QueryRowContext(ctx, `
		INSERT INTO limits (name, began, ends, uses) VALUES ($1, $2, $3, 1)
		ON CONFLICT (name, began) DO UPDATE SET uses = limits.uses + 1 RETURNING uses`,
		l.Name, stamp(began), stamp(began.Add(l.Within))).Scan(&uses)
	return uses, err
}
