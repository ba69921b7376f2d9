package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/run"
	"tidings/digest/web"
)

func (a *app) runCommand() *cobra.Command {
	var noPages bool
	c := &cobra.Command{
		Use:   "run",
		Short: "The daemon: fetches, composes on schedule, delivers, and serves the pages",
		Long: "Works until it is told to end by SIGTERM or Ctrl-C, and then finishes the messages that are on the wire; a second signal ends it at once.\n" +
			"A change of the configuration, or SIGHUP, makes it read the configuration again; with a mistake in it, the old one stays.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			return a.keepRunning(c.Context(), &daemon{app: a, house: h, scheduler: run.NewDaemon(h.Service, time.Now), noPages: noPages})
		},
	}
	c.Flags().BoolVar(&noPages, "no-pages", false, "do not serve the pages: tidings web does, or another run")
	return c
}

func (a *app) webCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "web",
		Short: "The pages alone, where they run apart from the daemon",
		Long: "Serves the pages on site.listen, sends the mails that sign-ups ask for, and does nothing on schedule: that is for `tidings run --no-pages` over the same\n" +
			"store. A change of the configuration, or SIGHUP, makes it read the configuration again; with a mistake in it, the old one stays.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := a.open(c.Context())
			if err != nil {
				return err
			}
			if h.Site.URL == "" {
				return errors.Join(wrong("there are no pages without site.url: give the address that they are reached at"), h.Close())
			}
			return a.keepRunning(c.Context(), &daemon{app: a, house: h})
		},
	}
}

// keepRunning does what the daemon is for, until ctx ends.
func (a *app) keepRunning(ctx context.Context, d *daemon) error {
	h := d.house
	h.Store.OnWait(lockPatience, func() {
		a.log.Warn("the store is locked by another program; waiting for it", "store", h.config.StorePath)
	})
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	defer func() { _ = h.Store.Close() }()
	servers, err := d.serve(ctx)
	defer endServers(servers)
	if err != nil {
		return errors.Join(err, h.Sender.Close())
	}
	var others sync.WaitGroup
	if d.clerk != nil {
		others.Go(func() { d.clerk.Run(ctx) })
	}
	changes := newWatcher(a.log)
	defer changes.close()
	changes.watch(h.config.Files, h.config.Folders) // before anybody hears that we run: from then on no edit and no SIGHUP is lost
	others.Go(func() { d.follow(ctx, changes) })
	others.Go(func() {
		<-ctx.Done()
		a.log.Info("told to end; finishing the messages that are on the wire, a second signal does not wait for them")
	})
	a.log.Info("running", "config", h.config.Path, "feeds", len(h.Feeds), "newsletters", newsletterNames(h.config), "mail", transport(h.config), "pages", h.Site.URL)
	if d.scheduler != nil {
		d.scheduler.Run(ctx)
	}
	<-ctx.Done()
	others.Wait()
	a.log.Info("ended; what is not delivered yet waits in the store")
	return d.house.Sender.Close()
}

// daemon is what changes when the configuration does.
type daemon struct {
	app            *app
	house          *house
	scheduler      *run.Daemon // nil: it serves the pages alone
	noPages        bool        // others serve them
	pages, monitor swapped
	clerk          *web.Clerk // nil without pages
}

// swapped is a handler that another can take the place of while it serves.
type swapped struct{ current atomic.Pointer[http.Handler] }

func (s *swapped) swap(h http.Handler) { s.current.Store(&h) }

// ServeHTTP is the current handler's.
func (s *swapped) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	(*s.current.Load()).ServeHTTP(w, r)
}

// serve begins to serve what the configuration has an address for: the pages, and the figures for whoever watches the program.
func (d *daemon) serve(ctx context.Context) (servers []*http.Server, err error) {
	d.monitor.swap(d.app.monitor(d.house))
	if d.house.config.Monitor != "" {
		s, err := d.app.listen(ctx, "metrics.listen", d.house.config.Monitor, &d.monitor)
		if err != nil {
			return servers, err
		}
		servers = append(servers, s)
	}
	if d.house.Site.URL == "" || d.noPages {
		return servers, nil
	}
	pages, err := d.app.pages(ctx, d.house)
	if err != nil {
		return servers, err
	}
	d.pages.swap(web.Handler(pages))
	d.clerk = web.NewClerk(pages, d.house.Sender, net.DefaultResolver)
	s, err := d.app.listen(ctx, "site.listen", d.house.config.Listen, &d.pages)
	if err != nil {
		return servers, err
	}
	return append(servers, s), nil
}

// listen serves the handler on the address that the key of the configuration gives.
func (a *app) listen(ctx context.Context, key, address string, h http.Handler) (*http.Server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, wrong("%s: nothing can be served on %s: %w; is another `tidings` there?", key, address, err)
	}
	server := web.NewServer(h, a.log)
	go func() {
		if err := server.Serve(web.Bounded(l)); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("no longer served", "what", key, "error", err)
		}
	}()
	return server, nil
}

// endServers lets requests that are being answered come to their end.
func endServers(servers []*http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	for _, s := range servers {
		_ = s.Shutdown(ctx)
	}
}

// follow reads the configuration again whenever it is to.
func (d *daemon) follow(ctx context.Context, w *watcher) {
	for w.wait(ctx) {
		cfg, err := d.load(ctx)
		if cfg != nil {
			w.watch(cfg.Files, cfg.Folders) // also those that are refused for now: their next edit may put them right
		}
		if err == nil {
			err = d.takeOver(ctx, cfg)
		}
		if err != nil {
			d.logRefused(err)
		}
	}
}

// patience is how long a list that lost people must stay as it is to be believed: it may be on its way from another machine.
const patience = 5 * time.Second

// load reads the configuration again. Where it has lost subscribers, it may have been read while somebody wrote a list of them: then it is
// read once more, until it stays the same for a while.
func (d *daemon) load(ctx context.Context) (*config.Config, error) {
	cfg, err := d.app.load()
	for err == nil && lost(d.house.config.Subscribers, cfg.Subscribers) > 0 {
		d.app.log.Info("the configuration has fewer subscribers; it is read again, to be sure that it is whole", "gone", lost(d.house.config.Subscribers, cfg.Subscribers))
		select {
		case <-time.After(patience):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		before := cfg.Subscribers
		if cfg, err = d.app.load(); err == nil && len(cfg.Subscribers) == len(before) && lost(before, cfg.Subscribers) == 0 {
			break
		}
	}
	return cfg, err
}

// lost is how many subscribers are gone from a list.
func lost(before, now []digest.Subscriber) (n int) {
	listed := make(map[string]bool, len(now))
	for _, s := range now {
		listed[digest.AddressKey(s.Email)] = true
	}
	for _, s := range before {
		if !listed[digest.AddressKey(s.Email)] {
			n++
		}
	}
	return n
}

// logRefused says why a new configuration was not taken over, a line for each mistake.
func (d *daemon) logRefused(err error) {
	log := d.app.log
	mistakes, ok := errors.AsType[config.Errors](err)
	if !ok {
		log.Error("the configuration was not taken over; the old one stays", "error", err)
		return
	}
	for _, p := range mistakes {
		log.Error("a mistake in the configuration", "at", p.Place(), "mistake", p.Message, "hint", p.Hint)
	}
	log.Error("the configuration was not taken over; the old one stays", "mistakes", len(mistakes))
}

// takeOver puts a new configuration into the place of the old one, or none of it.
func (d *daemon) takeOver(ctx context.Context, cfg *config.Config) error {
	old := d.house
	if was := old.config; cfg.StorePath != was.StorePath || cfg.Listen != was.Listen || cfg.Monitor != was.Monitor || (cfg.Site.URL == "") != (was.Site.URL == "") {
		return errors.New("store, site.listen, metrics.listen, and whether there is a site.url, can only change with a restart")
	}
	h, err := d.app.furnish(cfg, d.house.Store)
	if err != nil {
		return err
	}
	pages, err := d.app.pages(ctx, h)
	if err != nil {
		return errors.Join(err, h.Sender.Close())
	}
	d.house = h
	d.pages.swap(web.Handler(pages))
	if d.clerk != nil {
		d.clerk.Swap(pages, h.Sender)
	}
	d.monitor.swap(d.app.monitor(h))
	if d.scheduler != nil {
		d.scheduler.Swap(h.Service)
	} else if err := old.Sender.Close(); err != nil {
		d.app.log.Warn("the mail server's connections could not be closed", "error", err)
	}
	d.app.log.Info("took over the new configuration", "config", cfg.Path, "feeds", len(h.Feeds), "newsletters", newsletterNames(cfg), "subscribers", len(h.Subscribers))
	return nil
}
