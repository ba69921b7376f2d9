package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"maps"
	"time"

	"tidings/digest"
)

// Person is a subscriber with how they stand.
type Person struct {
	digest.Subscriber
	Listed     bool                 // named by the configuration
	Joined     time.Time            // by the form, or by hand; zero: neither
	Chose      time.Time            // when they last chose for themselves; zero: never
	Created    time.Time            // when the store first knew them
	Left       map[string]time.Time // when they left each of these newsletters; "" is all
	Suppressed string               // why nothing may be sent to the address; empty: it may
}

// Status is what a person gets, in a word.
type Status string

// The statuses.
const (
	StatusActive     Status = "active"
	StatusPaused     Status = "paused"     // by themselves, for a while
	StatusLeft       Status = "left"       // by themselves, all newsletters
	StatusSuppressed Status = "suppressed" // the address is dead, or the admin or the reader wants no mail to it
	StatusRemoved    Status = "removed"    // from the configuration, or by hand
)

// Status is how the person stands at a moment.
func (p Person) Status(now time.Time) Status {
	switch {
	case p.Suppressed != "":
		return StatusSuppressed
	case p.HasLeft(""):
		return StatusLeft
	case !p.Member():
		return StatusRemoved
	case p.Paused.After(now):
		return StatusPaused
	}
	return StatusActive
}

// Member tells whether the person is a subscriber: named by the configuration, or joined.
func (p Person) Member() bool { return p.Listed || !p.Joined.IsZero() }

// Gets tells whether the newsletter comes, but for a pause and for what the address can take.
func (p Person) Gets(newsletter string) bool {
	return p.Member() && p.Takes(newsletter) && !p.HasLeft(newsletter) && !p.HasLeft("")
}

// HasLeft tells whether the person left just this newsletter, or all where it is "".
func (p Person) HasLeft(newsletter string) bool {
	_, left := p.Left[newsletter]
	return left
}

// LeftSince tells whether the person left the newsletter, or all, since a moment.
func (p Person) LeftSince(newsletter string, since time.Time) bool {
	return p.HasLeft(newsletter) && !p.Left[newsletter].Before(since) || p.HasLeft("") && !p.Left[""].Before(since)
}

// personText selects people, a row for each newsletter that they left and one for who left none. The erased have no address.
const personText = `
	SELECT ` + subscriberColumns + `, s.listed, s.joined, s.chose, s.created, x.reason, d.newsletter, d.at
	FROM subscribers s LEFT JOIN suppressions x ON x.address = s.address LEFT JOIN departures d ON d.subscriber = s.id`

// People are all that the store knows, in the order of their addresses, one after the other, however many there are.
func (s *Store) People(ctx context.Context) iter.Seq2[Person, error] {
	return func(yield func(Person, error) bool) {
		rows, err := s.read.QueryContext(ctx, personText+` WHERE s.email <> '' ORDER BY s.address, d.newsletter`)
		if err != nil {
			yield(Person{}, s.explain(err))
			return
		}
		defer rows.Close() //nolint:errcheck // rows.Err tells
		var last Person
		for rows.Next() {
			p, err := scanPerson(rows)
			switch {
			case err != nil:
				yield(p, s.explain(err))
				return
			case p.ID == last.ID:
				last.alsoLeft(p)
				continue
			case last.ID != "" && !yield(last, nil):
				return
			}
			last = p
		}
		if err := rows.Err(); err != nil {
			yield(Person{}, s.explain(err))
		} else if last.ID != "" {
			yield(last, nil)
		}
	}
}

func scanPerson(row scanner) (p Person, err error) {
	var reason, left sql.NullString
	var at stamp
	err = row.Scan(&p.ID, &p.Email, &p.Name, (*list)(&p.Newsletters), (*list)(&p.Tags), (*list)(&p.Muted), &p.Timezone, &p.Language, (*stamp)(&p.Paused),
		&p.Listed, (*stamp)(&p.Joined), (*stamp)(&p.Chose), (*stamp)(&p.Created), &reason, &left, &at)
	p.Suppressed = reason.String
	if left.Valid {
		p.Left = map[string]time.Time{left.String: time.Time(at)}
	}
	return p, err
}

// alsoLeft adds what another row says of the same person, who then left something.
func (p *Person) alsoLeft(row Person) { maps.Copy(p.Left, row.Left) }

// Person returns who has an id. Somebody who was erased still has theirs, which links in old messages hold, and nothing else. The error is
// ErrNotFound, wrapped, if it is nobody's.
func (s *Store) Person(ctx context.Context, id string) (Person, error) {
	p, err := person(ctx, s.read, `s.id`, id)
	if errors.Is(err, ErrNotFound) {
		err = noSubscriber(id)
	}
	return p, s.explain(err)
}

// PersonAt returns who has an address. The error is ErrNotFound, wrapped, if nobody has.
func (s *Store) PersonAt(ctx context.Context, email string) (Person, error) {
	p, err := person(ctx, s.read, `s.address`, digest.AddressKey(email))
	if errors.Is(err, ErrNotFound) {
		err = fmt.Errorf("subscriber %s: %w", email, ErrNotFound)
	}
	return p, s.explain(err)
}

// person finds somebody by a column.
func person(ctx context.Context, q querier, column, value string) (Person, error) {
	rows, err := query(ctx, q, scanPerson, personText+` WHERE `+column+` = $1 ORDER BY d.newsletter`, value)
	if err != nil {
		return Person{}, err
	}
	if len(rows) == 0 {
		return Person{}, ErrNotFound
	}
	p := rows[0]
	for _, other := range rows[1:] {
		p.alsoLeft(other)
	}
	return p, nil
}

// Remove takes somebody from those who joined, and stops what is not sent to them yet. Who left or chose what stays known, and whoever the
// configuration names is a subscriber all the same.
func (s *Store) Remove(ctx context.Context, id string) error {
	return s.changeForGood(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `UPDATE subscribers SET joined = NULL WHERE id = $1`, id); err != nil {
			return err
		}
		return stopDeliveries(ctx, tx, id, "", "removed")
	})
}

// Suppression is an address that gets nothing, and why.
type Suppression struct {
	Address string    `json:"-"` // digest.AddressKey
	Reason  string    `json:"reason"`
	At      time.Time `json:"at"`
}

// Suppressions returns all addresses that get nothing, in their order, whether they are a subscriber's or not.
func (s *Store) Suppressions(ctx context.Context) ([]Suppression, error) {
	all, err := query(ctx, s.read, scanSuppression, `SELECT address, reason, at FROM suppressions ORDER BY address`)
	return all, s.explain(err)
}

// Unsuppress lets an address get messages again, and tells whether it got none before.
func (s *Store) Unsuppress(ctx context.Context, email string) (was bool, err error) {
	n, err := s.changeRows(ctx, `DELETE FROM suppressions WHERE address = $1`, digest.AddressKey(email))
	return n > 0, err
}
