//go:build unix

package run

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

var (
	benchRecipients = flag.Int("recipients", 0, "how many people the delivery benchmarks (0: 5000) and the fault harness (0: 300) send to")
	benchMillion    = flag.Bool("million", false, "BenchmarkDeliverMemory also plans an issue for a million people")
)

const deliverConnections = 10

// What a child process of these benchmarks is told through its environment.
const (
	childSink    = "RUN_BENCH_SINK"    // the kind of a mail server, or its latency
	childDeliver = "RUN_BENCH_DELIVER" // the store of an issue to plan and deliver to
	childTo      = "RUN_BENCH_TO"      // how many of its messages
)

// TestSink is a mail server in a process of its own, so that its work is not counted as the sender's: one by go-smtp, which reads messages as
// servers do and throws them away; or the fastest there is, with a latency.
func TestSink(t *testing.T) {
	kind := os.Getenv(childSink)
	if kind == "" {
		t.Skip("this is the mail server of the delivery benchmarks")
	}
	if kind == "go-smtp" {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return drain{}, nil }))
		server.Domain, server.MaxMessageBytes, server.ErrorLog = "sink.example", 50<<20, log.New(io.Discard, "", 0)
		go func() { _ = server.Serve(l) }()
		fmt.Println("SINK", l.Addr())
	} else {
		latency, err := time.ParseDuration(kind)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("SINK", smtptest.New(t, smtptest.Keep(0), smtptest.Latency(latency)).Addr)
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// drain takes messages and throws them away.
type drain struct{}

func (drain) Reset()                               {}
func (drain) Logout() error                        { return nil }
func (drain) Mail(string, *smtp.MailOptions) error { return nil }
func (drain) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (drain) Data(r io.Reader) error               { _, err := io.Copy(io.Discard, r); return err }

// sink starts a mail server that takes everything and keeps nothing.
func sink(b *testing.B, kind string) (host string, port int) {
	b.Helper()
	cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^TestSink$")
	cmd.Env = append(os.Environ(), childSink+"="+kind)
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if addr, ok := strings.CutPrefix(lines.Text(), "SINK "); ok {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			host, digits, err := net.SplitHostPort(addr)
			if err != nil {
				b.Fatal(err)
			}
			port, err := strconv.Atoi(digits)
			if err != nil {
				b.Fatal(err)
			}
			return host, port
		}
	}
	b.Fatal("the mail server did not start")
	return "", 0
}

// heavy is an issue whose messages have some 84 KB.
func heavy(id string, now time.Time) digest.Issue {
	is := digest.Issue{
		ID: id, Newsletter: "weekly", Slot: now, Created: now, Manual: true, Title: "The Reading Room", Lang: "en", Images: digest.ImagesNone,
		From: mail.Address{Name: "The Reading Room", Address: "news@example.com"}, Subject: "{{.Title}}: {{.Lead.Title}}",
	}
	for i := range benchTags {
		is.Order = append(is.Order, fmt.Sprintf("Tag %c", 'A'+i))
	}
	for i := range 27 {
		is.Items = append(is.Items, digest.Item{
			Article: fmt.Sprint("a", i), Title: fmt.Sprintf("Story %d: the harbour office announces the closure of the old pier for repairs", i),
			URL: fmt.Sprintf("https://site.example/2026/07/%d-the-harbour-office", i), Source: fmt.Sprintf("Harbour Notes %d", i%9), Author: "Mirela Dobre",
			Minutes: 1 + i%9, Published: now, Tags: []string{is.Order[i%benchTags]},
			Summary: strings.Repeat("The harbour office said that the old pier would close for repairs until the end of the month, and that boats moor in the basin. ", 5),
		})
	}
	return is
}

const benchTags = 8

// readers are people at many domains who follow so many different editions.
func readers(n, variants int) []digest.Subscriber {
	all := make([]digest.Subscriber, n)
	for i := range all {
		all[i] = digest.Subscriber{Email: fmt.Sprintf("reader%07d@d%d.example", i, i%97), Name: fmt.Sprintf("Reader %d", i)}
		if v := i % variants; v > 0 {
			for bit := range benchTags {
				if v&(1<<bit) != 0 {
					all[i].Tags = append(all[i].Tags, fmt.Sprintf("Tag %c", 'A'+bit))
				}
			}
		}
	}
	return all
}

// dispatcher is a service over a store, and a mail server.
func dispatcher(b *testing.B, path, host string, port int) *Service {
	b.Helper()
	s := newService(b, path, host, port)
	s.Subscribers = nil
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: host, Port: port, TLS: tmail.TLSNone, Connections: deliverConnections})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = sender.Close() })
	s.Sender = sender
	return s
}

// planIssue freezes an issue to all of the store's subscribers.
func (s *Service) planIssue(ctx context.Context, is digest.Issue, now time.Time) (readers int, err error) {
	c := &Composed{Issue: is}
	if _, err := c.plan(s.Store.Readers(ctx, is.Newsletter), func(string) time.Time { return now }); err != nil {
		return 0, err
	}
	return c.Readers, s.freeze(ctx, c, now)
}

// effort is what sending took.
type effort struct {
	took time.Duration
	cpu  time.Duration // of this process
}

// rate is how many of n messages went out in a second.
func rate(e []effort, n int) float64 {
	return float64(n) / median(e, func(e effort) time.Duration { return e.took }).Seconds()
}

func measure(b *testing.B, f func()) effort {
	b.Helper()
	before, start := cpuTime(b), time.Now()
	f()
	return effort{time.Since(start), cpuTime(b) - before}
}

func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkDeliver delivers an issue of 84 KB messages over ten connections, ledger included, and reports what a pump takes beside it in the same
// run, which writes one message rendered beforehand, body and next envelope in one write. Each is done three times, in turn, and the medians
// count. The mail server is another process, on the same machine: a common one, by go-smtp, and the fastest.
func BenchmarkDeliver(b *testing.B) {
	b.Run("go-smtp", func(b *testing.B) { benchDeliver(b, "go-smtp") })
	b.Run("fastest", func(b *testing.B) { benchDeliver(b, "0s") })
}

func benchDeliver(b *testing.B, kind string) {
	host, port := sink(b, kind)
	n := cmp.Or(*benchRecipients, 5_000)
	var bound, product []effort
	size := 0
	for b.Loop() {
		for range 3 {
			s := dispatcher(b, filepath.Join(b.TempDir(), "tidings.db"), host, port)
			raw := s.prepared(b, n)
			size = len(raw)
			bound = append(bound, measure(b, func() { pump(b, net.JoinHostPort(host, strconv.Itoa(port)), raw, n) }))
			product = append(product, measure(b, func() { s.deliverTo(b, n) }))
		}
	}
	cpu := func(e []effort) float64 {
		return median(e, func(e effort) time.Duration { return e.cpu }).Seconds() * 1000 / float64(n)
	}
	b.ReportMetric(rate(product, n), "messages/s")
	b.ReportMetric(rate(bound, n), "messages/s-pump")
	b.ReportMetric(rate(product, n)/rate(bound, n), "x-pump")
	b.ReportMetric(cpu(product), "cpu-s/1000")
	b.ReportMetric(cpu(bound), "cpu-s/1000-pump")
	b.ReportMetric(float64(size)/1000, "kB/message")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkDeliverFar is BenchmarkDeliver with a server that takes 20 ms for each reply. The bound is one message for each connection and reply; the
// pump, which opens its connections once and keeps no ledger, tells how much of that this machine and its timers allow.
func BenchmarkDeliverFar(b *testing.B) {
	const latency = 20 * time.Millisecond
	host, port := sink(b, latency.String())
	n := cmp.Or(*benchRecipients, 5_000)
	var pumped, product []effort
	for b.Loop() {
		s := dispatcher(b, filepath.Join(b.TempDir(), "tidings.db"), host, port)
		raw := s.prepared(b, n)
		pumped = append(pumped, measure(b, func() { pump(b, net.JoinHostPort(host, strconv.Itoa(port)), raw, n) }))
		product = append(product, measure(b, func() { s.deliverTo(b, n) }))
	}
	b.ReportMetric(rate(product, n), "messages/s")
	b.ReportMetric(rate(pumped, n), "messages/s-pump")
	b.ReportMetric(rate(product, n)/rate(pumped, n), "x-pump")
	b.ReportMetric(rate(product, n)/(deliverConnections/latency.Seconds()), "x-bound")
	b.ReportMetric(0, "ns/op")
}

// prepared plans an issue for n people, and returns the message of one of them.
func (s *Service) prepared(b *testing.B, n int) []byte {
	b.Helper()
	if err := s.Store.SyncSubscribers(b.Context(), readers(n, 1), friday()); err != nil {
		b.Fatal(err)
	}
	is := heavy("IssueForTheBenchmark", friday())
	if got, err := s.planIssue(b.Context(), is, friday()); err != nil || got != n {
		b.Fatal(got, err)
	}
	man, err := s.postman(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	v, err := man.variant(&is, digest.Selection{})
	if err != nil {
		b.Fatal(err)
	}
	raw, err := v.form.Bytes(man.job(&is, v, digest.Delivery{Email: "reader@example.com", Due: friday()}).Blanks)
	if err != nil {
		b.Fatal(err)
	}
	return raw
}

func (s *Service) deliverTo(b *testing.B, n int) {
	b.Helper()
	r, err := s.Deliver(b.Context(), "", DeliverOptions{}, friday)
	if err != nil || r.Sent != n || r.Left != 0 {
		b.Fatalf("%s, %s, %v", r, r.Relay, err)
	}
}

// pump is the bound: n times the same bytes over the connections, without a ledger, without looking at a reply but its code.
func pump(b *testing.B, addr string, raw []byte, n int) {
	b.Helper()
	body := append(bytes.ReplaceAll(raw, []byte("\r\n."), []byte("\r\n..")), ".\r\n"...)
	var next atomic.Int64
	var lines sync.WaitGroup
	for range deliverConnections {
		lines.Go(func() {
			if err := pumpLine(b.Context(), addr, body, func() int64 {
				if i := next.Add(1); i <= int64(n) {
					return i
				}
				return 0
			}); err != nil {
				b.Error(err)
			}
		})
	}
	lines.Wait()
}

func pumpLine(ctx context.Context, addr string, body []byte, next func() int64) error {
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	expect := func(codes ...string) error {
		for _, code := range codes {
			for {
				line, err := r.ReadSlice('\n')
				if err != nil || string(line[:3]) != code {
					return fmt.Errorf("%q, %w", line, err)
				}
				if line[3] == ' ' {
					break
				}
			}
		}
		return nil
	}
	say := func(text []byte) error {
		_, err := c.Write(text)
		return err
	}
	envelope := func(i int64) []byte {
		return fmt.Appendf(nil, "MAIL FROM:<bounce+%d@example.com>\r\nRCPT TO:<reader%d@example.com>\r\nDATA\r\n", i, i)
	}
	if err := cmp.Or(expect("220"), say([]byte("EHLO pump\r\n")), expect("250")); err != nil {
		return err
	}
	i := next()
	if err := cmp.Or(say(envelope(i)), expect("250", "250", "354")); err != nil {
		return err
	}
	out := slices.Clone(body)
	for i = next(); i > 0; i = next() {
		out = append(out[:len(body)], envelope(i)...)
		if err := cmp.Or(say(out), expect("250", "250", "250", "354")); err != nil {
			return err
		}
	}
	return cmp.Or(say(body), expect("250"))
}

func median(all []effort, of func(effort) time.Duration) time.Duration {
	var values []time.Duration
	for _, e := range all {
		values = append(values, of(e))
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// BenchmarkDeliverMemory plans and delivers an issue of 200 editions to 50,000 people in a process of its own, and reports how much memory that ever
// had, as the system counts it. With -million it does so for a million people, of whom it delivers to the first 50,000.
func BenchmarkDeliverMemory(b *testing.B) {
	if path := os.Getenv(childDeliver); path != "" {
		deliverInChild(b, path)
		return
	}
	host, port := sink(b, "0s")
	sizes := []int{50_000}
	if *benchMillion {
		sizes = append(sizes, 1_000_000)
	}
	for b.Loop() {
		for _, n := range sizes {
			path := filepath.Join(b.TempDir(), "tidings.db")
			s := newService(b, path, host, port)
			if err := s.Store.SyncSubscribers(b.Context(), readers(n, 200), friday()); err != nil {
				b.Fatal(err)
			}
			cmd := exec.CommandContext(b.Context(), os.Args[0], "-test.run=^$", "-test.bench=^BenchmarkDeliverMemory$", "-test.benchtime=1x")
			cmd.Env = append(os.Environ(), childDeliver+"="+path, childSMTP+"="+net.JoinHostPort(host, strconv.Itoa(port)), childTo+"=50000")
			out, err := cmd.CombinedOutput()
			if err != nil {
				b.Fatalf("%v: %s", err, out)
			}
			_, line, _ := strings.Cut(string(out), "PLANNED ")
			fields := strings.Fields(line + " ? ?")
			kilobytes, err := strconv.Atoi(fields[1])
			if err != nil || fields[0] != strconv.Itoa(n) {
				b.Fatalf("no peak in %s", out)
			}
			b.ReportMetric(float64(kilobytes)/1000, fmt.Sprintf("MB-peak/%d", n))
			b.Log(strings.SplitN(line, "\n", 2)[0])
		}
	}
	b.ReportMetric(0, "ns/op")
}

// deliverInChild tells its peak of memory once.
func deliverInChild(b *testing.B, path string) {
	b.Helper()
	debug.SetGCPercent(50) // as tidings does
	host, digits, err := net.SplitHostPort(os.Getenv(childSMTP))
	if err != nil {
		b.Fatal(err)
	}
	port, err := strconv.Atoi(digits)
	if err != nil {
		b.Fatal(err)
	}
	enough, err := strconv.Atoi(os.Getenv(childTo))
	if err != nil {
		b.Fatal(err)
	}
	s := dispatcher(b, path, host, port)
	start := time.Now()
	n, err := s.planIssue(b.Context(), heavy("IssueOfManyEditions", friday()), friday())
	if err != nil {
		b.Fatal(err)
	}
	planned := time.Since(start)
	ctx, stop := context.WithCancel(b.Context())
	defer stop()
	r, err := s.Deliver(ctx, "", DeliverOptions{Progress: func(r DeliverReport) {
		if r.Sent >= enough {
			stop()
		}
	}}, friday)
	if err != nil || r.Sent < enough {
		b.Fatalf("%s, %v", r, err)
	}
	fmt.Printf("PLANNED %d %d kB at most; planned in %s, %d sent in %s\n", n, peakMemory(b), planned, r.Sent, time.Since(start)-planned)
}
