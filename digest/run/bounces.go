package run

import (
	"context"
	"time"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

// BounceReport counts what a look into the mailbox of bounces found.
type BounceReport struct {
	bounce.Polled
	Failed     int // deliveries that came back
	Complaints int
	Suppressed int // addresses that get nothing more
}

// PollBounces reads the mailbox of bounces. A message is deleted only after what it reports is on the disk.
func (s *Service) PollBounces(ctx context.Context, clock func() time.Time) (r BounceReport, err error) {
	r.Polled, err = s.Bounces.Poll(ctx, func(ctx context.Context, b digest.Bounce) (bool, error) {
		taken, err := s.TakeBounce(ctx, b, clock())
		if err != nil {
			return false, err
		}
		s.Log.Debug("a message to the mailbox of bounces", "it", taken.String())
		if taken.Proven && !taken.Again {
			r.count(taken)
		}
		return taken.Understood(), nil
	})
	return r, err
}

func (r *BounceReport) count(t Returned) {
	switch t.Kind {
	case digest.BounceFailed:
		r.Failed++
	case digest.BounceComplaint:
		r.Complaints++
	case digest.NoBounce, digest.BounceDelayed, digest.BounceUnproven:
	}
	if t.Suppressed {
		r.Suppressed++
	}
}

// pollBounces looks into the mailbox when it is time, and returns when it is again.
func (d *Daemon) pollBounces(ctx context.Context, s *Service) time.Time {
	now := d.clock()
	if s.Bounces == nil {
		return now.Add(longestSleep)
	}
	if wait := d.pollNext.Sub(now); d.polled == s.Bounces && wait > 0 && wait <= s.BouncesEvery {
		return d.pollNext
	}
	d.polled = s.Bounces
	r, err := s.PollBounces(ctx, d.clock)
	d.pollNext = d.clock().Add(s.BouncesEvery)
	switch {
	case ctx.Err() != nil:
		return d.pollNext
	case err != nil:
		d.said.once(s.Log.Error, "bounces", "the mailbox of bounces could not be read to its end; it is tried again", "error", err)
	default:
		d.said.forget("bounces")
	}
	if r.Polled != (bounce.Polled{}) {
		s.Log.Info("bounces were read", "failed", r.Failed, "complaints", r.Complaints, "suppressed", r.Suppressed, "deleted", r.Taken, "left_for_you", r.Left)
	}
	return d.pollNext
}
