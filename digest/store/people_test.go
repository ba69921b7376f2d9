package store

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// statuses are the people of the store and how they stand.
func statuses(t *testing.T, s *Store, now time.Time) map[string]Status {
	t.Helper()
	all := map[string]Status{}
	for p, err := range s.People(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		all[p.Email] = p.Status(now)
	}
	return all
}

// leftBy are the newsletters that somebody left.
func leftBy(p Person) []string { return slices.Sorted(maps.Keys(p.Left)) }

func TestPeople(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	ctx, now := t.Context(), at(100)
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{{Email: "Listed@a.example"}, {Email: "left@a.example"}, {Email: "dead@a.example"}}, at(1)))
	done := ok(s.Enlist(ctx, []digest.Subscriber{
		{Email: "by-hand@a.example", Name: "By Hand", Newsletters: []string{"weekly"}, Tags: []string{"Go"}, Timezone: "Asia/Tokyo"},
		{Email: "paused@a.example"},
	}, at(2)))(t)
	if !slices.Equal(done, []Enlisting{EnlistAdded, EnlistAdded}) {
		t.Fatalf("enlisted %q", done)
	}
	id := func(email string) string { return ok(s.PersonAt(ctx, email))(t).ID }
	must(t, s.Unsubscribe(ctx, id("left@a.example"), "weekly", at(3)))
	must(t, s.Unsubscribe(ctx, id("left@a.example"), "", at(4)))
	must(t, s.Suppress(ctx, "DEAD@a.example", "550 5.1.1 no such user", at(5)))
	must(t, s.Suppress(ctx, "stranger@a.example", "asked us", at(6)))
	must(t, s.Choose(ctx, id("paused@a.example"), digest.Choice{Take: []string{"weekly"}, Paused: now.Add(time.Hour)}, at(7)))

	want := map[string]Status{
		"Listed@a.example": StatusActive, "left@a.example": StatusLeft, "dead@a.example": StatusSuppressed,
		"by-hand@a.example": StatusActive, "paused@a.example": StatusPaused,
	}
	if diff := cmp.Diff(want, statuses(t, s, now)); diff != "" {
		t.Error(diff)
	}
	p := ok(s.PersonAt(ctx, "LEFT@a.example"))(t)
	if !slices.Equal(leftBy(p), []string{"", "weekly"}) || !p.Listed || !p.Joined.IsZero() || !p.Created.Equal(at(1)) {
		t.Errorf("left: %+v", p)
	}
	if _, err := s.PersonAt(ctx, "nobody@a.example"); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody: %v", err)
	}
	if all := ok(s.Suppressions(ctx))(t); len(all) != 2 || all[1].Address != "stranger@a.example" || all[1].Reason != "asked us" || !all[1].At.Equal(at(6)) {
		t.Errorf("suppressions %+v", all)
	}
	if was := ok(s.Unsuppress(ctx, "dead@A.example"))(t); !was {
		t.Error("the suppression was not lifted")
	}
	if was := ok(s.Unsuppress(ctx, "dead@a.example"))(t); was {
		t.Error("it was lifted twice")
	}

	must(t, s.SyncSubscribers(ctx, nil, at(8)))
	must(t, s.Remove(ctx, id("by-hand@a.example")))
	got := statuses(t, s, now)
	if got["Listed@a.example"] != StatusRemoved || got["by-hand@a.example"] != StatusRemoved || got["paused@a.example"] != StatusPaused {
		t.Errorf("after the configuration named nobody: %v", got)
	}
}

// Whoever is enlisted again is changed to what is given, unless they decided otherwise.
func TestEnlist(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	ctx := t.Context()
	everybody := []digest.Subscriber{
		{Email: "new@a.example"},
		{Email: "same@a.example"},
		{Email: "changed@a.example"},
		{Email: "chose@a.example"},
		{Email: "left@a.example"},
		{Email: "dead@a.example"},
		{Email: "erased@a.example"},
		{Email: "listed@a.example"},
	}
	ok(s.Enlist(ctx, everybody[1:7], at(1)))(t)
	must(t, s.SyncSubscribers(ctx, everybody[7:], at(1)))
	id := func(email string) string { return ok(s.PersonAt(ctx, email))(t).ID }
	must(t, s.Choose(ctx, id("chose@a.example"), digest.Choice{Name: "Mine", Take: []string{"weekly"}}, at(2)))
	must(t, s.Unsubscribe(ctx, id("left@a.example"), "", at(2)))
	must(t, s.Suppress(ctx, "dead@a.example", "dead", at(2)))
	if known := ok(s.Erase(ctx, "erased@a.example", at(2)))(t); !known {
		t.Error("who was to be erased was not known")
	}

	everybody[2].Name, everybody[3].Name = "Changed", "Theirs"
	everybody = append(everybody, digest.Subscriber{Email: "NEW@a.example", Name: "New"}) // the second time
	want := []Enlisting{EnlistAdded, EnlistUnchanged, EnlistUpdated, EnlistChose, EnlistLeft, EnlistSuppressed, EnlistErased, EnlistUpdated, EnlistUpdated}
	if diff := cmp.Diff(want, ok(s.Enlist(ctx, everybody, at(3)))(t)); diff != "" {
		t.Error(diff)
	}
	if p := ok(s.PersonAt(ctx, "changed@a.example"))(t); p.Name != "Changed" || !p.Joined.Equal(at(1)) {
		t.Errorf("changed: %+v", p)
	}
	if p := ok(s.PersonAt(ctx, "new@a.example"))(t); p.Name != "New" || p.Email != "NEW@a.example" {
		t.Errorf("who stands in the list twice: %+v", p)
	}
	if p := ok(s.PersonAt(ctx, "chose@a.example"))(t); p.Name != "Mine" {
		t.Errorf("chose: %+v", p)
	}
	must(t, s.SyncSubscribers(ctx, nil, at(4)))
	if p := ok(s.PersonAt(ctx, "listed@a.example"))(t); p.Status(at(4)) != StatusActive {
		t.Errorf("who was enlisted as well as listed: %+v", p)
	}
}

// Of somebody who was erased nothing is left in the file, but nobody adds them again: only they themselves can come back.
// What a mail server says of somebody who is erased while their message is on the wire must not bring their address back.
func TestEraseWhileSending(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	ctx := t.Context()
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{{Email: "ada@a.example"}, {Email: "grace@a.example"}}, at(1)))
	ok(s.Freeze(ctx, frozen("one", 2, ok(s.Audience(ctx, "weekly"))(t)), at(2)))(t)
	l, _, err := s.Lease(ctx, at(2))
	must(t, err)
	refused, accepted := claim(t, l, "one", 2), claim(t, l, "one", 2)
	if !begin(t, l, refused) || !begin(t, l, accepted) {
		t.Fatal("they did not begin")
	}
	for _, d := range []*digest.Delivery{refused, accepted} {
		ok(s.Erase(ctx, d.Email, at(3)))(t)
	}
	refused.State, refused.Reply, accepted.State = digest.Failed, "550 5.1.1 <"+refused.Email+"> who?", digest.Sent
	must(t, l.Settle(Result{Delivery: *refused, Suppress: refused.Reply}, at(4))())
	must(t, l.Settle(Result{Delivery: *accepted}, at(4))())

	if d := ok(s.Delivery(ctx, refused.ID))(t); d.State != digest.Suppressed || d.Reply != "" || d.Email != "" {
		t.Errorf("what was refused: %+v", d)
	}
	if d := ok(s.Delivery(ctx, accepted.ID))(t); d.State != digest.Sent || d.Email != "" {
		t.Errorf("what was accepted: %+v", d)
	}
	var kept int
	must(t, s.read.QueryRowContext(ctx, `SELECT COUNT(*) FROM suppressions`).Scan(&kept))
	if kept != 0 {
		t.Error("an address that was erased is known again")
	}
}

func TestErase(t *testing.T) {
	t.Parallel()
	s := openTest(t)
	ctx := t.Context()
	ada := digest.Subscriber{Email: "Ada.Lovelace@a.example", Name: "Augusta Ada King"}
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{ada, {Email: "grace@a.example"}}, at(1)))
	ok(s.Freeze(ctx, frozen("one", 2, ok(s.Audience(ctx, "weekly"))(t)), at(2)))(t)
	must(t, s.AddSignup(ctx, Signup{Subscriber: digest.Subscriber{Email: "ada.lovelace@A.example", Newsletters: []string{"weekly"}}}, anyAddress(), nil, at(3)))
	must(t, s.Suppress(ctx, ada.Email, "she asked us", at(3)))

	if known := ok(s.Erase(ctx, "ADA.lovelace@a.example", at(4)))(t); !known {
		t.Error("she was not known")
	}
	if known := ok(s.Erase(ctx, ada.Email, at(5)))(t); known {
		t.Error("she is still known")
	}
	if tally := ok(s.Tally(ctx, "one"))(t); tally[digest.Suppressed] != 1 || tally[digest.Queued] != 1 {
		t.Errorf("the ledger says %v", tally)
	}
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{ada, {Email: "grace@a.example"}}, at(6)))
	if diff := cmp.Diff(map[string]Status{"grace@a.example": StatusActive}, statuses(t, s, at(6))); diff != "" {
		t.Error(diff)
	}
	if ups := ok(s.SignupsWaiting(ctx))(t); ups != 0 {
		t.Errorf("%d sign-ups wait", ups)
	}
	must(t, s.Close())
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(s.path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, trace := range []string{"lovelace", "Lovelace", "Augusta", "she asked us"} {
			if bytes.Contains(data, []byte(trace)) {
				t.Errorf("%s still holds %q", s.path+suffix, trace)
			}
		}
	}

	s = ok(Open(ctx, s.path))(t)
	defer func() { _ = s.Close() }()
	must(t, s.AddSignup(ctx, Signup{Subscriber: digest.Subscriber{Email: ada.Email, Newsletters: []string{"weekly"}}}, anyAddress(), nil, at(7)))
	up := ok(s.NextSignup(ctx, at(8), time.Minute))(t)
	ok(s.Confirm(ctx, up.ID, nil, at(9)))(t)
	must(t, s.SyncSubscribers(ctx, []digest.Subscriber{ada}, at(10)))
	if p := ok(s.PersonAt(ctx, ada.Email))(t); p.Status(at(10)) != StatusActive || !p.Listed {
		t.Errorf("who came back: %+v", p)
	}
}

// What is handed out of a person is all that is stored: what they asked for, where each issue went, and whom a report names.
func TestDossierIsWhole(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	must(t, s.AddSignup(ctx, Signup{Subscriber: digest.Subscriber{
		Email: "Ada@a.example", Name: "Ada", Newsletters: []string{"weekly"}, Tags: []string{"Go"}, Timezone: "Asia/Tokyo",
	}}, anyAddress(), nil, at(0)))
	ok(s.Confirm(ctx, mailed(t, s, 1).ID, nil, at(2)))(t)
	p := ok(s.PersonAt(ctx, "ada@a.example"))(t)
	f := frozen("issue", 3, nil)
	f.Deliveries = func(yield func(digest.Delivery, error) bool) {
		yield(digest.Delivery{ID: "sent", Subscriber: p.ID, Email: p.Email, Name: p.Name, Selection: digest.Selection{Tags: p.Tags, Muted: []string{"Rust"}}}, nil)
	}
	ok(s.Freeze(ctx, f, at(3)))(t)
	ok(s.RecordBounce(ctx, BounceRecord{Delivery: "sent", Kind: digest.BounceDelayed, Address: "other@a.example", At: at(4)}, Consequence{}))(t)
	d := ok(s.Dossier(ctx, "ADA@a.example"))(t)
	got := []any{d.Signups[0].Email, d.Signups[0].Tags, d.Signups[0].Timezone, d.Deliveries[0].Email, d.Deliveries[0].Name, d.Deliveries[0].Tags, d.Deliveries[0].Muted, d.Bounces[0].Address}
	want := []any{"Ada@a.example", []string{"Go"}, "Asia/Tokyo", "Ada@a.example", "Ada", []string{"Go"}, []string{"Rust"}, "other@a.example"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
