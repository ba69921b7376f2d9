package run

import (
	"slices"
	"time"

	"tidings/digest"
)

// mostLead is how much earlier than a newsletter's own zone another can reach a civil time: from 14 hours ahead of UTC to 12 behind, and
// an hour for clocks that are put forward.
const mostLead = 27 * time.Hour

// opens is when a slot is composed: as soon as the earliest of its readers' zones reaches it.
func (s schedule) opens(slot time.Time) time.Time {
	first := slot
	for _, z := range s.zones {
		first = earlier(first, s.local(slot, z))
	}
	return first
}

// nextOpening is when the first slot is composed that is not yet open.
func (s schedule) nextOpening(after time.Time) time.Time {
	for slot := s.next(after); !slot.IsZero(); slot = s.next(slot) {
		if at := s.opens(slot); at.After(after) {
			return at
		}
	}
	return time.Time{}
}

// local is when the clocks of another zone show the civil time of a slot.
func (s schedule) local(slot time.Time, zone *time.Location) time.Time {
	return place(s.civilTime(slot), zone)
}

// civilTime is the time of the schedule that a slot stands for. The clock may have shown another one then: after a gap.
func (s schedule) civilTime(slot time.Time) time.Time {
	shown := civilOf(slot, s.zone)
	if s.civil.Next(shown.Add(-time.Second)).Equal(shown) {
		return shown
	}
	for c := s.civil.Next(shown.Add(-mostLead)); !c.IsZero() && !c.After(shown); c = s.civil.Next(c) {
		if place(c, s.zone).Equal(slot) {
			return c
		}
	}
	return shown
}

// zonesOf loads the time zones that subscribers named. One that this machine does not know is left out: the newsletter's takes its place.
func zonesOf(names []string) (zones []*time.Location) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		if z, err := time.LoadLocation(name); err == nil && name != "" {
			zones = append(zones, z)
		}
	}
	return zones
}

// dues tells when an issue is due where the clocks show a zone's time, "" for the newsletter's own: at its slot by those clocks, but not
// before it was composed; one that was composed by hand is due at once.
func dues(n digest.Newsletter, is digest.Issue) func(zone string) time.Time {
	sched, regular, err := scheduleOf(n)
	if err != nil || !regular || is.Manual {
		return func(string) time.Time { return is.Created }
	}
	known := map[string]time.Time{"": later(is.Created, is.Slot)}
	return func(zone string) time.Time {
		due, ok := known[zone]
		if !ok {
			due = known[""]
			for _, z := range zonesOf([]string{zone}) {
				due = later(is.Created, sched.local(is.Slot, z))
			}
			known[zone] = due
		}
		return due
	}
}
