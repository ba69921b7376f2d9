package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// composeDue composes the slot of a newsletter that is due, if one is, and records those that were missed.
func (d *Daemon) composeDue(ctx context.Context, s *Service, n digest.Newsletter) error {
	sched, regular, err := s.schedule(ctx, n)
	if err != nil || !regular {
		return err
	}
	now := d.clock()
	since, err := d.dealtWith(ctx, s, n, now)
	if err != nil {
		return err
	}
	due := sched.dueSlots(since, now, n.MaxLateness)
	if s.Rehearsal {
		if !due.slot.IsZero() {
			d.rehearsed[n.Name] = due.slot
			return d.rehearse(ctx, s, n, due.slot)
		}
		return nil
	}
	if err := s.recordMissed(ctx, n, due, now); err != nil || due.slot.IsZero() {
		return err
	}
	c, err := s.Compose(ctx, n.Name, ComposeOptions{Slot: due.slot}, now)
	switch {
	case errors.Is(err, store.ErrTaken):
		s.Log.Debug("another process composed the slot", "newsletter", n.Name, "slot", due.slot)
		return nil
	case err != nil:
		return err
	case c.Empty != "":
		s.Log.Info("there is no issue", "newsletter", n.Name, "slot", due.slot, "why", c.Empty)
	default:
		s.Log.Info("an issue is ready", "newsletter", n.Name, "slot", due.slot, "issue", c.Issue.Number, "articles", len(c.Issue.Items), "readers", c.Readers)
		nudge(d.deliver)
	}
	d.said.forget("compose " + n.Name)
	return nil
}

// schedule is the newsletter's, with the zones of its readers.
func (s *Service) schedule(ctx context.Context, n digest.Newsletter) (sched schedule, regular bool, err error) {
	if sched, regular, err = scheduleOf(n); err != nil || !regular {
		return sched, regular, err
	}
	names, err := s.Store.Zones(ctx, n.Name)
	sched.zones = zonesOf(names)
	return sched, true, err
}

// dealtWith is the moment up to which nothing is to be done for the slots of a newsletter: its last recorded slot, or when the newsletter was
// first run. A slot that was composed early, for readers in the east, may lie ahead; one that was recorded by a clock ahead of now does not count.
func (d *Daemon) dealtWith(ctx context.Context, s *Service, n digest.Newsletter, now time.Time) (time.Time, error) {
	if s.Rehearsal {
		return later(d.began, d.rehearsed[n.Name]), nil
	}
	start, err := s.Store.Start(ctx, n.Name, now)
	if err != nil {
		return time.Time{}, err
	}
	last, err := s.Store.LastSlot(ctx, n.Name, now.Add(mostLead), now)
	if err != nil {
		return time.Time{}, err
	}
	return later(start, last), nil
}

// recordMissed tells of slots that get no issue, once.
func (s *Service) recordMissed(ctx context.Context, n digest.Newsletter, due dueSlots, now time.Time) error {
	if due.skipped == 0 {
		return nil
	}
	for _, slot := range due.missed {
		note := fmt.Sprintf("found %s late", now.Sub(slot).Round(time.Second))
		if err := s.Store.RecordSlot(ctx, n.Name, slot, store.SlotMissed, note, now); err != nil && !errors.Is(err, store.ErrTaken) {
			return err
		}
	}
	s.Log.Warn("slots were missed, as nothing ran then; their articles are in the next issue",
		"newsletter", n.Name, "slots", due.skipped, "last", due.missed[len(due.missed)-1], "max_lateness", n.MaxLateness)
	return nil
}

// rehearse fills the outbox with what the slot would send.
func (d *Daemon) rehearse(ctx context.Context, s *Service, n digest.Newsletter, slot time.Time) error {
	var r SendReport
	var err error
	if r.Composed, err = s.draft(ctx, n, ComposeOptions{Slot: slot}, d.clock()); err != nil {
		return err
	}
	if r.Composed.Empty != "" {
		s.Log.Info("there is no issue", "newsletter", n.Name, "slot", slot, "why", r.Composed.Empty)
		return nil
	}
	if err := s.rehearse(ctx, SendOptions{}, &r); err != nil {
		return err
	}
	s.Log.Info("an issue was rehearsed into the outbox; configure smtp to send it", "newsletter", n.Name, "slot", slot, "messages", r.Delivered.Sent)
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
