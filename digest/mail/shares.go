package mail

import (
	"slices"
	"time"
)

// able tells whether the relay may be given a message now.
func (in *intake) able(r *relay, now time.Time) bool {
	if !in.usable(r, now) {
		return false
	}
	ok, _ := r.ready(now)
	return ok && !slices.ContainsFunc(r.meters, (*meter).poor)
}

// chosen tells whether it is this relay, of those that can take a message, that is to have it.
func (in *intake) chosen(r *relay, j *Job, now time.Time) bool {
	if !j.fits(r) {
		return false
	}
	for _, other := range in.relays {
		switch {
		case other == r && !in.weighted: // those before it are in trouble
			return true
		case other == r || !j.fits(other) || !in.works(other, now):
		case !in.weighted:
			return false
		case (r.served-in.connections)*other.Weight > other.served*r.Weight: // too far ahead
			return false
		}
	}
	return true
}

// works tells whether the others leave messages to a relay: not while it has still to show that its trouble is over, which it may be slow to do.
func (in *intake) works(r *relay, now time.Time) bool {
	return in.usable(r, now) && r.circuit.failures == 0
}

// yields tells whether the relay's next message is one that is sent by itself: whoever signs up does not wait for the end of a long queue.
func (in *intake) yields(r *relay, now time.Time) bool {
	return !in.single && slices.ContainsFunc(in.singles, func(other *intake) bool {
		if other.ended() {
			return false
		}
		i, _ := other.pick(r, now)
		return i >= 0
	})
}

// usable tells whether the relay takes messages of this queue.
func (in *intake) usable(r *relay, now time.Time) bool {
	return !in.down[r].After(now) && r.usable(now)
}

// beginAnew counts the relays' shares from now on, as they are others than before that can be used.
func (in *intake) beginAnew() {
	for _, r := range in.relays {
		r.served = 0
	}
	in.changed.Broadcast()
}
