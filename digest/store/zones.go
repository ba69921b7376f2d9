package store

import "context"

// Zones are the time zones of their own that subscribers have who may get the newsletter, as they named them.
func (s *Store) Zones(ctx context.Context, newsletter string) ([]string, error) {
	names, err := query(ctx, s.read, scanText, `
		SELECT DISTINCT s.timezone FROM subscribers s
		WHERE s.timezone <> '' AND `+memberText+` AND (s.newsletters = '[]' OR s.newsletters LIKE $2 ESCAPE '\')
			AND NOT EXISTS (SELECT 1 FROM departures l WHERE l.subscriber = s.id AND l.newsletter IN ($1, ''))`, newsletter, named(newsletter))
	return names, s.explain(err)
}
