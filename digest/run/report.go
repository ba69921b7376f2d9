package run

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tidings/digest"
)

// DeliverReport is what a pass over the ledger did.
type DeliverReport struct {
	Total      int // that were unfinished when the pass began
	Sent       int
	Deferred   int // to be tried again later
	Failed     int
	Unknown    int // sent, perhaps; nobody answered
	Suppressed int // passed over, because the subscriber left or the address is dead
	Expired    int // given up
	Left       int // unfinished now: deferred, unknown, not reached, or with another process
	Held       int // of those left, that wait for the admin's word
	Elsewhere  int // of those left, that another process has, or had when it died

	Next time.Time // when the first of those left is tried again that are put off; zero: none is, or DeliverWhole was not asked

	Relay    string    // why sending stopped: what the mail server said; empty if it did not stop
	Ailing   []string  // mail servers in trouble that others stand in for, each with what it said
	Paused   []string  // issues that were stopped, and why
	Troubles []Trouble // what went wrong with recipients, by kind
}

// Trouble is one kind of refusal.
type Trouble struct {
	Verdict digest.Verdict
	Count   int
	Reply   string   // the last one
	Emails  []string // whom it befell; the first few
}

// maxNamed is how many addresses a Trouble names.
const maxNamed = 20

// Class names the kind of refusal in a few words.
func (t Trouble) Class() string {
	switch t.Verdict {
	case digest.InDoubt:
		return "in doubt"
	case digest.TryLater:
		return "deferred"
	case digest.BadAddress:
		return "address refused"
	case digest.MailboxFull:
		return "mailbox full"
	case digest.BadMessage:
		return "message refused"
	case digest.PolicyRefusal:
		return "sender refused"
	case digest.NotASCII:
		return "address not in ASCII"
	case digest.NotYet:
		return "put off"
	case digest.RelayTrouble:
	}
	return "mail server in trouble"
}

// Advice says what the kind of refusal means and what to do, in a sentence.
func (t Trouble) Advice() string {
	switch t.Verdict {
	case digest.InDoubt:
		return "the message was sent and no reply came; it is sent again with the same Message-ID, unless on_unknown is hold"
	case digest.TryLater:
		return "the recipient's server asks for patience; it is tried again by itself"
	case digest.BadAddress:
		return "the address is refused; one that does not exist, or that keeps failing, gets nothing more until you correct it"
	case digest.MailboxFull:
		return "the mailbox is full; the next issue is tried again"
	case digest.BadMessage:
		return "the server refuses the message itself; the issue is paused, so look at its content or size"
	case digest.PolicyRefusal:
		return "the server does not trust the sender; check SPF, DKIM and DMARC of the from address, and the relay's permissions"
	case digest.NotASCII:
		return "no mail server on the way takes letters beyond ASCII before the @; use one that offers SMTPUTF8, or ask for another address"
	case digest.NotYet:
		return "it waits for its turn, and is sent by itself then"
	case digest.RelayTrouble:
	}
	return "the mail server is in trouble; everything waits and is sent once it works again"
}

func (r *DeliverReport) trouble(v digest.Verdict, d digest.Delivery) {
	i := slices.IndexFunc(r.Troubles, func(t Trouble) bool { return t.Verdict == v })
	if i < 0 {
		i = len(r.Troubles)
		r.Troubles = append(r.Troubles, Trouble{Verdict: v})
	}
	t := &r.Troubles[i]
	t.Count++
	t.Reply = d.Reply
	if len(t.Emails) < maxNamed && !slices.Contains(t.Emails, d.Email) {
		t.Emails = append(t.Emails, d.Email)
	}
}

// Handled is how many messages met an answer, or the lack of one.
func (r DeliverReport) Handled() int { return r.Sent + r.Deferred + r.Failed + r.Unknown }

// Complete tells whether everything that was to be sent has been, or must not be.
func (r DeliverReport) Complete() bool {
	return r.Left == 0 && r.Failed == 0 && r.Expired == 0 && r.Relay == "" && len(r.Paused) == 0
}

// String is the report in a line.
func (r DeliverReport) String() string {
	parts := []string{fmt.Sprintf("%d sent", r.Sent)}
	for _, part := range []struct {
		n    int
		what string
	}{
		{r.Deferred, "deferred"},
		{r.Failed, "failed"},
		{r.Unknown, "in doubt"},
		{r.Suppressed, "suppressed"},
		{r.Expired, "given up"},
		{r.Left - r.Deferred - r.Unknown, "left"}, // each message is counted once
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	if r.Held > 0 {
		return strings.Join(parts, ", ") + fmt.Sprintf("; %d held", r.Held)
	}
	return strings.Join(parts, ", ")
}

// add puts the figures of another pass to these. What is left is counted anew.
func (r *DeliverReport) add(o DeliverReport) {
	r.Total += o.Total
	r.Sent += o.Sent
	r.Deferred += o.Deferred
	r.Failed += o.Failed
	r.Unknown += o.Unknown
	r.Suppressed += o.Suppressed
	r.Expired += o.Expired
	r.Left += o.Left
	r.Held += o.Held
	r.Elsewhere += o.Elsewhere
	if r.Next.IsZero() || !o.Next.IsZero() && o.Next.Before(r.Next) {
		r.Next = o.Next
	}
	if o.Relay != "" {
		r.Relay = o.Relay
	}
	r.Ailing = o.Ailing
	r.Paused = append(r.Paused, o.Paused...)
	for _, t := range o.Troubles {
		i := slices.IndexFunc(r.Troubles, func(have Trouble) bool { return have.Verdict == t.Verdict })
		if i < 0 {
			r.Troubles = append(r.Troubles, t)
			continue
		}
		have := &r.Troubles[i]
		have.Count, have.Reply = have.Count+t.Count, t.Reply
		have.Emails = append(have.Emails, t.Emails[:min(len(t.Emails), maxNamed-len(have.Emails))]...)
	}
}
