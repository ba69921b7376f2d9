package run

import (
	"bytes"
	"maps"
	"slices"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// A slot is composed when the first of its readers' zones reaches it, and each zone has its own moment for it.
func TestSlotsInTheReadersZones(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schedule, zone string
		slot                 string
		readers              []string
		opens                string
		local                []string // for each of the readers
	}{
		{
			"nobody has a zone", "0 7 * * MON", "Europe/London", "2026-01-05T07:00:00Z", nil,
			"2026-01-05T07:00:00Z", nil,
		},
		{
			"east and west", "0 7 * * MON", "Europe/London", "2026-01-05T07:00:00Z",
			[]string{"Pacific/Auckland", "America/New_York"},
			"2026-01-04T18:00:00Z",
			[]string{"2026-01-04T18:00:00Z", "2026-01-05T12:00:00Z"},
		},
		{
			"only the west: nobody before the newsletter itself", "0 7 * * MON", "Europe/London", "2026-01-05T07:00:00Z",
			[]string{"America/New_York"},
			"2026-01-05T07:00:00Z",
			[]string{"2026-01-05T12:00:00Z"},
		},
		{
			"the ends of the world", "0 7 * * MON", "Etc/GMT+12", "2026-01-05T19:00:00Z",
			[]string{"Pacific/Kiritimati"},
			"2026-01-04T17:00:00Z",
			[]string{"2026-01-04T17:00:00Z"},
		},
		{
			"a gap in the newsletter's zone is none in the reader's", "30 1 * * *", "Europe/London", "2026-03-29T01:00:00Z",
			[]string{"Asia/Tokyo"},
			"2026-03-28T16:30:00Z",
			[]string{"2026-03-28T16:30:00Z"},
		},
		{
			"a gap in the reader's zone is none in the newsletter's", "30 1 * * *", "Asia/Tokyo", "2026-03-28T16:30:00Z",
			[]string{"Europe/London"},
			"2026-03-28T16:30:00Z",
			[]string{"2026-03-29T01:00:00Z"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, _, err := scheduleOf(digest.Newsletter{Schedule: tt.schedule, Location: zone(t, tt.zone)})
			if err != nil {
				t.Fatal(err)
			}
			s.zones = zonesOf(append(tt.readers, "", "Mars/Olympus_Mons"))
			slot, opens := moment(t, tt.slot), moment(t, tt.opens)
			if !s.next(slot.Add(-time.Minute)).Equal(slot) {
				t.Fatalf("there is no slot at %s", slot)
			}
			if got := s.opens(slot); !got.Equal(opens) {
				t.Errorf("opens %s, want %s", got.UTC(), opens)
			}
			if got := s.nextOpening(opens.Add(-time.Minute)); !got.Equal(opens) {
				t.Errorf("the next opening is %s, want %s", got.UTC(), opens)
			}
			for i, name := range tt.readers {
				if got := s.local(slot, zone(t, name)); !got.Equal(moment(t, tt.local[i])) {
					t.Errorf("%s: %s, want %s", name, got.UTC(), tt.local[i])
				}
			}
			before := opens.Add(-time.Minute)
			if d := s.dueSlots(before.Add(-time.Minute), before, time.Hour); !d.slot.IsZero() {
				t.Errorf("due before it opens: %+v", d)
			}
			if d := s.dueSlots(before, opens, time.Hour); !d.slot.Equal(slot) || d.skipped > 0 {
				t.Errorf("as it opens: %+v", d)
			}
			if d := s.dueSlots(slot, slot, time.Hour); !d.slot.IsZero() && !d.slot.After(slot) {
				t.Errorf("due again: %+v", d)
			}
		})
	}
}

// A pause that ends between the moment at which an issue is composed and the one at which a reader's clock reaches it is over.
func TestPauseThatEndsBeforeTheReadersHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers[1].Timezone, h.Subscribers[2].Timezone = "Pacific/Auckland", "America/New_York"
	d := NewDaemon(h.Service, h.clock.now)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.step(d)
	for i, end := range []string{"2026-07-13T06:00:00Z", "", "2026-07-13T12:00:00Z"} { // ada is due at 7, mary at 11
		if end == "" {
			continue
		}
		who, err := h.Store.PersonAt(t.Context(), h.Subscribers[i].Email)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.Store.Choose(t.Context(), who.ID, digest.Choice{Timezone: who.Timezone, Take: []string{"weekly"}, Paused: moment(t, end)}, h.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	for _, at := range []string{"2026-07-12T19:00:00Z", "2026-07-13T07:00:00Z", "2026-07-13T11:00:00Z", "2026-07-13T12:30:00Z"} {
		h.clock.move(moment(t, at).Sub(h.clock.now()))
		h.step(d)
	}
	if got := slices.Sorted(maps.Keys(h.inbox())); !slices.Equal(got, []string{"ada@example.com", "grace@example.com"}) {
		t.Errorf("%q have mail", got)
	}
}

// Each reader gets the issue by their own clock: it is composed when the first of them reaches the slot, once.
func TestTheDaemonAroundTheWorld(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers[1].Timezone = "Pacific/Auckland"
	h.Subscribers[2].Timezone = "America/New_York"
	d := NewDaemon(h.Service, h.clock.now)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.step(d)
	for _, step := range []struct {
		at   string
		want []string // who has mail by then
	}{
		{"2026-07-12T18:59:00Z", nil},
		{"2026-07-12T19:00:00Z", []string{"grace@example.com"}}, // 7 in Auckland
		{"2026-07-13T06:59:00Z", []string{"grace@example.com"}},
		{"2026-07-13T07:00:00Z", []string{"ada@example.com", "grace@example.com"}},
		{"2026-07-13T10:59:00Z", []string{"ada@example.com", "grace@example.com"}},
		{"2026-07-13T11:00:00Z", []string{"ada@example.com", "grace@example.com", "mary@example.com"}}, // 7 in New York
	} {
		h.clock.move(moment(t, step.at).Sub(h.clock.now()))
		h.step(d)
		got := slices.Sorted(maps.Keys(h.inbox()))
		if !slices.Equal(got, step.want) {
			t.Fatalf("at %s %q have mail, want %q\n%s", step.at, got, step.want, h.log)
		}
	}
	if len(h.smtp.Messages()) != 3 || !slices.Equal(h.slots(), []store.SlotOutcome{store.SlotIssued}) {
		t.Errorf("%d messages, slots %v", len(h.smtp.Messages()), h.slots())
	}
	for _, m := range h.smtp.Messages() {
		if m.To[0] == "grace@example.com" && !bytes.Contains(m.Data, []byte("\r\nDate: Sun, 12 Jul 2026 19:00:00 +0000\r\n")) {
			t.Error("the message to Auckland is of another time")
		}
	}
}
