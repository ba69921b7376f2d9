package smtptest

// Option shapes a server.
type Option func(*options)

type options struct {
	extensions         []string
	startTLS           bool
	implicitTLS        bool
	certificateFor     string
	username, password string
}

func defaults() options {
	return options{
		extensions:     []string{"PIPELINING", "SIZE 52428800", "8BITMIME", "ENHANCEDSTATUSCODES"},
		certificateFor: "127.0.0.1",
	}
}

// Extensions are the EHLO lines that the server advertises beside STARTTLS and AUTH, such as "SMTPUTF8" or "SIZE 1000",
// in place of PIPELINING, SIZE, 8BITMIME and ENHANCEDSTATUSCODES.
func Extensions(lines ...string) Option { return func(o *options) { o.extensions = lines } }

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
