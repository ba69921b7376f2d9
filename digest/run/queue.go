package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/store"
)

// claim takes the next deliveries that are due.
func (p *pass) claim(n int) ([]digest.Delivery, error) {
	claimed, err := p.lease.Claim(context.Background(), p.issue, n, p.clock())
	if err != nil {
		p.fail(fmt.Errorf("deliver: %w", err))
	}
	return claimed, err
}

// Next implements mail.Queue.
func (p *pass) Next(ctx context.Context) *mail.Job {
	for ctx.Err() == nil && p.open() {
		d := p.stock.take(ctx)
		if d == nil {
			return nil
		}
		if j := p.prepare(*d); j != nil {
			return j
		}
	}
	return nil
}

// prepare renders a delivery's message. One that cannot be rendered stops its issue.
func (p *pass) prepare(d digest.Delivery) *mail.Job {
	is, err := p.issueOf(d.Issue)
	if err != nil {
		p.fail(fmt.Errorf("deliver: %w", err))
		return nil
	}
	if p.isPaused(d.Issue) {
		return nil
	}
	v, err := p.variants.of(is, d)
	if err != nil {
		p.settle(store.Result{Delivery: requeued(d, p.clock(), err.Error())})
		p.pause(is, fmt.Sprintf("it cannot be rendered: %v", err))
		return nil
	}
	return p.job(is, v, d)
}

// Begin implements mail.Queue.
func (p *pass) Begin(j *mail.Job) bool {
	begun := false
	if p.open() && !p.isPaused(j.Delivery.Issue) {
		var err error
		if begun, err = p.lease.Begin(j.Delivery.ID); err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
		}
	}
	if !begun {
		p.mu.Lock()
		p.withheld[j] = true
		p.mu.Unlock()
	}
	return begun
}

// Done implements mail.Queue.
func (p *pass) Done(j *mail.Job, err error) {
	p.mu.Lock()
	withheld := p.withheld[j]
	delete(p.withheld, j)
	p.mu.Unlock()
	if !withheld {
		p.judge(j.Delivery, err)
		p.told()
	}
}

// judge turns the mail server's answer into what becomes of the delivery, and of its issue.
func (p *pass) judge(d digest.Delivery, err error) {
	now := p.clock()
	if err == nil {
		p.accepted(d)
		d.State, d.Tries, d.Reply, d.Next = digest.Sent, d.Tries+1, "", now.Truncate(time.Second) // equal results are stored together
		p.settle(store.Result{Delivery: d})
		return
	}
	refusal := refusalOf(err)
	verdict := refusal.Verdict()
	d = p.decide(d, refusal, now)
	switch verdict {
	case digest.RelayTrouble:
		p.settle(store.Result{Delivery: d})
		p.stock.refill()
		return
	case digest.BadAddress:
		p.strike(d, refusal)
	case digest.BadMessage, digest.InDoubt, digest.TryLater, digest.MailboxFull, digest.PolicyRefusal, digest.NotASCII, digest.NotYet:
		p.settle(store.Result{Delivery: d})
	}
	if why := p.counted(verdict, d); why != "" {
		if is, err := p.issueOf(d.Issue); err == nil {
			p.pause(is, why)
		}
	}
}

// settle has a result stored, in the background. Where that fails it is tried again for a while: it may never be forgotten that a message was sent.
func (p *pass) settle(r store.Result) {
	const tries = 3
	stored := p.lease.Settle(r, p.clock())
	p.settling.Go(func() {
		err := stored()
		for try := 1; err != nil && try < tries; try++ {
			time.Sleep(time.Second)
			err = p.lease.Settle(r, p.clock())()
		}
		if err != nil {
			p.fail(fmt.Errorf("deliver: what became of the message to %s could not be recorded, so it may be sent again: %w", r.Email, err))
		}
	})
}

// refusalOf is what a sender's error says. Any other error than a refusal is trouble on this side of the wire, such as a full disk under a Maildir.
func refusalOf(err error) *digest.Refusal {
	var refusal *digest.Refusal
	if errors.As(err, &refusal) {
		return refusal
	}
	return &digest.Refusal{Stage: digest.StageConnect, Text: digest.OneLine(err.Error())}
}

// issueOf reads an issue once for the whole pass.
func (p *pass) issueOf(id string) (*digest.Issue, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if is := p.issues[id]; is != nil {
		return is, nil
	}
	is, err := p.Store.Issue(context.Background(), id)
	if err != nil {
		return nil, err
	}
	p.issues[id] = &is
	return &is, nil
}
