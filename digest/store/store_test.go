package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tidings/digest"
)

// at is a moment of the tests: so many minutes after the first one.
func at(minutes int) time.Time {
	return time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
}

func openTest(t testing.TB) *Store {
	t.Helper()
	return openAt(t, filepath.Join(t.TempDir(), "tidings.db"))
}

func openAt(t testing.TB, path string) *Store {
	t.Helper()
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// must ends the test on an error.
func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ok is for calls that return a value and an error: ok(s.Key(ctx))(t).
func ok[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func people(n int) []digest.Subscriber {
	list := make([]digest.Subscriber, n)
	for i := range list {
		list[i].Email = fmt.Sprintf("p%05d@example.com", i)
	}
	return list
}

// subscribed lists the subscribers and returns the audience of "weekly".
func subscribed(t testing.TB, s *Store, list []digest.Subscriber) []digest.Subscriber {
	t.Helper()
	must(t, s.SyncSubscribers(t.Context(), list, at(0)))
	return ok(s.Audience(t.Context(), "weekly"))(t)
}

// frozen is an issue of "weekly" for the audience, of the slot so many minutes after the first.
func frozen(id string, minutes int, audience []digest.Subscriber, considered ...string) Frozen {
	return Frozen{
		Issue: digest.Issue{ID: id, Newsletter: "weekly", Title: "The Reading Room", Slot: at(minutes)}, Considered: considered,
		Deliveries: func(yield func(digest.Delivery, error) bool) {
			for _, sub := range audience {
				if !yield(digest.Delivery{Subscriber: sub.ID, Email: sub.Email, Name: sub.Name, Selection: digest.Selection{Tags: sub.Tags}}, nil) {
					return
				}
			}
		},
	}
}

// count returns the one number that a query finds.
func count(t testing.TB, s *Store, text string, args ...any) (n int) {
	t.Helper()
	must(t, s.read.QueryRowContext(context.Background(), text, args...).Scan(&n))
	return n
}
