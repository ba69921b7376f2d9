package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tidings/digest"
)

const (
	sendTime = 100 * time.Second // for one message, from the first command to the last reply
	lease    = 2 * time.Minute   // how long a message is nobody else's; longer than sendTime
	grace    = 20 * time.Second  // for what is on the wire when we are told to stop
	doubt    = 15 * time.Minute  // before a message whose reply never came is sent again
)

// DeliverOptions say how to tell of progress.
type DeliverOptions struct {
	Progress func(DeliverReport) // after each message, never twice at once
}

// Deliver sends what is due of an issue, or of all that are being sent if issue is "", and records what the mail server said of each
// message. It returns when nothing more is due, when the mail server is in trouble, or when ctx ends: then what is on the wire is finished first.
// The report tells of trouble with the mail server and with recipients; the error is for the store.
func (s *Service) Deliver(ctx context.Context, issue string, o DeliverOptions, clock func() time.Time) (DeliverReport, error) {
	p, err := s.newPass(ctx, issue, o, clock)
	if err != nil {
		return DeliverReport{}, err
	}
	if _, err := s.Store.Reclaim(ctx, clock(), resendAt(clock(), 0, s.HoldUnknown)); err != nil {
		return DeliverReport{}, fmt.Errorf("deliver: %w", err)
	}
	if _, err := s.Store.Expire(ctx, clock(), s.giveUpAfter()); err != nil {
		return DeliverReport{}, fmt.Errorf("deliver: %w", err)
	}
	var workers sync.WaitGroup
	for range s.connections() {
		workers.Go(func() { p.work(ctx) })
	}
	workers.Wait()
	return p.finish(context.WithoutCancel(ctx))
}

// pass is one Deliver.
type pass struct {
	postman
	issue    string
	clock    func() time.Time
	progress func(DeliverReport)

	mu       sync.Mutex
	report   DeliverReport
	err      error                    // of the store
	stopped  bool                     // claim no more
	troubles int                      // of the relay, in a row
	issues   map[string]*digest.Issue // those met so far
	begun    map[string]tally         // issues being sent when the pass began
	refused  map[string]*refusals     // by issue
	paused   map[string]bool          // issues stopped in this pass
}

type tally = map[digest.DeliveryState]int

func (s *Service) newPass(ctx context.Context, issue string, o DeliverOptions, clock func() time.Time) (*pass, error) {
	man, err := s.postman(ctx)
	if err != nil {
		return nil, fmt.Errorf("deliver: %w", err)
	}
	p := &pass{
		postman: man, issue: issue, clock: clock, progress: o.Progress,
		issues: map[string]*digest.Issue{}, begun: map[string]tally{}, refused: map[string]*refusals{}, paused: map[string]bool{},
	}
	infos, err := s.Store.Unfinished(ctx, "")
	if err != nil {
		return nil, fmt.Errorf("deliver: %w", err)
	}
	for _, info := range infos {
		if issue == "" || issue == info.ID {
			p.begun[info.ID] = info.Tally
			p.report.Total += unfinished(info.Tally)
		}
	}
	return p, nil
}

// work is one connection: it sends message after message until there is nothing to send, or no use in it.
func (p *pass) work(ctx context.Context) {
	for ctx.Err() == nil && p.open() {
		// Once begun, a claim is carried to its end: a message that was claimed is sent, and what became of it is recorded.
		carry := context.WithoutCancel(ctx)
		d, err := p.Store.Claim(carry, p.issue, p.clock(), lease)
		if err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
			return
		}
		if d == nil {
			return
		}
		result := p.attempt(ctx, *d)
		if err := p.Store.Record(carry, result); err != nil {
			p.fail(fmt.Errorf("deliver: what became of the message to %s could not be recorded, so it may be sent again: %w", d.Email, err))
			return
		}
		p.told()
	}
}

// attempt sends one delivery and returns what became of it.
func (p *pass) attempt(ctx context.Context, d digest.Delivery) digest.Delivery {
	carry := context.WithoutCancel(ctx)
	is, err := p.issueOf(carry, d.Issue)
	if err != nil {
		p.fail(fmt.Errorf("deliver: %w", err))
		return requeued(d, p.clock(), "")
	}
	m, err := p.message(is, d)
	if err != nil {
		p.pause(carry, is, fmt.Sprintf("it cannot be rendered: %v", err))
		return requeued(d, p.clock(), err.Error())
	}
	return p.judge(carry, is, d, p.send(ctx, m))
}

// send hands over one message. The end of ctx leaves it a grace to arrive.
func (p *pass) send(ctx context.Context, m *digest.Message) error {
	sending, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	stop := context.AfterFunc(ctx, func() {
		select {
		case <-time.After(grace):
			cancel()
		case <-sending.Done():
		}
	})
	defer stop()
	return p.Sender.Send(sending, m)
}

// judge turns the mail server's answer into what becomes of the delivery, and of the pass.
func (p *pass) judge(ctx context.Context, is *digest.Issue, d digest.Delivery, err error) digest.Delivery {
	now := p.clock()
	if err == nil {
		p.accepted(d)
		d.State, d.Tries, d.Reply, d.Next = digest.Sent, d.Tries+1, "", now
		return d
	}
	refusal := refusalOf(err)
	verdict := refusal.Verdict()
	d = decide(d, refusal, p.HoldUnknown, now)
	switch verdict {
	case digest.RelayTrouble:
		p.trouble(refusal)
		return d
	case digest.BadMessage:
		p.pause(ctx, is, "the mail server refuses the message: "+d.Reply)
	case digest.BadAddress:
		if err := p.strike(ctx, d, refusal, now); err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
		}
	case digest.InDoubt, digest.TryLater, digest.MailboxFull, digest.PolicyRefusal:
	}
	if p.counted(verdict, d) {
		p.pause(ctx, is, "more than half of its first recipients were refused, the last with: "+d.Reply)
	}
	return d
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
func (p *pass) issueOf(ctx context.Context, id string) (*digest.Issue, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if is := p.issues[id]; is != nil {
		return is, nil
	}
	is, err := p.Store.Issue(ctx, id)
	if err != nil {
		return nil, err
	}
	p.issues[id] = &is
	return &is, nil
}

// finish closes the issues that have nothing left to do, and counts.
func (p *pass) finish(ctx context.Context) (DeliverReport, error) {
	for id := range p.issues { // those frozen since the pass began are among them
		if _, known := p.begun[id]; !known {
			p.begun[id] = tally{}
		}
	}
	for id, before := range p.begun {
		after, err := p.Store.Tally(ctx, id)
		switch {
		case err != nil || unfinished(after) > 0:
		case p.unwanted(id, after):
			p.pause(ctx, p.issues[id], "not one of its recipients was accepted, the last answer was: "+p.refused[id].last)
		default:
			_, err = p.Store.FinishIssue(ctx, id)
		}
		if err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
			continue
		}
		p.report.Left += unfinished(after)
		p.report.Suppressed += after[digest.Suppressed] - before[digest.Suppressed]
		p.report.Expired += after[digest.Expired] - before[digest.Expired]
	}
	return p.report, p.err
}

func unfinished(t tally) (n int) {
	for state, count := range t {
		if !state.Finished() {
			n += count
		}
	}
	return n
}
