package run

import (
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
)

const (
	leastLateness     = 10 * time.Minute // a slot that comes while the daemon is busy is not missed
	longestRelayPause = 15 * time.Minute
	mostMissed        = 100 // slots recorded as missed at a time; what lies further back is only counted
)

// dueSlots is what has become of the slots of a newsletter up to now.
type dueSlots struct {
	slot    time.Time   // to be composed; zero if none is
	missed  []time.Time // overtaken by a later one, or found too late; the last of them
	skipped int         // how many were missed in all
}

// dueSlots sorts the slots since the last one that is known to be dealt with: only the latest is worth an issue, if it is not too late.
func (s schedule) dueSlots(since, now time.Time, lateness time.Duration) dueSlots {
	var d dueSlots
	miss := func(slot time.Time) {
		d.skipped++
		d.missed = append(d.missed, slot)
		d.missed = d.missed[max(0, len(d.missed)-mostMissed):]
	}
	for slot := s.next(since); !slot.IsZero() && !s.opens(slot).After(now); slot = s.next(slot) {
		if !d.slot.IsZero() {
			miss(d.slot)
		}
		d.slot = slot
	}
	if !d.slot.IsZero() && now.Sub(d.slot) > max(lateness, leastLateness) {
		miss(d.slot)
		d.slot = time.Time{}
	}
	return d
}

// nextCollect is when the first of the feeds may be asked again.
func nextCollect(feeds []digest.Feed, states map[string]digest.FeedState, now, otherwise time.Time) time.Time {
	first, rests := otherwise, fetch.RestsOf(states, now)
	for _, f := range feeds {
		st := states[f.URL]
		first = earlier(first, later(later(st.NextFetch, st.RetryAfter), rests.Until(f, st)))
	}
	return first
}

// relayPause is how long a mail server in trouble is left alone, after so many passes that it stopped.
func relayPause(passes int) time.Duration {
	return min(time.Minute<<min(max(passes, 1)-1, 4), longestRelayPause)
}
