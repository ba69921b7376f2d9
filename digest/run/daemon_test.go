package run

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/store"
)

func TestDueSlots(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schedule, since, now string
		lateness                   time.Duration
		slot                       string // empty: none
		missed                     []string
	}{
		{name: "not yet", schedule: "0 7 * * *", since: "2026-07-10T07:00:00Z", now: "2026-07-11T06:59:59Z"},
		{name: "on time", schedule: "0 7 * * *", since: "2026-07-10T07:00:00Z", now: "2026-07-11T07:00:00Z", slot: "2026-07-11T07:00:00Z"},
		{name: "since the slot itself", schedule: "0 7 * * *", since: "2026-07-11T07:00:00Z", now: "2026-07-11T07:00:01Z"},
		{name: "busy for a while", schedule: "0 7 * * *", since: "2026-07-10T07:00:00Z", now: "2026-07-11T07:09:00Z", slot: "2026-07-11T07:00:00Z"},
		{
			name: "late, within bounds", schedule: "0 7 * * *", lateness: 12 * time.Hour,
			since: "2026-07-10T07:00:00Z", now: "2026-07-11T18:00:00Z", slot: "2026-07-11T07:00:00Z",
		},
		{
			name: "too late", schedule: "0 7 * * *", lateness: 12 * time.Hour,
			since: "2026-07-10T07:00:00Z", now: "2026-07-11T20:00:00Z", missed: []string{"2026-07-11T07:00:00Z"},
		},
		{
			name: "several, of which only the latest is made up for", schedule: "0 7 * * *", lateness: 12 * time.Hour,
			since: "2026-07-10T07:00:00Z", now: "2026-07-13T09:00:00Z", slot: "2026-07-13T07:00:00Z",
			missed: []string{"2026-07-11T07:00:00Z", "2026-07-12T07:00:00Z"},
		},
	}
	for _, tt := range tests {
		s, _, err := scheduleOf(digest.Newsletter{Schedule: tt.schedule})
		if err != nil {
			t.Fatal(err)
		}
		got := s.dueSlots(moment(t, tt.since), moment(t, tt.now), tt.lateness)
		var want dueSlots
		if tt.slot != "" {
			want.slot = moment(t, tt.slot)
		}
		for _, m := range tt.missed {
			want.missed = append(want.missed, moment(t, m))
		}
		if !got.slot.Equal(want.slot) || got.skipped != len(tt.missed) || !slices.EqualFunc(got.missed, want.missed, time.Time.Equal) {
			t.Errorf("%s: %+v, want %+v", tt.name, got, want)
		}
	}
	s, _, _ := scheduleOf(digest.Newsletter{Schedule: "* * * * *"})
	if d := s.dueSlots(friday().Add(-48*time.Hour), friday(), time.Hour); d.skipped != 48*60-1 || len(d.missed) != mostMissed || !d.slot.Equal(friday()) {
		t.Errorf("two days of minutes: %d, %d, %s", d.skipped, len(d.missed), d.slot)
	}
}

func TestRelayPause(t *testing.T) {
	t.Parallel()
	want := []time.Duration{time.Minute, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	for passes, w := range want {
		if got := relayPause(passes); got != w {
			t.Errorf("after %d passes: %s, want %s", passes, got, w)
		}
	}
}

// step lets the daemon work once at the moment the house's clock shows, and returns when it wants to be woken.
func (h *house) step(d *Daemon) time.Time {
	h.t.Helper()
	wake := d.tick(h.t.Context(), h.Service)
	d.pass(h.t.Context(), h.Service)
	return wake
}

func (h *house) slots() (outcomes []store.SlotOutcome) {
	h.t.Helper()
	recorded, err := h.Store.SlotsRecorded(h.t.Context(), "weekly", 100)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, r := range slices.Backward(recorded) {
		outcomes = append(outcomes, r.Outcome)
	}
	return outcomes
}

func TestTheDaemonOverWeeks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := NewDaemon(h.Service, h.clock.now)
	monday := time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC)
	at := func(when time.Time) { h.clock.move(when.Sub(h.clock.now())) }

	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	wake := h.step(d)
	if until := wake.Sub(h.clock.now()); until <= 0 || until > longestSleep {
		t.Errorf("it sleeps for %s", until)
	}
	if len(h.slots()) != 0 || len(h.smtp.Messages()) != 0 {
		t.Fatal("slots from before the first run were made up for")
	}
	at(monday.Add(-30 * time.Second))
	if wake := h.step(d); !wake.Equal(monday) {
		t.Errorf("it wakes at %s, want %s", wake, monday)
	}
	at(monday)
	h.step(d)
	if len(h.smtp.Messages()) != 3 || !slices.Equal(h.slots(), []store.SlotOutcome{store.SlotIssued}) {
		t.Fatalf("on Monday: %d messages, slots %v\n%s", len(h.smtp.Messages()), h.slots(), h.log)
	}
	for range 3 {
		h.clock.move(time.Minute)
		h.step(d)
	}
	at(monday.Add(-time.Hour)) // the clock is set back, and the slot comes again
	h.step(d)
	at(monday.Add(time.Minute))
	h.step(d)
	if len(h.smtp.Messages()) != 3 {
		t.Fatalf("the slot ran again: %d messages", len(h.smtp.Messages()))
	}
	at(monday.Add(7 * 24 * time.Hour)) // nothing came
	h.step(d)
	// Down for three weeks, and up an hour after the third slot.
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour), item("Beta", -8*24*time.Hour)))
	at(monday.Add(4 * 7 * 24 * time.Hour).Add(time.Hour))
	h.step(NewDaemon(h.Service, h.clock.now))
	want := []store.SlotOutcome{store.SlotIssued, store.SlotEmpty, store.SlotMissed, store.SlotMissed, store.SlotIssued}
	if !slices.Equal(h.slots(), want) || len(h.smtp.Messages()) != 6 {
		t.Errorf("slots %v, want %v; %d messages", h.slots(), want, len(h.smtp.Messages()))
	}
	// And once more, too late.
	at(monday.Add(5 * 7 * 24 * time.Hour).Add(13 * time.Hour))
	h.step(NewDaemon(h.Service, h.clock.now))
	if !slices.Equal(h.slots(), append(want, store.SlotMissed)) {
		t.Errorf("slots %v", h.slots())
	}
	if n := strings.Count(h.log.String(), "slots were missed"); n != 2 {
		t.Errorf("missed slots were logged %d times", n)
	}
}

// A machine without a battery wakes in another year, until the network tells it the time.
func TestAFirstRunInTheFuture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.move(4 * 365 * 24 * time.Hour)
	h.step(NewDaemon(h.Service, h.clock.now))
	h.clock.move(friday().Sub(h.clock.now()))
	d := NewDaemon(h.Service, h.clock.now)
	h.step(d)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.collect()
	h.clock.move(time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC).Sub(h.clock.now()))
	h.step(d)
	if len(h.smtp.Messages()) != 3 || !slices.Equal(h.slots(), []store.SlotOutcome{store.SlotIssued}) {
		t.Errorf("%d messages, slots %v", len(h.smtp.Messages()), h.slots())
	}
}

// A clock that jumps ahead for a moment makes a year of slots seem missed. They still come.
func TestAYearThatWasNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := NewDaemon(h.Service, h.clock.now)
	h.step(d)
	h.clock.move(365 * 24 * time.Hour)
	h.step(d)
	h.clock.move(-365 * 24 * time.Hour)
	h.step(d)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.collect()
	for n := range 3 {
		h.clock.move(time.Date(2026, 7, 13+7*n, 7, 0, 0, 0, time.UTC).Sub(h.clock.now()))
		h.step(d)
		if want := []int{3, 3, 6}[n]; len(h.smtp.Messages()) != want {
			t.Fatalf("on Monday %d: %d messages, want %d\n%s", n, len(h.smtp.Messages()), want, h.log)
		}
		if n == 1 {
			h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour), item("Beta", -10*24*time.Hour)))
			h.collect()
		}
	}
}

func TestTheDaemonDuringAnOutage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := NewDaemon(h.Service, h.clock.now)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.step(d)
	h.smtp.Fault(smtptest.At(digest.StageConnect, "554 5.3.2 closed"))
	h.clock.move(time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC).Sub(h.clock.now()))
	h.step(d)
	before := h.smtp.Connections()
	for range 40 {
		h.clock.move(15 * time.Second)
		h.step(d)
	}
	if tries := h.smtp.Connections() - before; tries > 3*connections {
		t.Errorf("the mail server was tried %d times in ten minutes", tries)
	}
	if n := strings.Count(h.log.String(), "the mail server is in trouble"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, h.log)
	}
	h.smtp.Fault(nil)
	h.clock.move(longestRelayPause)
	h.step(d)
	if got := h.inbox(); len(got) != 3 || len(h.smtp.Messages()) != 3 {
		t.Errorf("afterwards: %v", got)
	}
}

func TestTheDaemonWithoutTransport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	outbox := &counting{}
	h.Sender, h.Rehearsal = outbox, true
	d := NewDaemon(h.Service, h.clock.now)
	d.began = h.clock.now()
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.step(d)
	for range 2 {
		h.clock.move(time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC).Sub(h.clock.now()))
		for range 3 {
			h.step(d)
			h.clock.move(time.Minute)
		}
	}
	if outbox.sent != 3 || len(h.slots()) != 0 {
		t.Errorf("%d messages, slots %v", outbox.sent, h.slots())
	}
}

// counting is a Sender that takes everything.
type counting struct {
	sent int
}

func (c *counting) Send(context.Context, *digest.Message) error {
	c.sent++
	return nil
}

func (c *counting) Carry(ctx context.Context, q tmail.Queue) error {
	for j := q.Next(ctx); j != nil; j = q.Next(ctx) {
		q.Done(j, nil)
		c.sent++
	}
	return nil
}

func (c *counting) Ailing() []string { return nil }
func (c *counting) Close() error     { return nil }

// The real thing, on a real clock that stands a moment before Monday, seven o'clock: fetched, composed, delivered, reloaded, stopped.
func TestTheDaemonRuns(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	started := time.Now()
	monday := time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC)
	clock := func() time.Time { return monday.Add(-1500 * time.Millisecond).Add(time.Since(started)) }
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	if _, err := h.Store.Start(t.Context(), "weekly", monday.Add(-time.Hour)); err != nil { // however slow this machine is
		t.Fatal(err)
	}
	d := NewDaemon(h.Service, clock)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.Run(ctx)
	}()
	wait(t, "the issue", func() bool { return len(h.smtp.Messages()) == 3 })

	next := *h.Service
	next.Sender = tmail.NewMaildir(t.TempDir())
	next.Subscribers = append(slices.Clone(h.Subscribers), digest.Subscriber{Email: "joan@example.com"})
	d.Swap(&next)
	wait(t, "the reload", func() bool {
		audience, err := h.Store.Audience(t.Context(), "weekly")
		return err == nil && len(audience) == 4
	})
	wait(t, "the old connections to close", func() bool { return h.smtp.Open() == 0 })
	stop()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatal("it does not stop")
	}
	if len(h.smtp.Messages()) != 3 {
		t.Errorf("%d messages", len(h.smtp.Messages()))
	}
}

func wait(t *testing.T, what string, until func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); !until(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
	}
}

// Told to stop in the middle of a pass, it finishes what is on the wire, records it, and leaves the rest for later.
func TestStoppingInTheMiddle(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connect(1, 30*time.Second)
	ctx, stop := context.WithCancel(t.Context())
	h.smtp.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageBody {
			stop()
		}
		return ""
	})
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	r, err := h.Send(ctx, "weekly", SendOptions{}, h.clock.now)
	if !errors.Is(err, context.Canceled) || r.Delivered.Sent != 1 || r.Delivered.Left != 2 {
		t.Fatalf("%s, %v", r.Delivered, err)
	}
	if r := h.send(SendOptions{}).Delivered; r.Sent != 2 || !r.Complete() || len(h.smtp.Messages()) != 3 {
		t.Errorf("afterwards: %s, %d messages", r, len(h.smtp.Messages()))
	}
}

// A fetch that is broken off by a stop is no failure of the feed.
func TestStoppingWhileFetching(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	h.feeds.serve("/news.xml", func(_ http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	if _, err := h.Collect(ctx, CollectOptions{ByHand: true}, h.clock.now()); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if states, err := h.Store.Feeds(t.Context()); err != nil || len(states) != 0 {
		t.Errorf("%+v, %v", states, err)
	}
}
