package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/run"
	"tidings/digest/web/preview"
)

// soon is settle for somebody who watches the page: what an editor writes in two steps may show as a mistake for a moment.
const soon = 100 * time.Millisecond

// previewing is a preview that is being looked at.
type previewing struct {
	app  *app
	page *preview.Preview
	due  chan struct{} // there is something to be fetched

	mu       sync.Mutex
	house    *house   // nil until a configuration could be taken over
	opened   []*house // all there were: their stores are closed at the end
	broken   bool     // the configuration is, at the moment
	all      bool     // all feeds are to be fetched
	fresh    []string // of the feeds, those that are new in the configuration
	pictures *run.Pictures
	noFetch  bool
}

// reload takes over the configuration as it is now, or shows why that cannot be done.
func (p *previewing) reload(ctx context.Context, w *watcher) {
	cfg, err := p.app.load()
	if cfg != nil {
		w.watch(cfg.Files, cfg.Folders)
	}
	if err == nil {
		err = p.takeOver(ctx, cfg)
	}
	p.mu.Lock()
	before := p.broken
	p.broken = err != nil
	p.mu.Unlock()
	switch {
	case err != nil:
		p.app.warn("%v", err)
		p.page.Refuse(problemsOf(err))
	case before:
		p.app.say("the configuration is right again")
	}
}

// takeOver puts a new configuration to work. Feeds that are new in it are fetched.
func (p *previewing) takeOver(ctx context.Context, cfg *config.Config) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	h, err := p.furnish(ctx, cfg)
	if err != nil {
		return err
	}
	if p.house != nil {
		for _, f := range h.Feeds {
			if !slices.ContainsFunc(p.house.Feeds, func(known digest.Feed) bool { return known.URL == f.URL }) {
				p.fresh = append(p.fresh, f.URL)
			}
		}
	}
	p.house = h
	p.page.Show(p.desk())
	if len(p.fresh) > 0 && !p.noFetch {
		p.signal()
	}
	return nil
}

// furnish makes a house over the store that is open, or over another one if the configuration names another.
func (p *previewing) furnish(ctx context.Context, cfg *config.Config) (*house, error) {
	if p.house == nil || p.house.config.StorePath != cfg.StorePath {
		h, err := p.app.openWith(ctx, cfg)
		if err == nil {
			p.opened = append(p.opened, h)
		}
		return h, err
	}
	h, err := p.app.furnish(cfg, p.house.Store)
	if err == nil {
		err = h.Sender.Close() // nothing is sent
	}
	return h, err
}

func (p *previewing) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var errs []error
	for _, h := range p.opened {
		errs = append(errs, h.Close())
	}
	return errors.Join(errs...)
}

// desk is the configuration for the page.
func (p *previewing) desk() *preview.Desk {
	h, pictures := p.house, p.pictures
	return &preview.Desk{
		Newsletters: h.Newsletters,
		Compose: func(ctx context.Context, newsletter string, period preview.Period) (*preview.Issue, error) {
			o := run.DraftOptions{Last: period == preview.Last, Pictures: pictures}
			now := time.Now()
			if !o.Last {
				var err error
				if o.Since, err = parseSince(string(period), now); err != nil {
					return nil, err
				}
			}
			d, err := h.Draft(ctx, newsletter, o, now)
			if err != nil {
				return nil, err
			}
			return drafted(d), nil
		},
	}
}

// drafted is a draft for the page.
func drafted(d *run.Draft) *preview.Issue {
	is := &preview.Issue{Held: d.Empty, Articles: d.Articles, Number: d.Issue.Number, Message: d.Message, MessageTo: d.MessageTo}
	for _, v := range d.Variants {
		is.Editions = append(is.Editions, preview.Edition(v))
	}
	topics := d.Issue.Topics()
	for _, sub := range d.Audience {
		is.Readers = append(is.Readers, preview.Reader{Email: sub.Email, Name: sub.Name, Selection: sub.Selection(topics)})
	}
	return is
}

// want asks for all feeds to be fetched.
func (p *previewing) want() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = true
	p.signal()
}

func (p *previewing) signal() {
	select {
	case p.due <- struct{}{}:
	default: // it is known already
	}
}

// take is what is to be fetched, and with what; nil feeds are all of them.
func (p *previewing) take() (h *house, only []string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if h = p.house; h == nil {
		return nil, nil
	}
	if !p.all {
		only = slices.DeleteFunc(p.fresh, func(url string) bool {
			return !slices.ContainsFunc(h.Feeds, func(f digest.Feed) bool { return f.URL == url })
		})
	}
	if !p.all && len(only) == 0 {
		return nil, nil
	}
	p.all, p.fresh = false, nil
	return h, only
}

// fetch asks the feeds, and shows what is new then.
func (p *previewing) fetch(ctx context.Context) {
	h, only := p.take()
	if h == nil {
		return
	}
	total := len(only)
	if only == nil {
		total = len(h.Feeds)
	}
	p.page.Fetching(fmt.Sprintf("Fetching %s…", count(total, "feed")))
	bar := p.app.progress("fetching", total)
	done := 0
	var failed []string
	fail := func(what string) {
		failed = append(failed, what)
		bar.note("failed  %s", what)
	}
	report, err := h.Collect(ctx, run.CollectOptions{Only: only, ByHand: true, Done: func(r fetch.Result, _ int) {
		bar.step()
		done++
		if r.Err != nil {
			fail(about(r.Feed.Name(r.State), r.Err.Error()))
		}
		p.page.Fetching(fmt.Sprintf("Fetching: %d of %s…", done, count(total, "feed")))
	}}, time.Now())
	bar.end()
	if ctx.Err() != nil {
		return
	}
	for _, w := range report.Waiting {
		fail(digest.OneLine(w.Feed) + ": its server asks not to be asked before " + moment(w.Until.Local()))
	}
	if err != nil {
		fail(err.Error())
	}
	p.app.say("%s from %s", count(report.Added, "new article"), count(report.Asked, "feed"))
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pictures = &run.Pictures{} // those that could not be had are asked for again
	p.page.Fetched(p.desk(), failed)
}
