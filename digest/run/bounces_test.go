package run

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"tidings/digest"
	"tidings/digest/mail/bounce"
	"tidings/digest/mail/smtptest"
)

// bounceBox gives the house a mailbox of bounces, in the memory of a server on loopback; put adds a message to it.
func (h *house) bounceBox() (put func(message []byte)) {
	h.t.Helper()
	user := imapmemserver.NewUser("bounce", "s3cret")
	if err := user.Create("INBOX", nil); err != nil {
		h.t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}},
		InsecureAuth: true,
		Logger:       log.New(io.Discard, "", 0),
	})
	l, err := (&net.ListenConfig{}).Listen(h.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		h.t.Fatal(err)
	}
	go server.Serve(l)
	h.t.Cleanup(func() { _ = server.Close() })
	h.Bounces = bounce.NewMailbox(bounce.Options{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: bounce.TLSNone, Username: "bounce", Password: "s3cret", Mailbox: "INBOX",
		Timeout: 30 * time.Second,
	})
	h.BouncesEvery = 5 * time.Minute
	return func(message []byte) {
		h.t.Helper()
		if _, err := user.Append("INBOX", bytes.NewReader(message), &imap.AppendOptions{}); err != nil {
			h.t.Fatal(err)
		}
	}
}

// bounced is the report of a mail system that it could not deliver what it had accepted. It comes to the envelope sender.
func bounced(m smtptest.Message, reply string) []byte {
	return fmt.Appendf(nil, "From: MAILER-DAEMON@relay.example\r\nTo: <%s>\r\nContent-Type: multipart/report; boundary=b; report-type=delivery-status\r\n\r\n"+
		"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; relay.example\r\n\r\n"+
		"Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: %s\r\nDiagnostic-Code: smtp; %s\r\n\r\n--b--\r\n",
		m.From, m.To[0], strings.Fields(reply)[1], reply)
}

// What was sent under a return path of its own comes back to it, is read from the mailbox, and marks the right delivery; all on its own.
func TestTheDaemonReadsBounces(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.ReturnPath = "bounce@news.example.com"
	put := h.bounceBox()
	sent := h.post("Alpha")
	forged := smtptest.Message{From: h.ReturnPath, To: []string{"grace@example.com"}}
	for _, m := range h.smtp.Messages() {
		if !strings.HasPrefix(m.From, "bounce+") || !strings.HasSuffix(m.From, "@news.example.com") {
			t.Fatalf("envelope sender %q", m.From)
		}
		switch m.To[0] {
		case "ada@example.com":
			put(bounced(m, "550 5.1.1 no such user"))
		case "mary@example.com":
			put(bounced(m, "552 5.2.2 mailbox full"))
		}
	}
	put(bounced(forged, "550 5.1.1 no such user"))
	put([]byte("From: Grace <grace@example.com>\r\nTo: bounce@news.example.com\r\nSubject: Hello\r\n\r\nIs anybody there?\r\n"))

	d := NewDaemon(h.Service, h.clock.now)
	wake := d.pollBounces(background(), h.Service)
	if !wake.Equal(h.clock.now().Add(h.BouncesEvery)) {
		t.Errorf("it looks again at %s", wake)
	}
	want := map[string]digest.DeliveryState{"ada@example.com": digest.Failed, "mary@example.com": digest.Failed, "grace@example.com": digest.Sent}
	for email, state := range want {
		if got := h.state(sent[email]); got != state {
			t.Errorf("%s: %s", email, got)
		}
	}
	if h.readers() != 2 {
		t.Errorf("%d readers", h.readers())
	}
	said := h.log.String()
	if !strings.Contains(said, "bounces were read") || !strings.Contains(said, "failed=2 complaints=0 suppressed=1 deleted=3 left_for_you=1") {
		t.Errorf("the log: %s", said)
	}
	if n, err := h.Bounces.Check(background()); err != nil || n != 1 {
		t.Errorf("%d messages are left, %v", n, err)
	}
	if got := d.pollBounces(background(), h.Service); !got.Equal(wake) {
		t.Errorf("it does not wait: %s", got)
	}
	h.clock.move(h.BouncesEvery)
	d.pollBounces(background(), h.Service)
	if strings.Count(h.log.String(), "bounces were read") != 1 {
		t.Error("what was left is read again")
	}
}

// A mailbox that cannot be reached is told of once, and looked into again.
func TestTheDaemonWithoutItsMailbox(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Bounces = bounce.NewMailbox(bounce.Options{Host: "127.0.0.1", Port: 1, TLS: bounce.TLSNone, Username: "me", Password: "s3cret", Mailbox: "INBOX"})
	h.BouncesEvery = time.Minute
	d := NewDaemon(h.Service, h.clock.now)
	for range 3 {
		d.pollBounces(background(), h.Service)
		h.clock.move(time.Minute)
	}
	if said := h.log.String(); strings.Count(said, "the mailbox of bounces could not be read") != 1 || strings.Contains(said, "s3cret") {
		t.Errorf("the log: %s", said)
	}
	put := h.bounceBox()
	put([]byte("Subject: x\r\n\r\n"))
	d.pollBounces(background(), h.Service)
	if !strings.Contains(h.log.String(), "left_for_you=1") {
		t.Error("a mailbox of a new configuration waits for the time of the old one")
	}
}
