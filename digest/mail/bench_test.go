package mail_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// sinkVariable has this program be a sink for messages instead of running tests: its CPU time is then not the sender's.
const sinkVariable = "TIDINGS_TEST_SINK"

func TestMain(m *testing.M) {
	if latency, err := time.ParseDuration(os.Getenv(sinkVariable)); err == nil {
		s, err := smtptest.Listen(context.Background(), smtptest.Keep(0), smtptest.Latency(latency))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(s.Addr)
		_, _ = io.Copy(io.Discard, os.Stdin) // until the benchmark is over
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// sink starts a server in a process of its own.
func sink(b *testing.B, latency time.Duration) (host string, port int) {
	b.Helper()
	c := exec.CommandContext(b.Context(), os.Args[0])
	c.Env = append(os.Environ(), sinkVariable+"="+latency.String())
	stop, err := c.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = stop.Close(); _ = c.Wait() })
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	host, text, err := net.SplitHostPort(strings.TrimSpace(address))
	if err != nil {
		b.Fatal(err)
	}
	port, err = strconv.Atoi(text)
	if err != nil {
		b.Fatal(err)
	}
	return host, port
}

// large is a form whose messages have 84 KB.
func large(b *testing.B) *mail.Form {
	b.Helper()
	m := formed()
	m.HTML += strings.Repeat(`<p style="margin:0 0 12px">A paragraph of HTML, such as a summary is, with naïve words.</p>`+"\n", 770)
	f, err := mail.NewForm(m)
	if err != nil {
		b.Fatal(err)
	}
	return f
}

// endless is a queue of so many messages to many readers.
type endless struct {
	form *mail.Form
	left atomic.Int64
	bad  atomic.Int64
}

func (q *endless) Next(context.Context) *mail.Job {
	n := q.left.Add(-1)
	if n < 0 {
		return nil
	}
	return &mail.Job{Form: q.form, Blanks: blanks("u" + strconv.FormatInt(n, 10) + "@d" + strconv.FormatInt(n%200, 10) + ".example")}
}

func (q *endless) Begin(*mail.Job) bool { return true }

func (q *endless) Done(_ *mail.Job, err error) {
	if err != nil {
		q.bad.Add(1)
	}
}

// pump is the bound: nothing but writing what was rendered before and reading replies, one round trip a message.
func pump(ctx context.Context, address string, raw []byte, left *atomic.Int64) error {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	expect := func(lines int) error {
		for ; lines > 0; lines-- {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return err
			}
			if line[3] == '-' {
				lines++
			}
		}
		return nil
	}
	say := func(text []byte, lines int) error {
		if _, err := conn.Write(text); err != nil {
			return err
		}
		return expect(lines)
	}
	const envelope = "MAIL FROM:<news@example.com>\r\nRCPT TO:<reader@d1.example>\r\nDATA\r\n"
	message := append(raw[:len(raw):len(raw)], ".\r\n"...)
	group := append(message[:len(message):len(message)], envelope...)
	if err := expect(1); err != nil {
		return err
	}
	if err := say([]byte("EHLO bench\r\n"), 1); err != nil || left.Add(-1) < 0 {
		return err
	}
	if err := say([]byte(envelope), 3); err != nil {
		return err
	}
	for left.Add(-1) >= 0 {
		if err := say(group, 4); err != nil {
			return err
		}
	}
	return say(message, 1)
}

// BenchmarkCarry sends 84 KB messages over 10 connections into a sink in another process, and prints the rate beside that of a
// pump which writes one message that was rendered before, in the same run.
func BenchmarkCarry(b *testing.B) {
	const connections = 10
	f := large(b)
	raw, err := f.Bytes(blanks("reader@d1.example"))
	if err != nil {
		b.Fatal(err)
	}
	for _, latency := range []time.Duration{0, 20 * time.Millisecond} {
		messages := 10_000
		if latency > 0 {
			messages = 3000
		}
		b.Run(fmt.Sprintf("latency=%s", latency), func(b *testing.B) {
			host, port := sink(b, latency)
			c, err := mail.NewSMTP(mail.SMTPOptions{Host: host, Port: port, TLS: mail.TLSNone, Connections: connections, MessagesPerConnection: 10_000, Hello: "bench"})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = c.Close() }()
			var bound, ours measured
			for b.Loop() {
				bound.add(messages, func() {
					var left atomic.Int64
					left.Store(int64(messages))
					var all sync.WaitGroup
					for range connections {
						all.Go(func() {
							if err := pump(b.Context(), net.JoinHostPort(host, strconv.Itoa(port)), raw, &left); err != nil {
								b.Error(err)
							}
						})
					}
					all.Wait()
				})
				ours.add(messages, func() {
					q := &endless{form: f}
					q.left.Store(int64(messages))
					if err := c.Carry(b.Context(), q); err != nil || q.bad.Load() > 0 {
						b.Errorf("%v, %d refused", err, q.bad.Load())
					}
				})
			}
			b.ReportMetric(ours.rate(), "msg/s")
			b.ReportMetric(bound.rate(), "pump-msg/s")
			b.ReportMetric(ours.rate()/bound.rate(), "ratio")
			b.ReportMetric(ours.cpuPerThousand(), "cpu-s/1000")
			b.ReportMetric(bound.cpuPerThousand(), "pump-cpu-s/1000")
			if latency > 0 {
				b.ReportMetric(ours.rate()*latency.Seconds()/connections, "of-one-round-trip")
			}
			b.ReportMetric(float64(len(raw))/1024, "KB")
		})
	}
}

// measured is the time that messages took.
type measured struct {
	messages  int
	wall, cpu time.Duration
}

func (m *measured) add(messages int, work func()) {
	start, before := time.Now(), cpuTime()
	work()
	m.messages += messages
	m.wall += time.Since(start)
	m.cpu += cpuTime() - before
}

func (m *measured) rate() float64           { return float64(m.messages) / m.wall.Seconds() }
func (m *measured) cpuPerThousand() float64 { return m.cpu.Seconds() * 1000 / float64(m.messages) }

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
