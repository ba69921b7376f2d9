package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
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
	"tidings/templates"
)

// house is a configuration with everything that it needs to work.
type house struct {
	*run.Service
	config *config.Config
}

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
	h, err := a.furnish(cfg, st)
	if err != nil {
		return nil, errors.Join(err, st.Close())
	}
	return h, nil
}

// furnish makes the service of a configuration over an open store.
func (a *app) furnish(cfg *config.Config, st *store.Store) (*house, error) {
	sets, err := templates.LoadAll(cfg.Newsletters)
	if err != nil {
		return nil, wrongError{err}
	}
	sender, err := newSender(cfg)
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
		Address: config.Address, Proxies: h.config.Proxies, Log: a.log, Now: time.Now,
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

// newSender is the relay, else the outbox, else the outbox for rehearsals.
func newSender(cfg *config.Config) (run.Sender, error) {
	if cfg.SMTP != nil {
		return newSMTP(cfg.SMTP)
	}
	return mail.NewMaildir(outboxOf(cfg)), nil
}

func outboxOf(cfg *config.Config) string {
	if cfg.Outbox != "" {
		return cfg.Outbox
	}
	return filepath.Join(filepath.Dir(cfg.Path), "outbox")
}

func newSMTP(s *config.SMTP) (*mail.SMTP, error) {
	return mail.NewSMTP(mail.SMTPOptions{
		Host:        s.Host,
		Port:        s.Port,
		TLS:         mail.TLSMode(s.TLS),
		Username:    s.Username,
		Password:    s.Password,
		Connections: s.Connections,
	})
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

// transport says where messages go, without a secret.
func transport(cfg *config.Config) string {
	switch {
	case cfg.SMTP != nil:
		login := "without a login"
		if cfg.SMTP.Username != "" {
			login = "logging in as " + cfg.SMTP.Username
		}
		return fmt.Sprintf("the SMTP server %s (tls: %s, %s)", net.JoinHostPort(cfg.SMTP.Host, strconv.Itoa(cfg.SMTP.Port)), cfg.SMTP.TLS, login)
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
