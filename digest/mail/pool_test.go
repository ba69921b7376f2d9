package mail_test

import (
	"bytes"
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

func TestPoolReusesAndRecycles(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	c := dial(t, s, nil)
	for i := range 201 {
		if err := c.Send(t.Context(), to(fmt.Sprintf("u%d@example.com", i))); err != nil {
			t.Fatal(err)
		}
	}
	if n := s.Connections(); n != 3 {
		t.Errorf("%d connections for 201 messages", n)
	}
	if n := len(s.Messages()); n != 201 {
		t.Errorf("%d messages", n)
	}
}

func TestPoolBoundsConnections(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.StartTLS())
	s.Fault(func(_ int, stage digest.Stage, arg string) string {
		if stage == digest.StageRcpt && strings.HasPrefix(arg, "bad") {
			return "550 5.1.1 unknown"
		}
		return ""
	})
	c := dial(t, s, all(starttls, func(o *mail.SMTPOptions) { o.Connections = 3 }))
	var wg sync.WaitGroup
	var refused atomic.Int64
	for i := range 60 {
		wg.Go(func() {
			name := "ok"
			if i%5 == 0 {
				name = "bad"
			}
			if err := c.Send(t.Context(), to(fmt.Sprintf("%s%d@example.com", name, i))); err != nil {
				if r := refusal(t, err); r.Verdict() != digest.BadAddress || name != "bad" {
					t.Errorf("%s%d: %v", name, i, err)
				}
				refused.Add(1)
			}
		})
	}
	wg.Wait()
	if refused.Load() != 12 {
		t.Errorf("%d refused", refused.Load())
	}
	got := map[string]int{}
	for _, m := range s.Messages() {
		got[m.To[0]]++
		if !bytes.Contains(m.Data, []byte("To: <"+m.To[0]+">\r\n")) {
			t.Errorf("%s got another's message", m.To[0])
		}
	}
	if len(got) != 48 || len(s.Messages()) != 48 {
		t.Errorf("%d messages to %d", len(s.Messages()), len(got))
	}
	if n := s.MostAtOnce(); n > 3 {
		t.Errorf("%d connections at once", n)
	}
}

// A message by itself does not wait for the end of a long queue, which has all connections.
func TestSendWhileCarrying(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Latency(time.Millisecond))
	c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 3 })
	const messages = 4000
	q := newQueue(t, many(messages)...)
	var carrying sync.WaitGroup
	carrying.Go(func() {
		if err := c.Carry(t.Context(), q); err != nil {
			t.Error(err)
		}
	})
	for i := range 3 {
		for s.Accepted() < (i+1)*100 {
			time.Sleep(time.Millisecond)
		}
		if err := c.Send(t.Context(), to(fmt.Sprintf("single%d@example.com", i))); err != nil {
			t.Error(err)
		}
	}
	if n := s.Accepted(); n >= messages {
		t.Errorf("all %d went first", n)
	}
	carrying.Wait()
	if s.Accepted() != messages+3 {
		t.Errorf("%d accepted", s.Accepted())
	}
}

// What the server did to an idle connection costs no message.
func TestPoolStaleConnection(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*smtptest.Server){
		"closed":    (*smtptest.Server).CloseConnections,
		"421 MAIL":  func(s *smtptest.Server) { s.Fault(smtptest.Once(smtptest.At(digest.StageMail, "421 4.4.2 idle"))) },
		"421 RCPT":  func(s *smtptest.Server) { s.Fault(smtptest.Once(smtptest.At(digest.StageRcpt, "421 4.7.0 enough"))) },
		"drop DATA": func(s *smtptest.Server) { s.Fault(smtptest.Once(smtptest.At(digest.StageData, smtptest.Drop))) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t)
			c := dial(t, s, nil)
			if err := c.Send(t.Context(), to("a@example.com")); err != nil {
				t.Fatal(err)
			}
			spoil(s)
			if err := c.Send(t.Context(), to("b@example.com")); err != nil {
				t.Fatal(err)
			}
			if n := len(s.Messages()); n != 2 || s.Connections() != 2 {
				t.Errorf("%d messages over %d connections", n, s.Connections())
			}
		})
	}
	t.Run("in doubt", func(t *testing.T) {
		t.Parallel()
		s := smtptest.New(t)
		c := dial(t, s, nil)
		if err := c.Send(t.Context(), to("a@example.com")); err != nil {
			t.Fatal(err)
		}
		s.Fault(smtptest.Once(smtptest.At(digest.StageBody, smtptest.Swallow)))
		if r := refusal(t, c.Send(t.Context(), to("b@example.com"))); r.Verdict() != digest.InDoubt {
			t.Errorf("got %+v", r)
		}
		if n := len(s.Messages()); n != 2 {
			t.Errorf("%d messages", n)
		}
	})
	t.Run("again", func(t *testing.T) {
		t.Parallel()
		s := smtptest.New(t)
		c := dial(t, s, nil)
		if err := c.Send(t.Context(), to("a@example.com")); err != nil {
			t.Fatal(err)
		}
		s.Fault(smtptest.At(digest.StageMail, "421 4.3.2 down"))
		if r := refusal(t, c.Send(t.Context(), to("b@example.com"))); r.Code != 421 {
			t.Errorf("got %+v", r)
		}
		if n := s.Connections(); n != 2 {
			t.Errorf("%d connections: it must not go on trying", n)
		}
	})
}

// A server that cannot even reset loses its connection, and not the next message.
func TestPoolResetFails(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{"500 5.5.1 what?", smtptest.Drop, "421 4.3.2 down"} {
		s := smtptest.New(t)
		s.Fault(func(_ int, stage digest.Stage, arg string) string {
			switch {
			case stage == digest.StageRcpt && arg == "gone@example.com":
				return "550 5.1.1 gone"
			case stage == smtptest.StageReset:
				return reply
			}
			return ""
		})
		c := dial(t, s, nil)
		if r := refusal(t, c.Send(t.Context(), to("gone@example.com"))); r.Enhanced != "5.1.1" {
			t.Errorf("%q: %+v", reply, r)
		}
		if err := c.Send(t.Context(), to("a@example.com")); err != nil {
			t.Errorf("%q: %v", reply, err)
		}
		if n := s.Connections(); n != 2 {
			t.Errorf("%q: %d connections", reply, n)
		}
	}
}

func TestPoolClosesIdleConnections(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	c := dial(t, s, nil)
	c.SetIdle(time.Millisecond)
	for i := range 2 {
		if err := c.Send(t.Context(), to("a@example.com")); err != nil {
			t.Fatal(err)
		}
		for s.Open() > 0 { // until the test's own time is up
			time.Sleep(time.Millisecond)
		}
		if n := s.Connections(); n != i+1 {
			t.Errorf("%d connections", n)
		}
	}
	if got := s.Commands(); got[len(got)-1] != "QUIT" {
		t.Errorf("it left with %s", got[len(got)-1])
	}
}

func TestPoolClose(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	c := dial(t, s, nil)
	if err := c.Send(t.Context(), sample()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.Commands(); got[len(got)-1] != "QUIT" {
		t.Errorf("it left with %s", got[len(got)-1])
	}
	if r := refusal(t, c.Send(t.Context(), sample())); !strings.Contains(r.Text, "closed") {
		t.Errorf("got %+v", r)
	}
}

// QUIT is a courtesy: a server that does not answer it holds nobody up, and costs nothing.
func TestPoolQuitFails(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{"500 5.5.1 what?", smtptest.Drop, smtptest.Stall} {
		s := smtptest.New(t)
		s.Fault(smtptest.At(smtptest.StageQuit, reply))
		c := dial(t, s, func(o *mail.SMTPOptions) { o.Timeout = 2 * time.Second })
		if err := c.Send(t.Context(), sample()); err != nil {
			t.Fatal(err)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
}

// A server that never ends its reply is cut off.
func TestSendFlood(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	s.Fault(smtptest.At(digest.StageHello, strings.Repeat("250-X\r\n", 100_000)+"250 OK"))
	r := refusal(t, dial(t, s, nil).Send(t.Context(), sample()))
	if r.Stage != digest.StageHello || !strings.Contains(r.Text, "without end") {
		t.Errorf("got %+v", r)
	}
}

func BenchmarkSend(b *testing.B) {
	s := smtptest.New(b)
	c := dial(b, s, nil)
	m := sample()
	m.HTML = strings.Repeat(`<p style="margin:0 0 12px">A paragraph of HTML, such as a summary is.</p>`, 800)
	b.ReportAllocs()
	for b.Loop() {
		if err := c.Send(b.Context(), m); err != nil {
			b.Fatal(err)
		}
	}
}
