package bounce_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"tidings/digest"
	"tidings/digest/mail/bounce"
)

const password = `hunter2 "of" \the mailbox`

// serveIMAP runs go-imap's server over a mailbox in memory, and says how to reach it.
func serveIMAP(t *testing.T, mode bounce.TLSMode, messages ...[]byte) bounce.Options {
	t.Helper()
	user := imapmemserver.NewUser("me", password)
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if _, err := user.Append("INBOX", bytes.NewReader(m), &imap.AppendOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	certificate, pool := certified(t)
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	o := bounce.Options{
		Host: "127.0.0.1", Port: l.Addr().(*net.TCPAddr).Port, TLS: mode, Username: "me", Password: password, Mailbox: "INBOX", RootCAs: pool, Timeout: 20 * time.Second,
	}
	if mode == bounce.TLSImplicit {
		l = tls.NewListener(l, config)
	}
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapUIDPlus: {}},
		TLSConfig:    config,
		InsecureAuth: mode == bounce.TLSNone,
		Logger:       log.New(io.Discard, "", 0),
	})
	go server.Serve(l)
	t.Cleanup(func() { _ = server.Close() })
	return o
}

// certified is a certificate for 127.0.0.1, and what trusts it.
func certified(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	s := httptest.NewTLSServer(nil)
	defer s.Close()
	pool := x509.NewCertPool()
	pool.AddCert(s.Certificate())
	return s.TLS.Certificates[0], pool
}

// contents is how many messages a mailbox that is reached without TLS holds, and how many of them are flagged.
func contents(t *testing.T, o bounce.Options) (all, flagged int) {
	t.Helper()
	c, err := imapclient.DialInsecure(net.JoinHostPort(o.Host, strconv.Itoa(o.Port)), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	if err := c.Login(o.Username, o.Password).Wait(); err != nil {
		t.Fatal(err)
	}
	selected, err := c.Select(o.Mailbox, &imap.SelectOptions{ReadOnly: true}).Wait()
	if err != nil {
		t.Fatal(err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagFlagged}}, nil).Wait()
	if err != nil {
		t.Fatal(err)
	}
	return int(selected.NumMessages), len(found.AllUIDs())
}

// understood takes every report that is one, and remembers them.
func understood(got *[]digest.Bounce) bounce.Handler {
	return func(_ context.Context, b digest.Bounce) (bool, error) {
		*got = append(*got, b)
		return b.Kind != digest.NoBounce, nil
	}
}

func TestPoll(t *testing.T) {
	t.Parallel()
	all := reports(t)
	for _, mode := range []bounce.TLSMode{bounce.TLSImplicit, bounce.TLSStartTLS, bounce.TLSNone} {
		o := serveIMAP(t, mode, all["postfix"], all["vacation"], []byte("\r\n"), all["arf"])
		m := bounce.NewMailbox(o)
		if n, err := m.Check(t.Context()); err != nil || n != 4 {
			t.Errorf("%s: check: %d, %v", mode, n, err)
		}
		var got []digest.Bounce
		p, err := m.Poll(t.Context(), understood(&got))
		if err != nil || p != (bounce.Polled{Taken: 2, Left: 2}) || len(got) != 4 {
			t.Fatalf("%s: %+v, %v, %d reports", mode, p, err, len(got))
		}
		if got[0].Kind != digest.BounceFailed || got[3].Kind != digest.BounceComplaint || !slices.Contains(got[0].Envelopes, returnPath) {
			t.Errorf("%s: %+v", mode, got)
		}
		if p, err := m.Poll(t.Context(), understood(&got)); err != nil || p != (bounce.Polled{}) || len(got) != 4 {
			t.Errorf("%s: the second look: %+v, %v", mode, p, err)
		}
		if mode == bounce.TLSNone {
			if n, flagged := contents(t, o); n != 2 || flagged != 2 {
				t.Errorf("%d messages are left, %d of them flagged", n, flagged)
			}
		}
	}
}

// What could not be recorded stays as it is; what was recorded before it is gone.
func TestPollStopsWhereNothingCanBeRecorded(t *testing.T) {
	t.Parallel()
	report := reports(t)["postfix"]
	o := serveIMAP(t, bounce.TLSNone, report, report, report)
	m := bounce.NewMailbox(o)
	full := errors.New("the disk is full")
	taken := 0
	p, err := m.Poll(t.Context(), func(context.Context, digest.Bounce) (bool, error) {
		if taken == 1 {
			return false, full
		}
		taken++
		return true, nil
	})
	if !errors.Is(err, full) || p.Taken != 1 || p.Left != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if n, flagged := contents(t, o); n != 2 || flagged != 0 {
		t.Errorf("%d messages are left, %d of them flagged", n, flagged)
	}
	var got []digest.Bounce
	if p, err := m.Poll(t.Context(), understood(&got)); err != nil || p.Taken != 2 {
		t.Errorf("once there is room: %+v, %v", p, err)
	}
}

func TestPollManyAndLarge(t *testing.T) {
	t.Parallel()
	report := reports(t)["postfix"]
	var messages [][]byte
	for range 120 {
		messages = append(messages, report)
	}
	messages = append(messages, slices.Concat(report, bytes.Repeat([]byte("a line of the original\r\n"), 1<<17)))
	var got []digest.Bounce
	p, err := bounce.NewMailbox(serveIMAP(t, bounce.TLSNone, messages...)).Poll(t.Context(), understood(&got))
	if err != nil || p.Taken != 121 || len(got) != 121 {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestMailboxThatCannotBeOpened(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mode   bounce.TLSMode
		change func(*bounce.Options)
		says   string
	}{
		"wrong password":     {bounce.TLSNone, func(o *bounce.Options) { o.Password = "hunter3" }, "; check username and password"},
		"no such mailbox":    {bounce.TLSNone, func(o *bounce.Options) { o.Mailbox = "Bounces" }, "open the mailbox: the server says: "},
		"unknown authority":  {bounce.TLSImplicit, func(o *bounce.Options) { o.RootCAs = nil }, "the certificate of the server is not good: nobody vouches for it"},
		"clear on TLS port":  {bounce.TLSImplicit, func(o *bounce.Options) { o.TLS, o.Timeout = bounce.TLSNone, time.Second }, "greeting: "},
		"TLS on clear port":  {bounce.TLSNone, func(o *bounce.Options) { o.TLS, o.Timeout = bounce.TLSImplicit, time.Second }, "the server does not speak TLS from the start; check host and port, or set tls: starttls"},
		"no password in TLS": {bounce.TLSStartTLS, func(o *bounce.Options) { o.TLS = bounce.TLSNone }, "set tls: implicit or tls: starttls"},
		"nobody there":       {bounce.TLSNone, func(o *bounce.Options) { o.Port = 1 }, "connect: the server refuses connections; check host and port, and that the mail server runs"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := serveIMAP(t, c.mode)
			c.change(&o)
			n, err := bounce.NewMailbox(o).Check(t.Context())
			if err == nil || n != 0 || strings.Contains(err.Error(), "hunter") || !strings.Contains(err.Error(), c.says) && !strings.Contains(err.Error(), "does not answer in time") {
				t.Errorf("%d, %v", n, err)
			}
			if err != nil && !strings.HasPrefix(err.Error(), "the mailbox "+o.Mailbox+" of me on 127.0.0.1:") {
				t.Errorf("which mailbox? %v", err)
			}
		})
	}
}

func TestPollEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bounce.NewMailbox(serveIMAP(t, bounce.TLSNone)).Poll(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
