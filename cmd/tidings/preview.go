package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"tidings/config"
	"tidings/digest/run"
	"tidings/digest/web"
	"tidings/digest/web/preview"
)

// previewFlags are the flags of preview.
type previewFlags struct {
	listen  string
	since   string
	noFetch bool
	open    bool
}

func (a *app) previewCommand() *cobra.Command {
	var f previewFlags
	c := &cobra.Command{
		Use:   "preview [NEWSLETTER]",
		Short: "Show the next issue in the browser, and follow every edit",
		Long: "Serves a page, for this machine alone, that shows the next issue as each reader would get it: HTML in several widths, light and dark,\n" +
			"the text, and the header. It follows every edit of the configuration and of the templates, and says what is wrong with one.\n" +
			"What it fetches is kept; nothing else is changed, nothing is sent, and the links to leave lead nowhere.",
		Example: "  tidings preview weekly --open\n  tidings preview weekly --no-fetch --since 7d",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrong("preview wants the name of one newsletter, or none: tidings preview [NEWSLETTER]")
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			newsletter := ""
			if len(args) > 0 {
				newsletter = args[0]
			}
			return a.preview(c.Context(), newsletter, f)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:0", "where the page is served: a loopback address and a port, 0 for a free one")
	flags.StringVar(&f.since, "since", "", "begin with what was published since then, even if an issue had it: 7d, 36h, or all")
	flags.BoolVar(&f.noFetch, "no-fetch", false, "show what was fetched before")
	flags.BoolVar(&f.open, "open", false, "open the page in the browser")
	return c
}

// preview serves the page until ctx ends.
func (a *app) preview(ctx context.Context, newsletter string, f previewFlags) error {
	if _, err := parseSince(f.since, time.Now()); err != nil {
		return err
	}
	if host, _, err := net.SplitHostPort(f.listen); err != nil || !preview.IsLoopback(host) {
		return wrong("--listen %q: the page is for this machine alone; name a loopback address and a port, such as 127.0.0.1:8025", f.listen)
	}
	cfg, err := a.load()
	if cfg == nil || err != nil && !isMistakes(err) {
		return err
	}
	if known := newsletterNames(cfg); err == nil && newsletter != "" && !slices.Contains(known, newsletter) {
		return wrong("there is no newsletter %q in %s; %s", newsletter, cfg.Path, orSuggest(newsletter, known))
	}
	l, err := listen(ctx, f.listen)
	if err != nil {
		return wrong("--listen: the page cannot be served: %w", err)
	}
	defer func() { _ = l.Close() }()
	p := &previewing{app: a, noFetch: f.noFetch, due: make(chan struct{}, 1), pictures: &run.Pictures{}}
	if p.page, err = preview.New(l.Addr().String(), p.want); err != nil {
		return err
	}
	at := address(l) + "/" + startOf(newsletter, f.since)
	return p.run(ctx, l, at, f.open)
}

// startOf is the query of the page to begin with.
func startOf(newsletter, since string) string {
	v := url.Values{}
	if newsletter != "" {
		v.Set("newsletter", newsletter)
	}
	if since != "" {
		v.Set("period", since)
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}

// isMistakes tells whether a configuration is there, and has mistakes in it.
func isMistakes(err error) bool {
	_, ok := errors.AsType[config.Errors](err)
	return ok
}

// run serves, fetches and follows edits until ctx ends.
func (p *previewing) run(ctx context.Context, l net.Listener, at string, open bool) error {
	ctx, stop := context.WithCancel(ctx)
	var working sync.WaitGroup
	defer func() {
		stop()
		working.Wait()
		_ = p.close()
	}()
	changes := newWatcher(p.app.log)
	changes.settle = soon
	defer changes.close()
	p.reload(ctx, changes)
	server := web.NewServer(p.page.Handler(), p.app.log)
	server.BaseContext = func(net.Listener) context.Context { return ctx } // ends the events, which have no end of their own
	working.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			p.app.warn("the page is no longer served: %v", err)
			stop()
		}
	})
	defer func() {
		stop()
		endServers([]*http.Server{server})
	}()
	p.app.say("%s\nThe preview follows every edit. Ctrl-C ends it.", at)
	if open {
		p.open(ctx, at)
	}
	if !p.noFetch {
		p.want()
	}
	working.Go(func() {
		for changes.wait(ctx) {
			p.reload(ctx, changes)
		}
	})
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-p.due:
			p.fetch(ctx)
		}
	}
}

// open shows the page in the browser of the system.
func (p *previewing) open(ctx context.Context, at string) {
	command := []string{"xdg-open", at}
	switch runtime.GOOS {
	case "darwin":
		command = []string{"open", at}
	case "windows":
		command = []string{"rundll32", "url.dll,FileProtocolHandler", at}
	}
	browser := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...) // it outlives us
	if err := browser.Start(); err != nil {
		p.app.warn("the browser cannot be opened (%v); open the address by hand", err)
		return
	}
	go func() { _ = browser.Wait() }() // what becomes of it is not our concern
}
