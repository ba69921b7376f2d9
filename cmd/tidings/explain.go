package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/run"
)

func (a *app) explainCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "explain URL-or-TITLE",
		Short: "Tell why an article was taken, tagged, left out or merged, and which issue had it",
		Long: "Tells the story of an article, named by its address, its title or a part of that: which feed it came from, which tags it has and why, which issue\n" +
			"had it or why none did, and what the next issue would do with it. It follows today's configuration, fetches nothing and changes nothing.",
		Args: func(c *cobra.Command, args []string) error {
			if strings.TrimSpace(strings.Join(args, " ")) == "" {
				return wrong("explain wants the address or the title of an article")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			articles, err := a.articlesMeant(c.Context(), h, strings.Join(args, " "))
			if err != nil {
				return err
			}
			var all []explained
			for _, article := range articles {
				e, err := h.Explain(c.Context(), article, time.Now())
				if err != nil {
					return err
				}
				all = append(all, newExplained(e))
			}
			if asJSON {
				return a.printJSON(all)
			}
			for i, e := range all {
				if i > 0 {
					a.say("")
				}
				a.tellStory(e)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// articlesMeant are the articles of an address, which several feeds may carry, or the one of a title.
func (a *app) articlesMeant(ctx context.Context, h *house, what string) ([]digest.Article, error) {
	const most = 20
	found, byTitle, err := h.Find(ctx, what, most)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fmt.Errorf("no article is known by %q: give its address or a part of its title; if it is new, `tidings fetch` brings it, and `tidings feeds list` shows how the feeds are",
			digest.OneLine(what))
	case len(found) == 1, !byTitle && len(found) < most:
		return found, nil
	}
	a.warn("%d articles may be meant, the newest first:", len(found))
	states, err := h.Store.Feeds(ctx)
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, f := range found {
		feed := digest.Feed{URL: f.Feed}
		for _, of := range h.Feeds {
			if of.URL == f.Feed {
				feed = of
			}
		}
		rows = append(rows, []string{f.ID, shortened(f.Title), shortened(feed.Name(states[f.Feed])), digest.OneLine(f.URL)})
	}
	for _, line := range columns(rows) {
		a.warn("%s", line)
	}
	return nil, fmt.Errorf("%q fits %s; give the address or the id of one", digest.OneLine(what), count(len(found), "article"))
}

// The shape of an entry of explain --json. Outcomes are those of package run.
type (
	explained struct {
		ID          string                `json:"id"`
		Title       string                `json:"title"`
		URL         string                `json:"url,omitempty"`
		Feed        string                `json:"feed"`
		Source      string                `json:"source"`
		Configured  bool                  `json:"configured"` // the configuration still has the feed
		Published   time.Time             `json:"published,omitzero"`
		Seen        time.Time             `json:"seen"`
		FirstFetch  bool                  `json:"first_fetch"` // it came with the first fetch of its feed that succeeded
		Guarded     bool                  `json:"guarded"`     // it is news only if its date says so
		GUID        string                `json:"guid,omitempty"`
		Keys        []string              `json:"keys"`
		Wanted      bool                  `json:"wanted"`
		Include     string                `json:"include,omitempty"`
		Exclude     string                `json:"exclude,omitempty"`
		Tags        []explainedTag        `json:"tags"`
		Newsletters []explainedNewsletter `json:"newsletters"`
	}
	explainedTag struct {
		Tag    string `json:"tag"`
		Source string `json:"source"`
		By     string `json:"by"`
		Hidden bool   `json:"hidden,omitempty"`
	}
	explainedNewsletter struct {
		Name       string           `json:"name"`
		NewsAfter  time.Time        `json:"news_after,omitzero"`
		Considered time.Time        `json:"considered,omitzero"`
		Issues     []explainedIssue `json:"issues"`
		Next       *explainedIssue  `json:"next,omitempty"`
	}
	explainedIssue struct {
		ID      string    `json:"id,omitempty"`
		Number  int       `json:"number,omitempty"`
		Slot    time.Time `json:"slot,omitzero"`
		Manual  bool      `json:"manual,omitempty"`
		Outcome string    `json:"outcome"`
		Section string    `json:"section,omitempty"`
		Into    string    `json:"into,omitempty"`
		NoIssue string    `json:"no_issue,omitempty"` // why there would be none
		limit   digest.Limit
	}
)

func newExplained(e run.Explanation) explained {
	a := e.Article
	x := explained{
		ID: a.ID, Title: a.Title, URL: a.URL, Feed: digest.ShownURL(a.Feed), Source: e.Source, Configured: e.Configured, Published: a.Published, Seen: a.Seen,
		FirstFetch: a.FirstFetch && a.Seen.Equal(e.State.First), Guarded: a.FirstFetch, GUID: a.GUID, Keys: a.Keys,
		Wanted: e.Filter.Wanted, Include: e.Filter.Include, Exclude: e.Filter.Exclude, Tags: []explainedTag{}, Newsletters: []explainedNewsletter{},
	}
	for _, t := range e.Tags {
		x.Tags = append(x.Tags, explainedTag{Tag: t.Tag, Source: string(t.Source), By: t.By, Hidden: t.Hidden})
	}
	for _, account := range e.Newsletters {
		x.Newsletters = append(x.Newsletters, newExplainedNewsletter(account))
	}
	return x
}

func newExplainedNewsletter(account run.Account) explainedNewsletter {
	n := account.Newsletter
	in := func(t time.Time) time.Time {
		if t.IsZero() || n.Location == nil {
			return t
		}
		return t.In(n.Location)
	}
	x := explainedNewsletter{Name: n.Name, NewsAfter: in(account.NewsAfter), Considered: in(account.Considered), Issues: []explainedIssue{}}
	for _, is := range account.Issues {
		x.Issues = append(x.Issues, explainedIssue{
			ID: is.ID, Number: is.Number, Slot: in(is.Slot), Manual: is.Manual, Outcome: string(is.Outcome), Section: is.Section, Into: is.Into, limit: is.Limit,
		})
	}
	if p := account.Next; p != nil {
		x.Next = &explainedIssue{Slot: in(p.Slot), Manual: p.Slot.IsZero(), Outcome: string(p.Outcome), Section: p.Section, Into: p.Into, NoIssue: p.Empty, limit: p.Limit}
	}
	return x
}
