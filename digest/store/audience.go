package store

import (
	"context"
	"strings"
)

// CountAudience is the number of subscribers that Audience returns.
func (s *Store) CountAudience(ctx context.Context, newsletter string) (n int, err error) {
	err = s.read.QueryRowContext(ctx, `
		SELECT COUNT(*) FROM subscribers s
		WHERE `+memberText+` AND (s.newsletters = '[]' OR s.newsletters LIKE $2 ESCAPE '\')
			AND NOT EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = s.id AND l.newsletter IN ($1, ''))
			AND NOT EXISTS (SELECT 1 FROM suppressions x WHERE x.address = s.address)`, newsletter, named(newsletter)).Scan(&n)
	return n, s.explain(err)
}

// named is a pattern of LIKE for lists that hold a newsletter.
func named(newsletter string) string {
	return `%"` + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(newsletter) + `"%`
}
