package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/store"
)

func (a *app) issuesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "issues",
		Short: "List issues, show who got what, resume and cancel",
		Long: "An issue is named by its newsletter and number, such as `weekly 3`; by the newsletter alone, which is its newest issue; or by its id.\n\n" +
			"What is resumed is delivered by `tidings run`, or at once with --now.",
		SuggestionsMinimumDistance: 2,
		Args:                       a.noSuchCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.issuesListCommand(), a.issuesShowCommand(), a.issuesResumeCommand(), a.issuesCancelCommand())
	return c
}

func (a *app) issuesListCommand() *cobra.Command {
	var asJSON bool
	limit := 20
	c := &cobra.Command{
		Use:   "list [NEWSLETTER]",
		Short: "List the last issues, newest first, with their deliveries by state",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if limit < 1 {
				return wrong("--limit must be at least 1")
			}
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			return a.listIssues(c.Context(), h, strings.Join(args, ""), limit, asJSON)
		},
	}
	c.Flags().IntVar(&limit, "limit", limit, "how many")
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// listedIssue is the shape of an entry of issues list --json.
type listedIssue struct {
	Newsletter string `json:"newsletter"`
	issueStatus
}

func (a *app) listIssues(ctx context.Context, h *house, newsletter string, limit int, asJSON bool) error {
	infos, err := h.Store.Issues(ctx, newsletter, limit)
	if err != nil {
		return err
	}
	if names := newsletterNames(h.config); newsletter != "" && len(infos) == 0 && !slices.Contains(names, newsletter) {
		return wrong("there is no newsletter %q; %s", newsletter, orSuggest(newsletter, names))
	}
	issues := make([]listedIssue, len(infos))
	var rows [][]string
	for i, info := range infos {
		is, err := h.withBounces(ctx, newIssueStatus(info, h.zoneOf(info.Newsletter)))
		if err != nil {
			return err
		}
		issues[i] = listedIssue{Newsletter: info.Newsletter, issueStatus: is}
		rows = append(rows, append([]string{info.Newsletter}, is.row()...))
	}
	if asJSON {
		return a.printJSON(issues)
	}
	if len(issues) == 0 {
		a.say("no issue yet")
	}
	a.table(rows)
	return nil
}

// issueArgs wants the name of one issue.
func issueArgs(c *cobra.Command, args []string) error {
	if len(args) < 1 || len(args) > 2 {
		return wrong("%s wants one issue: a newsletter and a number, such as `%s weekly 3`, or an id", c.CommandPath(), c.CommandPath())
	}
	return nil
}

// issueMeant finds the issue that the arguments name.
func (a *app) issueMeant(ctx context.Context, h *house, args []string) (store.IssueInfo, error) {
	number := 0
	if len(args) == 2 {
		n, err := strconv.Atoi(strings.TrimPrefix(args[1], "#"))
		if err != nil || n < 1 {
			return store.IssueInfo{}, wrong("%q is no number of an issue", args[1])
		}
		number = n
	}
	info, err := h.Store.IssueInfo(ctx, args[0], number)
	if !errors.Is(err, store.ErrNotFound) {
		return info, err
	}
	newest, err := h.Store.IssueInfo(ctx, args[0], 0)
	names := newsletterNames(h.config)
	switch {
	case err == nil:
		return info, wrong("%s has no issue %d; its newest is %d", args[0], number, newest.Number)
	case slices.Contains(names, args[0]):
		return info, wrong("%s has had no issue yet", args[0])
	}
	return info, wrong("there is no issue or newsletter %q; %s", args[0], orSuggest(args[0], names))
}

func (a *app) issuesResumeCommand() *cobra.Command {
	var now bool
	c := &cobra.Command{
		Use:   "resume ISSUE",
		Short: "Go on with an issue that is paused, and send again what is held because nobody knows whether it arrived",
		Args:  issueArgs,
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			return a.resumeIssue(c.Context(), h, args, now)
		},
	}
	c.Flags().BoolVar(&now, "now", false, "deliver it at once, rather than leave that to tidings run")
	return c
}

func (a *app) issuesCancelCommand() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use:   "cancel ISSUE",
		Short: "Stop an unfinished issue for good: who has not got it gets it no more",
		Args:  issueArgs,
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			return a.cancelIssue(c.Context(), h, args, yes)
		},
	}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// left is how many deliveries of an issue are unfinished.
func left(info store.IssueInfo) (n int) {
	for state, count := range info.Tally {
		if !state.Finished() {
			n += count
		}
	}
	return n
}

func name(info store.IssueInfo) string {
	return fmt.Sprintf("issue %d of %s", info.Number, info.Newsletter)
}

// statesMeant reads --state.
func statesMeant(words []string) (states []digest.DeliveryState, err error) {
	known := digest.DeliveryStates()
	names := make([]string, len(known))
	for i, s := range known {
		names[i] = string(s)
	}
	for _, w := range words {
		if !slices.Contains(names, w) {
			return nil, wrong("--state %q: %s", w, orSuggest(w, names))
		}
		states = append(states, digest.DeliveryState(w))
	}
	return states, nil
}
