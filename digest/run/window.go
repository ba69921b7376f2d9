package run

import (
	"fmt"
	"time"

	"tidings/digest"
)

// window is the first-run guard: of what the first fetch of a feed brings, only what was published within one period of the newsletter's schedule
// is news. Everything that a feed adds later is; but of what it added before the newsletter was, only that of one period.
type window struct {
	schedule schedule
	regular  bool      // the newsletter has a schedule
	slot     time.Time // the one being composed
	joined   time.Time // when the newsletter began
}

// windowOf is the window for a slot of a newsletter that began at joined; zero: with this slot.
func windowOf(n digest.Newsletter, slot, joined time.Time) (window, error) {
	s, regular, err := scheduleOf(n)
	if err != nil {
		return window{}, fmt.Errorf("compose: %w", err)
	}
	if joined.IsZero() {
		joined = slot
	}
	return window{schedule: s, regular: regular, slot: slot, joined: joined}, nil
}

// news tells whether an article is news to the newsletter.
func (w window) news(a digest.Article) bool {
	begin, matters := w.after(a)
	return !matters || appeared(a).After(begin)
}

// appeared is when the article was published, or added to its feed; zero if nobody knows.
func appeared(a digest.Article) time.Time {
	if a.FirstFetch {
		return a.Published
	}
	return a.Seen
}

// after is the moment after which an article has to have appeared to be news; matters is false if it is news whenever that was.
func (w window) after(a digest.Article) (begin time.Time, matters bool) {
	switch {
	case a.Seen.Before(w.joined):
		return w.begin(w.joined.Add(-1)), true // a slot at that very moment is the next
	case a.FirstFetch:
		return w.begin(a.Seen), true
	}
	return time.Time{}, false
}

// begin is when news began as a feed was first seen, or a newsletter joined: one period before the slot that came next then, or before the one being composed
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
