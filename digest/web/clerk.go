package web

import (
	"context"
	"errors"
	"net"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

const (
	clerkPause  = time.Second      // between two looks for sign-ups
	clerkLease  = 5 * time.Minute  // for one mail; then it is tried again
	clerkTries  = 6                // of one mail
	mailTime    = 2 * time.Minute  // for one mail, shorter than the lease
	lookupTime  = 10 * time.Second // for the DNS
	forgetEvery = time.Hour
)

// Sender delivers a message: nil is accepted, a *digest.Refusal says why not.
type Sender interface {
	Send(ctx context.Context, m *digest.Message) error
}

// Clerk sends the mails that sign-ups ask for, one after the other and apart from the requests that asked, so that nobody learns from an
// answer or its time what the store knows of an address. Any number of clerks may work on one store.
type Clerk struct {
	mu  sync.Mutex
	now desk
}

// desk is what a clerk works with.
type desk struct {
	pages
	sender   Sender
	resolver *net.Resolver
}

// NewClerk makes a clerk. The resolver tells which domains take mail; nil asks nobody.
func NewClerk(o Options, sender Sender, resolver *net.Resolver) *Clerk {
	return &Clerk{now: desk{pages{o}, sender, resolver}}
}

// Swap gives the clerk another configuration to work by.
func (c *Clerk) Swap(o Options, sender Sender) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now.pages, c.now.sender = pages{o}, sender
}

func (c *Clerk) desk() desk {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Run works until ctx ends.
func (c *Clerk) Run(ctx context.Context) {
	var forgot time.Time
	failing := false
	for ctx.Err() == nil {
		d := c.desk()
		err := c.Work(ctx)
		if err != nil && ctx.Err() == nil && !failing { // one line, however long it lasts
			d.Log.Error("the mails that sign-ups ask for cannot be sent; it is tried again each second", "error", err)
		}
		failing = err != nil
		if now := d.Now(); now.Sub(forgot) >= forgetEvery {
			if err := d.Store.ForgetSignups(ctx, now); err == nil {
				forgot = now
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(clerkPause):
		}
	}
}

// Work sends all mails that are due.
func (c *Clerk) Work(ctx context.Context) error {
	for ctx.Err() == nil {
		d := c.desk()
		waiting, err := d.Store.SignupsWaiting(ctx) // to look costs less than to take
		if err != nil || waiting == 0 {
			return err
		}
		up, err := d.Store.NextSignup(ctx, d.Now(), clerkLease)
		if err != nil || up == nil {
			return err
		}
		if err := d.answer(ctx, *up); err != nil {
			return err
		}
	}
	return nil
}

// answer sends the mail of one sign-up. Its error is the store's; what goes wrong with the mail is logged, and the mail tried again where
// that may help.
func (d desk) answer(ctx context.Context, up store.Signup) error {
	up.Newsletters = slices.DeleteFunc(up.Newsletters, func(name string) bool { _, ok := d.offered(name); return !ok })
	if len(up.Newsletters) == 0 {
		return d.Store.SettleSignup(ctx, up.ID, time.Time{})
	}
	if domain := up.Email[strings.LastIndexByte(up.Email, '@')+1:]; !d.takesMail(ctx, domain) {
		d.Log.Info("a sign-up gets no mail: the DNS says that its domain takes none", "signup", up.ID, "domain", domain)
		return d.Store.SettleSignup(ctx, up.ID, time.Time{})
	}
	m, err := d.letter(ctx, up)
	if err != nil {
		return err
	}
	sending, cancel := context.WithTimeout(ctx, mailTime)
	defer cancel()
	err = d.sender.Send(sending, m)
	switch {
	case err == nil:
		return d.Store.SettleSignup(context.WithoutCancel(ctx), up.ID, d.Now())
	case ctx.Err() != nil:
		return nil
	case isFinal(err), up.Tries >= clerkTries && !isPutOff(err):
		d.Log.Warn("the mail of a sign-up is given up", "signup", up.ID, "tries", up.Tries, "error", err)
		return d.Store.SettleSignup(ctx, up.ID, time.Time{})
	}
	d.Log.Warn("the mail of a sign-up could not be sent; it is tried again in a few minutes", "signup", up.ID, "tries", up.Tries, "error", err)
	return nil
}

// isFinal tells whether the server will never take the message.
func isFinal(err error) bool {
	refusal, ok := errors.AsType[*digest.Refusal](err)
	if !ok {
		return false
	}
	switch refusal.Verdict() {
	case digest.BadAddress, digest.MailboxFull, digest.BadMessage, digest.PolicyRefusal, digest.NotASCII:
		return true
	case digest.RelayTrouble, digest.InDoubt, digest.TryLater, digest.NotYet:
	}
	return false
}

// isPutOff tells whether the message only waits for its turn under our own limits: nobody was asked yet.
func isPutOff(err error) bool {
	refusal, ok := errors.AsType[*digest.Refusal](err)
	return ok && refusal.Verdict() == digest.NotYet
}

// takesMail tells whether a domain has a host for mail (RFC 5321 §5.1), where the DNS answers; a null MX says that there is
// none (RFC 7505). Where it does not answer, the relay may know better.
func (d desk) takesMail(ctx context.Context, domain string) bool {
	if d.resolver == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	hosts, err := d.resolver.LookupMX(ctx, domain+".")
	if len(hosts) > 0 {
		return len(hosts) > 1 || hosts[0].Host != "."
	}
	if err != nil && !isNotFound(err) {
		return true
	}
	_, err = d.resolver.LookupHost(ctx, domain)
	return err == nil || !isNotFound(err)
}

func isNotFound(err error) bool {
	dns, ok := errors.AsType[*net.DNSError](err)
	return ok && dns.IsNotFound
}

// letter is the mail that asks to confirm, or for somebody who gets all of it already, the one that leads to their preferences.
func (d desk) letter(ctx context.Context, up store.Signup) (*digest.Message, error) {
	known, err := d.Store.PersonAt(ctx, up.Email)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	n, _ := d.newsletter(up.Newsletters[0])
	say := d.speak(n.Language)
	about := func(phrase string) string {
		return say.Fill(phrase, "email", up.Email, "titles", say.Titles(d.titles(up.Newsletters)))
	}
	l := templates.Letter{
		Lang: say.Lang, Subject: about(say.MailSubject), Heading: about(say.ConfirmHeading), Before: about(say.MailAsked), After: say.MailIgnore,
		Label: say.ConfirmButton, URL: d.Site.ConfirmURL(d.Signer.Token(digest.PurposeConfirm, up.ID)), Address: d.Site.Address,
	}
	if !slices.ContainsFunc(up.Newsletters, func(name string) bool { return !known.Gets(name) }) {
		l.Subject, l.Heading, l.Before, l.After = say.KnownSubject, say.KnownSubject, about(say.MailKnown), say.KnownIgnore
		l.Label, l.URL = say.Choices, d.Site.PreferencesURL(d.Signer.Token(digest.PurposePreferences, known.ID))
	}
	rendered, err := d.Templates.For(n.Name).Letter(l)
	if err != nil {
		return nil, err
	}
	domain := n.From.Address[strings.LastIndexByte(n.From.Address, '@')+1:]
	return &digest.Message{
		ID:   d.Signer.MAC(digest.PurposeMessage, "sign-up", up.ID) + "@" + domain, // servers log it: nothing of the token may be in it
		From: n.From, ReplyTo: n.ReplyTo, To: mail.Address{Address: up.Email}, Date: up.Asked,
		Subject: rendered.Subject, Text: rendered.Text, HTML: rendered.HTML,
	}, nil
}
