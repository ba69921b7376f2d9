package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/store"
)

const (
	sendTime = 100 * time.Second // for one message by itself, from the first command to the last reply
	doubt    = 15 * time.Minute  // before a message whose reply never came is sent again
)

// DeliverOptions say how to tell of progress.
type DeliverOptions struct {
	Progress func(DeliverReport) // after each message, never twice at once
}

// Deliver sends what is due of an issue, or of all that are being sent if issue is "", and records what the mail server said of each
// message. It returns when nothing more is due, when the mail server is in trouble, or when ctx ends: then what is on the wire is finished first.
// The report tells of trouble with the mail server and with recipients; the error is for the store.
//
// Any number of processes may deliver at the same time: each takes leases on deliveries, and no other sends those.
func (s *Service) Deliver(ctx context.Context, issue string, o DeliverOptions, clock func() time.Time) (DeliverReport, error) {
	if err := ctx.Err(); err != nil {
		return DeliverReport{}, fmt.Errorf("deliver: %w", err)
	}
	ctx, carry := ctx, context.WithoutCancel(ctx) // what has begun is carried to its end
	p, err := s.newPass(carry, issue, o, clock)
	if err != nil {
		return DeliverReport{}, fmt.Errorf("deliver: %w", err)
	}
	stop := p.keepLease(carry)
	p.carry(ctx)
	p.stock.rest() // what is claimed after the end of the lease would be nobody's until the next pass
	p.settling.Wait()
	stop()
	p.end(carry)
	return p.report, p.err
}

// pass is one Deliver. It is the mail.Queue that the connections take their messages from.
type pass struct {
	postman
	issue    string
	clock    func() time.Time
	progress func(DeliverReport)
	lease    *store.Lease
	stock    *stock
	variants *variants
	settling sync.WaitGroup // results that are not stored yet

	mu       sync.Mutex
	report   DeliverReport
	err      error                    // of the store
	stopped  bool                     // begin no more
	issues   map[string]*digest.Issue // those met so far
	begun    map[string]tally         // issues being sent when the pass began
	refused  map[string]*refusals     // by issue
	paused   map[string]bool          // issues stopped in this pass
	withheld map[*mail.Job]bool       // messages that must not be sent after all
}

type tally = map[digest.DeliveryState]int

func (s *Service) newPass(ctx context.Context, issue string, o DeliverOptions, clock func() time.Time) (*pass, error) {
	man, err := s.postman(ctx)
	if err != nil {
		return nil, err
	}
	lease, last, err := s.Store.Lease(ctx, clock())
	if err != nil {
		return nil, err
	}
	p := &pass{
		postman: man, issue: issue, clock: clock, progress: o.Progress, lease: lease, variants: newVariants(man),
		issues: map[string]*digest.Issue{}, begun: map[string]tally{}, refused: map[string]*refusals{}, paused: map[string]bool{}, withheld: map[*mail.Job]bool{},
	}
	p.stock = newStock(p.claim)
	if err := p.count(ctx); err != nil {
		return nil, err
	}
	return p, s.tidyLedger(ctx, last, clock())
}

// tidyLedger takes back what dead processes held, and gives up what is too old. What became too old while nothing was at work, or because the clock
// jumped ahead, is tried once more first: the age that counts is the one that it had when a sender was last at work.
func (s *Service) tidyLedger(ctx context.Context, last, now time.Time) error {
	_, reclaimed := s.Store.Reclaim(ctx, now, resendAt(now, 0, s.HoldUnknown))
	straightened := s.Store.Straighten(ctx, now)
	if last.After(now) {
		last = now
	}
	_, expired := s.Store.Expire(ctx, last, s.giveUpAfter())
	return errors.Join(reclaimed, straightened, expired)
}

// count is what there is to do.
func (p *pass) count(ctx context.Context) error {
	infos, err := p.Store.Unfinished(ctx, "")
	if err != nil {
		return err
	}
	for _, info := range infos {
		if p.issue == "" || p.issue == info.ID {
			p.begun[info.ID] = info.Tally
			p.report.Total += unfinished(info.Tally)
		}
	}
	return nil
}

// keepLease renews the lease until stop is called.
func (p *pass) keepLease(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() {
		ticker := time.NewTicker(store.LeaseTime / 4)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				// A lease that is lost costs nothing but time: what was claimed does not begin then.
				_ = p.lease.Renew(ctx, p.clock())
			}
		}
	})
	return func() { cancel(); keeper.Wait() }
}

// carry hands the messages to the sender, and those again that the mail server's trouble sent back, until there is nothing to send or no use in it.
func (p *pass) carry(ctx context.Context) {
	for ctx.Err() == nil && p.open() {
		if err := p.Sender.Carry(ctx, p); err != nil {
			p.trouble(refusalOf(err))
			return
		}
		p.settling.Wait()
		if !p.stock.more() {
			return
		}
	}
}

// end closes the issues that have nothing left to do, and counts.
func (p *pass) end(ctx context.Context) {
	if err := p.lease.End(ctx, p.clock()); err != nil {
		p.fail(fmt.Errorf("deliver: %w", err))
	}
	for id := range p.issues { // those frozen since the pass began are among them
		if _, known := p.begun[id]; !known {
			p.begun[id] = tally{}
		}
	}
	for id, before := range p.begun {
		after, err := p.Store.Tally(ctx, id)
		elsewhere, held := 0, 0
		if err == nil {
			elsewhere, err = p.Store.Leased(ctx, id)
		}
		if err == nil {
			held, err = p.Store.CountHeld(ctx, id)
		}
		switch {
		case err != nil || unfinished(after) > 0:
		case p.unwanted(id, after):
			p.pause(p.issues[id], "not one of its recipients was accepted, the last answer was: "+p.refused[id].last)
		default:
			_, err = p.Store.FinishIssue(ctx, id)
		}
		if err != nil {
			p.fail(fmt.Errorf("deliver: %w", err))
			continue
		}
		p.report.Left += unfinished(after)
		p.report.Held += held
		p.report.Elsewhere += elsewhere
		p.report.Suppressed += after[digest.Suppressed] - before[digest.Suppressed]
		p.report.Expired += after[digest.Expired] - before[digest.Expired]
	}
	p.settling.Wait()
	if p.report.Relay == "" {
		p.report.Ailing = p.Sender.Ailing()
	}
}

func unfinished(t tally) (n int) {
	for state, count := range t {
		if !state.Finished() {
			n += count
		}
	}
	return n
}
