package main

import (
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
)

func (a *app) feedsCommand() *cobra.Command {
	c := &cobra.Command{
		Use:                        "feeds",
		Short:                      "List, find, add, import and export feeds",
		SuggestionsMinimumDistance: 2,
		Args:                       a.noSuchCommand,
		RunE:                       func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(a.feedsListCommand(), a.feedsAddCommand(), a.feedsDiscoverCommand(), a.feedsImportCommand(), a.feedsExportCommand())
	return c
}

func (a *app) feedsListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "list",
		Short: "List the feeds of the configuration, and how they are",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			states, err := h.Store.Feeds(c.Context())
			if err != nil {
				return err
			}
			feeds := make([]listedFeed, len(h.Feeds))
			for i, f := range h.Feeds {
				feeds[i] = listFeed(f, states[f.URL])
			}
			if asJSON {
				return a.printJSON(feeds)
			}
			a.showFeeds(feeds, time.Now())
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// listedFeed is the shape of an entry of feeds list --json.
type listedFeed struct {
	State       string    `json:"state"` // new, ok or failing
	Title       string    `json:"title"`
	URL         string    `json:"url"`
	Location    string    `json:"location,omitempty"` // where it is asked for, if not at url
	Home        string    `json:"home,omitempty"`
	Tags        []string  `json:"tags"`
	Articles    int       `json:"articles"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	NextTry     time.Time `json:"next_try,omitzero"`
	Error       string    `json:"error,omitempty"`
	Note        string    `json:"note,omitempty"`
}

func listFeed(f digest.Feed, s digest.FeedState) listedFeed {
	l := listedFeed{
		State: "ok", Title: f.Name(s), URL: digest.ShownURL(f.URL), Location: digest.ShownURL(s.Location), Home: s.Home, Tags: append([]string{}, f.Tags...),
		Articles: s.Articles, LastSuccess: s.LastSuccess, NextTry: s.NextFetch, Error: s.Error, Note: s.Note,
	}
	switch {
	case s.LastTry.IsZero():
		l.State = "new"
	case !s.Healthy():
		l.State = "failing"
	}
	return l
}

func (a *app) showFeeds(feeds []listedFeed, now time.Time) {
	if len(feeds) == 0 {
		a.say("there are no feeds yet; `tidings feeds add URL` adds one")
		return
	}
	rows := [][]string{{"STATE", "TITLE", "URL", "TAGS", "ARTICLES", "LAST SUCCESS", "NEXT TRY"}}
	for _, f := range feeds {
		last, next := "never", "now"
		if !f.LastSuccess.IsZero() {
			last = ago(f.LastSuccess, now)
		}
		if f.NextTry.After(now) {
			next = ago(f.NextTry, now)
		}
		rows = append(rows, []string{
			f.State, shortened(f.Title), digest.OneLine(f.URL), strings.Join(f.Tags, ", "), strconv.Itoa(f.Articles), last, next,
		})
	}
	a.table(rows)
}

// shortened is a foreign title of bounded length, on one line.
func shortened(title string) string {
	const longest = 60
	title = digest.OneLine(title)
	if runes := []rune(title); len(runes) > longest {
		title = string(runes[:longest-1]) + "…"
	}
	return title
}

// addressOf is what people type for an address: without a scheme, or with that of a feed reader, https is meant.
func addressOf(arg string) (string, error) {
	address := strings.TrimSpace(arg)
	if rest, ok := strings.CutPrefix(address, "feed:"); ok {
		address = strings.TrimPrefix(rest, "//")
	}
	if !strings.Contains(address, "://") {
		if _, err := os.Stat(address); err == nil || strings.HasPrefix(address, "/") || strings.HasPrefix(address, ".") {
			return "", wrong("%q is a file, and feeds are read from the web alone; a list of feeds in OPML is taken over by `tidings feeds import`", digest.OneLine(digest.ShownURL(arg)))
		}
		address = "https://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return "", wrong("%q is no address of a feed or a page, such as https://example.org/feed.xml", digest.OneLine(digest.ShownURL(arg)))
	}
	if u.User != nil {
		return "", wrong("the address holds a login, which would be shown everywhere; add the feed without it, and write the login into the configuration by hand")
	}
	return address, nil
}
