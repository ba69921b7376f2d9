package mail

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"tidings/digest"
)

// TLSMode says how a connection to the relay is encrypted.
type TLSMode string

// The ways of encryption. The certificate is verified in both of the first.
const (
	TLSStartTLS TLSMode = "starttls" // asked for in the dialogue (RFC 3207), and demanded
	TLSImplicit TLSMode = "implicit" // from the first byte (RFC 8314)
	TLSNone     TLSMode = "none"
)

// SMTPOptions name the relay.
type SMTPOptions struct {
	Host        string
	Port        int     // 0: 587, 465 or 25, by TLS
	TLS         TLSMode // empty: starttls
	Username    string  // empty: no AUTH
	Password    string
	Connections int            // how many at once; 0: 4
	Timeout     time.Duration  // for each answer of the server; 0: 1 minute
	Hello       string         // our name in EHLO; empty: this machine's
	RootCAs     *x509.CertPool // nil: the system's
}

// SMTP sends through a relay, over connections that it keeps between messages.
type SMTP struct {
	dialer dialer
	pool   *pool
}

// NewSMTP prepares a sender; it connects at the first Send.
func NewSMTP(o SMTPOptions) (*SMTP, error) {
	o, err := o.complete()
	if err != nil {
		return nil, fmt.Errorf("smtp: %w", err)
	}
	d := dialer{o}
	return &SMTP{dialer: d, pool: newPool(o.Connections, d.dial)}, nil
}

// complete checks the options and fills in what was left open.
func (o SMTPOptions) complete() (SMTPOptions, error) {
	if o.TLS == "" {
		o.TLS = TLSStartTLS
	}
	ports := map[TLSMode]int{TLSStartTLS: 587, TLSImplicit: 465, TLSNone: 25}
	if ports[o.TLS] == 0 {
		return o, fmt.Errorf("tls %q is not one of starttls, implicit, none", o.TLS)
	}
	if o.Port == 0 {
		o.Port = ports[o.TLS]
	}
	if o.Connections == 0 {
		o.Connections = 4
	}
	if o.Timeout == 0 {
		o.Timeout = time.Minute
	}
	if o.Hello == "" {
		o.Hello = ownName()
	}
	switch {
	case o.Host == "":
		return o, errors.New("no host is given")
	case o.Port < 1 || o.Port > 65535:
		return o, fmt.Errorf("port %d is not between 1 and 65535", o.Port)
	case o.Connections < 1 || o.Timeout < 0:
		return o, errors.New("connections and timeout must be positive")
	case o.Username == "" && o.Password != "":
		return o, errors.New("there is a password, but no username")
	}
	return o, checkWord("hello", o.Hello)
}

// ownName is this machine's name, or what stands for one that has none.
func ownName() string {
	name, err := os.Hostname()
	if err != nil || checkWord("name", name) != nil {
		return "localhost"
	}
	return name
}

// Send delivers one message to the relay: nil means that the relay took it on itself to deliver it. Any other outcome is
// a *digest.Refusal. It may be called from any number of goroutines; no more connections are open than
// the options allow. A context that ends closes the connection at once, wherever the dialogue is.
//
// A message that cannot be sent at all is refused without the relay being asked: 553 5.1.3 for an address that no mail can
// reach, 550 5.6.0 for anything else about it.
func (s *SMTP) Send(ctx context.Context, m *digest.Message) error {
	e, err := newEnvelope(m.From.Address, m.To.Address)
	if err != nil {
		return err
	}
	raw, err := Bytes(m)
	if err != nil {
		return unsendable(err)
	}
	return s.pool.send(ctx, e, raw, func() bool { return true })
}

// unsendable is a message that we ourselves refuse, before DATA.
func unsendable(err error) error {
	return &digest.Refusal{Stage: digest.StageData, Code: 550, Enhanced: "5.6.0", Text: oneLine(err.Error())}
}

// Check connects to the relay, logs in, and leaves. Its error is a *digest.Refusal.
func (s *SMTP) Check(ctx context.Context) error {
	l, err := s.dialer.dial(ctx)
	if err != nil {
		return err
	}
	l.quit()
	return nil
}

// Close closes the connections that are idle, and waits for the messages that are on their way. A later Send fails.
func (s *SMTP) Close() error {
	s.pool.close()
	return nil
}
