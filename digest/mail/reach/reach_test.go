package reach_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"syscall"
	"testing"
	"time"

	"tidings/digest/mail/reach"
)

func TestExplain(t *testing.T) {
	t.Parallel()
	dialing := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)}
	}
	verify := func(err error) error { return &tls.CertificateVerificationError{Err: err} }
	now := time.Now()
	for _, test := range []struct {
		err  error
		want string
	}{
		{&net.DNSError{Err: "no such host", Name: "smtp.exmaple.com", IsNotFound: true}, "there is no host smtp.exmaple.com; check host"},
		{&net.DNSError{Err: "server misbehaving", Name: "h"}, "the name h could not be looked up; check host, and this machine's network and DNS"},
		{dialing(syscall.ECONNREFUSED), "h:25 refuses connections; check host and port, and that the mail server runs"},
		{dialing(syscall.EHOSTUNREACH), "there is no way to h:25 from here; check host, and this machine's network"},
		{dialing(syscall.ETIMEDOUT), "h:25 does not answer; check host and port, and that no firewall is in the way"},
		{&net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded}, "h:25 does not answer; check host and port, and that no firewall is in the way"},
		{&net.OpError{Op: "read", Err: os.ErrDeadlineExceeded}, "h:25 does not answer in time"},
		{&net.OpError{Op: "read", Err: syscall.ECONNRESET}, "h:25 closed the connection"},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), "h:25 closed the connection"},
		{textproto.ProtocolError("short response: x"), "h:25 does not greet as a mail server does; check host and port"},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, "h:25 does not speak TLS from the start; check host and port, or set tls: starttls"},
		{fmt.Errorf("remote error: %w", tls.AlertError(70)), "h:25 and we have no way of TLS in common: tls: protocol version not supported"},
		{verify(x509.UnknownAuthorityError{}), "the certificate of h:25 is not good: nobody vouches for it whom this machine trusts; have the server get one from a public authority, or add its issuer to this machine's"},
		{
			verify(x509.HostnameError{Certificate: &x509.Certificate{DNSNames: []string{"a", "b", "c", "d"}}, Host: "h"}),
			"the certificate of h:25 is not good: it is for a, b, c, not for h; set host to a name that it is for",
		},
		{
			verify(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "h"}),
			"the certificate of h:25 is not good: it is not for h; set host to the name that it is for",
		},
		{
			verify(x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)}}),
			"the certificate of h:25 is not good: it has expired; its server must get a new one",
		},
		{
			verify(x509.CertificateInvalidError{Reason: x509.Expired, Cert: &x509.Certificate{NotBefore: now.Add(24 * time.Hour)}}),
			"the certificate of h:25 is not good: it is not valid yet; check this machine's clock",
		},
		{errors.New("something of ours"), "something of ours"},
		{fmt.Errorf("%w before its greeting", reach.Explain(io.EOF, "h:26")), "h:26 closed the connection before its greeting"},
	} {
		got := reach.Explain(test.err, "h:25")
		if got.Error() != test.want || !errors.Is(got, test.err) {
			t.Errorf("%v:\n got %v\nwant %s", test.err, got, test.want)
		}
	}
}

// The errors that the network really gives are those that are understood.
func TestRealErrors(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetReadDeadline(time.Now().Add(-time.Second))
	_, err = conn.Read(make([]byte, 1))
	if got := reach.Explain(err, "h").Error(); got != "h does not answer in time" {
		t.Errorf("%v: %s", err, got)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	if got := reach.Explain(err, "h").Error(); got != "h refuses connections; check host and port, and that the mail server runs" {
		t.Errorf("%v: %s", err, got)
	}
}
