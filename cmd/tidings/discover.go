package main

import (
	"context"
	"errors"
	"os"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/fetch"
)

func (a *app) feedsDiscoverCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "discover PAGE",
		Short: "Find the feeds of a page, by fetching each",
		Long: "Finds the feeds that a page names, or else those at the paths where feeds usually are. Each is fetched and read. It follows the\n" +
			"configuration's way of fetching if there is one, and stores nothing.",
		Args: a.oneArgument("the address of a page"),
		RunE: func(c *cobra.Command, args []string) error {
			address, err := addressOf(args[0])
			if err != nil {
				return err
			}
			found, err := a.discover(c.Context(), address)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(found)
			}
			a.showFound(found, time.Now())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// foundFeed is the shape of an entry of feeds discover --json.
type foundFeed struct {
	URL      string    `json:"url"`
	Title    string    `json:"title"`
	Home     string    `json:"home,omitempty"`
	Kind     string    `json:"kind"`
	Articles int       `json:"articles"`
	Newest   time.Time `json:"newest,omitzero"`
	Named    bool      `json:"named"` // by the page; else it was looked for
}

// discover looks for feeds as the configuration says, or, where there is none at all, as one without any settings would.
func (a *app) discover(ctx context.Context, address string) ([]foundFeed, error) {
	cfg := &config.Config{}
	_, err := config.Find(a.configFlag)
	if err == nil || a.configFlag != "" || os.Getenv("TIDINGS_CONFIG") != "" {
		if cfg, err = a.load(); err != nil {
			return nil, err
		}
	}
	return a.discoverWith(ctx, newFetcher(cfg), address)
}

func (a *app) discoverWith(ctx context.Context, client *fetch.Client, address string) ([]foundFeed, error) {
	found, err := client.Discover(ctx, address, time.Now())
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return nil, err
		}
		return nil, errors.New(digest.OneLine(err.Error()))
	}
	all := make([]foundFeed, len(found))
	for i, f := range found {
		all[i] = foundFeed(f)
	}
	return all, nil
}

func (a *app) showFound(found []foundFeed, now time.Time) {
	rows := [][]string{{"TITLE", "URL", "KIND", "ARTICLES", "NEWEST"}}
	for _, f := range found {
		rows = append(rows, []string{shortened(f.Title), digest.OneLine(f.URL), f.Kind, count(f.Articles, "article"), newest(f.Newest, now)})
	}
	a.table(rows)
}

// newest is the date of the newest article, for people.
func newest(t, now time.Time) string {
	if t.IsZero() {
		return "undated"
	}
	return ago(t, now)
}

// oneArgument wants exactly one argument, and says what for.
func (a *app) oneArgument(what string) cobra.PositionalArgs {
	return func(c *cobra.Command, args []string) error {
		if len(args) != 1 {
			return wrong("%s wants %s; `%s --help` tells more", c.CommandPath(), what, c.CommandPath())
		}
		return nil
	}
}
