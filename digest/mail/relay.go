package mail

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tidings/digest"
)

// relay is one server, what was learned of it, and the connections to it that are idle. All but the options is guarded by
// SMTP.mu.
type relay struct {
	dialer

	limit   int // so many connections may work now: one, until one could be opened
	most    int // what limit may grow to: less than the options say once the server said that this is too many
	learned int // messages since then
	working int // connections at work, or being opened
	idle    []*line

	perLine   int // messages for one connection: less than the options say while the server ends them after so many
	lastEnd   int
	circuit   circuit
	meters    []*meter
	pace      pace
	doubts    int  // messages in a row whose end got no answer
	served    int  // messages, since the relays that can be used last changed
	refilling bool // a meter's tally is being asked
}

func newRelay(o SMTPOptions) *relay {
	r := &relay{dialer: dialer{o}, limit: 1, most: o.Connections, perLine: o.MessagesPerConnection}
	r.circuit.backoff = o.Backoff
	for _, rate := range o.Rate {
		r.meters = append(r.meters, newMeter(rate, o.account(), o.Tally))
	}
	return r
}

// ready tells whether the relay may be given a message now, and if not, when to ask again.
func (r *relay) ready(now time.Time) (ok bool, again time.Time) {
	again = r.circuit.until
	if t := r.pace.next; t.After(again) {
		again = t
	}
	for _, m := range r.meters {
		if t := m.next(now); t.After(again) {
			again = t
		}
	}
	return !again.After(now), again
}

// usable tells whether the relay takes messages, be it slowly.
func (r *relay) usable(now time.Time) bool {
	if r.circuit.until.After(now) {
		return false
	}
	for _, m := range r.meters {
		if m.next(now).After(now.Add(longWait)) {
			return false
		}
	}
	return true
}

// why is what keeps a relay from taking messages.
func (r *relay) why(now time.Time) *digest.Refusal {
	if r.circuit.why != nil {
		return r.circuit.why
	}
	return r.exhausted(now)
}

// exhausted is why a relay that is in no trouble takes nothing for long.
func (r *relay) exhausted(now time.Time) *digest.Refusal {
	why := &digest.Refusal{Stage: digest.StageConnect, Text: "it takes no more for now"}
	for _, m := range r.meters {
		if at := m.next(now); at.After(now.Add(longWait)) {
			why.Again = at
			why.Text = fmt.Sprintf("the limit of %s for %s is reached; sending goes on at %s", m, r.Host, at.UTC().Format("15:04 MST"))
		}
	}
	return why
}

// longWait is more than anybody waits for: a relay that is so long from its next message is not used until then.
const longWait = 2 * time.Minute

// spend counts a message that the relay is given.
func (r *relay) spend(now time.Time) {
	for _, m := range r.meters {
		m.spend(now)
	}
	r.pace.spend(now)
	r.served++
}

// forgetAfter is how many messages are accepted before more than was learned is tried: one connection more at once, and twice as many messages over each.
// Where the server has not changed its mind, that costs a few connections.
const forgetAfter = 250

// opened is told that a connection could be had: the others may try.
func (r *relay) opened() { r.limit = r.most }

// answered is told what the relay said to a message: it works.
func (r *relay) answered(err error, now time.Time) {
	var refusal *digest.Refusal
	if errors.As(err, &refusal) && (refusal.Code == 454 || strings.HasPrefix(refusal.Enhanced, "4.7.")) {
		r.pace.slow(now)
	}
	if err != nil {
		if refusal != nil && refusal.Verdict() == digest.InDoubt {
			r.doubts++
		}
		return
	}
	r.doubts = 0
	r.circuit.close()
	r.pace.ease()
	if r.learned++; r.learned >= forgetAfter {
		r.learned = 0
		r.most = min(r.most+1, r.Connections)
		r.perLine = min(2*r.perLine, r.MessagesPerConnection)
	}
}

// silent is the trouble of a relay that takes one message after the other and answers none; nil if it is not so. Were it given more, all of them would
// be in doubt.
func (r *relay) silent(err error) *digest.Refusal {
	why := refusalIn(err)
	if why == nil || why.Verdict() != digest.InDoubt || r.doubts < severe {
		return nil
	}
	return &digest.Refusal{Stage: digest.StageConnect, Text: fmt.Sprintf("%d messages in a row got no answer: %s", r.doubts, why.Text)}
}

// full is told that no more connections could be had than work beside the one that failed. That the server said so itself, and it
// was not the network, is remembered for a while.
func (r *relay) full(why *digest.Refusal) {
	r.limit = max(1, r.working-1)
	if why.Code != 0 {
		r.most, r.learned = r.limit, 0
	}
}

// ended is told that the server ended a connection after so many messages. Twice the same is its habit.
func (r *relay) ended(after int) {
	if after > 0 && after == r.lastEnd {
		r.perLine, r.learned = min(r.perLine, after), 0
	}
	r.lastEnd = after
}

// circuit keeps a relay in trouble from being asked again and again: after each failure in a row twice as long.
type circuit struct {
	backoff  time.Duration
	until    time.Time
	failures int
	why      *digest.Refusal // the last failure
}

const (
	maxBackoff = 5 * time.Minute
	severe     = 3 // failures in a row after which a relay is given up for the time being
)

// open is told of a failure. While the circuit is open, more failures of the same trouble do not count.
func (c *circuit) open(why *digest.Refusal, now time.Time) {
	if c.until.After(now) {
		return
	}
	c.failures++
	if why.Code/100 == 5 || why.Stage == digest.StageStartTLS { // waiting will not help
		c.failures = max(c.failures, severe)
	}
	c.until = now.Add(min(c.backoff<<min(c.failures-1, 30), maxBackoff))
	c.why = why
}

func (c *circuit) close() { c.failures, c.until, c.why = 0, time.Time{}, nil }

// pace is how far messages are kept apart after the server asked for patience.
type pace struct {
	apart time.Duration
	next  time.Time
}

const (
	firstPace   = 25 * time.Millisecond
	slowestPace = 200 * time.Millisecond
)

func (p *pace) slow(now time.Time) {
	p.apart = min(max(2*p.apart, firstPace), slowestPace)
	p.next = now.Add(p.apart)
}

func (p *pace) spend(now time.Time) {
	if p.apart > 0 {
		p.next = now.Add(p.apart)
	}
}

// ease lets the pace quicken with every message that is accepted.
func (p *pace) ease() {
	if p.apart = p.apart * 9 / 10; p.apart < time.Millisecond {
		p.apart = 0
	}
}
