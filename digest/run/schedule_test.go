package run

import (
	"testing"
	"time"
	_ "time/tzdata"

	"tidings/digest"
)

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestSlotsAtClockChanges(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, zone, schedule string
		after                string // RFC 3339
		want                 []string
	}{
		{
			"an ordinary week", "Europe/London", "0 7 * * MON", "2026-01-01T00:00:00Z",
			[]string{"2026-01-05T07:00:00Z", "2026-01-12T07:00:00Z"},
		},
		{
			"seven stays seven over both changes", "Europe/London", "0 7 * * SUN", "2026-03-23T00:00:00Z",
			[]string{"2026-03-29T07:00:00+01:00", "2026-04-05T07:00:00+01:00"},
		},
		{
			"in the gap of spring: the first moment after it, and once", "Europe/London", "30 1 * * *", "2026-03-28T01:30:00Z",
			[]string{"2026-03-29T02:00:00+01:00", "2026-03-30T01:30:00+01:00"},
		},
		{
			"in the overlap of autumn: the first of the two, and once", "Europe/London", "30 1 * * *", "2026-10-24T01:30:00+01:00",
			[]string{"2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00Z"},
		},
		{
			"from within the second pass", "Europe/London", "30 1 * * *", "2026-10-25T01:10:00Z",
			[]string{"2026-10-26T01:30:00Z"},
		},
		{
			"hourly over an overlap: each civil hour once", "Europe/London", "@hourly", "2026-10-24T23:00:00Z",
			[]string{"2026-10-25T01:00:00+01:00", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"},
		},
		{
			"hourly over a gap: the hour that is not there falls together with the next", "America/New_York", "@hourly", "2026-03-08T01:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-08T04:00:00-04:00"},
		},
		{
			"a gap of half an hour", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00Z",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00"},
		},
		{
			"an overlap of half an hour", "Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00:00Z",
			[]string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"},
		},
		{
			"the clocks of Ramadan", "Africa/Casablanca", "30 2 * * *", "2025-02-22T12:00:00Z",
			[]string{"2025-02-23T02:30:00+01:00", "2025-02-24T02:30:00Z"},
		},
		{
			"a day that was skipped", "Pacific/Apia", "0 7 * * *", "2011-12-29T07:00:00-10:00",
			[]string{"2011-12-31T00:00:00+14:00", "2011-12-31T07:00:00+14:00"},
		},
		{
			"a change at midnight", "America/Havana", "0 0 * * *", "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"},
		},
		{
			"a fraction of a second after", "UTC", "0 7 * * *", "2026-01-05T07:00:00.5Z",
			[]string{"2026-01-06T07:00:00Z"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := digest.Newsletter{Name: "n", Schedule: tt.schedule, Location: zone(t, tt.zone)}
			at := moment(t, tt.after)
			for _, want := range tt.want {
				slot, err := NextSlot(n, at)
				if err != nil || !slot.Equal(moment(t, want)) {
					t.Fatalf("after %s: %s, %v; want %s", at, slot, err, want)
				}
				at = slot
			}
		})
	}
}

func moment(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Every civil time of the schedule has its slot, no two slots are one, and whatever moment one asks at, the answer is the same: in the days
// around every change of the clocks in these zones.
func TestNoSlotIsSkippedOrRepeated(t *testing.T) {
	t.Parallel()
	years := map[string]int{
		"Europe/London": 2026, "America/New_York": 2026, "Australia/Lord_Howe": 2026,
		"Africa/Casablanca": 2025, "Pacific/Apia": 2011, "America/Sao_Paulo": 2018, "Asia/Kathmandu": 1985,
	}
	for name, year := range years {
		loc := zone(t, name)
		changes := changesIn(loc, year)
		if len(changes) == 0 {
			t.Errorf("%s: the clocks did not change in %d", name, year)
		}
		for _, expr := range []string{"@hourly", "*/15 * * * *", "30 1,2 * * *", "0 0 * * *", "45 23 * * *", "0 7 * * MON-FRI", "@weekly"} {
			t.Run(name+" "+expr, func(t *testing.T) {
				t.Parallel()
				s, _, err := scheduleOf(digest.Newsletter{Schedule: expr, Location: loc})
				if err != nil {
					t.Fatal(err)
				}
				for _, change := range changes {
					checkSlots(t, s, change.Add(-50*time.Hour), change.Add(50*time.Hour))
				}
			})
		}
	}
}

// changesIn is when the clocks change in a year and the one after.
func changesIn(loc *time.Location, year int) (changes []time.Time) {
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, loc); ; at = changes[len(changes)-1] {
		_, end := at.ZoneBounds()
		if end.IsZero() || end.Year() > year+1 {
			return changes
		}
		changes = append(changes, end)
	}
}

// checkSlots compares the slots between two moments to those found by walking, from quarter to quarter of an hour.
func checkSlots(t *testing.T, s schedule, begin, end time.Time) {
	t.Helper()
	var want []time.Time
	quarter := begin.Truncate(15 * time.Minute).Add(-72 * time.Hour)
	for c := s.civil.Next(civilOf(begin, s.zone).Add(-30 * time.Hour)); c.Before(civilOf(end, s.zone).Add(30 * time.Hour)); c = s.civil.Next(c) {
		for civilOf(quarter, s.zone).Before(c) {
			quarter = quarter.Add(15 * time.Minute)
		}
		slot := quarter // the first whose clock shows the civil time or, over a gap, a later one
		if slot.After(begin) && slot.Before(end) && (len(want) == 0 || !slot.Equal(want[len(want)-1])) {
			want = append(want, slot)
		}
	}
	at := begin
	for i, w := range want {
		got := s.next(at)
		if !got.Equal(w) || !got.After(at) {
			t.Fatalf("slot %d after %s is %s, want %s", i, at, got, w)
		}
		if middle := at.Add(got.Sub(at) / 2); !s.next(middle).Equal(got) {
			t.Fatalf("at %s the next slot is %s, want %s", middle, s.next(middle), got)
		}
		if back := s.latest(got.Add(-time.Second)); i > 0 && !back.Equal(at) {
			t.Fatalf("before %s: %s, want %s", got, back, at)
		}
		if here := s.latest(got); !here.Equal(got) {
			t.Fatalf("at %s: %s", got, here)
		}
		at = got
	}
}

func TestPeriod(t *testing.T) {
	t.Parallel()
	tests := []struct {
		schedule, at string
		want         time.Duration
	}{
		{"0 7 * * MON", "2026-01-07T12:00:00Z", week},
		{"0 7 * * MON", "2026-01-05T07:00:00Z", week},
		{"0 7 * * MON-FRI", "2026-01-05T07:00:00Z", 3 * 24 * time.Hour},
		{"0 7 * * MON-FRI", "2026-01-06T06:00:00Z", 24 * time.Hour},
		{"0 0 1 * *", "2026-02-20T00:00:00Z", 28 * 24 * time.Hour},
	}
	for _, tt := range tests {
		s, _, err := scheduleOf(digest.Newsletter{Schedule: tt.schedule})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.period(moment(t, tt.at)); got != tt.want {
			t.Errorf("%s at %s: %s, want %s", tt.schedule, tt.at, got, tt.want)
		}
	}
}

func TestSchedulesThatAreNone(t *testing.T) {
	t.Parallel()
	for _, expr := range []string{"@every 1h", "never", "0 7 * *"} {
		if _, err := NextSlot(digest.Newsletter{Name: "n", Schedule: expr}, time.Now()); err == nil {
			t.Errorf("%q was accepted", expr)
		}
	}
	if slot, err := NextSlot(digest.Newsletter{Name: "n"}, time.Now()); err != nil || !slot.IsZero() {
		t.Errorf("without a schedule: %s, %v", slot, err)
	}
	never, _, err := scheduleOf(digest.Newsletter{Schedule: "0 0 30 2 *"})
	if err != nil || !never.next(friday()).IsZero() || !never.latest(friday()).IsZero() || never.period(friday()) != week {
		t.Errorf("the 30th of February: %v", err)
	}
}
