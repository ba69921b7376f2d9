package store

import (
	"context"
	"strings"
)

// CountAudience is the number of subscribers that Audience returns.
func (s *Store) CountAudience(ctx context.Context, newsletter string) (n int, err error) {
	named := `%"` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(newsletter) + `"%`
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FROM subscribers s
		WHERE s.listed AND (s.newsletters = '[]' OR s.newsletters LIKE $2 ESCAPE '\')
			AND NOT EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = s.id AND l.newsletter IN ($1, ''))
			AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address = s.address)`, newsletter, named).Scan(&n)
	return n, s.explain(err)
}
