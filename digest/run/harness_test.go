//go:build unix

package run

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "modernc.org/sqlite" // to lock a database as another program would

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

var harnessKills = flag.Int("kills", 4, "how often TestKilledProcess kills tidings, while it sends to -recipients people")

// harness is a real tidings in a directory of its own, to be killed, and the world around it.
type harness struct {
	t       testing.TB
	dir     string
	program string
	smtp    *smtptest.Server
	people  int
}

const harnessConnections = 10

func newHarness(t *testing.T, people int) *harness {
	t.Helper()
	dir := t.TempDir()
	h := &harness{t: t, dir: dir, program: filepath.Join(dir, "tidings"), people: people}
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command to build tidings with")
	}
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", h.program, "tidings/cmd/tidings").CombinedOutput(); err != nil {
		t.Fatalf("build tidings: %v: %s", err, out)
	}
	h.smtp = smtptest.New(t, smtptest.Keep(4<<10), smtptest.Latency(time.Millisecond))
	feeds := newFeedServer(t)
	feeds.set("/news.xml", strings.ReplaceAll(rss("The News", item("Alpha", time.Hour)), friday().Add(-time.Hour).Format(time.RFC1123Z), time.Now().Add(-time.Hour).Format(time.RFC1123Z)))
	h.write("tidings.yaml", fmt.Sprintf(`store: tidings.db
smtp: {host: %s, port: %d, tls: none, connections: %d}
fetch: {allow_private: true}
feeds: ["%s"]
newsletters:
  - {name: weekly, title: The Quay, from: quay@example.com, schedule: "0 7 * * MON"}
subscribers:
  - file: subscribers.csv
`, h.smtp.Host(), h.smtp.Port(), harnessConnections, feeds.url("/news.xml")))
	var list strings.Builder
	list.WriteString("email\n")
	for i := range people {
		list.WriteString(h.reader(i) + "\n")
	}
	h.write("subscribers.csv", list.String())
	return h
}

func (h *harness) reader(i int) string { return fmt.Sprintf("reader%05d@d%d.example", i, i%50) }

func (h *harness) write(name, text string) {
	if err := os.WriteFile(filepath.Join(h.dir, name), []byte(text), 0o600); err != nil {
		h.t.Fatal(err)
	}
}

// send starts `tidings send`.
func (h *harness) send() (cmd *exec.Cmd, out *bytes.Buffer) {
	h.t.Helper()
	out = &bytes.Buffer{}
	cmd = exec.CommandContext(h.t.Context(), h.program, "send", "weekly", "--yes")
	cmd.Dir, cmd.Stdout, cmd.Stderr = h.dir, out, out
	if err := cmd.Start(); err != nil {
		h.t.Fatal(err)
	}
	return cmd, out
}

// killed runs tidings until so many more messages were accepted, or it ends by itself, or for at most five seconds, and then ends it by a signal.
func (h *harness) killed(signal os.Signal, after int) {
	h.t.Helper()
	goal := len(h.smtp.Messages()) + after
	cmd, out := h.send()
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for deadline := time.Now().Add(5 * time.Second); len(h.smtp.Messages()) < goal && time.Now().Before(deadline); {
		select {
		case <-ended:
			return
		case <-time.After(time.Millisecond):
		}
	}
	time.Sleep(rand.N(3 * time.Millisecond))
	_ = cmd.Process.Signal(signal)
	select {
	case <-ended:
	case <-time.After(time.Minute):
		h.t.Fatalf("it does not end: %s", out)
	}
}

// finished runs tidings until everything is sent.
func (h *harness) finished() {
	h.t.Helper()
	var said string
	for range 5 {
		cmd, out := h.send()
		err := cmd.Wait()
		said = out.String()
		if err == nil {
			return
		}
	}
	h.t.Fatalf("it does not come to an end: %s", said)
}

// tally counts who got nothing, and what came again; what came again with another Message-ID is an error.
func (h *harness) tally() (lost, extra int) {
	ids := map[string]string{}
	for _, m := range h.smtp.Messages() {
		parsed, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			h.t.Fatal(err)
		}
		id := parsed.Header.Get("Message-ID")
		switch first, again := ids[m.To[0]]; {
		case !again:
			ids[m.To[0]] = id
		case first != id:
			h.t.Errorf("%s got %s and then %s", m.To[0], first, id)
		default:
			extra++
		}
	}
	for i := range h.people {
		if ids[h.reader(i)] == "" {
			lost++
		}
	}
	return lost, extra
}

// TestKilledProcess kills a real tidings at random moments while it sends, four times in five by SIGKILL and else by SIGTERM, and starts it again each
// time. It prints how many messages were lost and how many came again. The whole of it:
//
//	go test ./digest/run -run KilledProcess -v -kills 100 -recipients 10000
func TestKilledProcess(t *testing.T) {
	t.Parallel()
	people := cmp.Or(*benchRecipients, 300)
	h := newHarness(t, people)
	sigkills := 0
	for range *harnessKills {
		signal := os.Signal(syscall.SIGKILL)
		if rand.IntN(5) == 0 {
			signal = syscall.SIGTERM
		} else {
			sigkills++
		}
		h.killed(signal, rand.IntN(2*people / *harnessKills))
	}
	h.finished()
	lost, extra := h.tally()
	fmt.Printf("%d recipients, %d kills (%d by SIGKILL), %d connections: lost %d, extra %d\n", people, *harnessKills, sigkills, harnessConnections, lost, extra)
	if lost > 0 || extra > sigkills*harnessConnections {
		t.Errorf("lost %d, extra %d; want none, and at most one for each connection and SIGKILL", lost, extra)
	}
}

// TestThreeAtOnce has three processes send at the same time over one database, and kills one of them every now and then.
func TestThreeAtOnce(t *testing.T) {
	t.Parallel()
	people := cmp.Or(*benchRecipients, 300)
	h := newHarness(t, people)
	done := make(chan int, 3)
	for range 3 {
		go func() {
			kills := 0
			for range max(*harnessKills/3, 1) {
				h.killed(syscall.SIGKILL, rand.IntN(people / *harnessKills))
				kills++
			}
			done <- kills
		}()
	}
	kills := 0
	for range 3 {
		kills += <-done
	}
	h.finished()
	lost, extra := h.tally()
	fmt.Printf("%d recipients, three processes at once, %d kills: lost %d, extra %d\n", people, kills, lost, extra)
	if lost > 0 || extra > kills*harnessConnections {
		t.Errorf("lost %d, extra %d", lost, extra)
	}
}

// Whatever a mail server does, everybody gets the issue in the end, and again only what it took without saying so.
func TestWhateverTheServerDoes(t *testing.T) {
	t.Parallel()
	stages := []digest.Stage{digest.StageConnect, digest.StageHello, digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody}
	faults := map[string]smtptest.Fault{
		"greylisting":                smtptest.Greylist(),
		"421 every so often":         smtptest.Every(7, smtptest.At(digest.StageMail, "421 4.7.0 enough for now")),
		"dropped acknowledgements":   smtptest.Every(5, smtptest.At(digest.StageBody, smtptest.Swallow)),
		"all of it, and greylisting": smtptest.Any(smtptest.Greylist(), smtptest.Every(9, smtptest.At(digest.StageData, smtptest.Drop)), smtptest.Every(8, smtptest.At(digest.StageBody, smtptest.Swallow))),
	}
	for _, stage := range stages {
		faults["drops at "+string(stage)] = smtptest.Every(4, smtptest.At(stage, smtptest.Drop))
		faults["resets at "+string(stage)] = smtptest.Every(4, smtptest.At(stage, smtptest.Reset))
		faults["421 at "+string(stage)] = smtptest.Every(4, smtptest.At(stage, "421 4.3.2 closing"))
		faults["4xx at "+string(stage)] = smtptest.Every(4, smtptest.At(stage, "451 4.3.0 later"))
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.Subscribers = crowdOf(40)
			h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
			doubtful := 0
			h.smtp.Fault(func(conn int, stage digest.Stage, arg string) string {
				reply := fault(conn, stage, arg)
				if stage == digest.StageBody && strings.Contains(reply, smtptest.Swallow) {
					doubtful++
				}
				return reply
			})
			var r SendReport
			for range 60 {
				if r = h.send(SendOptions{}); r.Delivered.Left == 0 {
					break
				}
				h.clock.move(doubt)
			}
			h.smtp.Fault(nil)
			if r.Delivered.Left > 0 {
				t.Fatalf("after 60 tries: %s, %s, %v", r.Delivered, r.Delivered.Relay, r.Delivered.Paused)
			}
			extra := 0
			got := h.inbox()
			for _, sub := range h.Subscribers {
				if got[sub.Email] == 0 {
					t.Errorf("%s got nothing", sub.Email)
				}
				extra += max(got[sub.Email]-1, 0)
			}
			if extra > doubtful {
				t.Errorf("%d came again, and the server kept silent about %d", extra, doubtful)
			}
		})
	}
}

// Another program that locks the database in the middle of a pass costs time, and nothing else.
func TestALockedDatabase(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := filepath.Join(t.TempDir(), "locked.db")
	h.Service = newService(t, path, h.smtp.Host(), h.smtp.Port())
	h.Feeds = []digest.Feed{{URL: h.feeds.url("/news.xml")}}
	h.Subscribers = crowdOf(60)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	other, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	unlocked := make(chan error, 1)
	begin := sync.OnceFunc(func() { unlocked <- lockFor(t.Context(), other, time.Second) })
	h.smtp.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageBody {
			go begin()
		}
		return ""
	})
	if r := h.send(SendOptions{}).Delivered; r.Sent != 60 || !r.Complete() {
		t.Errorf("%s", r)
	}
	if err := <-unlocked; err != nil {
		t.Error(err)
	}
	for email, n := range h.inbox() {
		if n != 1 {
			t.Errorf("%s got %d", email, n)
		}
	}
}

// lockFor keeps everybody else from writing for a while.
func lockFor(ctx context.Context, db *sql.DB, d time.Duration) error {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	time.Sleep(d)
	_, err = conn.ExecContext(ctx, "ROLLBACK")
	return err
}

// A clock that jumps ahead by a year, back, and back by a year, in the middle of everything, loses nobody.
func TestAClockThatJumps(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	h := newHouse(t)
	h.Subscribers = crowdOf(40)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageRcpt, "451 4.2.0 later"))
	h.send(SendOptions{}) // all are deferred
	h.clock.move(year)
	h.send(SendOptions{NoFetch: true}) // and again
	h.smtp.Fault(nil)
	for _, jump := range []time.Duration{-year, -year, 2 * year, -year + time.Hour} {
		h.clock.move(jump)
		h.send(SendOptions{NoFetch: true})
	}
	got := h.inbox()
	for _, sub := range h.Subscribers {
		if got[sub.Email] != 1 {
			t.Errorf("%s got %d", sub.Email, got[sub.Email])
		}
	}
}
