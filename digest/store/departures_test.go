package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func TestUnsubscribeStopsDeliveries(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	all := subscribed(t, s, people(3))
	ok(s.Freeze(ctx, frozen("one", 0, all), at(0)))(t)
	ok(s.Freeze(ctx, frozen("two", 1, all), at(1)))(t)
	must(t, s.Unsubscribe(ctx, all[0].ID, "weekly", at(2)))
	must(t, s.Unsubscribe(ctx, all[1].ID, "daily", at(2)))
	must(t, s.Unsubscribe(ctx, all[2].ID, "", at(2)))
	for _, issue := range []string{"one", "two"} {
		want := map[digest.DeliveryState]int{digest.Queued: 1, digest.Suppressed: 2}
		if diff := cmp.Diff(want, ok(s.Tally(ctx, issue))(t)); diff != "" {
			t.Errorf("issue %s: %s", issue, diff)
		}
	}
	if back := ok(s.Rejoin(ctx, all[0].ID, "weekly", at(3)))(t); back {
		t.Error("back, though they left long before")
	}
	if back := ok(s.Rejoin(ctx, all[0].ID, "weekly", at(2)))(t); !back {
		t.Error("not back")
	}
	if got := emails(t, s, "weekly"); len(got) != 2 {
		t.Errorf("weekly goes to %q", got)
	}
}

// Many who leave at once lose none, and one unknown among them spoils nothing.
func TestManyLeaveTogether(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	all := subscribed(t, s, people(400))
	var wg sync.WaitGroup
	for _, sub := range all {
		wg.Go(func() {
			if err := s.Unsubscribe(context.Background(), sub.ID, "weekly", at(1)); err != nil {
				t.Error(err)
			}
			if err := s.Unsubscribe(context.Background(), "zzz", "weekly", at(1)); !errors.Is(err, ErrNotFound) {
				t.Errorf("an unknown subscriber left: %v", err)
			}
		})
	}
	wg.Wait()
	if got := emails(t, s, "weekly"); got != nil {
		t.Errorf("weekly goes to %d", len(got))
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	all := subscribed(t, s, []digest.Subscriber{{Email: "ada@example.com", Name: "Ada"}, {Email: "joan@example.com"}})
	ok(s.Freeze(ctx, frozen("one", 0, all), at(0)))(t)
	ada := all[0].ID
	until := at(0).Add(14 * 24 * time.Hour)
	must(t, s.Choose(ctx, ada, digest.Choice{
		Name: "A. L.", Timezone: "Europe/London", Language: "de", Take: []string{"weekly"}, Leave: []string{"daily"}, Follow: []string{"Go"}, Mute: []string{"Sport"}, Paused: until,
	}, at(1)))
	want := digest.Subscriber{ID: ada, Email: "ada@example.com", Name: "A. L.", Muted: []string{"Sport"}, Timezone: "Europe/London", Language: "de", Paused: until}
	if diff := cmp.Diff(want, ok(s.Subscriber(ctx, ada))(t)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[digest.DeliveryState]int{digest.Queued: 1, digest.Suppressed: 1}, ok(s.Tally(ctx, "one"))(t)); diff != "" {
		t.Error(diff)
	}
	// What she chose outranks the file, which can still drop her.
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{{Email: "ada@example.com", Name: "Ada", Newsletters: []string{"daily"}}}, at(2)))
	if diff := cmp.Diff(want, ok(s.Subscriber(ctx, ada))(t)); diff != "" {
		t.Error(diff)
	}
	if w, d := emails(t, s, "weekly"), emails(t, s, "daily"); len(w) != 1 || len(d) != 0 {
		t.Errorf("weekly goes to %q, daily to %q", w, d)
	}
	must(t, s.Choose(ctx, ada, digest.Choice{Leave: []string{"weekly", "daily"}}, at(3)))
	if diff := cmp.Diff([]string{"", "daily"}, leftBy(ok(s.Person(ctx, ada))(t))); diff != "" {
		t.Error(diff)
	}
	must(t, s.Choose(ctx, ada, digest.Choice{Take: []string{"daily"}, Leave: []string{"weekly"}}, at(4)))
	if diff := cmp.Diff([]string{"weekly"}, leftBy(ok(s.Person(ctx, ada))(t))); diff != "" {
		t.Error(diff)
	}
	must(t, s.SyncSubscribers(ctx, nil, at(5)))
	if got := emails(t, s, "daily"); got != nil {
		t.Errorf("who only the file named is gone with it, but daily goes to %q", got)
	}
}

func BenchmarkUnsubscribe(b *testing.B) {
	s := openTest(b)
	must(b, s.SyncSubscribers(b.Context(), people(10_000), at(0)))
	all := ok(s.Audience(b.Context(), "weekly"))(b)
	ok(s.Freeze(b.Context(), frozen("one", 0, all), at(0)))(b)
	n := 0
	for b.Loop() {
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() {
				if err := s.Unsubscribe(context.Background(), all[(n+i)%len(all)].ID, fmt.Sprint("w", n), at(1)); err != nil {
					b.Error(err)
				}
			})
		}
		wg.Wait()
		n += 100
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "people/s")
}
