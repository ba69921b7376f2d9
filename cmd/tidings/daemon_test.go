package main

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"tidings/cmd/tidings/demo"
	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

// daemonConfig names the port of the mail server, the feeds' address and that of the pages.
const daemonConfig = `site: {url: "http://%[3]s", listen: "%[3]s", address: 14 Quay Street}
store: tidings.db
smtp: {host: 127.0.0.1, port: %[1]d, tls: none}
fetch: {allow_private: true}
feeds: ["%[2]s/harbour.xml"]
newsletters:
  - {name: weekly, title: The Quay, from: quay@example.com, schedule: "0 7 * * MON"}
subscribers: [ada@example.org, grace@example.org]
`

// TestDaemon takes a real process through its life: it delivers what an outage left behind, serves the pages of what it
// sent, keeps its configuration when a new one has a mistake, takes over one that has none, and ends in order.
func TestDaemon(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals on Windows")
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	monitor := freeAddress(t)
	text := fmt.Sprintf(daemonConfig, relay.Port(), serveFeeds(t), freeAddress(t)) + fmt.Sprintf("metrics: {listen: %q}\n", monitor)
	config := filepath.Join(dir, "tidings.yaml")
	write(t, config, text)

	relay.Fault(smtptest.At(digest.StageConnect, "421 4.3.2 not now"))
	if out, err := tidings(t.Context(), t, dir, "send", "weekly", "--yes").CombinedOutput(); err == nil || len(relay.Messages()) > 0 {
		t.Fatalf("a send without a mail server was not told: %v\n%s", err, out)
	}
	relay.Fault(nil)

	d := startDaemon(t, dir)
	d.waitFor("msg=delivered sent=2")
	message := parse(t, relay.Messages()[0])
	visitPages(t, message)
	signUp(t, message, relay)
	d.waitFor("a subscriber joined")
	watchFigures(t, "http://"+monitor)

	write(t, config, strings.Replace(text, "schedule:", "shedule:", 1))
	d.waitFor(`at=.*tidings.yaml:7:61 .*shedule`)
	d.waitFor("the old one stays")
	write(t, config, strings.Replace(text, "grace@example.org", "grace@example.org, new@example.org", 1))
	d.waitFor("took over the new configuration.*subscribers=3")
	editTemplates(t, d, config, text)
	write(t, config, strings.Replace(text, "grace@example.org", "grace@example.org, new@example.org", 1))
	d.waitFor("took over the new configuration.*subscribers=3")
	d.signal(syscall.SIGHUP)
	d.waitFor("took over the new configuration.*subscribers=3")

	d.signal(syscall.SIGTERM)
	d.waitFor(`msg="ended`)
	if err := d.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
}

// watchFigures looks at the daemon as whoever watches it does.
func watchFigures(t *testing.T, monitor string) {
	t.Helper()
	for path, want := range map[string]string{"/healthz": "ok", "/readyz": "ok", "/metrics": `tidings_last_issue_deliveries{newsletter="weekly",state="sent"} 2`} {
		if status, body := request(t, http.MethodGet, monitor+path, ""); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, no %s in %s", path, status, want, body)
		}
	}
}

// editTemplates holds that a broken template is named with its line and changes nothing, and that putting it right is enough.
func editTemplates(t *testing.T, d *process, config, text string) {
	t.Helper()
	folder := filepath.Join(filepath.Dir(config), "looks")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	theme, err := os.ReadFile("../../templates/theme.css")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(folder, "theme.css"), strings.Replace(string(theme), "--card:#181B1F;", "", 1))
	write(t, config, strings.Replace(text, "name: weekly,", "name: weekly, templates: looks,", 1))
	d.waitFor(`a mistake in the configuration.*theme.css:4 .*--card has no dark colour`)
	write(t, filepath.Join(folder, "theme.css"), string(theme))
	d.waitFor("took over the new configuration")
	write(t, filepath.Join(folder, "digest.txt.tmpl"), "one\n{{.Titel}}")
	d.waitFor(`a mistake in the configuration.*digest.txt.tmpl:2:2 .*there is no .Titel here`)
}

// TestDaemonFinishes holds that a message on the wire arrives although the daemon is told to end, and that nothing is sent twice.
func TestDaemonFinishes(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals on Windows")
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	write(t, filepath.Join(dir, "tidings.yaml"), fmt.Sprintf(daemonConfig, relay.Port(), serveFeeds(t), freeAddress(t)))
	relay.Fault(smtptest.At(digest.StageConnect, "421 4.3.2 not now"))
	_ = tidings(t.Context(), t, dir, "send", "weekly", "--yes").Run()

	reached, release := make(chan struct{}, 2), make(chan struct{})
	relay.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageBody {
			reached <- struct{}{}
			<-release
		}
		return ""
	})
	d := startDaemon(t, dir)
	<-reached
	d.signal(syscall.SIGTERM)
	close(release)
	d.waitFor(`msg="ended`)
	if err := d.Wait(); err != nil {
		t.Errorf("after SIGTERM: %v", err)
	}
	relay.Fault(nil)
	if out, err := tidings(t.Context(), t, dir, "send", "weekly", "--yes").CombinedOutput(); err != nil {
		t.Errorf("the send after it: %v\n%s", err, out)
	}
	to := map[string]int{}
	for _, m := range relay.Messages() {
		to[m.To[0]]++
	}
	if len(to) != 2 || to["ada@example.org"] != 1 || to["grace@example.org"] != 1 {
		t.Errorf("messages by recipient: %v", to)
	}
}

// TestDaemonEndsAtOnce holds that a second signal does not wait for a mail server that says nothing.
func TestDaemonEndsAtOnce(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals on Windows")
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	write(t, filepath.Join(dir, "tidings.yaml"), fmt.Sprintf(daemonConfig, relay.Port(), serveFeeds(t), freeAddress(t)))
	relay.Fault(smtptest.At(digest.StageConnect, "421 4.3.2 not now"))
	_ = tidings(t.Context(), t, dir, "send", "weekly", "--yes").Run()

	reached := make(chan struct{}, 2)
	relay.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage != digest.StageBody {
			return ""
		}
		reached <- struct{}{}
		return smtptest.Stall
	})
	d := startDaemon(t, dir)
	<-reached
	d.signal(syscall.SIGTERM)
	d.waitFor("told to end")
	ended := make(chan error, 1)
	go func() { ended <- d.Wait() }()
	for {
		select {
		case err := <-ended:
			if err == nil {
				t.Error("it ended in order, although a message was on the wire")
			}
			return
		case <-time.After(20 * time.Millisecond):
			_ = d.Process.Signal(syscall.SIGTERM) // it may have ended meanwhile
		}
	}
}

// visitPages follows the links of a message as its reader would.
func visitPages(t *testing.T, m demo.Message) {
	t.Helper()
	online := regexp.MustCompile(`http://\S+/i/\S+`).FindString(m.Text)
	if status, page := request(t, http.MethodGet, online, ""); status != http.StatusOK || !strings.Contains(page, "The ferry is painted green again") {
		t.Errorf("Read online: %d %s", status, page)
	}
	leave := regexp.MustCompile(`http://\S+/u/\S+`).FindString(m.Text)
	if status, page := request(t, http.MethodGet, leave, ""); status != http.StatusOK || !strings.Contains(page, "<form") {
		t.Errorf("the unsubscribe page: %d %s", status, page)
	}
	if status, page := request(t, http.MethodPost, leave, "List-Unsubscribe=One-Click"); status != http.StatusOK {
		t.Errorf("one click: %d %s", status, page)
	}
}

// signUp fills in the form of the site that a message came from, and confirms by the mail that follows.
func signUp(t *testing.T, m demo.Message, relay *smtptest.Server) {
	t.Helper()
	site, _, _ := strings.Cut(regexp.MustCompile(`http://\S+/u/`).FindString(m.Text), "/u/")
	_, form := request(t, http.MethodGet, site+"/n/weekly", "")
	token := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(form)
	if token == nil {
		t.Fatalf("there is no form:\n%s", form)
	}
	before := len(relay.Messages())
	await(t, "the page that tells of a mail", func() (bool, string) { // nobody fills in a form within a second
		_, page := request(t, http.MethodPost, site+"/n/weekly", "email=kate@localhost&form="+token[1])
		return strings.Contains(page, "One more step"), page
	})
	await(t, "the mail that confirms", func() (bool, string) { return len(relay.Messages()) > before, "" })
	link := regexp.MustCompile(`http://\S+/c/\S+`).FindString(parse(t, relay.Messages()[before]).Text)
	if status, page := request(t, http.MethodPost, link, ""); status != http.StatusOK || !strings.Contains(page, "You are subscribed") {
		t.Errorf("the confirmation: %d %s", status, page)
	}
}

func request(t *testing.T, method, url, body string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(page)
}

// await waits for what is to come; what there is instead is shown if it does not.
func await(t *testing.T, what string, came func() (bool, string)) {
	t.Helper()
	last := ""
	for range 300 {
		ok, instead := came()
		if ok {
			return
		}
		last = instead
		time.Sleep(100 * time.Millisecond)
	}
	t.Fatalf("%s does not come:\n%s", what, last)
}

// daemon process under test, with what it logs.
type process struct {
	*exec.Cmd
	t     *testing.T
	lines chan string
	seen  []string
}

func startDaemon(t *testing.T, dir string) *process {
	t.Helper()
	return start(t, dir, "run")
}

// start starts tidings; its lines are those of standard output and standard error.
func start(t *testing.T, dir string, args ...string) *process {
	t.Helper()
	p := &process{Cmd: tidings(t.Context(), t, dir, args...), t: t, lines: make(chan string, 1000)}
	logged, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = p.Stdout
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.lines)
		for s := bufio.NewScanner(logged); s.Scan(); {
			p.lines <- s.Text()
		}
	}()
	return p
}

// waitFor reads the log up to a line that matches, and returns it.
func (p *process) waitFor(pattern string) string {
	p.t.Helper()
	re := regexp.MustCompile(pattern)
	tooLong := time.After(time.Minute)
	for {
		select {
		case line, open := <-p.lines:
			if !open {
				p.t.Fatalf("it ended without logging %q:\n%s", pattern, strings.Join(p.seen, "\n"))
			}
			p.seen = append(p.seen, line)
			if re.MatchString(line) {
				return line
			}
		case <-tooLong:
			p.t.Fatalf("it did not log %q:\n%s", pattern, strings.Join(p.seen, "\n"))
			return ""
		}
	}
}

func (p *process) signal(s os.Signal) {
	p.t.Helper()
	if err := p.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// serveFeeds serves testdata/site/www, with times filled in.
func serveFeeds(t *testing.T) string {
	t.Helper()
	now := time.Now()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := os.ReadFile(filepath.Join("testdata/site/www", filepath.Base(r.URL.Path)))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		_, _ = io.WriteString(w, os.Expand(string(text), func(name string) string {
			if name == "FEEDS" {
				return "http://" + r.Host
			}
			return now.Add(-2 * time.Hour).UTC().Format(time.RFC1123Z)
		}))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// freeAddress is a place on loopback that nobody listens on, nor comes to: where the system lets us, it is on an address that no other test has.
func freeAddress(t *testing.T) string {
	t.Helper()
	own := fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(254), rand.IntN(256), 1+rand.IntN(254)) //nolint:gosec // guards nothing
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", own)
	if err != nil {
		l, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func parse(t *testing.T, got smtptest.Message) demo.Message {
	t.Helper()
	m, err := demo.Parse(demo.Received{From: got.From, To: strings.Join(got.To, " "), Data: got.Data})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
