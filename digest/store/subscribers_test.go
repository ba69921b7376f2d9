package store

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// emails returns who gets the newsletter.
func emails(t *testing.T, s *Store, newsletter string) (list []string) {
	t.Helper()
	for _, sub := range ok(s.Audience(t.Context(), newsletter))(t) {
		list = append(list, sub.Email)
	}
	return list
}

func TestSyncSubscribers(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	first := subscribed(t, s, []digest.Subscriber{
		{Email: "Ada@Example.com", Name: "Ada", Tags: []string{"Go"}},
		{Email: "grace@example.com", Newsletters: []string{"daily"}},
		{Email: "joan@example.com"},
		{Email: "ADA@example.com", Name: "the second entry of one address"},
	})
	if diff := cmp.Diff([]digest.Subscriber{
		{ID: first[0].ID, Email: "Ada@Example.com", Name: "Ada", Tags: []string{"Go"}},
		{ID: first[1].ID, Email: "joan@example.com"},
	}, first); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"Ada@Example.com", "grace@example.com", "joan@example.com"}, emails(t, s, "daily")); diff != "" {
		t.Error(diff)
	}
	// Ada is written otherwise, Grace takes everything, Joan is gone.
	second := subscribed(t, s, []digest.Subscriber{{Email: "ada@example.com"}, {Email: "grace@example.com"}})
	if diff := cmp.Diff([]string{"ada@example.com", "grace@example.com"}, emails(t, s, "weekly")); diff != "" {
		t.Error(diff)
	}
	if second[0].ID != first[0].ID {
		t.Error("Ada has another id since she is written otherwise")
	}
	joan := ok(s.Subscriber(ctx, first[1].ID))(t)
	if diff := cmp.Diff(first[1], joan); diff != "" {
		t.Error(diff)
	}
	if back := subscribed(t, s, []digest.Subscriber{joan}); len(back) != 1 || back[0].ID != joan.ID {
		t.Errorf("Joan came back as %+v", back)
	}
	if _, err := s.Subscriber(ctx, "zzz"); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown subscriber: %v", err)
	}
}

func TestWhoLeftStaysAway(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	list := []digest.Subscriber{{Email: "ada@example.com"}, {Email: "grace@example.com"}, {Email: "joan@example.com"}}
	all := subscribed(t, s, list)
	ada, grace := all[0].ID, all[1].ID
	for range 2 {
		must(t, s.Unsubscribe(ctx, ada, "weekly", at(1)))
		must(t, s.Unsubscribe(ctx, grace, "", at(1)))
		must(t, s.Suppress(ctx, "JOAN@example.com", "no such mailbox", at(1)))
		must(t, s.SyncSubscribers(ctx, nil, at(2)))
		must(t, s.SyncSubscribers(ctx, list, at(3)))
	}
	if got := emails(t, s, "weekly"); got != nil {
		t.Errorf("weekly goes to %q", got)
	}
	if diff := cmp.Diff([]string{"ada@example.com"}, emails(t, s, "daily")); diff != "" {
		t.Error(diff)
	}
	for _, c := range []struct {
		subscriber, newsletter string
		want                   bool
	}{{ada, "weekly", true}, {ada, "daily", false}, {ada, "", false}, {grace, "weekly", true}, {grace, "", true}, {"zzz", "weekly", false}} {
		if got := ok(s.Unsubscribed(ctx, c.subscriber, c.newsletter))(t); got != c.want {
			t.Errorf("Unsubscribed(%q, %q) = %v", c.subscriber, c.newsletter, got)
		}
	}
	if err := s.Unsubscribe(ctx, "zzz", "weekly", at(1)); !errors.Is(err, ErrNotFound) {
		t.Errorf("an unknown subscriber left: %v", err)
	}
}

func TestSyncOfManySubscribers(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	list := people(1200)
	must(t, s.SyncSubscribers(ctx, list, at(0)))
	must(t, s.SyncSubscribers(ctx, list, at(1)))
	must(t, s.SyncSubscribers(ctx, list[1199:], at(2)))
	if diff := cmp.Diff([]string{"p01199@example.com"}, emails(t, s, "weekly")); diff != "" {
		t.Error(diff)
	}
	if n := count(t, s, `SELECT COUNT(*) FROM subscribers`); n != 1200 {
		t.Errorf("%d are stored, want 1200", n)
	}
}

func TestKey(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "tidings.db")
	key := ok(openAt(t, path).Key(t.Context()))(t)
	if len(key) != 32 || bytes.Equal(key, make([]byte, 32)) {
		t.Errorf("a key of %d bytes", len(key))
	}
	if !bytes.Equal(key, ok(openAt(t, path).Key(t.Context()))(t)) {
		t.Error("the key has changed")
	}
	if bytes.Equal(key, ok(openTest(t).Key(t.Context()))(t)) {
		t.Error("two stores have one key")
	}
}
