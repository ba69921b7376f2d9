package store

import (
	"path/filepath"
	"testing"

	"tidings/digest"
)

// What was on the wire for an older Tidings, which said so in the state of the delivery, is in doubt for a newer one; be its sender known or not.
func TestMigrateWhatIsOnTheWire(t *testing.T) {
	t.Parallel()
	ctx, path := t.Context(), filepath.Join(t.TempDir(), "tidings.db")
	old := &Store{path: path}
	must(t, old.connect(busyTimeout))
	ok(ok(old.provider())(t).UpTo(ctx, 8))(t)
	for _, text := range []string{
		`INSERT INTO issues (id, newsletter, number, slot, created, due, manual, title, articles, state, note, body)
			VALUES ('one', 'weekly', 1, 0, 0, 0, TRUE, '', 0, 'sending', '', '{}')`,
		`INSERT INTO senders (id, until) VALUES ('dead', 1), ('done', 2)`,
		`INSERT INTO subscribers (id, address, email, name, newsletters, tags, listed, created, timezone)
			VALUES ('a', 'a@a.example', 'a@a.example', '', '[]', '[]', TRUE, 0, ''), ('b', 'b', 'b', '', '[]', '[]', TRUE, 0, ''),
			('c', 'c', 'c', '', '[]', '[]', TRUE, 0, ''), ('d', 'd', 'd', '', '[]', '[]', TRUE, 0, '')`,
		`INSERT INTO deliveries (id, issue, newsletter, subscriber, email, name, tags, state, due, next, tries, reply, leased_by) VALUES
			('A', 'one', 'weekly', 'a', 'a', '', '[]', 'sending', 0, 0, 0, '', 'dead'), ('B', 'one', 'weekly', 'b', 'b', '', '[]', 'sending', 0, 0, 2, '', 'dead'),
			('C', 'one', 'weekly', 'c', 'c', '', '[]', 'sending', 0, 0, 0, '', 'unheard of'), ('D', 'one', 'weekly', 'd', 'd', '', '[]', 'queued', 0, 0, 0, '', 'dead')`,
	} {
		ok(old.write.ExecContext(ctx, text))(t)
	}
	must(t, old.Close())

	s := openAt(t, path)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sending: 3, digest.Queued: 1})
	lease(t, s) // which clears away who is over
	if n := ok(s.Reclaim(ctx, at(0), at(0)))(t); n != 3 {
		t.Errorf("%d are in doubt, want 3", n)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Unknown: 3, digest.Queued: 1})
}
