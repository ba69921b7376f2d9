package mail

import (
	"slices"
	"time"

	"tidings/digest"
)

// enter waits for a message that the relay is to be given over one connection more, and returns nil if there is none left.
// The connection counts as at work until leave.
func (in *intake) enter(r *relay) *Job {
	in.mu.Lock()
	defer in.mu.Unlock()
	for {
		now := time.Now()
		if in.ended() || in.empty && len(in.ready)+in.out == 0 {
			in.changed.Broadcast()
			return nil
		}
		if len(in.ready) > 0 {
			if in.stopIfHopeless(now); in.stopped != nil || in.handBackLate(now) {
				continue
			}
			i, again := in.pick(r, now)
			if i >= 0 && r.working < r.limit && !in.yields(r, now) {
				r.working++
				return in.pop(i, r, now)
			}
			if !again.IsZero() {
				in.wakeLater(again, now)
			}
			if !r.circuit.until.After(now) && in.refill(r, now) {
				continue
			}
			if ok, again := r.ready(now); !ok {
				in.wakeLater(again, now)
			}
		}
		in.changed.Wait()
	}
}

// leave ends the work of a connection.
func (in *intake) leave(r *relay) {
	in.mu.Lock()
	defer in.mu.Unlock()
	r.working--
	in.changed.Broadcast()
}

// more is the next message for a connection at work, or nil if there is none at hand.
func (in *intake) more(r *relay) *Job {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	if in.ended() || r.working > r.limit || in.yields(r, now) {
		return nil
	}
	if i, _ := in.pick(r, now); i >= 0 {
		return in.pop(i, r, now)
	}
	return nil
}

// pick is the first message that the relay is to have and whose recipient's domain may have one, or -1; again is when another's may.
func (in *intake) pick(r *relay, now time.Time) (i int, again time.Time) {
	able := in.able(r, now)
	for i, j := range in.ready {
		at := in.domains.next(j.Blanks.To.Address, now)
		switch {
		case at.After(now):
			if again.IsZero() || at.Before(again) {
				again = at
			}
		case able && in.chosen(r, j, now):
			return i, time.Time{}
		}
	}
	return -1, again
}

func (in *intake) pop(i int, r *relay, now time.Time) *Job {
	j := in.ready[i]
	in.ready = slices.Delete(in.ready, i, i+1)
	in.domains.spend(j.Blanks.To.Address, now)
	in.out++
	r.spend(now)
	in.changed.Broadcast() // there is room ahead
	return j
}

// putBack gives the others a message that was popped.
func (in *intake) putBack(j *Job) {
	in.ready = slices.Insert(in.ready, 0, j)
	in.out--
	in.changed.Broadcast()
}

// refill counts messages in the tally where the relay needs that, without the lock, and tells whether it tried.
func (in *intake) refill(r *relay, now time.Time) bool {
	i := slices.IndexFunc(r.meters, func(m *meter) bool { return m.poor() && !m.next(now).After(now) })
	if i < 0 || r.refilling {
		return false
	}
	m := r.meters[i]
	q := m.ask(now)
	r.refilling = true
	in.mu.Unlock()
	counts, granted, err := q.count(in.wire)
	in.mu.Lock()
	r.refilling = false
	if err != nil {
		in.trouble(r, &digest.Refusal{Stage: digest.StageConnect, Text: oneLine("how much was sent could not be noted: " + err.Error())}, now)
	} else {
		m.grant(q, counts, granted)
	}
	in.changed.Broadcast()
	return true
}

// wakeLater has those who wait look again at a time.
func (in *intake) wakeLater(at, now time.Time) {
	if in.wakeAt.After(now) && !at.Before(in.wakeAt) {
		return // they do so before
	}
	if in.wakeup != nil {
		in.wakeup.Stop()
	}
	in.wakeAt = at
	in.wakeup = time.AfterFunc(at.Sub(now), in.look)
}

// look has those who wait look again, and say anew until when they wait: if the clock was set back, that is still to come.
func (s *SMTP) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakeAt = time.Time{}
	s.changed.Broadcast()
}
