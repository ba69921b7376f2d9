package store

import (
	"context"
	"database/sql"
	"time"
)

// ModelAnswer is what became of a question to a model.
type ModelAnswer struct {
	Hash    string // of the question
	Summary string // empty: it was not taken
	Refused string // why
}

// ModelAnswers returns the answers to those of the questions that have one, by their hashes.
func (s *Store) ModelAnswers(ctx context.Context, hashes []string) (map[string]ModelAnswer, error) {
	answers := make(map[string]ModelAnswer, len(hashes))
	scan := func(row scanner) (a ModelAnswer, err error) {
		err = row.Scan(&a.Hash, &a.Summary, &a.Refused)
		return a, err
	}
	for len(hashes) > 0 {
		chunk := hashes[:min(len(hashes), maxListed)]
		hashes = hashes[len(chunk):]
		found, err := query(ctx, s.read, scan, `SELECT hash, summary, refused FROM model_answers WHERE hash IN (`+binds(1, len(chunk))+`)`, anys(nil, chunk)...)
		if err != nil {
			return nil, s.explain(err)
		}
		for _, a := range found {
			answers[a.Hash] = a
		}
	}
	return answers, nil
}

// ModelLimit is what an endpoint may cost on a day in UTC.
type ModelLimit struct{ Calls, Tokens int }

// CountModelCall counts a call to an endpoint before it is made. It is false if none may be made: the day's calls or tokens are spent, or the
// endpoint is left alone for now.
func (s *Store) CountModelCall(ctx context.Context, endpoint string, limit ModelLimit, now time.Time) (may bool, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		calls, err := query(ctx, tx, func(row scanner) (n int, err error) { err = row.Scan(&n); return n, err }, `
			INSERT INTO model_endpoints (endpoint, day, calls, tokens, failures, rest) VALUES ($1, $2, 1, 0, 0, NULL)
			ON CONFLICT (endpoint) DO UPDATE SET day = excluded.day,
				calls = CASE WHEN model_endpoints.day = excluded.day THEN model_endpoints.calls + 1 ELSE 1 END,
				tokens = CASE WHEN model_endpoints.day = excluded.day THEN model_endpoints.tokens ELSE 0 END
			WHERE (model_endpoints.rest IS NULL OR model_endpoints.rest <= $3)
				AND (model_endpoints.day <> excluded.day OR model_endpoints.calls < $4 AND model_endpoints.tokens < $5)
			RETURNING calls`, endpoint, dayOf(now), stamp(now), limit.Calls, limit.Tokens)
		may = len(calls) > 0
		return err
	})
	return may, err
}

// dayOf counts the days since 1970 in UTC.
func dayOf(t time.Time) int64 { return t.Unix() / (24 * 60 * 60) }

// SaveModelAnswer stores an answer and what the call cost. The endpoint works.
func (s *Store) SaveModelAnswer(ctx context.Context, endpoint string, a ModelAnswer, tokens int, now time.Time) error {
	return s.change(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `
			INSERT INTO model_answers (hash, summary, refused, at) VALUES ($1, $2, $3, $4)
			ON CONFLICT (hash) DO UPDATE SET summary = excluded.summary, refused = excluded.refused, at = excluded.at`,
			a.Hash, a.Summary, a.Refused, stamp(now))
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE model_endpoints SET tokens = tokens + $2, failures = 0, rest = NULL WHERE endpoint = $1`, endpoint, tokens)
		return err
	})
}

// FailModelCall records that an endpoint failed: it is left alone until rest, if that is not zero. It returns how often it failed in a row.
func (s *Store) FailModelCall(ctx context.Context, endpoint string, tokens int, rest func(failures int) time.Time) (failures int, err error) {
	err = s.change(ctx, func(tx *sql.Tx) error {
		row := tx.QueryRowContext(ctx, `
			UPDATE model_endpoints SET failures = failures + 1, tokens = tokens + $2 WHERE endpoint = $1 RETURNING failures`, endpoint, tokens)
		if err := row.Scan(&failures); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE model_endpoints SET rest = $2 WHERE endpoint = $1`, endpoint, stamp(rest(failures)))
		return err
	})
	return failures, err
}
