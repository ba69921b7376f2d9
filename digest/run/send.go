package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/store"
)

// SendOptions say how an issue is sent by hand.
type SendOptions struct {
	Since     *time.Time // as in ComposeOptions
	NoFetch   bool       // compose from what is stored
	Confirm   func(Plan) bool
	Collected func(r fetch.Result, added int)
	Progress  func(DeliverReport)
}

// Plan is what is about to be sent to everybody, for somebody to agree to.
type Plan struct {
	Title     string
	Subject   string // of the edition of everything
	Readers   int
	Articles  int
	Rehearsal bool
}

// SendReport is what Send did.
type SendReport struct {
	Resumed   []store.IssueInfo // unfinished issues, which went first
	Collected CollectReport
	Composed  *Composed // nil if it did not come to that
	Declined  bool      // the plan was not agreed to
	Delivered DeliverReport
}

// Send delivers what is unfinished of a newsletter, and then fetches, composes and delivers a new issue. It may be called again at any
// moment: what an earlier call could not do is done, and nothing is done twice. Where the mail server is in trouble it stops early, and says so in the report.
func (s *Service) Send(ctx context.Context, newsletter string, o SendOptions, clock func() time.Time) (r SendReport, err error) {
	n, err := s.Newsletter(newsletter)
	if err != nil {
		return r, err
	}
	if err := s.SyncSubscribers(ctx, clock()); err != nil {
		return r, err
	}
	if !s.Rehearsal {
		if err := s.resume(ctx, n, o, &r, clock); err != nil || r.Delivered.Relay != "" {
			return r, err
		}
	}
	if !o.NoFetch {
		if r.Collected, err = s.Collect(ctx, CollectOptions{ByHand: true, Done: o.Collected}, clock()); err != nil {
			return r, err
		}
	}
	s.Tidy(ctx, clock())
	if err := s.composeAgreed(ctx, n, o, &r, clock); err != nil || r.Composed.Empty != "" || r.Declined {
		return r, err
	}
	if s.Rehearsal {
		return r, s.rehearse(ctx, o, &r)
	}
	delivered, err := s.DeliverWhole(ctx, r.Composed.Issue.ID, DeliverOptions{Progress: o.Progress}, clock)
	r.Delivered.add(delivered)
	return r, errors.Join(err, ctx.Err())
}

// resume delivers what is due of the newsletter's unfinished issues.
func (s *Service) resume(ctx context.Context, n digest.Newsletter, o SendOptions, r *SendReport, clock func() time.Time) error {
	if err := s.unpause(ctx, n, clock()); err != nil {
		return fmt.Errorf("send %s: %w", n.Name, err)
	}
	unfinished, err := s.Store.Unfinished(ctx, n.Name)
	if err != nil {
		return fmt.Errorf("send %s: %w", n.Name, err)
	}
	for _, info := range unfinished {
		delivered, err := s.DeliverWhole(ctx, info.ID, DeliverOptions{Progress: o.Progress}, clock)
		r.Resumed = append(r.Resumed, info)
		r.Delivered.add(delivered)
		if err = errors.Join(err, ctx.Err()); err != nil || delivered.Relay != "" {
			return err
		}
	}
	return nil
}

// DeliverWhole is Deliver for one issue, and then for what another process had of it, should that have died: as soon as its lease runs out. It does not wait for
// one that lives.
func (s *Service) DeliverWhole(ctx context.Context, issue string, o DeliverOptions, clock func() time.Time) (DeliverReport, error) {
	const look = store.LeaseTime / 5
	all, err := s.Deliver(ctx, issue, o, clock)
	for range 2 * store.LeaseTime / look {
		if err != nil || all.Elsewhere == 0 || all.Relay != "" || len(all.Paused) > 0 || ctx.Err() != nil {
			break
		}
		sleep(ctx, look)
		var r DeliverReport
		r, err = s.Deliver(ctx, issue, DeliverOptions{}, clock)
		all.Left, all.Held, all.Elsewhere, r.Total = 0, 0, 0, 0
		all.add(r)
	}
	if err == nil && all.Left > all.Held && all.Relay == "" && ctx.Err() == nil {
		all.Next, err = s.nextTry(ctx, issue)
	}
	return all, err
}

// nextTry is when the first delivery of an issue is due that was put off; zero if none was.
func (s *Service) nextTry(ctx context.Context, issue string) (next time.Time, err error) {
	for d, err := range s.Store.Ledger(ctx, issue, digest.Deferred, digest.Unknown) {
		if err != nil {
			return time.Time{}, fmt.Errorf("deliver: %w", err)
		}
		if d.Next.Before(store.Held()) && (next.IsZero() || d.Next.Before(next)) {
			next = d.Next
		}
	}
	return next, nil
}

// unpause takes up the newsletter's paused issues again: who sends by hand has seen to what stopped them. It is stopped anew if not.
// Those too old to be delivered stay.
func (s *Service) unpause(ctx context.Context, n digest.Newsletter, now time.Time) error {
	paused, err := s.Store.Paused(ctx, n.Name)
	for _, info := range paused {
		if err == nil && now.Sub(info.Created) < s.giveUpAfter() {
			err = s.Store.ResumeIssue(ctx, info.ID, now)
		}
	}
	return err
}

// composeAgreed composes an issue, and freezes it once the plan is agreed to. If another process took its articles meanwhile, it is
// composed again from what is left; that is less, so nobody is asked twice.
func (s *Service) composeAgreed(ctx context.Context, n digest.Newsletter, o SendOptions, r *SendReport, clock func() time.Time) (err error) {
	options := ComposeOptions{Since: o.Since}
	if r.Composed, err = s.draft(ctx, n, options, clock()); err != nil || r.Composed.Empty != "" {
		return err
	}
	if o.Confirm != nil {
		plan, err := s.planOf(ctx, r.Composed)
		if err != nil {
			return err
		}
		if !o.Confirm(plan) {
			r.Declined = true
			return nil
		}
	}
	if s.Rehearsal {
		return nil
	}
	if err = s.freeze(ctx, r.Composed, clock()); errors.Is(err, store.ErrTaken) {
		r.Composed, err = s.Compose(ctx, n.Name, options, clock())
	}
	return err
}

func (s *Service) planOf(ctx context.Context, c *Composed) (Plan, error) {
	man, err := s.inertPostman(ctx)
	if err != nil {
		return Plan{}, err
	}
	m, err := man.message(&c.Issue, digest.Delivery{Email: c.Issue.From.Address, Due: c.Issue.Created})
	if err != nil {
		return Plan{}, err
	}
	edition, _ := c.Issue.Edition(digest.Selection{})
	return Plan{Title: c.Issue.Title, Subject: m.Subject, Readers: c.Readers, Articles: edition.Articles, Rehearsal: s.Rehearsal}, nil
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
