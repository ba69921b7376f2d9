package run

import (
	"context"
	"strings"
	"time"

	"tidings/digest"
)

// pass delivers what is due of all issues, and returns when there is something to deliver again.
func (d *Daemon) pass(ctx context.Context, s *Service) time.Time {
	if s.Rehearsal {
		return d.clock().Add(longestSleep) // nothing is ever due
	}
	if now := d.clock(); s == d.tried && now.Before(d.relayRest) && d.relayRest.Sub(now) <= longestRelayPause {
		return d.relayRest
	}
	d.tried = s
	report, err := s.Deliver(ctx, "", DeliverOptions{}, d.clock)
	d.tell(s, report, err)
	now := d.clock()
	if err != nil || report.Relay != "" {
		d.relayDown++
		d.relayRest = now.Add(relayPause(d.relayDown))
		return d.relayRest
	}
	d.relayDown, d.relayRest = 0, time.Time{}
	d.alert(ctx, s)
	const idle = 5 * time.Second // where what is due is not ours to send
	next, err := s.Store.NextDue(ctx)
	switch {
	case err != nil || next.IsZero():
		return now.Add(longestSleep)
	case report.Sent == 0:
		return later(next, now.Add(idle))
	}
	return next
}

// tell logs what a pass did: what it sent, and each trouble when it begins.
func (d *Daemon) tell(s *Service, r DeliverReport, err error) {
	if err != nil {
		d.said.once(s.Log.Error, "deliver", "what is delivered cannot be recorded, so nothing more is sent; see to the store and its disk, it goes on by itself", "error", err)
	} else {
		d.said.forget("deliver")
	}
	if r.Relay != "" {
		d.said.once(s.Log.Error, "relay", "the mail server is in trouble; see to it or to the smtp settings, everything waits and is sent then", "said", r.Relay, "waiting", r.Left)
	} else {
		d.said.forget("relay")
	}
	if len(r.Ailing) > 0 {
		d.said.once(s.Log.Warn, "ailing", "a mail server is in trouble, and others stand in for it; see to it or to its smtp settings", "servers", strings.Join(r.Ailing, "; "))
	} else {
		d.said.forget("ailing")
	}
	for _, note := range r.Paused {
		s.Log.Error("an issue is paused", "why", note)
	}
	for _, t := range r.Troubles {
		switch t.Verdict {
		case digest.RelayTrouble:
		case digest.NotYet:
			s.Log.Info("messages wait for their turn", "messages", t.Count, "why", t.Reply)
		case digest.InDoubt, digest.TryLater, digest.BadAddress, digest.MailboxFull, digest.BadMessage, digest.PolicyRefusal, digest.NotASCII:
			s.Log.Warn("messages were not accepted", "messages", t.Count, "reply", t.Reply, "meaning", t.Advice())
		}
	}
	if r.Sent+r.Deferred+r.Failed+r.Unknown+r.Suppressed+r.Expired > 0 {
		s.Log.Info("delivered", "sent", r.Sent, "deferred", r.Deferred, "failed", r.Failed, "unknown", r.Unknown,
			"suppressed", r.Suppressed, "expired", r.Expired, "left", r.Left, "held", r.Held)
	}
}
