package mail_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// Each relay stands in for those before it, and no message is lost or doubled on the way.
func TestFailover(t *testing.T) {
	t.Parallel()
	first, second := smtptest.New(t), smtptest.New(t)
	first.Fault(smtptest.At(digest.StageConnect, "554 5.3.2 no service"))
	options := func(s *smtptest.Server, weight int) mail.SMTPOptions {
		return mail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Hello: "tidings.example", Weight: weight, Backoff: time.Nanosecond}
	}
	c, err := mail.NewSMTP(options(first, 0), options(second, 0))
	if err != nil {
		t.Fatal(err)
	}
	q := newQueue(t, many(40)...)
	if err := c.Carry(t.Context(), q); err != nil || second.Accepted() != 40 {
		t.Fatalf("%v, %d", err, second.Accepted())
	}
	consistent(t, second, q, many(40))
	if a := c.Ailing(); len(a) != 1 || a[0] != first.Addr+": connect: 554 5.3.2 no service" {
		t.Errorf("in trouble: %q", a)
	}
	first.Fault(nil)
	slowly(second)
	if err := c.Carry(t.Context(), newQueue(t, many(400)...)); err != nil || first.Accepted() < 300 {
		t.Errorf("it does not go back to the first: %v, %d of 400", err, first.Accepted())
	}
	if a := c.Ailing(); len(a) > 0 {
		t.Errorf("in trouble: %q", a)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}

	first, second = smtptest.New(t), smtptest.New(t)
	if c, err = mail.NewSMTP(options(first, 3), options(second, 1)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if err := c.Carry(t.Context(), newQueue(t, many(400)...)); err != nil || first.Accepted()+second.Accepted() != 400 {
		t.Fatalf("%v, %d and %d", err, first.Accepted(), second.Accepted())
	}
	if n := first.Accepted(); n < 280 || n > 320 {
		t.Errorf("the first got %d of 400, with a weight of 3 to 1", n)
	}
}

// A message by itself goes to the relay that stands in, at once.
func TestFailoverOfOne(t *testing.T) {
	t.Parallel()
	for _, weight := range []int{0, 1} {
		first, second := smtptest.New(t), smtptest.New(t)
		first.Fault(smtptest.At(digest.StageConnect, "421 4.3.2 no service"))
		c := relays(t, weight, first, second)
		for i := range 10 {
			if err := c.Send(t.Context(), to(fmt.Sprintf("u%d@example.com", i))); err != nil {
				t.Errorf("weight %d: %v", weight, err)
			}
		}
	}
}

// While it is seen whether a relay's trouble is over, which may take long, the others go on.
func TestFailoverFromSilence(t *testing.T) {
	t.Parallel()
	for _, weight := range []int{0, 1} {
		first, second := smtptest.New(t), smtptest.New(t)
		var greeted atomic.Int32
		first.Fault(func(_ int, stage digest.Stage, _ string) string {
			switch {
			case stage != digest.StageConnect:
				return ""
			case greeted.Add(1) == 1:
				return smtptest.Drop
			}
			return smtptest.Stall
		})
		c := relays(t, weight, first, second)
		slowly(second) // not all before the second look at the first
		q := newQueue(t, many(300)...)
		var carrying sync.WaitGroup
		carrying.Go(func() {
			if err := c.Carry(t.Context(), q); err != nil {
				t.Errorf("weight %d: %v", weight, err)
			}
		})
		for deadline := time.Now().Add(20 * time.Second); second.Accepted() < 299 && time.Now().Before(deadline); {
			time.Sleep(time.Millisecond)
		}
		if second.Accepted() < 299 || greeted.Load() < 2 {
			t.Errorf("weight %d: %d of 300 accepted, the first was called %d times", weight, second.Accepted(), greeted.Load())
		}
		first.Close() // what it was given goes to the other
		carrying.Wait()
		consistent(t, second, q, many(300))
	}
}

// slowly has a server take a while for each reply.
func slowly(s *smtptest.Server) {
	s.Fault(func(int, digest.Stage, string) string {
		time.Sleep(time.Millisecond)
		return ""
	})
}

func relays(t testing.TB, weight int, servers ...*smtptest.Server) *mail.SMTP {
	t.Helper()
	var all []mail.SMTPOptions
	for _, s := range servers {
		all = append(all, mail.SMTPOptions{
			Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Hello: "tidings.example", Weight: weight, Backoff: time.Millisecond,
		})
	}
	c, err := mail.NewSMTP(all...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// A relay that takes every message and answers none is in trouble: it does not get all of them, to be in doubt one by one.
func TestARelayThatAnswersNoMessage(t *testing.T) {
	t.Parallel()
	first, second := smtptest.New(t), smtptest.New(t)
	first.Fault(smtptest.At(digest.StageBody, smtptest.Swallow))
	options := func(s *smtptest.Server) mail.SMTPOptions {
		return mail.SMTPOptions{Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Hello: "tidings.example", Connections: 2, Backoff: time.Millisecond}
	}
	for name, relays := range map[string][]mail.SMTPOptions{"alone": {options(first)}, "with another": {options(first), options(second)}} {
		c, err := mail.NewSMTP(relays...)
		if err != nil {
			t.Fatal(err)
		}
		q := newQueue(t, many(200)...)
		err = c.Carry(t.Context(), q)
		if r, trouble := errors.AsType[*digest.Refusal](err); trouble != (len(relays) == 1) || trouble && r.Verdict() != digest.RelayTrouble {
			t.Errorf("%s: %v", name, err)
		}
		verdicts := map[digest.Verdict]int{}
		for _, answers := range q.done {
			if r, ok := errors.AsType[*digest.Refusal](answers[0]); ok {
				verdicts[r.Verdict()]++
			}
		}
		if n := verdicts[digest.InDoubt]; n < 3 || n > 40 {
			t.Errorf("%s: %d of 200 messages are in doubt", name, n)
		}
		if n := second.Accepted(); len(relays) > 1 && n+verdicts[digest.InDoubt] != 200 {
			t.Errorf("%s: %d accepted, the others: %v", name, n, verdicts)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}
