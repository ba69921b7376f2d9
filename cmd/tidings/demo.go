package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"tidings/cmd/tidings/demo"
	"tidings/config"
	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/run"
	"tidings/digest/store"
	"tidings/digest/web"
)

func (a *app) demoCommand() *cobra.Command {
	var once bool
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show the whole thing, with nothing to set up",
		Long: "Serves sample feeds, collects them, composes issues, sends them through a mail server of its own, and opens an inbox\n" +
			"to look at them, all on this machine and in a directory that goes away again. --once says where the messages lie and ends.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			dir, err := os.MkdirTemp("", "tidings-demo-")
			if err != nil {
				return err
			}
			ctx, stop := context.WithCancel(c.Context())
			defer stop()
			s := &show{app: a, dir: dir, now: time.Now()}
			defer s.close()
			if err := s.perform(ctx); err != nil {
				return fmt.Errorf("demo: %w", err)
			}
			s.tell()
			if once {
				a.say("\n`tidings demo` without --once shows them in the browser.")
				return nil
			}
			defer func() { _ = os.RemoveAll(dir) }()
			return s.stay(ctx)
		},
	}
	c.Flags().BoolVar(&once, "once", false, "say where the messages lie, and end")
	return c
}

// show is one run of the demo.
type show struct {
	app      *app
	dir      string
	now      time.Time
	site     *demo.Site
	mail     *demo.MailServer
	house    *house
	closers  []func() error
	feeds    []demo.FeedFact
	messages []demo.Message
	files    []string // of the messages
}

func (s *show) close() {
	for i := len(s.closers) - 1; i >= 0; i-- {
		if err := s.closers[i](); err != nil {
			s.app.warn("demo: %v", err)
		}
	}
}

// perform takes the sample feeds all the way to the mail server.
func (s *show) perform(ctx context.Context) error {
	if err := s.build(ctx); err != nil {
		return err
	}
	if err := s.house.SyncSubscribers(ctx, s.now); err != nil {
		return err
	}
	facts := map[string]demo.FeedFact{}
	_, err := s.house.Collect(ctx, run.CollectOptions{ByHand: true, Done: func(r fetch.Result, added int) {
		f := demo.FeedFact{Articles: added}
		if r.Err != nil {
			f.Error = r.Err.Error()
		}
		facts[r.Feed.URL] = f
	}}, s.now)
	if err != nil {
		return err
	}
	for _, f := range s.site.Feeds() {
		fact := facts[f.URL]
		fact.Feed = f
		s.feeds = append(s.feeds, fact)
		if fact.Error != "" && !f.Broken {
			return errors.New(fact.Error)
		}
	}
	for _, n := range s.house.Newsletters {
		if err := s.send(ctx, n.Name); err != nil {
			return err
		}
	}
	return s.receive()
}

// build starts the servers and puts the rooms together between them.
func (s *show) build(ctx context.Context) (err error) {
	if s.mail, err = demo.StartMailServer(ctx); err != nil {
		return err
	}
	s.closers = append(s.closers, s.mail.Close)
	siteListener, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	if s.site, err = demo.NewSite(address(siteListener), s.now); err != nil {
		return err
	}
	s.serve(siteListener, s.site.Handler())
	pages, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	text, err := demo.Config(demo.Setting{Pages: address(pages), Listen: pages.Addr().String(), SMTP: s.mail.Port(), Feeds: s.site.Feeds()})
	if err != nil {
		return err
	}
	path := filepath.Join(s.dir, "tidings.yaml")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return err
	}
	cfg, err := config.Load(path)
	if err != nil {
		return err
	}
	st, err := store.Open(ctx, cfg.StorePath)
	if err != nil {
		return err
	}
	if s.house, err = s.app.furnish(cfg, st); err != nil {
		return errors.Join(err, st.Close())
	}
	s.closers = append(s.closers, s.house.Close)
	options, err := s.app.pages(ctx, s.house)
	if err != nil {
		return err
	}
	s.serve(pages, web.Handler(options))
	s.employ(ctx, web.NewClerk(options, s.house.Sender, nil))
	return nil
}

// employ lets a clerk answer those who sign up, until the show is over.
func (s *show) employ(ctx context.Context, clerk *web.Clerk) {
	ctx, cancel := context.WithCancel(ctx)
	var work sync.WaitGroup
	work.Go(func() { clerk.Run(ctx) })
	s.closers = append(s.closers, func() error {
		cancel()
		work.Wait()
		return nil
	})
}

func (s *show) serve(l net.Listener, h http.Handler) {
	server := web.NewServer(h, s.app.log)
	go func() { _ = server.Serve(l) }()
	s.closers = append(s.closers, server.Close)
}

func listen(ctx context.Context, at string) (net.Listener, error) {
	return (&net.ListenConfig{}).Listen(ctx, "tcp", at)
}

func address(l net.Listener) string { return "http://" + l.Addr().String() }

// send composes an issue and delivers it.
func (s *show) send(ctx context.Context, newsletter string) error {
	c, err := s.house.Compose(ctx, newsletter, run.ComposeOptions{}, s.now)
	if err != nil {
		return err
	}
	if c.Empty != "" {
		return fmt.Errorf("%s has no issue: %s", newsletter, c.Empty)
	}
	report, err := s.house.Deliver(ctx, c.Issue.ID, run.DeliverOptions{}, time.Now)
	if err != nil {
		return err
	}
	if report.Sent != c.Readers {
		return fmt.Errorf("%s: %d of %d messages were accepted", newsletter, report.Sent, c.Readers)
	}
	return nil
}

// receive takes apart what the mail server got, in the order of the subscribers, and writes it to files.
func (s *show) receive() error {
	received := s.mail.Received()
	place := func(r demo.Received) int {
		return slices.IndexFunc(s.house.Subscribers, func(sub digest.Subscriber) bool { return sub.Email == r.To })
	}
	slices.SortStableFunc(received, func(a, b demo.Received) int { return place(a) - place(b) })
	for i, r := range received {
		m, err := demo.Parse(r)
		if err != nil {
			return err
		}
		if m.Text == "" || m.HTML == "" {
			return fmt.Errorf("the message to %s lacks a part", m.To)
		}
		file := filepath.Join(s.dir, fileName(fmt.Sprintf("%d-%s", i+1, m.To))+".eml")
		if err := os.WriteFile(file, r.Data, 0o600); err != nil {
			return err
		}
		s.messages = append(s.messages, m)
		s.files = append(s.files, file)
	}
	return nil
}

// tell says what went in and what came out.
func (s *show) tell() {
	s.app.say("%s of its own went in:", count(len(s.feeds), "sample feed"))
	var rows [][]string
	for _, f := range s.feeds {
		if f.Broken {
			rows = append(rows, []string{"broken", f.Title, "on purpose, and it stops no other: " + f.Error})
			continue
		}
		rows = append(rows, []string{"ok", f.Title, count(f.Articles, "article")})
	}
	s.app.table(rows)
	s.app.say("\n%s came through SMTP:", count(len(s.messages), "message"))
	for i, m := range s.messages {
		s.app.say("  to %s: %q from %s", m.To, m.Subject, m.Sender)
		s.app.say("     sections  %s", strings.Join(m.Sections(), "; "))
		s.app.say("     parts     text/plain %s, text/html %s, %s", size(len(m.Text)), size(len(m.HTML)), count(len(m.Pictures), "picture"))
		s.app.say("     file      %s", s.files[i])
	}
}

func size(bytes int) string { return fmt.Sprintf("%.1f KB", float64(bytes)/1000) }

// stay shows the inbox until the program is told to end.
func (s *show) stay(ctx context.Context) error {
	inbox, err := demo.NewInbox(s.messages, s.feeds, s.dir)
	if err != nil {
		return err
	}
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.serve(l, inbox.Handler())
	s.app.say("\nLook at them: %s/\nCtrl-C ends the demo and removes %s.", address(l), s.dir)
	<-ctx.Done()
	return nil
}
