package run

import (
	"fmt"
	"time"

	"tidings/digest"
)

// window is the first-run guard: of what the first fetch of a feed brings, only what was published within one period of the newsletter's
// schedule is news. Everything that a feed adds later is.
type window struct {
	schedule schedule
	regular  bool      // the newsletter has a schedule
	slot     time.Time // the one being composed
}

func windowOf(n digest.Newsletter, slot time.Time) (window, error) {
	s, regular, err := scheduleOf(n)
	if err != nil {
		return window{}, fmt.Errorf("compose: %w", err)
	}
	return window{schedule: s, regular: regular, slot: slot}, nil
}

// news tells whether an article is news to the newsletter.
func (w window) news(a digest.Article) bool {
	if !a.FirstFetch {
		return true
	}
	return a.Published.After(w.begin(a.Seen)) // never, if the feed gave no date
}

// begin is when news began as a feed was first seen: one period before the slot that came next then, or before the one being composed
// if that is earlier. So the answer for an article does not change while it waits for an issue.
func (w window) begin(seen time.Time) time.Time {
	if !w.regular {
		return earlier(w.slot, seen).Add(-week)
	}
	slot := w.slot
	if next := w.schedule.next(seen); !next.IsZero() {
		slot = earlier(slot, next)
	}
	return slot.Add(-w.schedule.period(slot))
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
