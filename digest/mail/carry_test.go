package mail_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

func many(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("u%d@example.com", i)
	}
	return all
}

// stubborn is a queue that hands out again what the relay's trouble sent back, as the ledger does.
type stubborn struct{ *queue }

func (q stubborn) Done(j *mail.Job, err error) {
	var r *digest.Refusal
	if errors.As(err, &r) && r.Verdict() == digest.RelayTrouble {
		q.mu.Lock()
		q.jobs = append(q.jobs, j)
		q.mu.Unlock()
		return
	}
	q.queue.Done(j, err)
}

// Next waits for what is on its way, as it may come back.
func (q stubborn) Next(ctx context.Context) *mail.Job { return q.queue.Next(ctx) }

func pipelining(on bool) smtptest.Option {
	if on {
		return smtptest.Extensions("PIPELINING", "ENHANCEDSTATUSCODES")
	}
	return smtptest.Extensions("ENHANCEDSTATUSCODES")
}

// consistent holds what must be true whatever happened: who was told accepted got one message, their own and whole; who was refused
// got none; and who is in doubt at most one.
func consistent(t testing.TB, s *smtptest.Server, q *queue, addresses []string) {
	t.Helper()
	got := map[string]int{}
	for _, m := range s.Messages() {
		to := m.To[0]
		got[to]++
		want, err := form(t).Bytes(blanks(to))
		if err != nil || len(m.To) != 1 || !bytes.Equal(m.Data, want) {
			t.Errorf("%s got %d bytes that are not its message: %q", m.To, len(m.Data), m.Data[:min(len(m.Data), 300)])
		}
	}
	for _, a := range addresses {
		answers := q.done[a]
		if len(answers) != 1 {
			t.Errorf("%s: told %d times: %v", a, len(answers), answers)
			continue
		}
		var r *digest.Refusal
		switch {
		case answers[0] == nil:
			if got[a] < 1 || q.begun[a] < 1 {
				t.Errorf("%s: accepted, but the server has %d, begun %d", a, got[a], q.begun[a])
			}
		case !errors.As(answers[0], &r):
			t.Errorf("%s: %v is no refusal", a, answers[0])
		case r.Verdict() != digest.InDoubt && got[a] > 0:
			t.Errorf("%s: %v, but the server has it", a, r)
		}
		if got[a] > 1 {
			t.Errorf("%s got it %d times", a, got[a])
		}
	}
}

// A steady stream takes one round trip a message: this server answers a body only once it has the next envelope, or QUIT after the last that a
// connection carries.
func TestCarryPipelines(t *testing.T) {
	t.Parallel()
	const messages = 10
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	bodies := make(chan int, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		r := bufio.NewReader(conn)
		read := func(until string) {
			for line := ""; !strings.HasPrefix(line, until) && err == nil; {
				line, err = r.ReadString('\n')
			}
		}
		say := func(text string) { _, _ = io.WriteString(conn, text) }
		say("220 here\r\n")
		read("EHLO")
		say("250-here\r\n250 PIPELINING\r\n")
		read("DATA\r\n")
		say("250 from\r\n250 to\r\n354 go\r\n")
		n := 0
		for n < messages && err == nil {
			read(".\r\n")
			if n++; n < messages {
				read("DATA\r\n")
				say("250 queued\r\n250 from\r\n250 to\r\n354 go\r\n")
			}
		}
		read("QUIT")
		say("250 queued\r\n221 bye\r\n")
		bodies <- n
	}()
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		t.Fatal(l.Addr())
	}
	c, err := mail.NewSMTP(mail.SMTPOptions{Host: "127.0.0.1", Port: address.Port, TLS: mail.TLSNone, Connections: 1, MessagesPerConnection: messages})
	if err != nil {
		t.Fatal(err)
	}
	q := &patient{queue: newQueue(t, many(messages)...)}
	if err := c.Carry(t.Context(), q); err != nil || <-bodies != messages {
		t.Fatal(err)
	}
	for a, answers := range q.done {
		if len(answers) != 1 || answers[0] != nil {
			t.Errorf("%s: %v", a, answers)
		}
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

// patient is a queue in which a message begins only once the next is at hand.
type patient struct{ *queue }

func (q *patient) Begin(j *mail.Job) bool {
	for q.waits() {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(50 * time.Millisecond) // from Next to where the connection looks
	return q.queue.Begin(j)
}

// waits tells whether there are messages, and none was taken beyond the one that begins.
func (q *patient) waits() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.jobs) > 0 && q.taken < len(q.begun)+2
}

// Every refusal at every step, with others before and behind it on the same connection.
func TestCarryRefusals(t *testing.T) {
	t.Parallel()
	for _, piped := range []bool{true, false} {
		for _, lax := range []bool{true, false} {
			for _, stage := range []digest.Stage{digest.StageRcpt, digest.StageData, digest.StageBody} {
				for _, reply := range []string{"550 5.1.1 nobody", "451 4.2.0 later", "452-4.2.2 full\r\n452 4.2.2 really"} {
					t.Run(fmt.Sprintf("pipelining %v lax %v %s %.3s", piped, lax, stage, reply), func(t *testing.T) {
						t.Parallel()
						options := []smtptest.Option{pipelining(piped)}
						if lax {
							options = append(options, smtptest.LaxData())
						}
						s := smtptest.New(t, options...)
						n := 0
						s.Fault(func(_ int, at digest.Stage, arg string) string {
							if at != stage {
								return ""
							}
							n++ // one connection: no race
							if n%3 != 1 && n%7 != 3 {
								return ""
							}
							return reply
						})
						q := newQueue(t, many(30)...)
						c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 1 })
						if err := c.Carry(t.Context(), q); err != nil {
							t.Fatal(err)
						}
						consistent(t, s, q, many(30))
						refused := 0
						for _, a := range many(30) {
							if err := q.done[a][0]; err != nil {
								refused++
								if r := refusal(t, err); r.Stage != stage || fmt.Sprint(r.Code) != reply[:3] {
									t.Errorf("%s: %+v", a, r)
								}
							}
						}
						if refused < 10 || s.Connections() != 1 {
							t.Errorf("%d refused over %d connections", refused, s.Connections())
						}
					})
				}
			}
		}
	}
}

// A recipient at whom every connection ends is put off, and holds up nobody.
func TestCarryPoisonedRecipient(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		piped, end := i%2 == 0, []string{smtptest.Drop, "421 4.7.0 not to them"}[i/2]
		t.Run(fmt.Sprintf("pipelining %v %.3q", piped, end), func(t *testing.T) {
			t.Parallel()
			s := smtptest.New(t, pipelining(piped))
			all := many(30)
			s.Fault(smtptest.For(digest.StageRcpt, all[7], end))
			q := newQueue(t, all...)
			c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections, o.Backoff = 2, time.Millisecond })
			if err := c.Carry(t.Context(), q); err != nil {
				t.Fatal(err)
			}
			consistent(t, s, q, all)
			for _, a := range all {
				var r *digest.Refusal
				switch err := q.done[a][0]; {
				case a != all[7] && err != nil:
					t.Errorf("%s: %v", a, err)
				case a == all[7] && (!errors.As(err, &r) || r.Verdict() != digest.TryLater):
					t.Errorf("%s, at whom every connection ends: %v", a, err)
				}
			}
		})
	}
}

// A relay that breaks off at the body of each message is in trouble: it is left alone, and not given the same messages for ever.
func TestCarryNoBodyIsTaken(t *testing.T) {
	t.Parallel()
	for _, piped := range []bool{true, false} {
		s := smtptest.New(t, pipelining(piped))
		s.Fault(smtptest.At(digest.StageBody, "421 4.3.2 enough"))
		q := newQueue(t, many(40)...)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		err := dial(t, s, func(o *mail.SMTPOptions) { o.Backoff = time.Millisecond }).Carry(ctx, stubborn{q})
		if r := refusal(t, err); r.Code != 421 || s.Connections() > 20 {
			t.Errorf("pipelining %v: %+v after %d connections", piped, r, s.Connections())
		}
		consistent(t, s, q, nil)
	}
}

// The connection ends in every way at every step, again and again.
func TestCarryBrokenConnections(t *testing.T) {
	t.Parallel()
	for _, piped := range []bool{true, false} {
		for _, stage := range []digest.Stage{digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody, smtptest.StageReset} {
			for name, fault := range map[string]string{
				"drop": smtptest.Drop, "reset": smtptest.Reset, "421": "421 4.3.2 enough", "swallow": smtptest.Swallow, "nonsense": "what?\x01",
				"half a reply": "250-yes\x01", "out of order": "220 hello",
			} {
				if name == "swallow" && stage != digest.StageBody {
					continue
				}
				t.Run(fmt.Sprintf("pipelining %v %s %s", piped, stage, name), func(t *testing.T) {
					t.Parallel()
					s := smtptest.New(t, pipelining(piped))
					s.Fault(smtptest.Any(
						smtptest.Every(5, smtptest.At(stage, fault)),
						smtptest.Every(7, smtptest.At(digest.StageRcpt, "550 5.1.1 nobody")),
					))
					q := newQueue(t, many(60)...)
					c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 3 })
					for len(q.jobs) > 0 {
						if err := c.Carry(t.Context(), stubborn{q}); err != nil {
							t.Log(err)
						}
					}
					consistent(t, s, q, many(60))
				})
			}
		}
	}
}

// What is refused before it is sent, while another message waits for its turn on the connection, does not change that message.
func TestCarryWhatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t, smtptest.Extensions("PIPELINING", "ENHANCEDSTATUSCODES")) // no SMTPUTF8
	addresses := many(400)
	for i := range addresses {
		if i%4 == 1 || i%8 == 2 {
			addresses[i] = fmt.Sprintf("jürgen%d@example.com", i)
		}
	}
	q := newQueue(t, addresses...)
	if err := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 4 }).Carry(t.Context(), q); err != nil {
		t.Fatal(err)
	}
	consistent(t, s, q, addresses)
	for _, a := range addresses {
		if refused := q.done[a][0] != nil; refused == isASCII(a) {
			t.Errorf("%s: %v", a, q.done[a][0])
		}
	}
}

// A body that may not begin is not sent, and costs nobody else anything.
func TestCarryWithdrawn(t *testing.T) {
	t.Parallel()
	for _, piped := range []bool{true, false} {
		s := smtptest.New(t, pipelining(piped))
		q := newQueue(t, many(20)...)
		picky := &picky{queue: q}
		if err := dial(t, s, nil).Carry(t.Context(), picky); err != nil {
			t.Fatal(err)
		}
		consistent(t, s, q, many(20))
		for _, a := range many(20) {
			if (q.done[a][0] != nil) != strings.HasPrefix(a, "u1") {
				t.Errorf("%s: %v", a, q.done[a][0])
			}
		}
		if slices.Contains(s.Commands(), "RSET") {
			t.Error("it said RSET where the body goes")
		}
	}
}

// picky begins nothing for u1….
type picky struct{ *queue }

func (q *picky) Begin(j *mail.Job) bool {
	return !strings.HasPrefix(j.Blanks.To.Address, "u1") && q.queue.Begin(j)
}

func TestCarryStops(t *testing.T) {
	t.Parallel()
	s := smtptest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	q := newQueue(t, many(500)...)
	s.Fault(func(_ int, stage digest.Stage, arg string) string {
		if stage == digest.StageBody && arg == "u30@example.com" {
			cancel()
		}
		return ""
	})
	if err := dial(t, s, nil).Carry(ctx, q); err != nil {
		t.Fatal(err)
	}
	asked := many(500)[:500-len(q.jobs)]
	consistent(t, s, q, asked)
	if len(asked) < 31 || len(asked) > 400 { // how soon it hears of the end is for the machine to say, but not that it goes on
		t.Errorf("%d messages were taken", len(asked))
	}
	for a, begun := range q.begun {
		if begun == 1 && q.done[a][0] != nil {
			t.Errorf("%s was cut off: %v", a, q.done[a][0])
		}
	}
}

// Whatever a server does, at whatever moment: nobody gets another's message, half of one, or one that was refused.
func TestCarryChaos(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // repeatable
			options := []smtptest.Option{pipelining(seed%4 != 0)}
			if seed%3 == 0 {
				options = append(options, smtptest.LaxData())
			}
			s := smtptest.New(t, options...)
			replies := []string{"550 5.1.1 no", "451 4.2.1 later", "421 4.3.2 bye", smtptest.Drop, smtptest.Reset, "5", "250 2.0.0 yes", "354 go", "452-4.3.1 a\r\n452 4.3.1 b"}
			dice := make(chan string, 1)
			go func() {
				defer close(dice)
				for t.Context().Err() == nil {
					roll := ""
					if random.IntN(12) == 0 {
						roll = replies[random.IntN(len(replies))]
					}
					select {
					case dice <- roll:
					case <-t.Context().Done():
					}
				}
			}()
			s.Fault(func(_ int, stage digest.Stage, _ string) string {
				roll := <-dice
				if stage == digest.StageRcpt && strings.HasPrefix(roll, "3") || stage == digest.StageBody && strings.HasPrefix(roll, "3") ||
					stage == digest.StageData && strings.HasPrefix(roll, "2") {
					return "" // the server would take what follows as something else than it said
				}
				return roll
			})
			q := newQueue(t, many(80)...)
			c := dial(t, s, func(o *mail.SMTPOptions) { o.Connections = 4; o.MessagesPerConnection = 10 })
			for len(q.jobs) > 0 {
				_ = c.Carry(t.Context(), stubborn{q})
			}
			consistent(t, s, q, many(80))
		})
	}
}
