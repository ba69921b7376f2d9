package main

import (
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/run"
	"tidings/digest/store"
)

// Who left all that they took, one after the other, is listed as gone.
func TestListOfWhoLeft(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	h := &house{Service: &run.Service{Newsletters: []digest.Newsletter{{Name: "weekly"}, {Name: "daily"}}}}
	for _, c := range []struct {
		name        string
		takes, left []string
		want        string
	}{
		{"nothing", nil, nil, "active"},
		{"one of all", nil, []string{"weekly"}, "active"},
		{"both of all", nil, []string{"weekly", "daily"}, "left"},
		{"all", nil, []string{""}, "left"},
		{"the only one", []string{"weekly"}, []string{"weekly"}, "left"},
		{"another one", []string{"weekly"}, []string{"daily"}, "active"},
	} {
		p := store.Person{Subscriber: digest.Subscriber{Email: "ada@example.com", Newsletters: c.takes}, Listed: true, Left: map[string]time.Time{}}
		for _, newsletter := range c.left {
			p.Left[newsletter] = now
		}
		if got := h.listPerson(p, now); got.State != c.want {
			t.Errorf("left %s: %s, want %s", c.name, got.State, c.want)
		}
	}
}
