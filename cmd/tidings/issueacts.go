package main

import (
	"context"
	"errors"
	"time"

	"tidings/digest/run"
	"tidings/digest/store"
)

// resumeIssue lets a paused issue go on, and what is held of it.
func (a *app) resumeIssue(ctx context.Context, h *house, args []string, deliver bool) error {
	info, err := a.issueMeant(ctx, h, args)
	if err != nil {
		return err
	}
	if info.State == store.IssueFinished || info.State == store.IssueCancelled {
		return wrong("%s is %s; there is nothing to go on with", name(info), info.State)
	}
	now := time.Now()
	if err := h.Store.ResumeIssue(ctx, info.ID, now); err != nil {
		return err
	}
	held, err := h.Store.ReleaseHeld(ctx, info.ID, now)
	if err != nil {
		return err
	}
	if info, err = h.Store.IssueInfo(ctx, info.ID, 0); err != nil {
		return err
	}
	a.say("%s goes on: %s to deliver", name(info), count(left(info), "message"))
	if held > 0 {
		a.say("%s that may have arrived %s sent again, with the same Message-ID", count(held, "message"), isAre(held))
	}
	if !deliver {
		return nil
	}
	return a.deliverIssue(ctx, h, info)
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// deliverIssue delivers what is due of an issue.
func (a *app) deliverIssue(ctx context.Context, h *house, info store.IssueInfo) error {
	if h.Rehearsal {
		return wrong("there is no smtp to deliver with; configure it first")
	}
	var sending *progress
	r, err := h.DeliverWhole(ctx, info.ID, run.DeliverOptions{Progress: func(d run.DeliverReport) {
		if sending == nil {
			sending = a.sending(d.Total)
		}
		sending.set(d.Handled())
	}}, time.Now)
	sending.end()
	a.say("delivered: %s", r)
	d := newDelivered(r)
	a.showTroubles(d)
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	return sent{Newsletter: info.Newsletter, Delivered: d}.partly()
}

// cancelIssue stops an issue for good, once somebody agreed.
func (a *app) cancelIssue(ctx context.Context, h *house, args []string, yes bool) error {
	info, err := a.issueMeant(ctx, h, args)
	if err != nil {
		return err
	}
	if info.State == store.IssueFinished || info.State == store.IssueCancelled {
		return wrong("%s is %s; there is nothing to cancel", name(info), info.State)
	}
	if !yes {
		if !a.asks {
			return wrong("cancelling wants somebody to say yes: add --yes")
		}
		if !a.ask(ctx, "%s is not delivered to %s then. Cancel it?", name(info), count(left(info), "reader")) {
			a.say("nothing was cancelled")
			return nil
		}
	}
	n, err := h.Store.CancelIssue(ctx, info.ID)
	if err != nil {
		return err
	}
	a.say("cancelled %s: %s not delivered", name(info), count(n, "message"))
	return nil
}
