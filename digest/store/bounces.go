package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
)

// BounceRecord is a report about a delivery, as it is kept.
type BounceRecord struct {
	Delivery   string // Delivery.ID
	Email      string // whom the delivery was for; set by Bounces alone
	Kind       digest.BounceKind
	Address    string // that the report names; may be empty
	Diagnostic string // one line
	At         time.Time
}

// Consequence is what a report changes beside being recorded.
type Consequence struct {
	State    digest.DeliveryState // of the delivery, unless it is finished in another way than sent; empty: it stays
	Suppress bool                 // its address gets nothing more
}

// RecordBounce keeps a report and does what follows from it, all or nothing, on the disk. Of the reports of a kind about one delivery the first
// counts: for any other it returns false and changes nothing.
func (s *Store) RecordBounce(ctx context.Context, b BounceRecord, c Consequence) (first bool, err error) {
	err = s.changeForGood(ctx, func(tx *sql.Tx) error {
		result, err := tx.ExecContext(ctx, `
			INSERT INTO bounces (delivery, kind, address, diagnostic, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (delivery, kind) DO NOTHING`,
			b.Delivery, string(b.Kind), b.Address, b.Diagnostic, stamp(b.At))
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if err != nil || n == 0 {
			return err
		}
		first = true
		return consequences(ctx, tx, b, c)
	})
	return first && err == nil, err
}

func consequences(ctx context.Context, tx *sql.Tx, b BounceRecord, c Consequence) error {
	if c.State != "" {
		_, err := tx.ExecContext(ctx, `
			UPDATE deliveries SET state = $2, reply = $3, next = $4, leased_by = NULL
			WHERE id = $1 AND state NOT IN ('failed', 'suppressed', 'expired', 'cancelled')`, b.Delivery, string(c.State), b.Diagnostic, stamp(b.At))
		if err != nil {
			return err
		}
	}
	if !c.Suppress {
		return nil
	}
	emails, err := query(ctx, tx, scanText, `SELECT email FROM deliveries WHERE id = $1`, b.Delivery)
	if err != nil || len(emails) == 0 {
		return err
	}
	return suppressAddress(ctx, tx, emails[0], b.Diagnostic, b.At)
}

// Delivery returns a delivery by its id.
func (s *Store) Delivery(ctx context.Context, id string) (digest.Delivery, error) {
	return s.delivery(ctx, fmt.Sprintf("delivery %q", id), `WHERE id = $1`, id)
}

// DeliveryTo returns the delivery of an issue to an address.
func (s *Store) DeliveryTo(ctx context.Context, issue, email string) (digest.Delivery, error) {
	return s.delivery(ctx, fmt.Sprintf("delivery of issue %q to %s", issue, email),
		`WHERE issue = $1 AND subscriber = (SELECT s.id FROM subscribers s WHERE s.address = $2)`, issue, digest.AddressKey(email))
}

// LastSentTo returns the last delivery to an address that was accepted.
func (s *Store) LastSentTo(ctx context.Context, email string) (digest.Delivery, error) {
	return s.delivery(ctx, fmt.Sprintf("anything sent to %s", email),
		`WHERE subscriber = (SELECT s.id FROM subscribers s WHERE s.address = $1) AND state = 'sent' ORDER BY due DESC LIMIT 1`, digest.AddressKey(email))
}

func (s *Store) delivery(ctx context.Context, what, which string, args ...any) (digest.Delivery, error) {
	d, err := scanDelivery(s.read.QueryRowContext(ctx, `SELECT `+deliveryColumns+` FROM ledger `+which, args...))
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("%s: %w", what, ErrNotFound)
	}
	return d, s.explain(err)
}

// FindDelivery returns the delivery of an issue to the subscriber that is the one; it may look at all of them.
func (s *Store) FindDelivery(ctx context.Context, issue string, isOne func(subscriber string) bool) (digest.Delivery, error) {
	found, err := s.subscriberOf(ctx, issue, isOne)
	if err != nil {
		return digest.Delivery{}, s.explain(err)
	}
	return s.delivery(ctx, fmt.Sprintf("that delivery of issue %q", issue), `WHERE issue = $1 AND subscriber = $2`, issue, found)
}

func (s *Store) subscriberOf(ctx context.Context, issue string, isOne func(subscriber string) bool) (string, error) {
	rows, err := s.read.QueryContext(ctx, `SELECT subscriber FROM deliveries WHERE issue = $1`, issue)
	if err != nil {
		return "", err
	}
	defer rows.Close() //nolint:errcheck // rows.Err tells
	for rows.Next() {
		id, err := scanText(rows)
		if err != nil || isOne(id) {
			return id, err
		}
	}
	return "", rows.Err()
}

// Bounces returns what came back for an issue, the latest first; at most limit.
func (s *Store) Bounces(ctx context.Context, issue string, limit int) ([]BounceRecord, error) {
	scan := func(row scanner) (b BounceRecord, err error) {
		err = row.Scan(&b.Delivery, &b.Email, &b.Kind, &b.Address, &b.Diagnostic, (*stamp)(&b.At))
		return b, err
	}
	all, err := query(ctx, s.read, scan, `
		SELECT b.delivery, d.email, b.kind, b.address, b.diagnostic, b.at FROM bounces b JOIN deliveries d ON d.id = b.delivery
		WHERE d.issue = $1 ORDER BY b.at DESC, b.delivery, b.kind LIMIT $2`, issue, limit)
	return all, s.explain(err)
}

// CountBounces counts what came back for an issue.
func (s *Store) CountBounces(ctx context.Context, issue string) (map[digest.BounceKind]int, error) {
	counts := map[digest.BounceKind]int{}
	scan := func(row scanner) (_ struct{}, err error) {
		var kind digest.BounceKind
		var n int
		err = row.Scan(&kind, &n)
		counts[kind] = n
		return struct{}{}, err
	}
	_, err := query(ctx, s.read, scan,
		`SELECT b.kind, COUNT(*) FROM bounces b JOIN deliveries d ON d.id = b.delivery WHERE d.issue = $1 GROUP BY b.kind`, issue)
	return counts, s.explain(err)
}
