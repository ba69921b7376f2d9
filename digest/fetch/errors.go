package fetch

import (
	"context"
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

// errTimeout marks a request that ran out of its time.
var errTimeout = errors.New("the server is too slow or cannot be reached")

// statusError is an answer that is neither 200 nor 304 nor a redirect.
type statusError struct {
	code       int
	retryAfter string // as sent
}

// Error names the status and what can be done about it.
func (e *statusError) Error() string {
	said := strings.TrimSpace(fmt.Sprintf("the server answered %d %s", e.code, http.StatusText(e.code)))
	switch e.code {
	case http.StatusUnauthorized, http.StatusForbidden:
		return said + "; check the feed's headers, or ask its publisher"
	case http.StatusNotFound:
		return said + "; check the address"
	case http.StatusGone:
		return said + "; the feed is gone for good: remove it"
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return said + "; it is asked again later"
	}
	if e.code >= 500 {
		return said + "; it is tried again"
	}
	return said
}

// pageError is a page in the place of a feed.
type pageError struct {
	feeds []string // absolute addresses of the feeds that the page names
}

// Error names the feeds found on the page.
func (e *pageError) Error() string {
	if len(e.feeds) == 0 {
		return "this is an HTML page, not a feed, and it names none; find the address of the feed"
	}
	shown := make([]string, min(len(e.feeds), 3))
	for i := range shown {
		shown[i] = cleanURL(e.feeds[i])
	}
	return "this is an HTML page, not a feed; it names " + strings.Join(shown, ", ") + ": use that address"
}

// sentence is the error of a feed as people read it: the feed's address, then what happened and what to do.
func sentence(f digest.Feed, s digest.FeedState, err error) string {
	where := cleanURL(f.URL)
	if s.Location != "" && s.Location != f.URL {
		where += " (its feed is " + cleanURL(s.Location) + ")"
	}
	return bounded(where+": "+explain(err), 1000)
}

// explain says what an error of the network means. Errors of our own making are sentences already.
func explain(err error) string {
	u := (*url.Error)(nil)
	if !errors.As(err, &u) || errors.Is(err, errTimeout) {
		return digest.OneLine(err.Error())
	}
	// What was wrapped around the URL's error is ours: the hop that it happened on.
	before, _, _ := strings.Cut(err.Error(), u.Error())
	return digest.OneLine(before + explainCause(u.Err))
}

// explainCause says what kept a request from being answered.
func explainCause(err error) string {
	var (
		dns      *net.DNSError
		op       *net.OpError
		host     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		netError net.Error
	)
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP):
		address := "it"
		if errors.As(err, &op) && op.Addr != nil {
			address = op.Addr.String()
		}
		return address + " is a private address, which is not asked; if that is meant, set `fetch.allow_private: true`"
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Sprintf("there is no host %s; check the address", quote(dns.Name))
	case errors.As(err, &dns):
		return fmt.Sprintf("the name %s could not be looked up; it is tried again", quote(dns.Name))
	case errors.As(err, &host), errors.As(err, &unknown), errors.As(err, &invalid):
		return "the server's certificate is not good: " + bounded(err.Error(), 300)
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the server refuses connections; it is tried again"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &netError) && netError.Timeout():
		return errTimeout.Error() + "; it is tried again"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the server closed the connection without an answer; it is tried again"
	case strings.HasPrefix(err.Error(), "failed to parse Location header"): // as net/http says it, with all of the address
		return "the server redirects to what is no address"
	}
	return err.Error()
}

// cleanURL is an address fit for a message: without what may be secret, on one line, of bounded length.
func cleanURL(address string) string { return bounded(digest.OneLine(digest.ShownURL(address)), 300) }

// quote shows foreign text within a sentence.
func quote(s string) string { return "“" + bounded(digest.OneLine(s), 100) + "”" }

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
