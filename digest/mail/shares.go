package mail

import (
	"slices"
	"time"

	"tidings/digest"
)

// may tells whether it is this relay that is to have the next message, and now.
func (in *intake) may(r *relay, now time.Time) bool {
	if !in.usable(r, now) {
		return false
	}
	if ok, _ := r.ready(now); !ok || slices.ContainsFunc(r.meters, (*meter).poor) {
		return false
	}
	for _, other := range in.relays {
		if !in.weighted {
			if other == r { // those before it are in trouble
				return true
			}
			if in.works(other, now) {
				return false
			}
		} else if other != r && in.works(other, now) && (r.served-in.connections)*other.Weight > other.served*r.Weight {
			return false // too far ahead
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
		if other.ended() || len(other.ready) == 0 {
			return false
		}
		i, _ := other.pick(now)
		return i >= 0 && other.may(r, now)
	})
}

// usable tells whether the relay takes messages of this queue.
func (in *intake) usable(r *relay, now time.Time) bool {
	return !in.down[r].After(now) && r.usable(now)
}

// trouble is told of a failure that is the relay's. The lock is held.
func (in *intake) trouble(r *relay, why *digest.Refusal, now time.Time) {
	r.limit = 1
	r.circuit.open(why, now)
	if r.circuit.failures >= in.patience {
		in.down[r] = now.Add(leftAlone)
	}
	in.beginAnew()
}

// leftAlone is how long a relay that failed too often is not tried again for the same queue.
const leftAlone = 30 * time.Second

// beginAnew counts the relays' shares from now on, as they are others than before that can be used.
func (in *intake) beginAnew() {
	for _, r := range in.relays {
		r.served = 0
	}
	in.changed.Broadcast()
}
