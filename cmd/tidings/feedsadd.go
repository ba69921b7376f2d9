package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
)

func (a *app) feedsAddCommand() *cobra.Command {
	var title string
	var tags []string
	c := &cobra.Command{
		Use:   "add URL",
		Short: "Write a feed into the configuration, once it has been read",
		Long: "Fetches the feed, or finds the feed of the page, and writes it into the list of feeds in the configuration. Comments, order and\n" +
			"everything else in the file stay as they are.",
		Args: a.oneArgument("the address of a feed or of a page"),
		RunE: func(c *cobra.Command, args []string) error {
			address, err := addressOf(args[0])
			if err != nil {
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			found, err := a.discoverWith(c.Context(), newFetcher(cfg), address)
			if err != nil {
				return err
			}
			edited, err := config.AddFeeds(cfg.Path, []config.NewFeed{{URL: found[0].URL, Title: title, Tags: tags}})
			if err != nil {
				return err
			}
			for _, known := range edited.Known {
				return fmt.Errorf("the feed %s is there already: %s, line %d", digest.ShownURL(known.URL), known.File, known.Line)
			}
			a.sayAdded(edited.Added[0], found)
			return nil
		},
	}
	c.Flags().StringVar(&title, "title", "", "your name for the feed, in place of its own")
	c.Flags().StringArrayVar(&tags, "tag", nil, "a tag for every article of the feed; may be given several times")
	return c
}

func (a *app) sayAdded(added config.PlacedFeed, found []foundFeed) {
	name := added.Title
	if name == "" {
		name = found[0].Title
	}
	a.say("added %s to %s, line %d", digest.OneLine(digest.ShownURL(added.URL)), added.File, added.Line)
	a.say("  %s: %s, %s", shortened(name), found[0].Kind, whatIsIn(found[0], time.Now()))
	for _, other := range found[1:] {
		a.say("  the page also has %s (%s)", digest.OneLine(other.URL), shortened(other.Title))
	}
}

func whatIsIn(f foundFeed, now time.Time) string {
	if f.Articles == 0 {
		return "no articles yet"
	}
	return count(f.Articles, "article") + ", the newest " + newest(f.Newest, now)
}

func (a *app) feedsImportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import FILE.opml",
		Short: "Write the feeds of an OPML file into the configuration; its folders become tags",
		Long:  "Adds all feeds of an OPML file that the configuration does not have yet. - is standard input. `tidings check --online` then tries them.",
		Args:  a.oneArgument("an OPML file, or - for standard input"),
		RunE: func(_ *cobra.Command, args []string) error {
			cfg, err := a.load()
			if err != nil {
				return err
			}
			feeds, problems, err := a.readOPML(args[0])
			if err != nil {
				return err
			}
			for _, p := range problems {
				a.warn("%s", p)
			}
			if len(feeds) == 0 {
				return fmt.Errorf("there is no feed in %s", args[0])
			}
			edited, err := config.AddFeeds(cfg.Path, feeds)
			if err != nil {
				return err
			}
			a.say("%s added to %s, %d skipped as they are there already, %d bad", count(len(edited.Added), "feed"), cfg.Path, len(edited.Known), len(problems))
			if len(problems) > 0 {
				return partlyError{fmt.Sprintf("not all of %s could be taken over", args[0])}
			}
			return nil
		},
	}
}

func (a *app) readOPML(path string) ([]config.NewFeed, config.Errors, error) {
	if path == "-" {
		return config.ReadOPML("standard input", a.stdin)
	}
	if strings.Contains(path, "://") {
		return nil, nil, wrong("%s is an address, and a file is wanted: get it first, as with `curl URL | tidings feeds import -`", digest.ShownURL(path))
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, fmt.Errorf("%s cannot be read: %w", path, reasonOf(err))
	}
	defer func() { _ = f.Close() }() // it was only read
	return config.ReadOPML(path, f)
}

func (a *app) feedsExportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export [FILE]",
		Short: "Write all feeds as OPML, to a file or to standard output",
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrong("%s wants one file, or none for standard output", c.CommandPath())
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			states, err := h.Store.Feeds(c.Context())
			if err != nil {
				return err
			}
			list := make([]config.Subscription, len(h.Feeds))
			for i, f := range h.Feeds {
				s := states[f.URL]
				list[i] = config.Subscription{NewFeed: config.NewFeed{URL: f.URL, Title: digest.OneLine(f.Name(s)), Tags: f.Tags}, Home: s.Home}
			}
			if len(args) == 0 || args[0] == "-" {
				return config.WriteOPML(a.stdout, exportTitle, list)
			}
			if err := writeWith(args[0], func(w io.Writer) error { return config.WriteOPML(w, exportTitle, list) }); err != nil {
				return err
			}
			a.say("%s written to %s", count(len(list), "feed"), args[0])
			return nil
		},
	}
}

const exportTitle = "Feeds of Tidings"

// writeWith writes a file whole.
func writeWith(path string, write func(io.Writer) error) error {
	var b strings.Builder
	if err := write(&b); err != nil {
		return err
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil { //nolint:gosec // a list of public addresses, for other programs to read
		return fmt.Errorf("%s cannot be written: %w", path, reasonOf(err))
	}
	return nil
}

// reasonOf is the error of a file without its name, and without how it came to be used.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
