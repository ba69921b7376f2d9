package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"tidings/config"
	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/mail"
	"tidings/digest/mail/bounce"
	"tidings/digest/run"
	"tidings/digest/store"
	"tidings/digest/summary"
	"tidings/digest/web"
)

// house is a configuration with everything that it needs to work.
type house struct {
	*run.Service
	config *config.Config
}

// lockPatience is how long a change waits for another program before somebody hears of it.
const lockPatience = 2 * time.Second

// open reads the configuration and puts the rooms together. Close the house after use.
func (a *app) open(ctx context.Context) (*house, error) {
	cfg, err := a.load()
	if err != nil {
		return nil, err
	}
	return a.openWith(ctx, cfg)
}

func (a *app) openWith(ctx context.Context, cfg *config.Config) (*house, error) {
	st, err := store.Open(ctx, cfg.StorePath)
	if err != nil {
		return nil, err
	}
	st.OnWait(lockPatience, sync.OnceFunc(func() {
		a.warn("%s is locked by another program; waiting for it", cfg.StorePath)
	}))
	h, err := a.furnish(cfg, st)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return h, nil
}

// furnish makes the service of a configuration over an open store.
func (a *app) furnish(cfg *config.Config, st *store.Store) (*house, error) {
	sets, err := loadTemplates(cfg)
	if err != nil {
		return nil, err
	}
	sender, err := newSender(cfg, st)
	if err != nil {
		return nil, err
	}
	s := &run.Service{
		Feeds:       cfg.Feeds,
		Tags:        cfg.Tags,
		Newsletters: cfg.Newsletters,
		Subscribers: cfg.Subscribers,
		Site:        cfg.Site,
		Store:       st,
		Fetch:       newFetcher(cfg),
		Templates:   sets,
		Sender:      sender,
		Log:         a.log,
		Rehearsal:   cfg.SMTP == nil && cfg.Outbox == "",
		Admin:       cfg.Admin,
		AlertAfter:  cfg.Fetch.AlertAfter,
		Keep:        cfg.Keep,
		ReturnPath:  cfg.Bounces.ReturnPath,
	}
	if cfg.SMTP != nil {
		s.GiveUpAfter, s.HoldUnknown = cfg.SMTP.GiveUpAfter, cfg.SMTP.HoldUnknown
	}
	if box := cfg.Bounces.IMAP; box != nil {
		s.Bounces, s.BouncesEvery = newMailbox(box), box.Every
	}
	return &house{Service: s, config: cfg}, nil
}

// Close ends the connections to the relay and the store.
func (h *house) Close() error {
	return errors.Join(h.Sender.Close(), h.Store.Close())
}

// pages is what the web pages are made from.
func (a *app) pages(ctx context.Context, h *house) (web.Options, error) {
	key, err := h.Store.Key(ctx)
	return web.Options{
		Store: h.Store, Templates: h.Templates, Site: h.Site, Signer: digest.NewSigner(key), Newsletters: h.Newsletters, Tags: h.Tags,
		Address: h.config.PublicAddress, Proxies: h.config.Proxies, Log: a.log, Now: time.Now,
	}, err
}

// monitor is what watches the program.
func (a *app) monitor(h *house) http.Handler {
	return web.Monitor(web.MonitorOptions{Store: h.Store, Feeds: h.Feeds, Newsletters: h.Newsletters, Version: version(), Log: a.log})
}

func newFetcher(cfg *config.Config) *fetch.Client {
	agent := "Tidings/" + version()
	if cfg.Site.URL != "" {
		agent += " (+" + cfg.Site.URL + ")"
	}
	return fetch.New(fetch.Options{
		UserAgent:    agent,
		Timeout:      cfg.Fetch.Timeout,
		Connections:  cfg.Fetch.Connections,
		AllowPrivate: cfg.Fetch.AllowPrivate,
		Every:        cfg.Fetch.Every,
		Text:         summary.Text,
	})
}

// newSender is the relays, else the outbox, else the outbox for rehearsals.
func newSender(cfg *config.Config, counts mail.Tally) (run.Sender, error) {
	if cfg.SMTP != nil {
		return newSMTP(cfg.SMTP.Relays, cfg.SMTP.PerDomain, counts)
	}
	return mail.NewMaildir(outboxOf(cfg)), nil
}

func outboxOf(cfg *config.Config) string {
	if cfg.Outbox != "" {
		return cfg.Outbox
	}
	return filepath.Join(filepath.Dir(cfg.Path), "outbox")
}

func newSMTP(relays []config.Relay, perDomain []config.Rate, counts mail.Tally) (*mail.SMTP, error) {
	var all []mail.SMTPOptions
	for _, r := range relays {
		o := mail.SMTPOptions{
			Host:                  r.Host,
			Port:                  r.Port,
			TLS:                   mail.TLSMode(r.TLS),
			Username:              r.Username,
			Password:              r.Password,
			Connections:           r.Connections,
			MessagesPerConnection: r.MessagesPerConnection,
			Rate:                  ratesOf(r.Rate),
			PerDomain:             ratesOf(perDomain),
			Tally:                 counts,
			Weight:                r.Weight,
		}
		for _, k := range r.DKIM {
			o.DKIM = append(o.DKIM, mail.DKIM(k))
		}
		all = append(all, o)
	}
	return mail.NewSMTP(all...)
}

func ratesOf(rates []config.Rate) []mail.Rate {
	all := make([]mail.Rate, len(rates))
	for i, r := range rates {
		all[i] = mail.Rate(r)
	}
	return all
}

// bouncesOf says where bounces come to, and who reads them there; empty if the configuration says nothing of it.
func bouncesOf(cfg *config.Config) string {
	b := cfg.Bounces
	switch {
	case b.IMAP == nil && b.ReturnPath == "":
		return ""
	case b.IMAP == nil:
		return "come to " + b.ReturnPath + ", whose mail server pipes them into `tidings bounce`"
	case b.ReturnPath == "":
		return "are read from " + newMailbox(b.IMAP).String()
	}
	return "come to " + b.ReturnPath + " and are read from " + newMailbox(b.IMAP).String()
}

func newMailbox(m *config.IMAP) *bounce.Mailbox {
	return bounce.NewMailbox(bounce.Options{
		Host:     m.Host,
		Port:     m.Port,
		TLS:      bounce.TLSMode(m.TLS),
		Username: m.Username,
		Password: m.Password,
		Mailbox:  m.Mailbox,
	})
}

// relayName is a relay, without a secret.
func relayName(r config.Relay) string {
	login := "without a login"
	if r.Username != "" {
		login = "logging in as " + r.Username
	}
	return fmt.Sprintf("the SMTP server %s (tls: %s, %s)", net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), r.TLS, login)
}

// transport says where messages go, without a secret.
func transport(cfg *config.Config) string {
	switch {
	case cfg.SMTP != nil:
		var names []string
		for _, r := range cfg.SMTP.Relays {
			names = append(names, relayName(r))
		}
		if cfg.SMTP.Relays[0].Weight > 0 {
			return strings.Join(names, " and ")
		}
		return strings.Join(names, ", and while that fails ")
	case cfg.Outbox != "":
		return "the Maildir " + cfg.Outbox
	}
	return "nobody: without smtp, every send is a rehearsal into " + outboxOf(cfg)
}

func newsletterNames(cfg *config.Config) []string {
	names := make([]string, len(cfg.Newsletters))
	for i, n := range cfg.Newsletters {
		names[i] = n.Name
	}
	return names
}
