// Package reach says in plain words why a mail server, of SMTP or of IMAP, cannot be reached, and what to do.
package reach

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strings"
	"syscall"
	"time"
)

// Explain is the error of the network in words for those who look after the server, which is called as given, such as by its host:port; errors.Is and
// errors.As find in it what they find in err. An error that is none of the network's keeps its words, as does one that was explained before.
func Explain(err error, server string) error {
	if errors.As(err, new(*explained)) {
		return err
	}
	return &explained{words(err, server), err}
}

type explained struct {
	words string
	cause error
}

func (e *explained) Error() string { return e.words }
func (e *explained) Unwrap() error { return e.cause }

func words(err error, server string) string {
	var (
		dns         *net.DNSError
		certificate *tls.CertificateVerificationError
		op          *net.OpError
		dialing     = errors.As(err, &op) && op.Op == "dial"
		timeout     = errors.Is(err, os.ErrDeadlineExceeded) || dialing && op.Timeout()
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host %s; check host", dns.Name)
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s could not be looked up; check host, and this machine's network and DNS", dns.Name)
	case errors.Is(err, syscall.ECONNREFUSED):
		return server + " refuses connections; check host and port, and that the mail server runs"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no way to " + server + " from here; check host, and this machine's network"
	case timeout && dialing:
		return server + " does not answer; check host and port, and that no firewall is in the way"
	case timeout:
		return server + " does not answer in time"
	case errors.As(err, &certificate):
		return "the certificate of " + server + " is not good: " + distrust(certificate.Err)
	case errors.As(err, new(tls.RecordHeaderError)):
		return server + " does not speak TLS from the start; check host and port, or set tls: starttls"
	case errors.As(err, new(tls.AlertError)):
		return server + " and we have no way of TLS in common: " + strings.TrimPrefix(err.Error(), "remote error: ")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return server + " closed the connection"
	case errors.As(err, new(textproto.ProtocolError)):
		return server + " does not greet as a mail server does; check host and port"
	}
	return err.Error()
}

// distrust says why a certificate is not accepted.
func distrust(err error) string {
	var (
		name    x509.HostnameError
		unknown x509.UnknownAuthorityError
		invalid x509.CertificateInvalidError
	)
	switch {
	case errors.As(err, &name) && len(name.Certificate.DNSNames) > 0:
		const most = 3
		names := name.Certificate.DNSNames
		return fmt.Sprintf("it is for %s, not for %s; set host to a name that it is for", strings.Join(names[:min(len(names), most)], ", "), name.Host)
	case errors.As(err, &name):
		return fmt.Sprintf("it is not for %s; set host to the name that it is for", name.Host)
	case errors.As(err, &unknown):
		return "nobody vouches for it whom this machine trusts; have the server get one from a public authority, or add its issuer to this machine's"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		if invalid.Cert != nil && time.Now().Before(invalid.Cert.NotBefore) {
			return "it is not valid yet; check this machine's clock"
		}
		return "it has expired; its server must get a new one"
	}
	return strings.TrimPrefix(err.Error(), "x509: ")
}
