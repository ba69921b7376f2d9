package store

import "context"

// age notes which of the feed's articles this document no longer has, and which are back. Only documents with articles age anything: a
// 304, a failed fetch or an empty document does not.
func (d *document) age(ctx context.Context, items []entry) error {
	if d.first {
		return nil
	}
	ids, err := query(ctx, d.tx, scanText, `SELECT id FROM articles WHERE feed = $1 AND gone IS NULL`, d.feed)
	if err != nil {
		return err
	}
	shown := make(map[string]bool, len(ids))
	for _, id := range ids {
		shown[id] = true
		if !d.taken[id] {
			if _, err := d.tx.ExecContext(ctx, `UPDATE articles SET gone = $2 WHERE id = $1`, id, stamp(d.now)); err != nil {
				return err
			}
		}
	}
	for _, it := range items {
		if it.id != "" && !shown[it.id] {
			if _, err := d.tx.ExecContext(ctx, `UPDATE articles SET gone = NULL WHERE id = $1`, it.id); err != nil {
				return err
			}
		}
	}
	return nil
}
