package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"

	"tidings/digest"
)

// happened says what an error means. Errors of our own making are sentences already; those of the network are not.
func happened(err error) string {
	u := (*url.Error)(nil)
	if !errors.As(err, &u) || errors.Is(err, errTimeout) {
		return digest.OneLine(err.Error())
	}
	// What was wrapped around the URL's error is ours: the hop that it happened on.
	before, _, _ := strings.Cut(err.Error(), u.Error())
	return digest.OneLine(before + cause(u.Err))
}

// cause says what kept a request from being answered.
func cause(err error) string {
	var (
		dns      *net.DNSError
		alert    tls.AlertError
		unknown  x509.UnknownAuthorityError
		verify   *tls.CertificateVerificationError
		netError net.Error
	)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP):
		return peer(err) + " is a private address, which is not asked; if that is meant, set `fetch.allow_private: true`"
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host %s; check the address", quote(dns.Name))
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s could not be looked up", quote(dns.Name))
	case errors.As(err, &unknown):
		return "the server's certificate is not good: nobody vouches for it whom this machine trusts; ask its publisher"
	case errors.As(err, &verify):
		return "the server's certificate is not good: " + bounded(strings.TrimPrefix(verify.Err.Error(), "x509: "), 300) + "; ask its publisher"
	case errors.Is(err, http.ErrSchemeMismatch):
		return "the server speaks http there, not https; if that is meant, write the address with http://"
	case errors.As(err, new(tls.RecordHeaderError)), errors.As(err, &alert):
		return "the server and we have no way of https in common (" + bounded(err.Error(), 200) + "); check the address"
	case errors.Is(err, syscall.ECONNREFUSED):
		return peer(err) + " refuses connections"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no way to " + peer(err) + " from here"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netError) && netError.Timeout():
		return errTimeout.Error()
	case hungUp(err):
		return "the server closed the connection without an answer"
	case strings.HasPrefix(err.Error(), "failed to parse Location header"): // as net/http says it, with all of the address
		return "the server redirects to what is no address"
	case strings.Contains(err.Error(), "malformed"):
		return "what answers there does not speak HTTP as it should; check the address"
	}
	return strings.TrimPrefix(err.Error(), "net/http: ")
}

// isPassing tells whether a trouble may be over the next time: that of the network on the way, but not what an address means.
func isPassing(err error) bool {
	var (
		passing  passingError
		dns      *net.DNSError
		netError net.Error
	)
	switch {
	case errors.As(err, &passing):
		return true
	case !errors.As(err, new(*url.Error)), errors.Is(err, ssrf.ErrProhibitedIP):
		return false
	case errors.As(err, &dns):
		return !dns.IsNotFound
	}
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENETUNREACH) || errors.Is(err, syscall.EHOSTUNREACH) ||
		errors.As(err, &netError) && netError.Timeout() || hungUp(err)
}

func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET)
}

// peer is the address that was dialed.
func peer(err error) string {
	if op := (*net.OpError)(nil); errors.As(err, &op) && op.Addr != nil {
		return op.Addr.String()
	}
	return "the server"
}
