package mail_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
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
