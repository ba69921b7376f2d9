package config

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBounces(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, map[string]string{
		"tidings.yaml": "bounces:\n  return_path: bounce@bücher.example\n  imap: {host: imap.example.com, username: me, password_file: pw}\n",
		"pw":           "s3cret\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	want := Bounces{ReturnPath: "bounce@xn--bcher-kva.example", IMAP: &IMAP{
		Host: "imap.example.com", Port: 993, TLS: TLSImplicit, Username: "me", Password: "s3cret", Mailbox: "INBOX", Every: 5 * time.Minute,
	}}
	if diff := cmp.Diff(want, c.Bounces); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	c, err = read("t.yaml", []byte("bounces: {imap: {host: a.example, tls: none, username: me, password: p}}\n"), environment(nil))
	if err != nil || c.Bounces.ReturnPath != "" || c.Bounces.IMAP.Port != 143 || !strings.Contains(strings.Join(c.Warnings, "\n"), "bounces.imap: with tls: none") {
		t.Errorf("%+v, %v", c, err)
	}
	c, err = read("t.yaml", []byte("bounces: {return_path: b@example.com}\n"), environment(nil))
	if err != nil || c.Bounces.IMAP != nil {
		t.Errorf("a mailbox that nobody named: %+v, %v", c, err)
	}
}
