package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// decide is what becomes of a delivery that was not accepted.
func (p *pass) decide(d digest.Delivery, r *digest.Refusal, now time.Time) digest.Delivery {
	d.Reply = digest.OneLine(r.Error())
	switch r.Verdict() {
	case digest.RelayTrouble:
		return requeued(d, now, d.Reply)
	case digest.InDoubt:
		d.State, d.Tries = digest.Unknown, d.Tries+1
		d.Next = resendAt(now, max(doubt, digest.RetryAfter(d.Tries, rand.Float64())), p.HoldUnknown) //nolint:gosec // spreads the load, guards nothing
	case digest.TryLater:
		d.State, d.Tries = digest.Deferred, d.Tries+1
		d.Next = now.Add(digest.RetryAfter(d.Tries, rand.Float64())) //nolint:gosec // spreads the load, guards nothing
	case digest.NotYet:
		d.State, d.Next = digest.Deferred, r.Again
	case digest.BadAddress, digest.MailboxFull, digest.BadMessage, digest.PolicyRefusal, digest.NotASCII:
		d.State, d.Tries, d.Next = digest.Failed, d.Tries+1, now
	}
	return d
}

// resendAt is when a message that may or may not have arrived is sent again: after a pause, or never by itself if it is held.
func resendAt(now time.Time, pause time.Duration, hold bool) time.Time {
	if hold {
		return store.Held()
	}
	return now.Add(pause)
}

// requeued is a delivery that nothing was tried with: it is due at once, behind those that wait already.
func requeued(d digest.Delivery, now time.Time, reply string) digest.Delivery {
	d.State, d.Next = digest.Queued, now
	if d.Tries > 0 {
		d.State = digest.Deferred
	}
	if reply != "" {
		d.Reply = digest.OneLine(reply)
	}
	return d
}

// hint is how many issues must fail where a server says less than that the address does not exist.
const hint = 3

// strikes is how many issues in a row an address may fail before it gets nothing more. Only a server that says in the code of RFC 3463 that there
// is no such address is believed at once: a bare 550 is what a relay says that does not know us.
func strikes(r *digest.Refusal) int {
	switch r.Enhanced {
	case "":
		return hint
	case "5.2.1": // disabled, perhaps for a while
		return 2
	}
	return 1
}

// strike records a failure, and suppresses an address that has failed often enough. What failed before is looked up in the background.
func (p *pass) strike(d digest.Delivery, r *digest.Refusal) {
	before := strikes(r) - 1
	if before == 0 {
		p.settle(store.Result{Delivery: d, Suppress: d.Reply})
		return
	}
	p.settling.Go(func() {
		failed, err := p.Store.FailedBefore(context.Background(), d, before)
		if err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
		}
		result := store.Result{Delivery: d}
		if failed >= before {
			result.Suppress = d.Reply
		}
		p.settle(result)
	})
}

// refusals counts the answers for one issue, to see when something is wrong with all of it.
type refusals struct {
	answers, refused int
	policy           int    // of refused: the recipients' servers do not trust us
	last             string // what the last that was refused was told
}

const (
	fewAnswers  = 20  // tell nothing yet
	mostAnswers = 200 // after so many, refusals are the recipients' own
)

// hopeless tells why the issue should be stopped: more than half of its first recipients refuse, or our standing is in doubt with more than a tenth
// of all so far. It is empty if all is well.
func (r refusals) hopeless() string {
	switch {
	case r.answers < fewAnswers:
		return ""
	case r.answers <= mostAnswers && 2*r.refused > r.answers:
		return "more than half of its first recipients were refused, the last with: " + r.last
	case r.policy >= fewAnswers && 10*r.policy > r.answers:
		return fmt.Sprintf("%d of %d recipients' servers refuse the sender, the last with: %s", r.policy, r.answers, r.last)
	}
	return ""
}

// accepted counts a message that went through.
func (p *pass) accepted(d digest.Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report.Sent++
	p.answersOf(d.Issue).answers++
}

// counted counts a message that did not, and tells why its issue should be stopped; empty if it should not.
func (p *pass) counted(v digest.Verdict, d digest.Delivery) (why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report.trouble(v, d)
	of := p.answersOf(d.Issue)
	switch d.State {
	case digest.Deferred:
		p.report.Deferred++
	case digest.Unknown:
		p.report.Unknown++
	case digest.Failed:
		p.report.Failed++
		of.refused++
		of.last = d.Reply
	}
	if v != digest.InDoubt && v != digest.NotYet {
		of.answers++
	}
	switch {
	case v == digest.BadMessage:
		return "the mail server refuses the message: " + d.Reply
	case v == digest.PolicyRefusal:
		of.policy++
	}
	if d.State == digest.Failed {
		return of.hopeless()
	}
	return ""
}

// unwanted tells whether an issue of which nothing is left to send was accepted for nobody. Rather than all of its recipients, the relay or the
// sender is to blame then, so it is not finished, and a later send tries it again.
func (p *pass) unwanted(issue string, t tally) bool {
	of := p.refused[issue]
	return of != nil && of.refused > 0 && t[digest.Sent] == 0 && t[digest.Failed] > 0
}

func (p *pass) answersOf(issue string) *refusals {
	if p.refused[issue] == nil {
		p.refused[issue] = &refusals{}
	}
	return p.refused[issue]
}

// trouble is the relay's: nothing more is sent for now.
func (p *pass) trouble(r *digest.Refusal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	p.report.Relay = digest.OneLine(r.Error())
}

// pause stops an issue until the admin has looked at it.
func (p *pass) pause(is *digest.Issue, why string) {
	why = digest.OneLine(why)
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.paused[is.ID] {
		return
	}
	p.paused[is.ID] = true
	note := fmt.Sprintf("issue %d of %s: %s; once that is seen to, `tidings send %s` goes on with it", is.Number, is.Newsletter, why, is.Newsletter)
	p.report.Paused = append(p.report.Paused, note)
	p.settling.Go(func() {
		if err := p.Store.PauseIssue(context.Background(), is.ID, why); err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
		}
	})
}

func (p *pass) isPaused(issue string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused[issue]
}

func (p *pass) open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.stopped
}

// fail ends the pass for an error of the store: nothing more begins, so that no more than what is on the wire goes unrecorded.
func (p *pass) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.err == nil {
		p.err = err
	}
}

// told passes the figures on.
func (p *pass) told() {
	if p.progress == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.progress(p.report)
}
