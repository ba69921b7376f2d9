package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest/fetch"
	"tidings/digest/run"
)

// sendFlags are the flags of send.
type sendFlags struct {
	to      string
	dryRun  bool
	out     string
	since   string
	noFetch bool
	yes     bool
	json    bool
}

func (a *app) sendCommand() *cobra.Command {
	var f sendFlags
	c := &cobra.Command{
		Use:   "send NEWSLETTER",
		Short: "Fetch, compose and deliver an issue now",
		Long: "Fetches the feeds, composes an issue of what is new, and delivers it to everybody. What an earlier send could not deliver goes first.\n\n" +
			"--to sends a test to one address and --dry-run writes files to look at; both change nothing else.",
		Example: "  tidings send weekly --dry-run --out preview\n  tidings send weekly --to me@example.com\n  tidings send weekly",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrong("send wants the name of one newsletter: tidings send NEWSLETTER")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error { return a.send(c.Context(), args[0], f) },
	}
	flags := c.Flags()
	flags.StringVar(&f.to, "to", "", "send a test to this address alone")
	flags.BoolVar(&f.dryRun, "dry-run", false, "write .eml, .html and .txt files, and send nothing")
	flags.StringVar(&f.out, "out", "", "where --dry-run writes (default preview)")
	flags.StringVar(&f.since, "since", "", "take what was published since then, even if an issue had it: 7d, 36h, or all")
	flags.BoolVar(&f.noFetch, "no-fetch", false, "compose from what was fetched before")
	flags.BoolVar(&f.yes, "yes", false, "do not ask")
	flags.BoolVar(&f.json, "json", false, "for scripts")
	c.MarkFlagsMutuallyExclusive("to", "dry-run")
	return c
}

// send checks what the flags say together, and then does one of its three things.
func (a *app) send(ctx context.Context, newsletter string, f sendFlags) error {
	if f.out != "" && !f.dryRun {
		return wrong("--out says where --dry-run writes; add --dry-run")
	}
	if f.to != "" {
		to, err := config.Address(f.to)
		if err != nil {
			return wrong("--to %w", err)
		}
		f.to = to
	}
	now := time.Now()
	since, err := parseSince(f.since, now)
	if err != nil {
		return err
	}
	cfg, err := a.load()
	if err != nil {
		return err
	}
	if known := newsletterNames(cfg); !slices.Contains(known, newsletter) {
		return wrong("there is no newsletter %q in %s; %s", newsletter, cfg.Path, orSuggest(newsletter, known))
	}
	h, err := a.openWith(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { _ = h.Close() }()
	switch {
	case f.dryRun:
		return a.dryRun(ctx, h, newsletter, f, since)
	case f.to != "":
		return a.sendTest(ctx, h, newsletter, f, since)
	}
	return a.sendAll(ctx, h, newsletter, f, since)
}

// parseSince reads --since: nil if it is not set, the zero time for all.
func parseSince(s string, now time.Time) (*time.Time, error) {
	switch s {
	case "":
		return nil, nil // not set is no error
	case "all":
		return &time.Time{}, nil
	}
	const longest = 100 * 365 // days
	d, err := time.ParseDuration(s)
	if days, ok := strings.CutSuffix(s, "d"); ok {
		var n int
		n, err = strconv.Atoi(days)
		d = time.Duration(min(n, longest)) * 24 * time.Hour
	}
	if err != nil || d <= 0 {
		return nil, wrong("--since %q is neither all nor a time such as 7d or 36h", s)
	}
	since := now.Add(-d)
	return &since, nil
}

// sendAll sends an issue to everybody who takes the newsletter.
func (a *app) sendAll(ctx context.Context, h *house, newsletter string, f sendFlags, since *time.Time) error {
	if !f.yes && !a.asks && !h.Rehearsal {
		return wrong("sending to everybody wants somebody to say yes: add --yes, or --to ADDR for a test, or --dry-run")
	}
	var fetching, sending *progress
	o := run.SendOptions{
		Since:   since,
		NoFetch: f.noFetch,
		Collected: func(r fetch.Result, _ int) {
			if fetching == nil {
				sending.end()
				fetching = a.progress("fetching", len(h.Feeds))
			}
			fetching.step()
			if r.Err != nil {
				fetching.note("failed  %s", about(r.Feed.Name(r.State), r.Err.Error()))
			}
		},
		Progress: func(d run.DeliverReport) {
			if sending.ended() {
				fetching.end()
				sending = a.sending(d.Total)
			}
			sending.set(d.Handled())
		},
	}
	if !f.yes && !h.Rehearsal {
		o.Confirm = func(p run.Plan) bool {
			fetching.end()
			return a.agreed(ctx, p)
		}
	}
	r, err := h.Send(ctx, newsletter, o, time.Now)
	fetching.end()
	sending.end()
	a.warnWaiting(r.Collected)
	sent := newSent(newsletter, h, r)
	if f.json {
		if printed := a.printJSON(sent); printed != nil {
			return printed
		}
	} else {
		a.showSent(sent, r)
	}
	if err != nil {
		return err
	}
	return sent.partly()
}

// agreed asks a person whether to send.
func (a *app) agreed(ctx context.Context, p run.Plan) bool {
	a.say("%s: %q", p.Title, p.Subject)
	return a.ask(ctx, "%s to %s. Send it?", count(p.Articles, "article"), count(p.Readers, "reader"))
}

// sendTest sends one message, whose links change nothing.
func (a *app) sendTest(ctx context.Context, h *house, newsletter string, f sendFlags, since *time.Time) error {
	got, err := a.collectFor(ctx, h, f)
	if err != nil {
		return err
	}
	c, m, err := h.ProofTo(ctx, newsletter, f.to, since, time.Now())
	if err != nil {
		return err
	}
	s := sent{Newsletter: newsletter, Test: f.to, Fetched: got, Empty: c.Empty}
	if c.Empty == "" {
		if err := h.Sender.Send(ctx, m); err != nil {
			return fmt.Errorf("the test to %s was not accepted: %w", f.to, err)
		}
		s.Subject = m.Subject
		s.Delivered.Sent = 1
	}
	if f.json {
		err = a.printJSON(s)
	} else if c.Empty != "" {
		a.say("nothing to send: %s", c.Empty)
	} else {
		a.say("sent a test of %s to %s: %q", newsletter, f.to, m.Subject)
		if h.Rehearsal {
			a.say("without smtp it lies in %s", outboxOf(h.config))
		}
	}
	if err != nil {
		return err
	}
	return got.partly()
}

// collectFor fetches before a test or a dry run, unless told not to.
func (a *app) collectFor(ctx context.Context, h *house, f sendFlags) (fetched, error) {
	if f.noFetch {
		return fetched{Failed: []fetchFailure{}, Waiting: []waitingStatus{}}, nil
	}
	return a.collect(ctx, h, nil, true)
}
