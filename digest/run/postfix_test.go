//go:build unix

package run

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

// TestPostfix delivers through a real Postfix, which refuses some recipients and greylists others, and passes the rest on to the house's mail server.
func TestPostfix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	gone, grey := "gone1@example.com gone2@example.com gone3@example.com", "grey1@example.org grey2@example.org"
	port := startPostfix(t, h.smtp, strings.Fields(gone), strings.Fields(grey))
	h.Subscribers = crowdOf(60)
	for i, address := range strings.Fields(gone + " " + grey) {
		h.Subscribers[7*i].Email = address
	}
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: "127.0.0.1", Port: port, TLS: tmail.TLSNone, Connections: 5})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	h.Sender = sender
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	r := h.send(SendOptions{}).Delivered
	if r.Sent != 55 || r.Failed != 3 || r.Deferred != 2 || r.Relay != "" {
		t.Fatalf("%s: %q, %+v", r, r.Relay, r.Troubles)
	}
	h.clock.move(10 * time.Minute)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 2 || !r.Complete() {
		t.Fatalf("after ten minutes: %s: %+v", r, r.Troubles)
	}
	wait(t, "Postfix to pass on all messages", func() bool { return len(h.smtp.Messages()) >= 57 })
	got := h.inbox()
	for _, sub := range h.Subscribers {
		want := 1
		if strings.HasPrefix(sub.Email, "gone") {
			want = 0
		}
		if got[sub.Email] != want {
			t.Errorf("%s got %d, want %d", sub.Email, got[sub.Email], want)
		}
	}
	for _, m := range h.smtp.Messages() {
		if l := readLetter(t, m.Data); !strings.Contains(l.text, "Alpha is an article") || !strings.Contains(l.Get("To"), m.To[0]) || !strings.Contains(l.Get("List-Unsubscribe"), "/u/") {
			t.Errorf("%s got another's message, or half of one:\n%s", m.To[0], m.Data)
		}
	}
}

// startPostfix starts a Postfix of its own on a free port, which relays to the next server. It ends with the test.
func startPostfix(t *testing.T, next *smtptest.Server, gone, grey []string) (port int) {
	t.Helper()
	program, err := exec.LookPath("postfix")
	if err != nil {
		program = "/usr/sbin/postfix"
	}
	if _, err := os.Stat(program); err != nil || os.Getuid() != 0 {
		t.Skip("this test needs Postfix, and to be root, which Postfix wants to start as")
	}
	dir := t.TempDir()
	for d := dir; strings.Contains(d, t.Name()); d = filepath.Dir(d) {
		if err := os.Chmod(d, 0o755); err != nil { // Postfix works as a user of its own
			t.Fatal(err)
		}
	}
	for _, name := range []string{"etc", "queue", "data"} {
		if err := os.Mkdir(filepath.Join(dir, name), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if out, err := exec.CommandContext(t.Context(), "chown", "postfix", filepath.Join(dir, "data")).CombinedOutput(); err != nil {
		t.Skipf("there is no user postfix: %v: %s", err, out)
	}
	port = freePort(t)
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, "etc", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var access strings.Builder
	for _, address := range gone {
		access.WriteString(address + " 550 5.1.1 no such user\n")
	}
	write("access", access.String())
	write("main.cf", fmt.Sprintf(`compatibility_level = 3.6
queue_directory = %[1]s/queue
data_directory = %[1]s/data
maillog_file = %[1]s/log
maillog_file_prefixes = %[1]s
myhostname = relay.example.net
mydestination =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [%[2]s]:%[3]d
smtp_dns_support_level = disabled
smtpd_recipient_restrictions = check_recipient_access texthash:%[1]s/etc/access, check_policy_service inet:%[4]s, permit_mynetworks, reject
smtpd_client_connection_rate_limit = 0
`, dir, next.Host(), next.Port(), startGreylist(t, grey)))
	write("master.cf", fmt.Sprintf(`127.0.0.1:%d inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
`, port))
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, program, "-c", filepath.Join(dir, "etc"), "start-fg")
	cmd.Cancel = func() error {
		return exec.CommandContext(context.Background(), program, "-c", filepath.Join(dir, "etc"), "stop").Run()
	}
	cmd.WaitDelay = 20 * time.Second
	var said lockedBuffer
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = cmd.Wait()
		if t.Failed() {
			log, _ := os.ReadFile(filepath.Join(dir, "log"))
			t.Logf("Postfix said: %s\n%s", said.String(), log)
		}
	})
	wait(t, "Postfix to start", func() bool {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	})
	return port
}

type lockedBuffer struct {
	mu sync.Mutex
	b  strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// startGreylist is a policy service (http://www.postfix.org/SMTPD_POLICY_README.html) that defers each of the recipients once.
func startGreylist(t *testing.T, grey []string) (addr string) {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	var mu sync.Mutex
	waits := map[string]bool{}
	for _, address := range grey {
		waits[address] = true
	}
	verdict := func(recipient string) string {
		mu.Lock()
		defer mu.Unlock()
		if waits[recipient] {
			waits[recipient] = false
			return "DEFER 4.2.0 greylisted, come back later"
		}
		return "DUNNO"
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				recipient := ""
				for lines := bufio.NewScanner(c); lines.Scan(); {
					if value, ok := strings.CutPrefix(lines.Text(), "recipient="); ok {
						recipient = value
					}
					if lines.Text() == "" {
						_, _ = fmt.Fprintf(c, "action=%s\n\n", verdict(recipient))
					}
				}
			}()
		}
	}()
	return l.Addr().String()
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
