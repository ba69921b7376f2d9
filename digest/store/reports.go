package store

import (
	"context"
	"database/sql"
	"time"
)

// Reported returns what the admin was told to be in trouble, and since when it was.
func (s *Store) Reported(ctx context.Context) (map[string]time.Time, error) {
	type report struct {
		subject string
		since   time.Time
	}
	rows, err := query(ctx, s.read, func(row scanner) (r report, err error) {
		err = row.Scan(&r.subject, (*stamp)(&r.since))
		return r, err
	}, `SELECT subject, since FROM reports`)
	if err != nil {
		return nil, s.explain(err)
	}
	told := make(map[string]time.Time, len(rows))
	for _, r := range rows {
		told[r.subject] = r.since
	}
	return told, nil
}

// RecordReport remembers of what the admin was told: troubles, with the moment each began, and what is over.
func (s *Store) RecordReport(ctx context.Context, troubles map[string]time.Time, over []string, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		for _, subject := range over {
			if _, err := tx.ExecContext(ctx, `DELETE FROM reports WHERE subject = $1`, subject); err != nil {
				return err
			}
		}
		for subject, since := range troubles {
			_, err := tx.ExecContext(ctx, `
				INSERT INTO reports (subject, since, told) VALUES ($1, $2, $3)
				ON CONFLICT (subject) DO UPDATE SET since = excluded.since, told = excluded.told`, subject, stamp(since), stamp(now))
			if err != nil {
				return err
			}
		}
		return nil
	})
}
