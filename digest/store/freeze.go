package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/digest"
)

// Frozen is all that comes into being with an issue.
type Frozen struct {
	Issue      digest.Issue // its ID is given, its Number is not yet
	Considered []string     // ids of the articles that it was composed from, shown or not
	Again      bool         // articles that an earlier issue considered are welcome (--since)
	Deliveries []digest.Delivery
}

// Freeze stores an issue, its pictures, its slot unless it is Manual, what it considered, and its deliveries, which are queued:
// all of it or, with an error, nothing. The error is ErrTaken if somebody else recorded the slot, or considered one of the articles, first.
// When Freeze returns, the issue survives a power cut; number is the one it got.
//
// Deliveries without an ID get one, those without Due are due at the issue's slot, and they are tried from Next on, or else Due.
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
		deliveries, due := planned(is, f.Deliveries)
		if err := insertIssue(ctx, tx, is, due); err != nil {
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
		return insertDeliveries(ctx, tx, deliveries)
	})
	if err != nil {
		return 0, fmt.Errorf("%s: freeze issue: %w", is.Newsletter, err)
	}
	return is.Number, nil
}

func insertIssue(ctx context.Context, tx *sql.Tx, is digest.Issue, due time.Time) error {
	body, err := json.Marshal(is)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `
		INSERT INTO issues (id, newsletter, number, slot, created, due, manual, title, articles, state, note, body)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'sending', '', $10)`,
		is.ID, is.Newsletter, is.Number, stamp(is.Slot), stamp(is.Created), stamp(due), is.Manual, is.Title, len(is.Items), string(body))
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

// planned completes the deliveries of an issue and tells when the earliest of them is due.
func planned(is digest.Issue, deliveries []digest.Delivery) (all []digest.Delivery, due time.Time) {
	all, due = slices.Clone(deliveries), is.Slot
	for i := range all {
		d := &all[i]
		d.Issue, d.Newsletter = is.ID, is.Newsletter
		if d.ID == "" {
			d.ID = rand.Text()
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
	}
	return all, due
}

func insertDeliveries(ctx context.Context, tx *sql.Tx, deliveries []digest.Delivery) error {
	rows := make([][]any, len(deliveries))
	for i, d := range deliveries {
		rows[i] = []any{d.ID, d.Issue, d.Newsletter, d.Subscriber, d.Email, d.Name, list(d.Tags), string(digest.Queued), stamp(d.Due), stamp(d.Next), 0, ""}
	}
	_, err := insert(ctx, tx, `INSERT INTO deliveries (id, issue, newsletter, subscriber, email, name, tags, state, due, next, tries, reply)`, "", rows)
	return err
}
