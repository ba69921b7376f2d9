package main

import (
	"path/filepath"
	"regexp"
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

// Who left a newsletter is not said to get it: neither where those are listed who do, nor where they are added by hand.
func TestPeopleWhoLeft(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "tidings.yaml"), `store: tidings.db
feeds: []
newsletters:
  - {name: weekly, title: The Quay, from: quay@example.com}
  - {name: daily, title: The Tide, from: quay@example.com}
subscribers: [ada@example.org]
`)
	does := func(want string, args ...string) {
		t.Helper()
		out, _ := tidings(t.Context(), t, dir, args...).CombinedOutput() // its words tell
		if !regexp.MustCompile("(?m)" + want).Match(out) {
			t.Errorf("%v: no %q in\n%s", args, want, out)
		}
	}
	does("^grace@example.org: added$", "subscribers", "add", "grace@example.org")
	does("^mary@example.org: added$", "subscribers", "add", "mary@example.org", "--newsletter", "weekly")
	does("removed", "subscribers", "remove", "mary@example.org")
	does("^1 person$", "subscribers", "list", "--state", "removed", "--newsletter", "weekly")
	does("^mary@example.org: added$", "subscribers", "add", "mary@example.org", "--newsletter", "weekly")
	does("suppressed", "subscribers", "suppress", "ada@example.org")

	st, err := store.Open(t.Context(), filepath.Join(dir, "tidings.db"))
	if err != nil {
		t.Fatal(err)
	}
	for _, email := range []string{"grace@example.org", "mary@example.org"} {
		p, err := st.PersonAt(t.Context(), email)
		if err == nil {
			err = st.Unsubscribe(t.Context(), p.ID, "weekly", time.Now())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	does("^there is nobody", "subscribers", "list", "--newsletter", "weekly")
	does("^1 person$", "subscribers", "list", "--newsletter", "daily")
	does("^1 person$", "subscribers", "list", "--newsletter", "daily", "--state", "suppressed")
	does("^grace@example.org: changed, but left weekly of their own will, which does not come back$", "subscribers", "add", "grace@example.org", "--name", "Grace")
	does("^mary@example.org: left weekly of their own will, and gets nothing: only they can come back, by the form on the pages\ntidings: nobody was added$",
		"subscribers", "add", "mary@example.org", "--name", "Mary", "--newsletter", "weekly")
}
