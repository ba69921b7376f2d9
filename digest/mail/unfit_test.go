package mail_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// mixed are addresses every third of which needs SMTPUTF8.
func mixed(n int) []string {
	all := many(n)
	for i := range all {
		if i%3 == 1 {
			all[i] = fmt.Sprintf("jürgen%d@example.com", i)
		}
	}
	return all
}

// What one relay cannot take goes to another that can, and only that, wherever it stands in the order and whatever its weight is.
func TestUnfitGoesElsewhere(t *testing.T) {
	t.Parallel()
	plain, able := []string{"PIPELINING", "ENHANCEDSTATUSCODES"}, []string{"PIPELINING", "ENHANCEDSTATUSCODES", "SMTPUTF8"}
	small := []string{"PIPELINING", "SMTPUTF8", "SIZE 100"}
	for name, tc := range map[string]struct {
		offers [][]string
		weight int
		least  []int // that each gets of 90, 30 of them in UTF-8
	}{
		"the second can":           {[][]string{plain, able}, 0, []int{55, 30}},
		"the last can":             {[][]string{plain, plain, able}, 0, []int{55, 0, 30}},
		"the first can":            {[][]string{able, plain}, 0, []int{90, 0}},
		"by weight":                {[][]string{plain, able}, 1, []int{10, 30}},
		"too small":                {[][]string{small, able}, 0, []int{0, 90}},
		"too small, and then none": {[][]string{small, plain, able}, 0, []int{0, 55, 30}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var servers []*smtptest.Server
			for _, offers := range tc.offers {
				servers = append(servers, smtptest.New(t, smtptest.Extensions(offers...)))
			}
			q := newQueue(t, mixed(90)...)
			if err := relays(t, tc.weight, servers...).Carry(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			for i, s := range servers {
				if s.Accepted() < tc.least[i] {
					t.Errorf("relay %d got %d, want at least %d", i+1, s.Accepted(), tc.least[i])
				}
				for _, breach := range s.Breaches() {
					t.Error(breach)
				}
			}
			for _, a := range mixed(90) {
				if len(q.done[a]) != 1 || q.done[a][0] != nil {
					t.Errorf("%s: %v", a, q.done[a])
				}
			}
			if err := relays(t, tc.weight, servers...).Send(t.Context(), to("jürgen@example.com")); err != nil {
				t.Errorf("by itself: %v", err)
			}
		})
	}
}

// What no relay can take is refused, and each was asked for its reason.
func TestUnfitEverywhere(t *testing.T) {
	t.Parallel()
	c := relays(t, 0, smtptest.New(t, smtptest.Extensions("PIPELINING")), smtptest.New(t, smtptest.Extensions("SMTPUTF8", "SIZE 100")))
	q := newQueue(t, mixed(30)...)
	if err := c.Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for _, a := range mixed(30) {
		if !isASCII(a) {
			if r := refusal(t, q.done[a][0]); r.Enhanced != "5.3.4" && r.Enhanced != "5.6.7" {
				t.Errorf("%s: %+v", a, r)
			}
		} else if q.done[a][0] != nil {
			t.Errorf("%s: %v", a, q.done[a][0])
		}
	}
}

// While the only relay that can take a message is in trouble, it is put off; the others are sent.
func TestUnfitWhileTheOtherIsDown(t *testing.T) {
	t.Parallel()
	for _, weight := range []int{0, 1} {
		first, second := unlike(t)
		second.Fault(smtptest.At(digest.StageConnect, "554 5.3.2 closed for today"))
		q := newQueue(t, mixed(90)...)
		before := time.Now()
		if err := relays(t, weight, first, second).Carry(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		for _, a := range mixed(90) {
			if isASCII(a) {
				if q.done[a][0] != nil {
					t.Errorf("%s: %v", a, q.done[a][0])
				}
				continue
			}
			r := refusal(t, q.done[a][0])
			if r.Verdict() != digest.NotYet || r.Again.Before(before) || !strings.Contains(r.Text, "closed for today") {
				t.Errorf("%s: %+v", a, r)
			}
		}
		if !slices.ContainsFunc(first.Messages(), func(m smtptest.Message) bool { return m.To[0] == "u0@example.com" }) {
			t.Error("the others wait, too")
		}
	}
}

// A relay that is slow to take what only it can take holds up nothing that others take.
func TestUnfitDoNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	first, second := unlike(t)
	options := func(s *smtptest.Server) mail.SMTPOptions {
		return mail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Connections: 1}
	}
	slow := options(second)
	slow.Rate = []mail.Rate{{N: 10, Per: time.Second}}
	c, err := mail.NewSMTP(options(first), slow)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	atOnce := 0
	first.Fault(func(_ int, stage digest.Stage, arg string) string {
		if stage == digest.StageBody && arg == "u59@example.com" {
			atOnce = second.Accepted()
		}
		return ""
	})
	q := newQueue(t, mixed(60)...)
	if err := c.Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	if first.Accepted() != 40 || second.Accepted() != 20 || atOnce > 12 {
		t.Errorf("%d and %d accepted; the last of the first's waited for %d of the second's", first.Accepted(), second.Accepted(), atOnce)
	}
	for a, answers := range q.done {
		if err := errors.Join(answers...); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
}

// What a relay was not given does not count for the limit of its domain.
func TestUnfitCountsOnce(t *testing.T) {
	t.Parallel()
	first, second := unlike(t)
	first.Fault(smtptest.Once(smtptest.At(digest.StageConnect, smtptest.Drop)))
	var all []mail.SMTPOptions
	for _, s := range []*smtptest.Server{first, second} {
		all = append(all, mail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Backoff: time.Millisecond, PerDomain: []mail.Rate{{N: 4, Per: time.Hour}}})
	}
	c, err := mail.NewSMTP(all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	q := newQueue(t, "jürgen1@example.com", "a@example.com", "jürgen2@example.com", "b@example.com")
	if err := c.Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	for a, answers := range q.done {
		if err := errors.Join(answers...); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	if r := refusal(t, c.Send(t.Context(), to("c@example.com"))); r.Verdict() != digest.NotYet {
		t.Errorf("the fifth: %+v", r)
	}
}

// unlike are two relays of which only the second takes addresses in UTF-8.
func unlike(t *testing.T) (first, second *smtptest.Server) {
	t.Helper()
	return smtptest.New(t, smtptest.Extensions("PIPELINING")), smtptest.New(t, smtptest.Extensions("PIPELINING", "SMTPUTF8"))
}
