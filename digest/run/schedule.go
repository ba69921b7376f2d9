package run

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"tidings/digest"
)

// week is the period of a newsletter that has no schedule.
const week = 7 * 24 * time.Hour

// schedule is when a newsletter is due. The cron expression is read in civil time, on a clock that knows no zone, and
// each civil time is then placed in the newsletter's zone. So a change of the clocks neither skips a slot nor repeats
// one, which robfig/cron does when it walks through a zone itself.
type schedule struct {
	civil cron.Schedule
	zone  *time.Location
	zones []*time.Location // other ones, of readers who have their own
}

// scheduleOf reads the schedule of a newsletter; ok is false if it has none.
func scheduleOf(n digest.Newsletter) (s schedule, ok bool, err error) {
	if n.Schedule == "" {
		return schedule{}, false, nil
	}
	civil, err := cron.ParseStandard(n.Schedule)
	if err != nil {
		return schedule{}, false, fmt.Errorf("newsletter %s: schedule %q: %w", n.Name, n.Schedule, err)
	}
	spec, fixed := civil.(*cron.SpecSchedule)
	if !fixed {
		return schedule{}, false, fmt.Errorf("newsletter %s: schedule %q: @every has no civil times; write a cron expression", n.Name, n.Schedule)
	}
	spec.Location = time.UTC // the clock without a zone
	zone := n.Location
	if zone == nil {
		zone = time.UTC
	}
	return schedule{civil: spec, zone: zone}, true, nil
}

// NextSlot is the newsletter's first slot after a moment, in its zone. It is zero if the newsletter has no schedule, or none that comes
// within five years.
func NextSlot(n digest.Newsletter, after time.Time) (time.Time, error) {
	s, ok, err := scheduleOf(n)
	if !ok {
		return time.Time{}, err
	}
	return s.next(after), nil
}

// next is the first slot after a moment.
func (s schedule) next(after time.Time) time.Time {
	// A civil time up to the one that the clock shows now was placed now or before, even where the clock shows it for
	// the second time: so the search may begin there.
	for c := s.civil.Next(civilOf(after, s.zone)); !c.IsZero(); c = s.civil.Next(c) {
		if slot := place(c, s.zone); slot.After(after) {
			return slot
		}
	}
	return time.Time{}
}

// latest is the last slot at or before a moment. Cron only looks forward, so it is sought from further and further back.
func (s schedule) latest(at time.Time) time.Time {
	const horizon = 5 * 366 * 24 * time.Hour
	for back := time.Hour; back < 2*horizon; back *= 2 {
		slot := s.next(at.Add(-back))
		if slot.IsZero() || slot.After(at) {
			continue
		}
		for {
			following := s.next(slot)
			if following.IsZero() || following.After(at) {
				return slot
			}
			slot = following
		}
	}
	return time.Time{}
}

// period is the distance between the slot that is at or next after a moment, and the one before that.
func (s schedule) period(at time.Time) time.Duration {
	slot := s.next(at.Add(-time.Nanosecond))
	if slot.IsZero() {
		return week
	}
	before := s.latest(slot.Add(-time.Nanosecond))
	if before.IsZero() {
		return week
	}
	return slot.Sub(before)
}

// civilOf is what a clock on the wall shows, without its zone.
func civilOf(t time.Time, zone *time.Location) time.Time {
	_, offset := t.In(zone).Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}

// place is the first moment at which a clock in the zone shows the civil time. Where the clock is put forward over it, that is the
// moment of the change.
func place(civil time.Time, zone *time.Location) time.Time {
	t := time.Date(civil.Year(), civil.Month(), civil.Day(), civil.Hour(), civil.Minute(), civil.Second(), 0, zone)
	start, end := t.ZoneBounds()
	switch shown := civilOf(t, zone); {
	case shown.After(civil): // a gap, read by the clock of before: t lies after the change
		return start
	case shown.Before(civil): // a gap, read by the clock of after: t lies before the change
		return end
	case start.IsZero():
		return t
	}
	_, offset := start.Add(-time.Nanosecond).Zone()
	if first := civil.Add(-time.Duration(offset) * time.Second); first.Before(start) {
		return first.In(zone) // an overlap, of which t is the second pass
	}
	return t
}
