package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tidings/digest"
)

// Dossier is all that is stored of one person, in the shape that it is handed out in. Times are in UTC.
type Dossier struct {
	Email       string         `json:"email"`
	Subscriber  *DossierPerson `json:"subscriber,omitempty"` // absent: the address is no subscriber's
	Suppression *Suppression   `json:"suppression,omitempty"`
	Signups     []DossierAsked `json:"signups"`
	Deliveries  []DossierSent  `json:"deliveries"`
	Bounces     []DossierBack  `json:"bounces"`
}

// DossierPerson is the subscriber.
type DossierPerson struct {
	Name        string    `json:"name"`
	Newsletters []string  `json:"newsletters"` // empty: all
	Left        []string  `json:"left"`        // an empty name is all newsletters
	Tags        []string  `json:"tags"`        // empty: all
	Muted       []string  `json:"muted"`
	Timezone    string    `json:"timezone"`
	Language    string    `json:"language"`
	Paused      time.Time `json:"paused_until,omitzero"`
	Listed      bool      `json:"named_by_the_configuration"`
	Created     time.Time `json:"known_since"`
	Joined      time.Time `json:"joined,omitzero"`
	Chose       time.Time `json:"last_chose,omitzero"`
}

// DossierAsked is a sign-up.
type DossierAsked struct {
	Email       string    `json:"email"` // as it was typed
	Name        string    `json:"name"`
	Newsletters []string  `json:"newsletters"`
	Tags        []string  `json:"tags"` // empty: all
	Timezone    string    `json:"timezone"`
	Language    string    `json:"language"`
	Asked       time.Time `json:"asked"`
	Confirmed   time.Time `json:"confirmed,omitzero"`
}

// DossierSent is a delivery.
type DossierSent struct {
	Newsletter string    `json:"newsletter"`
	Issue      string    `json:"issue"`
	Title      string    `json:"title"`
	Email      string    `json:"email"` // as it was then, as are the name and the sections
	Name       string    `json:"name"`
	Tags       []string  `json:"tags"` // empty: all
	Muted      []string  `json:"muted"`
	Due        time.Time `json:"due"`
	State      string    `json:"state"`
	Reply      string    `json:"reply,omitempty"`
}

// DossierBack is a bounce or a complaint.
type DossierBack struct {
	Kind       string    `json:"kind"`
	Address    string    `json:"address"` // that the report names
	Diagnostic string    `json:"diagnostic"`
	At         time.Time `json:"at"`
}

// Dossier gathers all that is stored of who has an address. The error is ErrNotFound, wrapped, if that is nothing.
func (s *Store) Dossier(ctx context.Context, email string) (d Dossier, err error) {
	address := digest.AddressKey(email)
	d = Dossier{Email: email}
	err = s.view(ctx, func(tx *sql.Tx) error {
		p, err := person(ctx, tx, `s.address`, address)
		switch {
		case err == nil:
			d.Subscriber = dossierPerson(p)
		case !errors.Is(err, ErrNotFound):
			return err
		}
		suppressed, err := query(ctx, tx, scanSuppression, `SELECT address, reason, at FROM suppressions WHERE address = $1`, address)
		if err != nil {
			return err
		}
		if len(suppressed) > 0 {
			d.Suppression = &suppressed[0]
		}
		if d.Signups, err = query(ctx, tx, scanAsked, `SELECT email, name, newsletters, tags, timezone, language, asked, confirmed FROM signups WHERE address = $1 ORDER BY asked`, address); err != nil {
			return err
		}
		d.Deliveries, err = query(ctx, tx, scanSent, `
			SELECT d.newsletter, d.issue, i.title, d.email, d.name, d.tags, d.due, d.state, d.reply FROM ledger d JOIN issues i ON i.id = d.issue
			WHERE d.subscriber = $1 ORDER BY d.due, d.id`, p.ID)
		if err != nil {
			return err
		}
		d.Bounces, err = query(ctx, tx, scanBack, `
			SELECT b.kind, b.address, b.diagnostic, b.at FROM bounces b JOIN deliveries d ON d.id = b.delivery WHERE d.subscriber = $1 ORDER BY b.at`, p.ID)
		if err == nil && d.Subscriber == nil && d.Suppression == nil && len(d.Signups) == 0 {
			err = fmt.Errorf("address %s: %w", email, ErrNotFound)
		}
		return err
	})
	d.Signups, d.Deliveries, d.Bounces = listed(d.Signups), listed(d.Deliveries), listed(d.Bounces)
	return d, err
}

// listed is a list that JSON shows as such even where it is empty.
func listed[T any](all []T) []T { return append([]T{}, all...) }

func dossierPerson(p Person) *DossierPerson {
	return &DossierPerson{
		Name: p.Name, Newsletters: listed(p.Newsletters), Left: listed(slices.Sorted(maps.Keys(p.Left))), Tags: listed(p.Tags), Muted: listed(p.Muted), Timezone: p.Timezone, Language: p.Language,
		Paused: p.Paused, Listed: p.Listed, Created: p.Created, Joined: p.Joined, Chose: p.Chose,
	}
}

func scanSuppression(row scanner) (x Suppression, err error) {
	err = row.Scan(&x.Address, &x.Reason, (*stamp)(&x.At))
	return x, err
}

func scanAsked(row scanner) (a DossierAsked, err error) {
	err = row.Scan(&a.Email, &a.Name, (*list)(&a.Newsletters), (*list)(&a.Tags), &a.Timezone, &a.Language, (*stamp)(&a.Asked), (*stamp)(&a.Confirmed))
	a.Newsletters, a.Tags = listed(a.Newsletters), listed(a.Tags)
	return a, err
}

func scanSent(row scanner) (s DossierSent, err error) {
	var sel selection
	err = row.Scan(&s.Newsletter, &s.Issue, &s.Title, &s.Email, &s.Name, &sel, (*stamp)(&s.Due), &s.State, &s.Reply)
	s.Tags, s.Muted = listed(sel.Tags), listed(sel.Muted)
	return s, err
}

func scanBack(row scanner) (b DossierBack, err error) {
	err = row.Scan(&b.Kind, &b.Address, &b.Diagnostic, (*stamp)(&b.At))
	return b, err
}
