package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/store"
)

func (a *app) subscribersCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "subscribers",
		Short: "List, add, remove, import, export, erase and suppress subscribers",
		Long: "The subscribers of the configuration, those who joined by the form on the pages, and those added here are one list. What people chose for\n" +
			"themselves outranks what the configuration and these commands say, and nobody who left is brought back by either.",
		SuggestionsMinimumDistance: 2,
		Args:                       a.noSuchCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.subscribersListCommand(), a.subscribersAddCommand(), a.subscribersRemoveCommand(), a.subscribersImportCommand(),
		a.subscribersExportCommand(), a.subscribersEraseCommand(), a.subscribersSuppressCommand())
	return c
}

// openPeople opens the house with the configuration's list in the store.
func (a *app) openPeople(ctx context.Context) (*house, error) {
	h, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	if err := h.SyncSubscribers(ctx, time.Now()); err != nil {
		_ = h.Close() // the first error says more
		return nil, err
	}
	return h, nil
}

// openToRead is openPeople for those who only look: they do not wait for somebody who keeps the store locked, but see it as it was.
func (a *app) openToRead(ctx context.Context) (*house, error) {
	h, err := a.open(ctx)
	if err != nil {
		return nil, err
	}
	syncing, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	locked := fmt.Errorf("%s is locked by another program", h.config.StorePath)
	h.Store.OnWait(lockPatience, func() { giveUp(locked) })
	err = h.SyncSubscribers(syncing, time.Now())
	if err != nil && context.Cause(syncing) == locked { //nolint:errorlint // it is this one and no other
		a.warn("%v: this is how it was before, without what has changed under subscribers: since then", locked)
		err = nil
	}
	if err != nil {
		_ = h.Close() // the first error says more
		return nil, err
	}
	return h, nil
}

// listedPerson is the shape of an entry of subscribers list --json.
type listedPerson struct {
	Email       string    `json:"email"`
	Name        string    `json:"name,omitempty"`
	State       string    `json:"state"`       // active, paused, left, suppressed or removed
	Newsletters []string  `json:"newsletters"` // those that they get
	Tags        []string  `json:"tags"`        // sections that they follow; empty: all
	Muted       []string  `json:"muted,omitempty"`
	Timezone    string    `json:"timezone,omitempty"`
	Language    string    `json:"language,omitempty"`
	From        string    `json:"from"` // configuration, joined or nowhere
	Since       time.Time `json:"since"`
	Paused      time.Time `json:"paused_until,omitzero"`
	Why         string    `json:"why,omitempty"` // of a suppression
}

func (h *house) listPerson(p store.Person, now time.Time) listedPerson {
	l := listedPerson{
		Email: p.Email, Name: p.Name, State: string(p.Status(now)), Newsletters: append([]string{}, h.takes(p)...), Tags: append([]string{}, p.Tags...),
		Muted: p.Muted, Timezone: p.Timezone, Language: p.Language, From: "nowhere", Since: p.Created, Why: p.Suppressed,
	}
	if p.Paused.After(now) {
		l.Paused = p.Paused
	}
	if len(p.Left) > 0 && len(l.Newsletters) == 0 && (l.State == string(store.StatusActive) || l.State == string(store.StatusPaused)) {
		l.State = string(store.StatusLeft) // one after the other
	}
	switch {
	case p.Listed:
		l.From = "configuration"
	case !p.Joined.IsZero():
		l.From, l.Since = "joined", p.Joined
	}
	return l
}

// takes are the newsletters of the configuration that somebody gets, or would if nothing else stood against it.
func (h *house) takes(p store.Person) (names []string) {
	if p.HasLeft("") {
		return nil
	}
	for _, n := range h.Newsletters {
		if p.Takes(n.Name) && !p.HasLeft(n.Name) {
			names = append(names, n.Name)
		}
	}
	return names
}

func (a *app) subscribersListCommand() *cobra.Command {
	var asJSON bool
	var state, newsletter string
	c := &cobra.Command{
		Use:   "list",
		Short: "List everybody who is known, and how they stand",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if state != "" && !slices.Contains(statuses(), store.Status(state)) {
				return wrong("--state %q is none of %s", state, joined(statuses()))
			}
			h, err := a.openToRead(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			if newsletter != "" {
				if known := newsletterNames(h.config); !slices.Contains(known, newsletter) {
					return wrong("there is no newsletter %q; %s", newsletter, orSuggest(newsletter, known))
				}
			}
			wanted := func(p listedPerson) bool {
				gets := newsletter == "" || slices.Contains(p.Newsletters, newsletter)
				if newsletter != "" && state == "" { // nothing comes to the others
					gets = gets && (p.State == string(store.StatusActive) || p.State == string(store.StatusPaused))
				}
				return gets && (state == "" || p.State == state)
			}
			if asJSON {
				return a.printPeople(c.Context(), h, wanted)
			}
			return a.showPeople(c.Context(), h, wanted)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	c.Flags().StringVar(&state, "state", "", "only those who are active, paused, left, suppressed or removed")
	c.Flags().StringVar(&newsletter, "newsletter", "", "only those who get this one")
	return c
}

// statuses are those that people can have, in the order of the words about them.
func statuses() []store.Status {
	return []store.Status{store.StatusActive, store.StatusPaused, store.StatusLeft, store.StatusSuppressed, store.StatusRemoved}
}

func joined[T ~string](words []T) string {
	all := make([]string, len(words))
	for i, w := range words {
		all[i] = string(w)
	}
	return strings.Join(all, ", ")
}

// people are those who are known and wanted, one after the other.
func (h *house) people(ctx context.Context, wanted func(listedPerson) bool) iter.Seq2[listedPerson, error] {
	return func(yield func(listedPerson, error) bool) {
		now := time.Now()
		for p, err := range h.Store.People(ctx) {
			l := h.listPerson(p, now)
			if (err != nil || wanted(l)) && !yield(l, err) {
				return
			}
		}
	}
}

// showPeople prints a line for each as they come: there may be a million.
func (a *app) showPeople(ctx context.Context, h *house, wanted func(listedPerson) bool) error {
	out := bufio.NewWriter(a.stdout)
	shown, counts := 0, map[string]int{}
	for l, err := range h.people(ctx, wanted) {
		if err != nil {
			return err
		}
		if shown == 0 {
			_, _ = fmt.Fprintf(out, "  %-10s  %-36s  %-24s  %s\n", "STATE", "ADDRESS", "NAME", "NEWSLETTERS") // Flush tells
		}
		shown++
		counts[l.State]++
		_, _ = fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("  %-10s  %-36s  %-24s  %s", l.State, digest.OneLine(l.Email), shortened(l.Name), l.about()), " "))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if shown == 0 {
		a.say("there is nobody; `tidings subscribers add ADDRESS` adds somebody")
		return nil
	}
	a.say("%s", totals(shown, counts))
	return nil
}

// about is what somebody gets, and what stands against it.
func (p listedPerson) about() string {
	text := strings.Join(p.Newsletters, ", ")
	if len(p.Tags) > 0 {
		text += " (" + strings.Join(p.Tags, ", ") + ")"
	}
	switch {
	case p.Why != "":
		text = digest.OneLine(p.Why)
	case !p.Paused.IsZero():
		text += ", paused until " + p.Paused.Format("2 January 2006")
	}
	return text
}

func totals(all int, counts map[string]int) string {
	parts := make([]string, 0, len(counts))
	for _, state := range statuses() {
		if n := counts[string(state)]; n > 0 && n < all {
			parts = append(parts, fmt.Sprintf("%d %s", n, state))
		}
	}
	text := fmt.Sprintf("%d people", all)
	if all == 1 {
		text = "1 person"
	}
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	return text
}

// printPeople prints an array as it is read.
func (a *app) printPeople(ctx context.Context, h *house, wanted func(listedPerson) bool) error {
	out := bufio.NewWriter(a.stdout)
	separator := "[\n  "
	for l, err := range h.people(ctx, wanted) {
		if err != nil {
			return err
		}
		text, err := json.Marshal(l)
		if err != nil {
			return err
		}
		_, _ = fmt.Fprintf(out, "%s%s", separator, text) // Flush tells
		separator = ",\n  "
	}
	end := "\n]\n"
	if separator == "[\n  " {
		end = "[]\n"
	}
	_, _ = out.WriteString(end)
	return out.Flush()
}
