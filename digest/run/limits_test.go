package run

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// A domain's limit of an hour holds up nobody else, however many of an issue's readers are there; and they are sent theirs when its time has come.
func TestADomainsLimit(t *testing.T) {
	t.Parallel()
	const limited, others, limit = 700, 40, 5
	h := newHouse(t)
	h.clock.at = time.Now() // as the wire's own
	h.Subscribers = nil
	for i := range limited {
		h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: fmt.Sprintf("a%03d@large.example", i)})
	}
	for i := range others {
		h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: fmt.Sprintf("z%03d@d%d.example", i, i)})
	}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.limit(tmail.Rate{N: limit, Per: time.Hour})
	r := h.send(SendOptions{Since: &time.Time{}}).Delivered
	if r.Sent != others+limit || r.Deferred != limited-limit || r.Left != r.Deferred || r.Relay != "" || len(r.Paused) > 0 {
		t.Fatalf("%s: %+v", r, r)
	}
	if wait := r.Next.Sub(h.clock.now()); wait < 50*time.Minute || wait > 70*time.Minute {
		t.Errorf("it goes on in %s", wait)
	}
	if len(r.Troubles) != 1 || r.Troubles[0].Class() != "put off" || r.Troubles[0].Count != limited-limit {
		t.Errorf("%+v", r.Troubles)
	}
	for d, err := range h.Store.Ledger(t.Context(), h.issue(), digest.Deferred) {
		if err != nil || d.Tries != 0 || d.Next.Before(r.Next) {
			t.Errorf("%s: %d tries, next %s, %v", d.Email, d.Tries, d.Next, err)
		}
	}
	h.limit(tmail.Rate{N: limited, Per: time.Hour}) // an hour has passed
	h.clock.move(70 * time.Minute)
	if r := h.send(SendOptions{}).Delivered; r.Sent != limited-limit || !r.Complete() {
		t.Errorf("an hour later: %s", r)
	}
}

// limit makes the house send to each domain no faster than that.
func (h *house) limit(rate tmail.Rate) {
	h.t.Helper()
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: h.smtp.Host(), Port: h.smtp.Port(), TLS: tmail.TLSNone, Connections: connections, PerDomain: []tmail.Rate{rate}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = sender.Close() })
	h.Sender = sender
}

// issue is the id of the last one.
func (h *house) issue() string {
	h.t.Helper()
	infos, err := h.Store.Issues(h.t.Context(), "", 1)
	if err != nil || len(infos) == 0 {
		h.t.Fatal(infos, err)
	}
	return infos[0].ID
}

// Addresses that the mail server does not take, as they are not in ASCII, are the matter of nobody else: neither is the issue stopped, nor are they given up
// for all time.
func TestAddressesNotInASCII(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers = nil
	for i := range 200 {
		name := "ada"
		if i%6 == 0 {
			name = "adá"
		}
		h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: fmt.Sprintf("%s%d@example.com", name, i)})
	}
	for _, title := range []string{"Alpha", "Beta", "Gamma", "Delta"} {
		h.feeds.set("/news.xml", rss("The News", item(title, time.Hour)))
		r := h.send(SendOptions{}).Delivered
		if r.Sent != 166 || r.Failed != 34 || r.Left != 0 || len(r.Paused) > 0 || r.Troubles[0].Class() != "address not in ASCII" {
			t.Errorf("%s: %s, %+v, %q", title, r, r.Troubles, r.Paused)
		}
		h.clock.move(time.Hour)
	}
	if h.readers() != 200 {
		t.Errorf("%d readers are left", h.readers())
	}
}

// A mail server that another stands in for is named: nobody would see to it otherwise.
func TestAMailServerThatAilsIsNamed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	broken := smtptest.New(t)
	broken.Fault(smtptest.At(digest.StageConnect, "554 5.3.2 closed for ever"))
	var relays []tmail.SMTPOptions
	for _, s := range []*smtptest.Server{broken, h.smtp} {
		relays = append(relays, tmail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: tmail.TLSNone, Backoff: time.Nanosecond})
	}
	sender, err := tmail.NewSMTP(relays...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sender.Close() })
	h.Sender = sender
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	r := h.send(SendOptions{}).Delivered
	if r.Sent != 3 || !r.Complete() || len(r.Ailing) != 1 || !strings.Contains(r.Ailing[0], "closed for ever") {
		t.Errorf("%s: %q", r, r.Ailing)
	}
	d := NewDaemon(h.Service, h.clock.now)
	for range 3 {
		d.tell(h.Service, r, nil)
	}
	if n := strings.Count(h.log.String(), "closed for ever"); n != 1 {
		t.Errorf("it is said %d times:\n%s", n, h.log)
	}
}
