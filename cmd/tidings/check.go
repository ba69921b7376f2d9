package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/mail/bounce"
	"tidings/digest/run"
)

func (a *app) checkCommand() *cobra.Command {
	var online, asJSON bool
	var server string
	c := &cobra.Command{
		Use:   "check",
		Short: "Check the configuration, without the network",
		Long:  "Reads the configuration and says what it understood. --online also asks every feed once, without storing anything, looks up what DNS says of the senders (SPF, DKIM, DMARC), and logs in to each SMTP server, without sending anything, and to the mailbox of bounces.",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if _, _, err := net.SplitHostPort(server); server != "" && (err != nil || !online) {
				return wrong("--dns says which server --online asks, as HOST:PORT such as 9.9.9.9:53")
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			found, err := understood(cfg, time.Now())
			if err != nil {
				return err
			}
			if _, err := loadTemplates(cfg); err != nil {
				return err
			}
			if online {
				found.Online = a.tryOnline(c.Context(), cfg, newDNS(server))
				if err := c.Context().Err(); err != nil { // what did not come to its end says nothing
					return err
				}
			}
			if asJSON {
				err = a.printJSON(found)
			} else {
				a.showCheck(found)
			}
			if err != nil {
				return err
			}
			return found.partly()
		},
	}
	c.Flags().BoolVar(&online, "online", false, "also try every feed, the SMTP servers, DNS and the mailbox of bounces")
	c.Flags().StringVar(&server, "dns", "", "with --online: the DNS server to ask, as HOST:PORT, in place of the system's")
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// The shape of check --json.
type (
	checked struct {
		Config      string              `json:"config"`
		Feeds       int                 `json:"feeds"`
		Newsletters []checkedNewsletter `json:"newsletters"`
		Subscribers int                 `json:"subscribers"`
		Transport   string              `json:"transport"`
		Bounces     string              `json:"bounces,omitempty"`
		Site        string              `json:"site,omitempty"`
		Listen      string              `json:"listen,omitempty"`
		Warnings    []string            `json:"warnings"`
		Online      []tried             `json:"online,omitempty"`
	}
	checkedNewsletter struct {
		Name        string    `json:"name"`
		Schedule    string    `json:"schedule,omitempty"`
		Next        time.Time `json:"next,omitzero"`
		Subscribers int       `json:"subscribers"`
	}
	tried struct {
		What   string `json:"what"`
		Result string `json:"result,omitempty"`
		Error  string `json:"error,omitempty"`
	}
)

func understood(cfg *config.Config, now time.Time) (checked, error) {
	c := checked{
		Config: cfg.Path, Feeds: len(cfg.Feeds), Subscribers: len(cfg.Subscribers), Transport: transport(cfg), Bounces: bouncesOf(cfg),
		Site: cfg.Site.URL, Listen: cfg.Listen, Warnings: append([]string{}, cfg.Warnings...),
	}
	for _, n := range cfg.Newsletters {
		cn := checkedNewsletter{Name: n.Name, Schedule: n.Schedule}
		for _, s := range cfg.Subscribers {
			if s.Takes(n.Name) {
				cn.Subscribers++
			}
		}
		if n.Schedule != "" {
			next, err := run.NextSlot(n, now)
			if err != nil {
				return c, wrong("%s: newsletter %s: %w", cfg.Path, n.Name, err)
			}
			cn.Next = next
		}
		c.Newsletters = append(c.Newsletters, cn)
	}
	return c, nil
}

func (a *app) showCheck(c checked) {
	a.say("%s is right", c.Config)
	a.say("  %s", count(c.Feeds, "feed"))
	a.say("  %s", count(len(c.Newsletters), "newsletter"))
	for _, n := range c.Newsletters {
		next := "sent only by hand"
		if !n.Next.IsZero() {
			next = fmt.Sprintf("next issue %s (%s)", moment(n.Next), n.Schedule)
		}
		a.say("    %s: %s, to %s", n.Name, next, count(n.Subscribers, "subscriber"))
	}
	a.say("  %s", count(c.Subscribers, "subscriber"))
	a.say("  mail goes to %s", c.Transport)
	if c.Bounces != "" {
		a.say("  bounces %s", c.Bounces)
	}
	if c.Site != "" {
		a.say("  pages at %s, served on %s", c.Site, c.Listen)
	}
	for _, t := range c.Online {
		if t.Error != "" {
			a.say("  failed  %s", about(t.What, t.Error))
		} else {
			a.say("  works   %s: %s", t.What, t.Result)
		}
	}
	for _, w := range c.Warnings {
		a.warn("warning: %s", w)
	}
}

// partly is the error for what did not work online, which was named before.
func (c checked) partly() error {
	bad := 0
	for _, t := range c.Online {
		if t.Error != "" {
			bad++
		}
	}
	if bad == 0 {
		return nil
	}
	return partlyError{fmt.Sprintf("%d of %d did not work", bad, len(c.Online))}
}

// tryOnline asks each feed, as if it never had, the relays, and DNS. It stores and sends nothing.
func (a *app) tryOnline(ctx context.Context, cfg *config.Config, d dns) []tried {
	jobs := make([]fetch.Job, len(cfg.Feeds))
	for i, f := range cfg.Feeds {
		jobs[i] = fetch.Job{Feed: f, State: digest.FeedState{URL: f.URL}}
	}
	var all []tried
	bar := a.progress("trying", len(jobs))
	unasked := newFetcher(cfg).FetchAll(ctx, jobs, time.Now(), func(results []fetch.Result) {
		for _, r := range results {
			bar.step()
			t := tried{What: digest.OneLine(r.Feed.Name(r.State)), Result: count(len(r.Articles), "article") + parenthesis(r.State.Note) + clearPictures(cfg, r.Articles)}
			if r.Err != nil {
				t.Result, t.Error = "", digest.OneLine(cmp.Or(r.Once, r.Err.Error()))
			}
			all = append(all, t)
		}
	})
	for _, j := range unasked {
		bar.step()
		all = append(all, tried{What: digest.OneLine(j.Feed.Name(j.State)), Result: "not asked: its host wants to be left alone for now"})
	}
	bar.end()
	if cfg.SMTP != nil {
		for _, r := range cfg.SMTP.Relays {
			all = append(all, trySMTP(ctx, r))
		}
		all = append(all, tryDNS(ctx, cfg, d)...)
	}
	if cfg.Bounces.IMAP != nil {
		all = append(all, tryIMAP(ctx, newMailbox(cfg.Bounces.IMAP)))
	}
	return all
}

// clearPictures says of how many articles images: remote shows no picture: mail programs load none from http addresses.
func clearPictures(cfg *config.Config, articles []digest.Article) string {
	remote := slices.ContainsFunc(cfg.Newsletters, func(n digest.Newsletter) bool { return n.Images == digest.ImagesRemote })
	inClear := 0
	for _, a := range articles {
		if strings.HasPrefix(a.Image, "http:") {
			inClear++
		}
	}
	if !remote || inClear == 0 {
		return ""
	}
	return fmt.Sprintf("; %s with a picture at an http address, which images: remote leaves out", count(inClear, "article"))
}

func trySMTP(ctx context.Context, r config.Relay) tried {
	t := tried{What: relayName(r)}
	smtp, err := newSMTP([]config.Relay{r}, nil, nil)
	if err == nil {
		defer func() { _ = smtp.Close() }()
		err = smtp.Check(ctx)
	}
	if err != nil {
		t.Error = digest.OneLine(err.Error())
	} else {
		t.Result = "ready"
	}
	return t
}

func tryIMAP(ctx context.Context, m *bounce.Mailbox) tried {
	t := tried{What: "the mailbox of bounces"}
	n, err := m.Check(ctx)
	if err != nil {
		t.Error = digest.OneLine(err.Error())
	} else {
		t.Result = count(n, "message") + " in " + m.String()
	}
	return t
}
