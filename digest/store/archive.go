package store

import (
	"context"
	"encoding/json"
	"fmt"

	"tidings/digest"
)

// Archive returns issues of the newsletter that were sent, or are being sent, newest first and without their pictures: at most so
// many, of those with a number below before, or of all if it is 0.
func (s *Store) Archive(ctx context.Context, newsletter string, before, limit int) ([]digest.Issue, error) {
	issues, err := query(ctx, s.read, scanIssue, `
		SELECT body FROM issues WHERE newsletter = $1 AND (number < $2 OR $2 = 0) AND state IN ('sending', 'finished')
		ORDER BY number DESC LIMIT $3`, newsletter, before, limit)
	return issues, s.explain(err)
}

func scanIssue(row scanner) (is digest.Issue, err error) {
	var body string
	if err := row.Scan(&body); err != nil {
		return is, err
	}
	if err := json.Unmarshal([]byte(body), &is); err != nil {
		return is, fmt.Errorf("an issue cannot be read: %w", err)
	}
	return is, nil
}
