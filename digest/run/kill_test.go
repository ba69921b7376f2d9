//go:build unix

package run

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"tidings/digest"
)

// What a child process of these tests is told through its environment.
const (
	childStore = "RUN_TEST_STORE"
	childSMTP  = "RUN_TEST_SMTP"
	childFeed  = "RUN_TEST_FEED"
	childClock = "RUN_TEST_CLOCK" // how far its clock is ahead of friday
	childDisk  = "RUN_TEST_DISK"  // bytes that a file may grow to; empty: any
)

const crowd = 60 // subscribers

func crowdOf(n int) (subs []digest.Subscriber) {
	for i := range n {
		subs = append(subs, digest.Subscriber{Email: fmt.Sprintf("reader%02d@example.com", i)})
	}
	return subs
}

// TestChild is `tidings send weekly` in a process of its own, to be killed.
func TestChild(t *testing.T) {
	if os.Getenv(childStore) == "" {
		t.Skip("this is the child process of TestKilledAtAnyMoment and TestFullDisk")
	}
	host, port, err := net.SplitHostPort(os.Getenv(childSMTP))
	if err != nil {
		t.Fatal(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	ahead, err := time.ParseDuration(os.Getenv(childClock))
	if err != nil {
		t.Fatal(err)
	}
	s := newService(t, os.Getenv(childStore), host, number)
	s.Subscribers = crowdOf(crowd)
	s.Feeds = []digest.Feed{{URL: os.Getenv(childFeed)}}
	if limit := os.Getenv(childDisk); limit != "" {
		fillDisk(t, limit)
	}
	started := time.Now()
	clock := func() time.Time { return friday().Add(ahead).Add(time.Since(started)) }
	fmt.Println("READY")
	r, err := s.Send(t.Context(), "weekly", SendOptions{}, clock)
	fmt.Printf("RESULT %s; %v\n", r.Delivered, err)
}

// fillDisk makes every write beyond a size fail in this process, as it does on a full disk.
func fillDisk(t *testing.T, limit string) {
	t.Helper()
	bytes, err := strconv.ParseUint(limit, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: bytes, Max: bytes}); err != nil {
		t.Fatal(err)
	}
}

// child starts the test program again, as TestChild.
func (h *house) child(path string, ahead time.Duration, disk string) (cmd *exec.Cmd, lines *bufio.Scanner) {
	h.t.Helper()
	exe, err := os.Executable()
	if err != nil {
		h.t.Fatal(err)
	}
	cmd = exec.CommandContext(h.t.Context(), exe, "-test.run=^TestChild$", "-test.v")
	cmd.Env = append(os.Environ(), childStore+"="+path, childSMTP+"="+h.smtp.Addr, childFeed+"="+h.Feeds[0].URL,
		childClock+"="+ahead.String(), childDisk+"="+disk)
	out, err := cmd.StdoutPipe()
	if err != nil {
		h.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	lines = bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "READY" {
			return cmd, lines
		}
	}
	h.t.Fatalf("the child did not begin: %v", cmd.Wait())
	return nil, nil
}

// everybodyOnce checks that each of the crowd got the issue; more than once only with the same Message-ID, and at most extra times in all.
func (h *house) everybodyOnce(extra int) {
	h.t.Helper()
	ids := map[string]map[string]int{}
	for _, m := range h.smtp.Messages() {
		l := readLetter(h.t, m.Data)
		if !strings.Contains(l.text, "Alpha is an article") {
			h.t.Errorf("%s got half a message", m.To[0])
		}
		if ids[m.To[0]] == nil {
			ids[m.To[0]] = map[string]int{}
		}
		ids[m.To[0]][l.Get("Message-ID")]++
	}
	repeated := 0
	for _, sub := range crowdOf(crowd) {
		got := ids[sub.Email]
		if len(got) != 1 {
			h.t.Errorf("%s got messages with %d different Message-IDs: %v", sub.Email, len(got), got)
		}
		for _, times := range got {
			repeated += times - 1
		}
	}
	if repeated > extra {
		h.t.Errorf("%d messages came again; at most %d may", repeated, extra)
	}
	h.t.Logf("%d messages to %d readers, %d of them again", len(h.smtp.Messages()), crowd, repeated)
}

// Killed at random moments, again and again, and then left alone: nobody misses the issue, and at most one message for each connection
// and kill comes twice.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(func(int, digest.Stage, string) string {
		time.Sleep(2 * time.Millisecond) // a server that is not next door
		return ""
	})
	kills := 10
	if testing.Short() {
		kills = 3
	}
	path := filepath.Join(t.TempDir(), "killed.db")
	ahead := time.Duration(0)
	for range kills {
		cmd, _ := h.child(path, ahead, "")
		time.Sleep(time.Duration(rand.IntN(120)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // killed
		ahead += time.Minute
	}
	h.smtp.Fault(nil)
	cmd, lines := h.child(path, ahead, "")
	result := resultOf(lines)
	if err := cmd.Wait(); err != nil || !strings.HasSuffix(result, "; <nil>") {
		t.Fatalf("the last run: %s, %v", result, err)
	}
	h.everybodyOnce(kills * connections)
}

func resultOf(lines *bufio.Scanner) (result string) {
	for lines.Scan() {
		if after, ok := strings.CutPrefix(lines.Text(), "RESULT "); ok {
			result = after
		}
	}
	return result
}

// The disk fills up at different moments. Each time there is an error that says so, and once there is room again everybody gets the issue.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	path := filepath.Join(t.TempDir(), "full.db")
	newService(t, path, h.smtp.Host(), h.smtp.Port()) // makes the store
	errs := 0
	ahead := time.Duration(0)
	for _, room := range []int64{4 << 10, 40 << 10, 100 << 10, 200 << 10} {
		cmd, lines := h.child(path, ahead, strconv.FormatInt(largest(t, path)+room, 10))
		result := resultOf(lines)
		if err := cmd.Wait(); err != nil {
			t.Fatalf("the child died: %v", err)
		}
		if !strings.HasSuffix(result, "; <nil>") {
			errs++
			t.Log(result)
		}
		ahead += time.Minute
	}
	if errs == 0 {
		t.Error("no disk was full")
	}
	cmd, lines := h.child(path, ahead, "")
	result := resultOf(lines)
	if err := cmd.Wait(); err != nil || !strings.HasSuffix(result, "; <nil>") {
		t.Fatalf("with room again: %s, %v", result, err)
	}
	h.everybodyOnce(4 * connections)
}

// largest is the size of the largest file of a store.
func largest(t *testing.T, path string) (size int64) {
	t.Helper()
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(path + suffix)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		if err == nil {
			size = max(size, info.Size())
		}
	}
	return size
}
