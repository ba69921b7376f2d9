package store

import (
	"cmp"
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"tidings/digest"
)

// Frozen is all that comes into being with an issue.
type Frozen struct {
	Issue      digest.Issue                      // its ID is given, its Number is not yet
	Considered []string                          // ids of the articles that it was composed from, shown or not
	Again      bool                              // articles that an earlier issue considered are welcome (--since)
	Deliveries iter.Seq2[digest.Delivery, error] // taken one after the other, however many there are; nil: none
}

// Freeze stores an issue, its pictures, its slot unless it is Manual, what it considered, and its deliveries, which are queued:
// all of it or, with an error, nothing. The error is ErrTaken if somebody else recorded the slot, or considered one of the articles, first.
// When Freeze returns, the issue survives a power cut; number is the one it got.
//
// Deliveries without an ID get one, those without Due are due at the issue's slot, and they are tried from Next on, or else Due. Those that
// come in the order of their subscribers are stored fastest.
func (s *Store) Freeze(ctx context.Context, f Frozen, now time.Time) (number int, err error) {
	is := f.Issue
	if is.ID == "" || is.Newsletter == "" || is.Slot.IsZero() {
		return 0, errors.New("an issue needs an id, a newsletter and a slot to be frozen")
	}
	if is.Created.IsZero() {
		is.Created = now
	}
	f.Considered = slices.Compact(slices.Sorted(slices.Values(f.Considered)))
	err = s.changeForGood(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(number), 0) + 1 FROM issues WHERE newsletter = $1`, is.Newsletter).Scan(&is.Number)
		if err != nil {
			return err
		}
		if err := insertIssue(ctx, tx, is); err != nil {
			return err
		}
		if !is.Manual {
			if err := takeSlot(ctx, tx, is.Newsletter, is.Slot, SlotIssued, "", is.ID, now); err != nil {
				return err
			}
		}
		added, err := consider(ctx, tx, is.Newsletter, f.Considered, is.ID, now)
		if err != nil {
			return err
		}
		if lost := int64(len(f.Considered)) - added; lost > 0 && !f.Again {
			return fmt.Errorf("%d of the articles: %w", lost, ErrTaken)
		}
		return plan(ctx, tx, is, f.Deliveries)
	})
	if err != nil {
		return 0, fmt.Errorf("%s: freeze issue: %w", is.Newsletter, err)
	}
	return is.Number, nil
}

func insertIssue(ctx context.Context, tx *sql.Tx, is digest.Issue) error {
	body, err := json.Marshal(is)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO issues (id, newsletter, number, slot, created, due, manual, title, articles, state, note, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'sending', '', $10)`,
		is.ID, is.Newsletter, is.Number, stamp(is.Slot), stamp(is.Created), stamp(is.Slot), is.Manual, is.Title, len(is.Items), string(body))
	if err != nil {
		return err
	}
	for _, p := range is.Pictures {
		_, err := tx.ExecContext(ctx, `INSERT INTO pictures (issue, cid, type, data, width, height) VALUES ($1, $2, $3, $4, $5, $6)`,
			is.ID, p.CID, p.Type, p.Data, p.Width, p.Height)
		if err != nil {
			return err
		}
	}
	return nil
}

// plan stores the deliveries of an issue, and when the earliest of them is due.
func plan(ctx context.Context, tx *sql.Tx, is digest.Issue, deliveries iter.Seq2[digest.Delivery, error]) error {
	if deliveries == nil {
		return nil
	}
	due := is.Slot
	var failed error
	rows := func(yield func([]any) bool) {
		ids := newSequence()
		for d, err := range deliveries {
			if err != nil {
				failed = err
				return
			}
			if d.ID == "" {
				d.ID = ids.next()
			}
			if d.Due.IsZero() {
				d.Due = is.Slot
			}
			if d.Next.IsZero() {
				d.Next = d.Due
			}
			if d.Due.Before(due) {
				due = d.Due
			}
			row := []any{
				d.ID, is.ID, is.Newsletter, d.Subscriber, d.Email, d.Name, selection(d.Selection), string(digest.Queued), stamp(d.Due), stamp(d.Next), 0, "",
			}
			if !yield(row) {
				return
			}
		}
	}
	_, err := insertAll(ctx, tx, `INSERT INTO deliveries (id, issue, newsletter, subscriber, email, name, tags, state, due, next, tries, reply)`, "", rows)
	if err = cmp.Or(failed, err); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE issues SET due = $2 WHERE id = $1`, is.ID, stamp(due))
	return err
}

// sequence makes ids of 26 letters, as rand.Text does, of which each is greater than the one before: what is stored and read together
// lies together.
type sequence struct {
	prefix string
	n      uint64
}

const countLetters = 7 // of 5 bits

func newSequence() *sequence {
	text := rand.Text()
	return &sequence{prefix: text[:len(text)-countLetters]}
}

func (s *sequence) next() string {
	const letters = "234567ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var count [countLetters]byte
	n := s.n
	for i := range slices.Backward(count[:]) {
		count[i] = letters[n%32]
		n /= 32
	}
	s.n++
	return s.prefix + string(count[:])
}
