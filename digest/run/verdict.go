package run

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"tidings/digest"
)

// forever is when a delivery that is held for the admin is tried again.
const forever = 100 * 365 * 24 * time.Hour

// decide is what becomes of a delivery that was not accepted.
func decide(d digest.Delivery, r *digest.Refusal, hold bool, now time.Time) digest.Delivery {
	d.Reply = digest.OneLine(r.Error())
	switch r.Verdict() {
	case digest.RelayTrouble:
		return requeued(d, now, d.Reply)
	case digest.InDoubt:
		d.State, d.Tries, d.Next = digest.Unknown, d.Tries+1, resendAt(now, doubt, hold)
	case digest.TryLater:
		d.State, d.Tries = digest.Deferred, d.Tries+1
		d.Next = now.Add(digest.RetryAfter(d.Tries, rand.Float64())) //nolint:gosec // spreads the load, guards nothing
	case digest.BadAddress, digest.MailboxFull, digest.BadMessage, digest.PolicyRefusal:
		d.State, d.Tries, d.Next = digest.Failed, d.Tries+1, now
	}
	return d
}

// resendAt is when a message that may or may not have arrived is sent again: after a pause, or never by itself if it is held.
func resendAt(now time.Time, pause time.Duration, hold bool) time.Time {
	if hold {
		return now.Add(forever)
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

// strike suppresses an address that has failed often enough.
func (p *pass) strike(ctx context.Context, d digest.Delivery, r *digest.Refusal, now time.Time) error {
	before := strikes(r) - 1
	failed, err := 0, error(nil)
	if before > 0 {
		failed, err = p.Store.FailedBefore(ctx, d, before)
	}
	if err != nil || failed < before {
		return err
	}
	return p.Store.Suppress(ctx, d.Email, d.Reply, now)
}

// refusals counts the answers for one issue, to see when something is wrong with all of it.
type refusals struct {
	answers, refused int
	last             string // what the last that was refused was told
}

const (
	fewAnswers  = 20  // tell nothing yet
	mostAnswers = 200 // after so many, refusals are the recipients' own
)

// hopeless tells whether more than half of the recipients refuse.
func (r refusals) hopeless() bool {
	return r.answers >= fewAnswers && r.answers <= mostAnswers && 2*r.refused > r.answers
}

// accepted counts a message that went through.
func (p *pass) accepted(d digest.Delivery) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report.Sent++
	p.troubles = 0
	p.answersOf(d.Issue).answers++
}

// counted counts a message that did not, and tells whether the issue is hopeless.
func (p *pass) counted(v digest.Verdict, d digest.Delivery) bool {
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
	if v != digest.InDoubt {
		p.troubles = 0 // the relay answers
		of.answers++
	}
	return d.State == digest.Failed && v != digest.BadMessage && of.hopeless()
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

// trouble is the relay's. One that cannot be reached at all stops the pass at once; one that drops a connection now and then, when it does so
// three times with nothing going through between.
func (p *pass) trouble(r *digest.Refusal) {
	const patience = 3
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles++
	switch r.Stage {
	case digest.StageConnect, digest.StageHello, digest.StageStartTLS, digest.StageAuth:
	default:
		if p.troubles < patience {
			return
		}
	}
	p.stopped = true
	p.report.Relay = digest.OneLine(r.Error())
}

// pause stops an issue until the admin has looked at it.
func (p *pass) pause(ctx context.Context, is *digest.Issue, why string) {
	why = digest.OneLine(why)
	err := p.Store.PauseIssue(ctx, is.ID, why)
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.failLocked(fmt.Errorf("deliver: %w", err))
	}
	if note := fmt.Sprintf("issue %d of %s: %s; once that is seen to, `tidings send %s` goes on with it", is.Number, is.Newsletter, why, is.Newsletter); !p.paused[is.ID] {
		p.paused[is.ID] = true
		p.report.Paused = append(p.report.Paused, note)
	}
}

func (p *pass) open() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.stopped
}

// fail ends the pass for an error of the store: nobody claims any more, so that no more than what is on the wire goes unrecorded.
func (p *pass) fail(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failLocked(err)
}

func (p *pass) failLocked(err error) {
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
