package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/run"
)

func (a *app) fetchCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "fetch [FEED…]",
		Short: "Collect now: all feeds, or those named by address, title or host",
		Long: "Asks the feeds for what is new, reads the pages of articles of which a feed says too little, and asks the models of newsletters that have one\n" +
			"for their summaries.",
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			only, err := h.feedsNamed(c.Context(), args)
			if err != nil {
				return err
			}
			fetched, err := a.collect(c.Context(), h, only, asJSON)
			if err != nil {
				return err
			}
			h.Tidy(c.Context(), time.Now())
			if _, err := h.AskModels(c.Context(), time.Now()); err != nil { // mail never waits for them: sends do not ask
				return err
			}
			if asJSON {
				if err := a.printJSON(fetched); err != nil {
					return err
				}
			} else {
				a.say("%s from %s%s", count(fetched.Added, "new article"), count(fetched.Asked, "feed"), fetched.remarks())
			}
			return fetched.partly()
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// fetched is the shape of fetch --json.
type fetched struct {
	Asked     int             `json:"asked"`
	Unchanged int             `json:"unchanged"`
	Added     int             `json:"added"`
	Failed    []fetchFailure  `json:"failed"`
	Waiting   []waitingStatus `json:"waiting"`
}

type fetchFailure struct {
	Feed  string `json:"feed"`
	Error string `json:"error"`
}

type waitingStatus struct {
	Feed  string    `json:"feed"`
	Until time.Time `json:"until"`
}

// collect asks the feeds and names the ones that failed; quiet keeps the good ones to itself.
func (a *app) collect(ctx context.Context, h *house, only []string, quiet bool) (fetched, error) {
	total := len(only)
	if total == 0 {
		total = len(h.Feeds)
	}
	bar := a.progress("fetching", total)
	report, err := h.Collect(ctx, run.CollectOptions{Only: only, ByHand: true, Done: func(r fetch.Result, added int) {
		bar.step()
		switch name := digest.OneLine(r.Feed.Name(r.State)); {
		case r.Err != nil:
			bar.note("failed  %s", about(name, r.Err.Error()))
		case !quiet && bar.bar == nil:
			bar.note("read    %s: %s%s", name, count(added, "new article"), parenthesis(r.State.Note))
		}
	}}, time.Now())
	bar.end()
	a.warnWaiting(report)
	return newFetched(report), err
}

// warnWaiting names the feeds that were not asked although somebody wanted it.
func (a *app) warnWaiting(r run.CollectReport) {
	for _, w := range r.Waiting {
		a.warn("waiting %s: its server asks not to be asked before %s", digest.OneLine(w.Feed), moment(w.Until.Local()))
	}
}

func newFetched(r run.CollectReport) fetched {
	f := fetched{Asked: r.Asked, Unchanged: r.Unchanged, Added: r.Added, Failed: []fetchFailure{}, Waiting: []waitingStatus{}}
	for _, failure := range r.Failed {
		f.Failed = append(f.Failed, fetchFailure{Feed: failure.Feed, Error: digest.OneLine(failure.Err.Error())})
	}
	for _, w := range r.Waiting {
		f.Waiting = append(f.Waiting, waitingStatus(w))
	}
	return f
}

func (f fetched) remarks() string {
	s := ""
	if f.Unchanged > 0 {
		s += fmt.Sprintf(", %d unchanged", f.Unchanged)
	}
	if len(f.Failed) > 0 {
		s += fmt.Sprintf(", %d failed", len(f.Failed))
	}
	return s
}

// partly is the error for feeds that failed, which were named before.
func (f fetched) partly() error {
	if len(f.Failed) == 0 {
		return nil
	}
	return partlyError{fmt.Sprintf("%s could not be read; `tidings status` tells more", count(len(f.Failed), "feed"))}
}

// feedsNamed finds the feeds that people mean: by address, by title, or by a part of the host.
func (h *house) feedsNamed(ctx context.Context, words []string) ([]string, error) {
	if len(words) == 0 {
		return nil, nil
	}
	states, err := h.Store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	var urls, known []string
	for _, f := range h.Feeds {
		known = append(known, f.Name(states[f.URL]))
	}
	for _, word := range words {
		found := false
		for _, f := range h.Feeds {
			if !names(word, f, states[f.URL]) {
				continue
			}
			found = true
			if !slices.Contains(urls, f.URL) {
				urls = append(urls, f.URL)
			}
		}
		if !found {
			return nil, wrong("no feed is called %q; %s", word, orSuggest(word, known))
		}
	}
	return urls, nil
}

func names(word string, f digest.Feed, s digest.FeedState) bool {
	if word == f.URL || digest.Fold(word) == digest.Fold(f.Name(s)) {
		return true
	}
	u, err := url.Parse(f.URL)
	return err == nil && word != "" && strings.Contains(u.Host, strings.ToLower(word))
}
