package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/dustin/go-humanize"
	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/store"
)

func (a *app) issuesShowCommand() *cobra.Command {
	var asJSON bool
	var words []string
	limit := 100
	c := &cobra.Command{
		Use:     "show ISSUE",
		Short:   "Show who got an issue, when, and with which reply",
		Example: "  tidings issues show weekly\n  tidings issues show weekly 3 --state failed,deferred --json",
		Args:    issueArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if limit < 0 {
				return wrong("--limit must be at least 0, which is all")
			}
			states, err := statesMeant(words)
			if err != nil {
				return err
			}
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			info, err := a.issueMeant(c.Context(), h, args)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printLedger(c.Context(), h, info, states)
			}
			return a.showLedger(c.Context(), h, info, states, limit)
		},
	}
	c.Flags().StringSliceVar(&words, "state", nil, "only deliveries in these states, such as failed,deferred")
	c.Flags().IntVar(&limit, "limit", limit, "how many deliveries are shown; 0: all. --json always gives all")
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// ledgerEntry is the shape of an entry of deliveries in issues show --json.
type ledgerEntry struct {
	ID    string    `json:"id"`
	To    string    `json:"to"`
	Name  string    `json:"name,omitempty"`
	Tags  []string  `json:"tags,omitempty"`  // of the edition; absent: everything …
	Muted []string  `json:"muted,omitempty"` // … but these
	State string    `json:"state"`
	Due   time.Time `json:"due"`
	At    time.Time `json:"at,omitzero"`   // when it was sent or refused
	Next  time.Time `json:"next,omitzero"` // when it is tried next
	Held  bool      `json:"held,omitempty"`
	Tries int       `json:"tries"`
	Reply string    `json:"reply,omitempty"`
}

func newLedgerEntry(d digest.Delivery, zone *time.Location) ledgerEntry {
	e := ledgerEntry{ID: d.ID, To: d.Email, Name: d.Name, Tags: d.Tags, Muted: d.Muted, State: string(d.State), Due: d.Due.In(zone), Tries: d.Tries, Reply: digest.OneLine(d.Reply)}
	switch {
	case d.State == digest.Sent, d.State == digest.Failed:
		e.At = d.Next.In(zone)
	case !d.State.Finished() && d.Next.Equal(store.Held()):
		e.Held = true
	case !d.State.Finished() && d.State != digest.Sending:
		e.Next = d.Next.In(zone)
	}
	return e
}

func (e ledgerEntry) row() []string {
	when := ""
	switch {
	case !e.At.IsZero():
		when = e.At.Format(time.DateTime)
	case e.Held:
		when = "held: `tidings issues resume`"
	case !e.Next.IsZero():
		when = "next " + e.Next.Format(time.DateTime)
	}
	edition := digest.Selection{Tags: e.Tags, Muted: e.Muted}.String()
	return []string{e.State, e.To, when, tries(e.Tries), edition, e.Reply}
}

// showLedger prints an issue and its deliveries for people.
func (a *app) showLedger(ctx context.Context, h *house, info store.IssueInfo, states []digest.DeliveryState, limit int) error {
	zone := h.zoneOf(info.Newsletter)
	is, err := h.withBounces(ctx, newIssueStatus(info, zone))
	if err != nil {
		return err
	}
	a.say("%s: %q, %s, id %s", name(info), digest.OneLine(info.Title), moment(info.Slot.In(zone)), info.ID)
	a.say("%s, %s: %s", count(is.Articles, "article"), is.State+parenthesis(is.Note), is.deliveries())
	const page = 500 // widths are those of a page
	var rows [][]string
	shown, more := 0, 0
	for d, err := range h.Store.Ledger(ctx, info.ID, states...) {
		if err != nil {
			return err
		}
		if limit > 0 && shown == limit {
			more++
			continue
		}
		shown++
		if rows = append(rows, newLedgerEntry(d, zone).row()); len(rows) == page {
			a.table(rows)
			rows = rows[:0]
		}
	}
	a.table(rows)
	if more > 0 {
		a.say("  and %s more; --limit 0 shows all, --state some", humanize.Comma(int64(more)))
	}
	return a.showBounces(ctx, h, info.ID, zone)
}

// printLedger prints an issue and its deliveries for scripts, a delivery at a time: there may be a million.
func (a *app) printLedger(ctx context.Context, h *house, info store.IssueInfo, states []digest.DeliveryState) error {
	zone := h.zoneOf(info.Newsletter)
	is, err := h.withBounces(ctx, newIssueStatus(info, zone))
	if err != nil {
		return err
	}
	head, err := json.MarshalIndent(listedIssue{Newsletter: info.Newsletter, issueStatus: is}, "", "  ")
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(a.stdout, "%s,\n  \"ledger\": [", strings.TrimSuffix(string(head), "\n}")); err != nil {
		return err
	}
	comma := ""
	for d, err := range h.Store.Ledger(ctx, info.ID, states...) {
		if err != nil {
			return err
		}
		line, err := json.Marshal(newLedgerEntry(d, zone))
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(a.stdout, "%s\n    %s", comma, line); err != nil {
			return err
		}
		comma = ","
	}
	returned, err := bounceEntries(ctx, h, info.ID, zone)
	if err != nil {
		return err
	}
	bounces, err := json.MarshalIndent(returned, "  ", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(a.stdout, "\n  ],\n  \"returned\": %s\n}\n", bounces)
	return err
}
