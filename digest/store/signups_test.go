package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func asks(email string, newsletters ...string) Signup {
	return Signup{Subscriber: digest.Subscriber{Email: email, Newsletters: newsletters}}
}

// anyAddress is the limit of one that is not tried too often.
func anyAddress() Limit { return Limit{Name: "address", Most: 1000, Within: time.Hour} }

// mailed takes the next sign-up and says that its mail was sent.
func mailed(t *testing.T, s *Store, minutes int) *Signup {
	t.Helper()
	up := ok(s.NextSignup(t.Context(), at(minutes), time.Minute))(t)
	if up != nil {
		must(t, s.SettleSignup(t.Context(), up.ID, at(minutes)))
	}
	return up
}

func TestSignup(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	up := Signup{Subscriber: digest.Subscriber{
		Email: "Ada@example.com", Name: "Ada", Newsletters: []string{"weekly"}, Tags: []string{"Go"}, Timezone: "Europe/London", Language: "de",
	}}
	must(t, s.AddSignup(ctx, up, anyAddress(), nil, at(0)))
	if got := emails(t, s, "weekly"); got != nil {
		t.Errorf("weekly goes to %q before they confirmed", got)
	}
	got := ok(s.NextSignup(ctx, at(0), time.Minute))(t)
	if again := ok(s.NextSignup(ctx, at(0), time.Minute))(t); again != nil {
		t.Errorf("taken twice: %+v", again)
	}
	if again := ok(s.NextSignup(ctx, at(2), time.Minute))(t); again == nil || again.Tries != 2 {
		t.Errorf("not tried again after the lease: %+v", again)
	}
	must(t, s.SettleSignup(ctx, got.ID, at(3)))
	if n := ok(s.SignupsWaiting(ctx))(t); n != 0 {
		t.Errorf("%d wait", n)
	}
	for range 2 {
		sub := ok(s.Confirm(ctx, got.ID, nil, at(5)))(t)
		want := up.Subscriber
		want.ID = sub.ID
		if diff := cmp.Diff(want, sub); diff != "" {
			t.Error(diff)
		}
	}
	if diff := cmp.Diff([]string{"Ada@example.com"}, emails(t, s, "weekly")); diff != "" {
		t.Error(diff)
	}
	must(t, s.SyncSubscribers(ctx, nil, at(6)))
	if len(emails(t, s, "weekly")) != 1 || len(emails(t, s, "daily")) != 0 {
		t.Error("the file has no say in who joined by themselves")
	}
	if p := ok(s.PersonAt(ctx, "ADA@example.com"))(t); !p.Gets("weekly") || p.Gets("daily") {
		t.Errorf("%+v", p)
	}
}

func TestSignupOfWhoIsKnown(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	all := subscribed(t, s, []digest.Subscriber{
		{Email: "ada@example.com", Name: "Ada", Newsletters: []string{"weekly"}, Tags: []string{"Go"}},
		{Email: "grace@example.com"},
		{Email: "joan@example.com"},
	})
	must(t, s.Unsubscribe(ctx, all[1].ID, "", at(1)))
	must(t, s.Unsubscribe(ctx, all[2].ID, "weekly", at(1)))
	for i, c := range []struct {
		email      string
		newsletter string
		want       digest.Subscriber
		left       []string
	}{
		{"ada@example.com", "daily", digest.Subscriber{Email: "ada@example.com", Name: "Ada", Newsletters: []string{"weekly", "daily"}, Tags: []string{"Go"}}, nil},
		{"grace@example.com", "daily", digest.Subscriber{Email: "grace@example.com", Newsletters: []string{"daily"}}, nil},
		{"joan@example.com", "weekly", digest.Subscriber{Email: "joan@example.com"}, nil},
	} {
		must(t, s.AddSignup(ctx, asks(c.email, c.newsletter), anyAddress(), nil, at(2)))
		sub := ok(s.Confirm(ctx, mailed(t, s, 3).ID, nil, at(4)))(t)
		c.want.ID = all[i].ID
		if diff := cmp.Diff(c.want, sub); diff != "" {
			t.Errorf("%s: %s", c.email, diff)
		}
		if diff := cmp.Diff(c.left, leftBy(ok(s.Person(ctx, sub.ID))(t))); diff != "" {
			t.Errorf("%s: %s", c.email, diff)
		}
	}
}

// One address gets one mail a day that waits for its confirmation, and a suppressed one gets none.
func TestSignupsAreNoMailBomb(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	must(t, s.Suppress(ctx, "joan@example.com", "no such mailbox", at(0)))
	day := 24 * 60
	for _, c := range []struct {
		email  string
		minute int
		mail   bool
	}{
		{"ada@example.com", 1, true},
		{"ADA@example.com", 2, false},
		{"grace@example.com", 3, true},
		{"joan@example.com", 4, false},
		{"ada@example.com", day, false},
		{"ada@example.com", day + 2, true},
	} {
		must(t, s.AddSignup(ctx, asks(c.email, "weekly"), anyAddress(), nil, at(c.minute)))
		if up := mailed(t, s, c.minute); (up != nil) != c.mail {
			t.Errorf("%s, minute %d: %+v", c.email, c.minute, up)
		}
	}
	// Two at once, before the first is sent.
	must(t, s.AddSignup(ctx, asks("kay@example.com", "weekly"), anyAddress(), nil, at(9)))
	must(t, s.AddSignup(ctx, asks("kay@example.com", "weekly"), anyAddress(), nil, at(9)))
	first, second := ok(s.NextSignup(ctx, at(9), time.Minute))(t), ok(s.NextSignup(ctx, at(9), time.Minute))(t)
	if first == nil || second != nil {
		t.Errorf("%+v, %+v", first, second)
	}
	// A mail that could not be sent keeps nobody from asking again.
	must(t, s.SettleSignup(ctx, first.ID, time.Time{}))
	must(t, s.AddSignup(ctx, asks("kay@example.com", "weekly"), anyAddress(), nil, at(10)))
	if up := mailed(t, s, 10); up == nil {
		t.Error("no mail")
	}
}

// Who asks for one address too often is told nothing of it: what is stored is the same, but for the mail.
func TestSignupsOfAnAddressTriedTooOften(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	limit := Limit{Name: "ada", Most: 2, Within: time.Hour}
	all := []Limit{{Name: "all", Most: 4, Within: time.Hour}}
	for i, waiting := range []int{1, 2, 2, 2} {
		must(t, s.AddSignup(ctx, asks("ada@example.com", "weekly"), limit, all, at(i)))
		if n := ok(s.SignupsWaiting(ctx))(t); n != waiting {
			t.Errorf("after %d: %d wait", i+1, n)
		}
	}
	if n := count(t, s, `SELECT COUNT(*) FROM signups`); n != 4 {
		t.Errorf("%d are stored", n)
	}
	if err := s.AddSignup(ctx, asks("ada@example.com", "weekly"), limit, all, at(5)); !errors.As(err, new(*OverLimitError)) {
		t.Errorf("they do not count against the limits of all: %v", err)
	}
}

func TestSignupsAreForgotten(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	limit := []Limit{{Name: "x", Most: 9, Within: time.Hour}}
	must(t, s.AddSignup(ctx, asks("ada@example.com", "weekly"), anyAddress(), limit, at(0)))
	must(t, s.AddSignup(ctx, asks("grace@example.com", "weekly"), anyAddress(), limit, at(0)))
	ada, grace := mailed(t, s, 0), mailed(t, s, 0)
	ok(s.Confirm(ctx, grace.ID, nil, at(1)))(t)
	later := at(0).Add(SignupLife + time.Minute)
	if _, err := s.Confirm(ctx, ada.ID, nil, later); !errors.Is(err, ErrNotFound) {
		t.Errorf("confirmed too late: %v", err)
	}
	must(t, s.ForgetSignups(ctx, later))
	if n := count(t, s, `SELECT COUNT(*) FROM signups`); n != 1 {
		t.Errorf("%d are kept", n)
	}
	ok(s.Signup(ctx, grace.ID, later))(t)
	must(t, s.ForgetSignups(ctx, later.Add(signupKept)))
	if n := count(t, s, `SELECT (SELECT COUNT(*) FROM signups) + (SELECT COUNT(*) FROM limits)`); n != 0 {
		t.Errorf("%d are kept", n)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	s, ctx := openTest(t), t.Context()
	limits := func(network string) []Limit {
		return []Limit{{Name: network, Most: 2, Within: time.Hour}, {Name: "all", Most: 3, Within: 24 * time.Hour}}
	}
	for i, c := range []struct {
		network   string
		minute    int
		ok, first bool
	}{
		{"a", 0, true, false},
		{"a", 1, true, false},
		{"a", 2, false, true},
		{"a", 59, false, false},
		{"a", 60, true, false},
		{"b", 60, false, true},
		{"b", 61, false, false},
		{"b", 24 * 60, true, false},
	} {
		err := s.AddSignup(ctx, asks("x@example.com", "weekly"), anyAddress(), limits(c.network), at(c.minute))
		var over *OverLimitError
		if c.ok != (err == nil) || err != nil && (!errors.As(err, &over) || over.First != c.first) {
			t.Errorf("%d: %+v", i, err)
		}
	}
	if n := count(t, s, `SELECT COUNT(*) FROM signups`); n != 4 {
		t.Errorf("%d sign-ups are stored", n)
	}
}
