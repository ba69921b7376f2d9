package main

import (
	"context"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// mostBounces is how many reports of an issue are shown, the latest.
const mostBounces = 1000

// bounceEntry is the shape of an entry of returned in issues show --json.
type bounceEntry struct {
	Delivery   string    `json:"delivery"`
	To         string    `json:"to"`
	Kind       string    `json:"kind"` // failed, delayed, complaint, or unproven: noted, and nothing was done
	At         time.Time `json:"at"`
	Address    string    `json:"address,omitempty"` // that the report names
	Diagnostic string    `json:"diagnostic"`
}

func newBounceEntry(b store.BounceRecord, zone *time.Location) bounceEntry {
	return bounceEntry{Delivery: b.Delivery, To: b.Email, Kind: string(b.Kind), At: b.At.In(zone), Address: b.Address, Diagnostic: digest.OneLine(b.Diagnostic)}
}

func bounceEntries(ctx context.Context, h *house, issue string, zone *time.Location) ([]bounceEntry, error) {
	records, err := h.Store.Bounces(ctx, issue, mostBounces)
	entries := make([]bounceEntry, len(records))
	for i, b := range records {
		entries[i] = newBounceEntry(b, zone)
	}
	return entries, err
}

// showBounces prints what came back for an issue, if anything did.
func (a *app) showBounces(ctx context.Context, h *house, issue string, zone *time.Location) error {
	entries, err := bounceEntries(ctx, h, issue, zone)
	if err != nil || len(entries) == 0 {
		return err
	}
	a.say("came back:")
	rows := make([][]string, len(entries))
	for i, b := range entries {
		rows[i] = b.row()
	}
	a.table(rows)
	return nil
}

func (b bounceEntry) row() []string {
	what := b.Diagnostic
	if b.Kind == string(digest.BounceUnproven) {
		what += " (anybody could have written this: nothing was done)"
	}
	return []string{b.Kind, b.To, b.At.Format(time.DateTime), what}
}
