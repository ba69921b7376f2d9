package mail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// tally is a store of counts.
type tally struct {
	mu     sync.Mutex
	counts map[int64]int
}

func (t *tally) CountMessages(_ context.Context, _, _ string, span, since int64, n int) (map[int64]int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.counts[span] += n
	out := map[int64]int{}
	for s, n := range t.counts {
		if s >= since {
			out[s] = n
		}
	}
	return out, nil
}

func (t *tally) total() (n int) {
	for _, c := range t.counts {
		n += c
	}
	return n
}

// A relay gets no more than its rate in any second.
func TestRate(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	var mu sync.Mutex
	var times []time.Time
	s.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageMail {
			mu.Lock()
			times = append(times, time.Now())
			mu.Unlock()
		}
		return ""
	})
	q := newQueue(t, many(25)...)
	if err := dial(t, s, func(o *mail.SMTPOptions) { o.Rate = []mail.Rate{{N: 10, Per: time.Second}} }).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	consistent(t, s, q, many(25))
	for i := range times[:15] {
		if d := times[i+10].Sub(times[i]); d < 900*time.Millisecond {
			t.Errorf("11 messages within %s", d)
		}
	}
}

// A clock that is set back while a rate is waited for ends the wait no later than it would have.
func TestRateWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	rate := func(o *mail.SMTPOptions) { o.Rate = []mail.Rate{{N: 2, Per: time.Second}} }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()

	// The timer comes before its time.
	s := smtptest.New(t)
	c := dial(t, s, rate)
	var early sync.WaitGroup
	early.Go(func() {
		for s.Accepted() < 2 && ctx.Err() == nil {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(200 * time.Millisecond)
		c.Look()
	})
	if err := c.Carry(ctx, newQueue(t, many(4)...)); err != nil || ctx.Err() != nil || s.Accepted() != 4 {
		t.Errorf("%v, %v: %d of 4 accepted", err, ctx.Err(), s.Accepted())
	}
	early.Wait()

	// All was counted in what is the future now.
	for _, d := range []time.Duration{10 * time.Second, time.Hour, 10 * 365 * 24 * time.Hour} {
		s := smtptest.New(t)
		c := dial(t, s, rate)
		c.CountLater(2, d)
		if err := c.Carry(ctx, newQueue(t, "a@example.com")); err != nil || ctx.Err() != nil {
			t.Errorf("set back by %s: %v, %v", d, err, ctx.Err())
		}
	}
}

// What was counted by a clock that was ahead does not hold up what is sent once it is right again.
func TestRateOfADayWhenTheClockIsSetBack(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	later := time.Now().Add(90*24*time.Hour).Unix() / 3600
	counts := &tally{counts: map[int64]int{later: 100}}
	c := dial(t, s, func(o *mail.SMTPOptions) { o.Rate, o.Tally = []mail.Rate{{N: 100, Per: 24 * time.Hour}}, counts })
	if err := c.Carry(t.Context(), newQueue(t, many(20)...)); err != nil || s.Accepted() != 20 {
		t.Errorf("%v: %d of 20 accepted", err, s.Accepted())
	}
}

// The limit of a day holds over restarts; when it is reached nothing more is taken, and it is said why.
func TestRateOfADay(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	counts := &tally{counts: map[int64]int{}}
	day := func(o *mail.SMTPOptions) { o.Rate, o.Tally = []mail.Rate{{N: 150, Per: 24 * time.Hour}}, counts }
	for want, n := range []int{100, 50, 0} {
		c := dial(t, s, day)
		part := newQueue(t, many(100)...)
		err := c.Carry(t.Context(), part)
		if accepted := s.Accepted() - []int{0, 100, 150}[want]; accepted != n || (err == nil) != (n == 100) {
			t.Errorf("%d: %d accepted, %v", want, accepted, err)
		}
		if err != nil {
			if r := refusal(t, err); r.Verdict() != digest.RelayTrouble {
				t.Errorf("%+v", r)
			}
			if r := refusal(t, c.Send(t.Context(), to("single@example.com"))); r.Verdict() != digest.NotYet || time.Until(r.Again) < 22*time.Hour {
				t.Errorf("by itself: %+v", r)
			}
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
		if counts.total() != s.Accepted() {
			t.Errorf("%d are counted, and %d were sent", counts.total(), s.Accepted())
		}
	}
}

// A domain gets no more than its rate, and the others do not wait for it.
func TestRatePerDomain(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	var mu sync.Mutex
	last := map[string]time.Duration{}
	start := time.Now()
	s.Fault(func(_ int, stage digest.Stage, arg string) string {
		if stage == digest.StageRcpt {
			mu.Lock()
			last[arg] = time.Since(start)
			mu.Unlock()
		}
		return ""
	})
	addresses := append(many(12), "a@other.example", "b@third.example")
	q := newQueue(t, addresses...)
	if err := dial(t, s, func(o *mail.SMTPOptions) { o.PerDomain = []mail.Rate{{N: 5, Per: time.Second}} }).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	consistent(t, s, q, addresses)
	if last["u11@example.com"] < 1800*time.Millisecond || last["b@third.example"] > last["u5@example.com"] {
		t.Errorf("%v", last)
	}
}

// A domain whose next turn is far off keeps nobody waiting: its messages are put off, however many come before the others, and none of them twice.
func TestRatePerDomainOfAnHour(t *testing.T) {
	t.Parallel()
	const limited, others = 600, 300
	var addresses []string
	for i := range limited {
		addresses = append(addresses, fmt.Sprintf("u%d@large.example", i))
	}
	for i := range others {
		addresses = append(addresses, fmt.Sprintf("u%d@d%d.example", i, i))
	}
	s := smtptest.New(t)
	q := newQueue(t, addresses...)
	c := dial(t, s, func(o *mail.SMTPOptions) { o.PerDomain = []mail.Rate{{N: 5, Per: time.Second}, {N: 7, Per: time.Hour}} })
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	before := time.Now()
	if err := c.Carry(ctx, q); err != nil || ctx.Err() != nil {
		t.Fatal(err, ctx.Err())
	}
	consistent(t, s, q, addresses)
	late := 0
	for a, answers := range q.done {
		if answers[0] == nil {
			continue
		}
		late++
		r := refusal(t, answers[0])
		if r.Verdict() != digest.NotYet || !strings.HasSuffix(a, "@large.example") || r.Text != "the limit of 7/h for large.example is reached" {
			t.Errorf("%s: %+v", a, r)
		}
		if wait := r.Again.Sub(before); wait < 50*time.Minute || wait > 70*time.Minute {
			t.Errorf("%s is put off for %s", a, wait)
		}
	}
	if s.Accepted() != others+7 || late != limited-7 {
		t.Errorf("%d accepted, %d put off", s.Accepted(), late)
	}
	if r := refusal(t, c.Send(ctx, to("single@large.example"))); r.Verdict() != digest.NotYet {
		t.Errorf("by itself: %+v", r)
	}
}

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

// What the server says of too many connections is learned.
func TestConnectionsAdapt(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.MostOpen(2), smtptest.Latency(time.Millisecond))
	q := newQueue(t, many(200)...)
	if err := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 8 }).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	consistent(t, s, q, many(200))
	if n := s.Connections(); n > 20 {
		t.Errorf("%d connections were tried", n)
	}
}

// A server that is down for a moment gets as many connections as before once it is back.
func TestConnectionsComeBack(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Latency(time.Millisecond))
	c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 6; o.MessagesPerConnection = 5 })
	var down atomic.Bool
	s.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageConnect && down.Load() {
			return smtptest.Drop
		}
		return ""
	})
	for _, broken := range []bool{false, true, false} {
		down.Store(broken)
		q := newQueue(t, many(120)...)
		if err := c.Carry(t.Context(), q); (err != nil) != broken {
			t.Errorf("down %v: %v", broken, err)
		}
		if !broken && s.MostAtOnce() < 6 {
			t.Errorf("%d connections at once", s.MostAtOnce())
		}
		for a, answers := range q.done {
			if len(answers) != 1 || (answers[0] != nil) != broken && !broken {
				t.Errorf("%s: %v", a, answers)
			}
		}
	}
	if n := c.Limit(); n != 6 {
		t.Errorf("%d connections are allowed afterwards", n)
	}
}

// A server that ends connections after so many messages is given no more over each; once it does so no longer, they carry what they may again.
func TestMessagesPerConnectionComeBack(t *testing.T) {
	t.Parallel()
	const habit = 3
	s := smtptest.New(t)
	c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections, o.MessagesPerConnection = 1, 50 })
	sent := map[int]int{}
	var strict atomic.Bool
	strict.Store(true)
	s.Fault(func(conn int, stage digest.Stage, _ string) string {
		if stage != digest.StageMail { // one connection at a time: no race
			return ""
		}
		if sent[conn]++; strict.Load() && sent[conn] > habit {
			return "421 4.7.0 enough for one connection"
		}
		return ""
	})
	carry := func(n int) (connections int) {
		before := s.Connections()
		q := newQueue(t, many(n)...)
		if err := c.Carry(t.Context(), q); err != nil {
			t.Fatal(err)
		}
		for a, answers := range q.done {
			if len(answers) != 1 || answers[0] != nil {
				t.Errorf("%s: %v", a, answers)
			}
		}
		return s.Connections() - before
	}
	carry(20)
	carry(600)
	tooMany := 0
	for _, n := range sent {
		if n > habit {
			tooMany++
		}
	}
	if tooMany > 10 {
		t.Errorf("%d of %d connections were overloaded", tooMany, s.Connections())
	}
	strict.Store(false)
	carry(2000)
	if n := carry(500); n > 11 {
		t.Errorf("%d connections for 500 messages, which 10 may carry", n)
	}
}
