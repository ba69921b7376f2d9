package smtptest

import "time"

// Option shapes a server.
type Option func(*options)

type options struct {
	extensions         [][]string
	startTLS           bool
	implicitTLS        bool
	certificateFor     string
	username, password string
	keep               int
	latency            time.Duration
	mostOpen           int
	laxData            bool
}

func defaults() options {
	return options{
		extensions:     [][]string{{"PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES"}},
		certificateFor: "127.0.0.1",
		keep:           keepAll,
	}
}

// Extensions are the EHLO lines that the server advertises beside STARTTLS and AUTH, such as "SMTPUTF8" or "SIZE 1000",
// in place of PIPELINING, SIZE, 8BITMIME and ENHANCEDSTATUSCODES.
func Extensions(lines ...string) Option { return ExtensionsInTurn(lines) }

// ExtensionsInTurn is Extensions for a server of several machines that do not offer the same: connections meet one after the other.
func ExtensionsInTurn(machines ...[]string) Option {
	return func(o *options) { o.extensions = machines }
}

// StartTLS offers STARTTLS (RFC 3207), and takes MAIL and AUTH only after it.
func StartTLS() Option { return func(o *options) { o.startTLS = true } }

// ImplicitTLS speaks TLS from the first byte (RFC 8314).
func ImplicitTLS() Option { return func(o *options) { o.implicitTLS = true } }

// CertificateFor makes the certificate for another host name than 127.0.0.1.
func CertificateFor(host string) Option { return func(o *options) { o.certificateFor = host } }

// Auth demands AUTH (RFC 4954), PLAIN or LOGIN, with this name and password.
func Auth(username, password string) Option {
	return func(o *options) { o.username, o.password = username, password }
}

const keepAll = -1

// Keep has the server keep only the first n bytes of each message; if n is 0, it keeps nothing at all, neither messages nor
// commands, and counts: a sink for benchmarks.
func Keep(n int) Option { return func(o *options) { o.keep = n } }

// Latency has every reply arrive so much later. Replies on their way do not hold up those after them, as on a long line.
func Latency(d time.Duration) Option { return func(o *options) { o.latency = d } }

// MostOpen greets connections with 421 while so many others are open.
func MostOpen(n int) Option { return func(o *options) { o.mostOpen = n } }

// LaxData answers DATA with 354 even if no recipient was taken, and refuses the message that follows, as RFC 2920 §3.1 warns
// that servers do.
func LaxData() Option { return func(o *options) { o.laxData = true } }
