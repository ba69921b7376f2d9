package run

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/store"
	"tidings/digest/summary"
)

const (
	benchLatency     = 50 * time.Millisecond // of each reply
	benchConnections = 16                    // the default of fetch.connections
)

// street is many hosts, each at an address of its own on loopback, with a feed of thirty articles each.
type street struct {
	urls      []string
	documents map[string][]byte // by host
	requests  atomic.Int64
	latency   time.Duration
}

func newStreet(b *testing.B, hosts int, latency time.Duration) *street {
	b.Helper()
	s := &street{latency: latency, documents: map[string][]byte{}}
	server := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	b.Cleanup(func() { _ = server.Close() })
	var listeners []net.Listener
	for i := range hosts {
		address := fmt.Sprintf("127.0.%d.%d:0", 1+i/250, 1+i%250)
		l, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", address)
		if err != nil {
			b.Skipf("this system has one loopback address: %v", err)
		}
		listeners = append(listeners, l)
		host := l.Addr().String()
		s.urls, s.documents[host] = append(s.urls, "http://"+host+"/feed"), thirty(host)
	}
	for _, l := range listeners {
		go func() { _ = server.Serve(l) }()
	}
	return s
}

// ServeHTTP answers after the latency: by 304, if it is told what it said before.
func (s *street) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.requests.Add(1)
	time.Sleep(s.latency)
	w.Header().Set("ETag", `"1"`)
	if r.Header.Get("If-None-Match") == `"1"` {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = w.Write(s.documents[r.Host])
}

// thirty is a feed of thirty articles of some six hundred words each.
func thirty(host string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>%s</title><link>http://%s/</link>`, host, host)
	paragraph := "<p>" + strings.Repeat("The harbour office said that the <em>old pier</em> would close for repairs until the end of the month. ", 8) + "</p>\n"
	for i := range 30 {
		fmt.Fprintf(&b, "<item><title>Story %d of %s</title><link>http://%s/%d</link><guid>%s-%d</guid><pubDate>%s</pubDate><category>Harbour</category>"+
			"<description>The pier is closed, and nobody knows for how long.</description><content:encoded><![CDATA[%s]]></content:encoded></item>\n",
			i, host, host, i, host, i, friday().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), strings.Repeat(paragraph, 4))
	}
	b.WriteString("</channel></rss>")
	return b.Bytes()
}

// collector is a service that can collect the feeds, with a store of its own.
func collector(tb testing.TB, path string, urls []string) *Service {
	tb.Helper()
	db, err := store.Open(tb.Context(), path)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = db.Close() })
	s := &Service{
		Store: db,
		Fetch: fetch.New(fetch.Options{UserAgent: "Tidings/bench", AllowPrivate: true, Connections: benchConnections, Text: summary.Text}),
		Log:   slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	for _, u := range urls {
		s.Feeds = append(s.Feeds, digest.Feed{URL: u})
	}
	return s
}

// BenchmarkCollect100x30 collects 100 feeds of 30 articles from 100 hosts that take 50 ms for each reply: when all of them are new, and when
// none has changed; each time in a process of its own, as the hosts of real feeds are not in ours. It reports the seconds of each, and how many
// times the bound that is: the larger of all latencies by the number of connections, and the time that gofeed alone takes to parse the
// documents on all cores, which is measured before each round.
func BenchmarkCollect100x30(b *testing.B) {
	if list := os.Getenv(childFeeds); list != "" {
		collectInChild(b, list)
		return
	}
	s := newStreet(b, 100, benchLatency)
	waiting := time.Duration(len(s.urls)) * benchLatency / benchConnections
	var cold, unchanged, cpu, coldBound, parse time.Duration
	rounds := 0
	for b.Loop() {
		rounds++
		parsing := parseAll(b, s)
		r := s.collectedByChild(b)
		cold, unchanged, cpu, parse = cold+r.Cold, unchanged+r.Unchanged, cpu+r.CPU, parse+parsing
		coldBound += max(waiting, parsing)
	}
	per := func(d time.Duration) float64 { return d.Seconds() / float64(rounds) }
	b.ReportMetric(per(cold), "s/cold")
	b.ReportMetric(per(cpu), "cpu-s")
	b.ReportMetric(float64(cold)/float64(coldBound), "x-bound/cold")
	b.ReportMetric(per(unchanged), "s/unchanged")
	b.ReportMetric(per(unchanged)/waiting.Seconds(), "x-bound/unchanged")
	b.ReportMetric(per(parse), "s/parse-bound")
	b.ReportMetric(waiting.Seconds(), "s/latency-bound")
	b.ReportMetric(0, "ns/op")
}

type collected struct {
	report CollectReport
	took   time.Duration
}

func collectAll(tb testing.TB, s *Service, now time.Time) collected {
	tb.Helper()
	start := time.Now()
	report, err := s.Collect(tb.Context(), CollectOptions{}, now)
	if err != nil || len(report.Failed) > 0 {
		tb.Fatalf("%v, %v", err, report.Failed)
	}
	return collected{report, time.Since(start)}
}

// parseAll is how long gofeed takes to parse all documents, by the number of cores.
func parseAll(b *testing.B, s *street) time.Duration {
	b.Helper()
	start := time.Now()
	for _, d := range s.documents {
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(d)); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start) / time.Duration(runtime.GOMAXPROCS(0))
}

// BenchmarkCollect1000 collects 1,000 feeds of 30 articles, and then again when none has changed, in a process of its own. It reports how much
// memory that process ever had, as the system counts it.
func BenchmarkCollect1000(b *testing.B) {
	if list := os.Getenv(childFeeds); list != "" {
		collectInChild(b, list)
		return
	}
	s := newStreet(b, 1000, 0)
	peak := 0
	for b.Loop() {
		peak = max(peak, s.collectedByChild(b).Peak)
	}
	b.ReportMetric(float64(peak)/1000, "MB-peak")
	b.ReportMetric(0, "ns/op")
}

const childFeeds = "RUN_BENCH_FEEDS" // a file of addresses, for a child process

// childReport is what a process tells that collected all feeds of a street, and then again when none had changed.
type childReport struct {
	Cold, Unchanged time.Duration
	CPU             time.Duration // that all of it took, on all cores together
	Peak            int           // kB of memory
}

// collectedByChild lets another process collect the feeds of the street. Each must be asked once when it is new, and once more.
func (s *street) collectedByChild(b *testing.B) (r childReport) {
	b.Helper()
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	list := filepath.Join(b.TempDir(), "feeds")
	if err := os.WriteFile(list, []byte(strings.Join(s.urls, "\n")), 0o600); err != nil {
		b.Fatal(err)
	}
	s.requests.Store(0)
	cmd := exec.CommandContext(b.Context(), exe, "-test.run=^$", "-test.bench=^"+b.Name()+"$", "-test.benchtime=1x")
	cmd.Env = append(os.Environ(), childFeeds+"="+list)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	_, line, _ := strings.Cut(string(out), "REPORT ")
	line, _, _ = strings.Cut(line, "\n")
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	r.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if want := int64(2 * len(s.urls)); s.requests.Load() != want {
		b.Fatalf("%d requests, want %d: one for each feed and round", s.requests.Load(), want)
	}
	return r
}

func collectInChild(b *testing.B, list string) {
	b.Helper()
	text, err := os.ReadFile(list)
	if err != nil {
		b.Fatal(err)
	}
	c := collector(b, filepath.Join(b.TempDir(), "tidings.db"), strings.Fields(string(text)))
	cold := collectAll(b, c, friday())
	unchanged := collectAll(b, c, friday().Add(2*time.Hour))
	if cold.report.Added != 30*len(c.Feeds) || unchanged.report.Unchanged != len(c.Feeds) || unchanged.report.Added != 0 {
		b.Fatalf("%+v, %+v", cold.report, unchanged.report)
	}
	out, err := json.Marshal(childReport{Cold: cold.took, Unchanged: unchanged.took, Peak: peakMemory(b)})
	if err != nil {
		b.Fatal(err)
	}
	fmt.Printf("REPORT %s\n", out)
}

// peakMemory is the most that this process ever had in memory, in kB.
func peakMemory(b *testing.B) int {
	b.Helper()
	status, err := os.Open("/proc/self/status")
	if err != nil {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.Sys / 1000)
	}
	defer status.Close()
	for lines := bufio.NewScanner(status); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "VmHWM:"); ok {
			n, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				b.Fatal(err)
			}
			return n * 1024 / 1000
		}
	}
	b.Fatal("the system does not tell")
	return 0
}
