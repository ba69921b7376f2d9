package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"slices"
	"time"

	"tidings/digest"
)

// Enlisting is what became of somebody who was to be a subscriber.
type Enlisting string

// What becomes of those who are enlisted.
const (
	EnlistAdded      Enlisting = "added"
	EnlistUpdated    Enlisting = "updated"
	EnlistUnchanged  Enlisting = "unchanged"
	EnlistChose      Enlisting = "chose"      // for themselves, which outranks what others say: nothing is changed
	EnlistLeft       Enlisting = "left"       // all newsletters: only they themselves can come back
	EnlistSuppressed Enlisting = "suppressed" // the address gets nothing
	EnlistErased     Enlisting = "erased"     // and not to be added again
)

// Enlist makes subscribers by hand: it adds who is new, and changes who is known to what is given, unless they chose for themselves. Nobody
// who left, whose address is suppressed or who was erased is brought back. It returns what became of each.
func (s *Store) Enlist(ctx context.Context, subs []digest.Subscriber, now time.Time) (done []Enlisting, err error) {
	if _, err := s.Key(ctx); err != nil { // the addresses of the erased are kept under it
		return nil, err
	}
	err = s.change(ctx, func(tx *sql.Tx) error {
		done = nil
		for chunk := range slices.Chunk(subs, maxListed) {
			e := enlistment{tx: tx, now: now}
			if err := e.lookUp(ctx, chunk); err != nil {
				return err
			}
			for _, sub := range chunk {
				done = append(done, e.enlist(sub))
			}
			if err := e.write(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return done, nil
}

// enlistment is what is known of some addresses, and what is to be written of them.
type enlistment struct {
	tx         *sql.Tx
	now        time.Time
	known      map[string]Person // by digest.AddressKey
	suppressed map[string]bool
	erased     map[string]bool
	added      [][]any
	changed    [][]any
}

func (e *enlistment) lookUp(ctx context.Context, subs []digest.Subscriber) error {
	addresses := make([]string, len(subs))
	for i, sub := range subs {
		addresses[i] = digest.AddressKey(sub.Email)
	}
	in := ` IN (` + binds(1, len(addresses)) + `)`
	people, err := query(ctx, e.tx, scanPerson, personText+` WHERE s.address`+in, anys(nil, addresses)...)
	if err != nil {
		return err
	}
	e.known = make(map[string]Person, len(people))
	for _, p := range people {
		address := digest.AddressKey(p.Email)
		p.alsoLeft(e.known[address])
		e.known[address] = p
	}
	suppressed, err := query(ctx, e.tx, scanText, `SELECT address FROM suppressions WHERE address`+in, anys(nil, addresses)...)
	e.suppressed = make(map[string]bool, len(suppressed))
	for _, address := range suppressed {
		e.suppressed[address] = true
	}
	if err == nil {
		e.erased, err = erasedAmong(ctx, e.tx, addresses)
	}
	return err
}

func (e *enlistment) enlist(sub digest.Subscriber) Enlisting {
	address := digest.AddressKey(sub.Email)
	p, known := e.known[address]
	switch {
	case e.suppressed[address]:
		return EnlistSuppressed
	case !known:
		if e.erased[address] {
			return EnlistErased
		}
		e.added = append(e.added, []any{
			rand.Text(), address, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), sub.Timezone, false, stamp(e.now), stamp(e.now),
		})
		e.known[address] = Person{Subscriber: sub, Joined: e.now}
		return EnlistAdded
	case p.HasLeft(""):
		return EnlistLeft
	case !p.Chose.IsZero():
		e.change(address, p.Subscriber)
		return EnlistChose
	case !p.Joined.IsZero() && says(p.Subscriber, sub):
		return EnlistUnchanged
	}
	e.change(address, sub)
	e.known[address] = Person{Subscriber: sub, Joined: e.now, Left: p.Left}
	if !p.Member() { // they were removed
		return EnlistAdded
	}
	return EnlistUpdated
}

func (e *enlistment) change(address string, sub digest.Subscriber) {
	e.changed = append(e.changed, []any{address, sub.Email, sub.Name, list(sub.Newsletters), list(sub.Tags), sub.Timezone, stamp(e.now)})
}

// write adds, and then changes: an address may stand in the list twice.
func (e *enlistment) write(ctx context.Context) error {
	_, err := insert(ctx, e.tx, `INSERT INTO subscribers (id, address, email, name, newsletters, tags, timezone, listed, created, joined)`, "", e.added)
	if err != nil {
		return err
	}
	for _, row := range e.changed {
		_, err := e.tx.ExecContext(ctx, `
			UPDATE subscribers SET email = $2, name = $3, newsletters = $4, tags = $5, timezone = $6, joined = COALESCE(joined, $7) WHERE address = $1`, row...)
		if err != nil {
			return err
		}
	}
	return nil
}
