package bounce_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

// TestDovecot polls a mailbox of the IMAP server that most of the world runs.
func TestDovecot(t *testing.T) {
	t.Parallel()
	all := reports(t)
	options := serveDovecot(t, all["postfix"], all["vacation"], all["gmail"], all["arf"])
	for _, mode := range []bounce.TLSMode{bounce.TLSImplicit, bounce.TLSStartTLS} {
		o := options[mode]
		if n, err := bounce.NewMailbox(o).Check(t.Context()); err != nil || n != 4 {
			t.Fatalf("%s: %d, %v", mode, n, err)
		}
		o.Password = "wrong"
		if _, err := bounce.NewMailbox(o).Check(t.Context()); err == nil {
			t.Errorf("%s: any password will do", mode)
		}
	}
	m := bounce.NewMailbox(options[bounce.TLSImplicit])
	var got []digest.Bounce
	p, err := m.Poll(t.Context(), understood(&got))
	if err != nil || p != (bounce.Polled{Taken: 3, Left: 1}) || len(got) != 4 {
		t.Fatalf("%+v, %v", p, err)
	}
	if n, err := m.Check(t.Context()); err != nil || n != 1 {
		t.Errorf("%d messages are left, %v", n, err)
	}
	if p, err := m.Poll(t.Context(), understood(&got)); err != nil || p != (bounce.Polled{}) {
		t.Errorf("the second look: %+v, %v", p, err)
	}
}

// serveDovecot runs a Dovecot of the test's own over a Maildir with the messages, and says how to reach it.
func serveDovecot(t *testing.T, messages ...[]byte) map[bounce.TLSMode]bounce.Options {
	t.Helper()
	program, err := exec.LookPath("dovecot")
	if err != nil {
		program = "/usr/sbin/dovecot"
	}
	if _, err := os.Stat(program); err != nil {
		t.Skip("there is no Dovecot here (apt-get install dovecot-imapd)")
	}
	dir := t.TempDir()
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil { //nolint:gosec // Dovecot's other users look into it
		t.Fatal(err)
	}
	inbox := filepath.Join(dir, "mail", "new")
	for _, d := range []string{inbox, filepath.Join(dir, "mail", "cur"), filepath.Join(dir, "mail", "tmp")} {
		if err := os.MkdirAll(d, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for i, m := range messages {
		write(t, filepath.Join(inbox, fmt.Sprintf("%d.M%d.test", 1795417200+i, i)), m)
	}
	ports, pool := freePorts(t, 2), certificateIn(t, dir)
	write(t, filepath.Join(dir, "users"), []byte("me:{PLAIN}s3cret\n"))
	write(t, filepath.Join(dir, "dovecot.conf"), dovecotConfig(t, dir, ports))
	run(t, dir, program, ports[0])

	o := bounce.Options{Host: "127.0.0.1", Username: "me", Password: "s3cret", Mailbox: "INBOX", RootCAs: pool, Timeout: 30 * time.Second}
	implicit, starttls := o, o
	implicit.TLS, implicit.Port = bounce.TLSImplicit, ports[0]
	starttls.TLS, starttls.Port = bounce.TLSStartTLS, ports[1]
	return map[bounce.TLSMode]bounce.Options{bounce.TLSImplicit: implicit, bounce.TLSStartTLS: starttls}
}

func dovecotConfig(t *testing.T, dir string, ports []int) []byte {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	uid, gid := me.Uid, me.Gid
	if me.Uid == "0" { // Dovecot reads no mail as root
		uid, gid = "65534", "65534"
		own := func(path string, _ fs.DirEntry, err error) error {
			return errors.Join(err, os.Chown(path, 65534, 65534))
		}
		if err := filepath.WalkDir(filepath.Join(dir, "mail"), own); err != nil {
			t.Fatal(err)
		}
	}
	rootless := ""
	if me.Uid != "0" { // it cannot change its user, nor its root
		rootless = fmt.Sprintf("default_internal_user = %[1]s\ndefault_login_user = %[1]s\n", me.Username) +
			"service anvil {\n  chroot =\n}\nservice imap-login {\n  chroot =\n}\nservice stats {\n  chroot =\n}\n"
	}
	return fmt.Appendf(nil, `protocols = imap
listen = 127.0.0.1
base_dir = %[1]s/run
state_dir = %[1]s/state
log_path = %[1]s/log
ssl = required
ssl_cert = <%[1]s/cert.pem
ssl_key = <%[1]s/key.pem
mail_location = maildir:%[1]s/mail
first_valid_uid = 0
first_valid_gid = 0
auth_failure_delay = 0
passdb {
  driver = passwd-file
  args = %[1]s/users
}
userdb {
  driver = static
  args = uid=%[2]s gid=%[3]s home=%[1]s
}
service imap-login {
  inet_listener imaps {
    port = %[4]d
  }
  inet_listener imap {
    port = %[5]d
  }
}
%[6]s`, dir, uid, gid, ports[0], ports[1], rootless)
}

// run starts Dovecot in the foreground, waits until it answers at the port, and ends it with the test.
func run(t *testing.T, dir, program string, port int) {
	t.Helper()
	c := exec.CommandContext(t.Context(), program, "-F", "-c", filepath.Join(dir, "dovecot.conf")) // ended when the test is, before its cleanups
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	c.WaitDelay = 10 * time.Second
	var said bytes.Buffer
	c.Stdout, c.Stderr = &said, &said
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		<-ended
		if log, err := os.ReadFile(filepath.Join(dir, "log")); err == nil && t.Failed() {
			t.Logf("%s", log)
		}
	})
	for range 300 {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			_ = conn.Close()
			return
		}
		select {
		case <-ended:
			t.Skipf("this Dovecot does not start with a configuration for 2.3: %s", said.String())
		case <-time.After(100 * time.Millisecond):
		}
	}
	t.Fatal("Dovecot does not answer")
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.WriteFile(path, data, 0o644); err != nil { //nolint:gosec // Dovecot's other users read it
		t.Fatal(err)
	}
}

// freePorts are ports of 127.0.0.1 that nobody listened on a moment ago.
func freePorts(t *testing.T, n int) (ports []int) {
	t.Helper()
	for range n {
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports
}

// certificateIn writes a certificate for 127.0.0.1 and its key, and returns what trusts it.
func certificateIn(t *testing.T, dir string) *x509.CertPool {
	t.Helper()
	certificate, pool := certified(t)
	key, err := x509.MarshalPKCS8PrivateKey(certificate.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "cert.pem"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Certificate[0]}))
	write(t, filepath.Join(dir, "key.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}))
	return pool
}
