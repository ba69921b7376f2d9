package main

import (
	"fmt"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/run"
)

// The shape of send --json.
type (
	sent struct {
		Newsletter string    `json:"newsletter"`
		Test       string    `json:"test,omitempty"` // the only recipient
		Rehearsal  bool      `json:"rehearsal,omitempty"`
		Issue      string    `json:"issue,omitempty"`
		Number     int       `json:"number,omitempty"`
		Subject    string    `json:"subject,omitempty"`
		Articles   int       `json:"articles"`
		Readers    int       `json:"readers"`
		Empty      string    `json:"empty,omitempty"` // why there is no issue
		Declined   bool      `json:"declined,omitempty"`
		Resumed    []int     `json:"resumed,omitempty"` // numbers of issues that were unfinished
		Fetched    fetched   `json:"fetched"`
		Delivered  delivered `json:"delivered"`
		Files      []string  `json:"files,omitempty"` // of a dry run
		outbox     string
	}
	delivered struct {
		Sent       int       `json:"sent"`
		Deferred   int       `json:"deferred"`
		Failed     int       `json:"failed"`
		Unknown    int       `json:"unknown"`
		Suppressed int       `json:"suppressed"`
		Expired    int       `json:"expired"`
		Left       int       `json:"left"`
		Held       int       `json:"held"`             // of those left, that wait for the admin's word
		Next       time.Time `json:"next,omitzero"`    // when the first of those left that are put off is tried again
		Relay      string    `json:"relay,omitempty"`  // why sending stopped
		Ailing     []string  `json:"ailing,omitempty"` // mail servers in trouble that others stand in for
		Paused     []string  `json:"paused,omitempty"`
		Troubles   []trouble `json:"troubles,omitempty"`
		complete   bool
	}
	trouble struct {
		Class  string   `json:"class"`
		Count  int      `json:"count"`
		Reply  string   `json:"reply"`
		Advice string   `json:"advice"`
		To     []string `json:"to"`
	}
)

func newSent(newsletter string, h *house, r run.SendReport) sent {
	s := sent{
		Newsletter: newsletter, Rehearsal: h.Rehearsal, outbox: outboxOf(h.config), Declined: r.Declined, Fetched: newFetched(r.Collected), Delivered: newDelivered(r.Delivered),
	}
	for _, info := range r.Resumed {
		s.Resumed = append(s.Resumed, info.Number)
	}
	if c := r.Composed; c != nil {
		s.Empty, s.Readers = c.Empty, c.Readers
		if c.Empty == "" {
			edition, _ := c.Issue.Edition(digest.Selection{})
			s.Articles, s.Number = edition.Articles, c.Issue.Number
		}
		if s.Number > 0 {
			s.Issue = c.Issue.ID
		}
	}
	return s
}

func newDelivered(r run.DeliverReport) delivered {
	d := delivered{
		Sent: r.Sent, Deferred: r.Deferred, Failed: r.Failed, Unknown: r.Unknown, Suppressed: r.Suppressed, Expired: r.Expired, Left: r.Left, Held: r.Held,
		Next: r.Next, Relay: r.Relay, Ailing: r.Ailing, Paused: r.Paused, complete: r.Complete(),
	}
	for _, t := range r.Troubles {
		d.Troubles = append(d.Troubles, trouble{Class: t.Class(), Count: t.Count, Reply: digest.OneLine(t.Reply), Advice: t.Advice(), To: t.Emails})
	}
	return d
}

// showSent says what a send did.
func (a *app) showSent(s sent, r run.SendReport) {
	for _, info := range r.Resumed {
		a.say("went on with issue %d of %s, which was unfinished", info.Number, s.Newsletter)
	}
	switch {
	case s.Declined:
		a.say("nothing was sent")
		return
	case s.Empty != "" && len(s.Resumed) == 0:
		a.say("nothing to send: %s", s.Empty)
		return
	case s.Empty != "":
		a.say("no new issue: %s", s.Empty)
	case s.Rehearsal && s.Delivered.Left > 0:
		a.say("rehearsed %s in part: %d of %s, in %s", s.Newsletter, s.Delivered.Sent, count(s.Readers, "message"), s.outbox)
		return
	case s.Rehearsal:
		a.say("rehearsed %s: %s for %s, in %s; set smtp to send in earnest", s.Newsletter, count(s.Articles, "article"), count(s.Readers, "reader"), s.outbox)
		return
	case s.Number > 0:
		a.say("issue %d of %s: %s for %s", s.Number, s.Newsletter, count(s.Articles, "article"), count(s.Readers, "reader"))
	}
	a.say("delivered: %s", r.Delivered)
	a.showTroubles(s.Delivered)
}

// showTroubles names what did not arrive, and why.
func (a *app) showTroubles(d delivered) {
	if d.Relay != "" {
		a.warn("sending stopped, the mail server is in trouble: %s; the rest waits for `tidings run` or the next send, and `tidings check --online` tries the login", digest.OneLine(d.Relay))
	}
	for _, s := range d.Ailing {
		a.warn("a mail server is in trouble, and others stand in for it: %s; see to it or to its smtp settings", digest.OneLine(s))
	}
	for _, p := range d.Paused {
		a.warn("paused: %s", digest.OneLine(p))
	}
	for _, t := range d.Troubles {
		more := ""
		if t.Count > len(t.To) {
			more = fmt.Sprintf(" and %d more", t.Count-len(t.To))
		}
		a.warn("%d %s: %s%s: %s; %s", t.Count, t.Class, strings.Join(t.To, ", "), more, t.Reply, t.Advice)
	}
}

// partly is the error for what was not delivered or not read, which was named before.
func (s sent) partly() error {
	switch {
	case len(s.Delivered.Paused) > 0:
		return partlyError{fmt.Sprintf("%s not delivered: once the cause is mended, `tidings send %s` goes on", count(s.Delivered.Left, "message"), s.Newsletter)}
	case !s.Delivered.complete && s.Delivered.Left > 0:
		return partlyError{fmt.Sprintf("%s not delivered yet: %s", count(s.Delivered.Left, "message"), s.Delivered.goesOn(s.Newsletter))}
	case !s.Delivered.complete:
		return partlyError{"not everything was delivered; `tidings status` tells more"}
	}
	return s.Fetched.partly()
}

// goesOn tells what becomes of the messages that are left.
func (d delivered) goesOn(newsletter string) string {
	held := fmt.Sprintf("nobody knows whether they arrived, so they are held until `tidings issues resume %s` sends them again", newsletter)
	next := "the next send or `tidings run` goes on with "
	if !d.Next.IsZero() {
		next = fmt.Sprintf("`tidings run`, or a send from %s on, goes on with ", moment(d.Next.Local()))
	}
	switch d.Held {
	case 0:
		return next + "them"
	case d.Left:
		return held
	}
	return fmt.Sprintf("of %d %s; %sthe others", d.Held, held, next)
}
