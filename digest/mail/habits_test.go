package mail_test

import (
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

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
