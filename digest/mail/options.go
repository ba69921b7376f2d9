package mail

import (
	"cmp"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"time"
)

// TLSMode says how a connection to the relay is encrypted.
type TLSMode string

// The ways of encryption. The certificate is verified in both of the first.
const (
	TLSStartTLS TLSMode = "starttls" // asked for in the dialogue (RFC 3207), and demanded
	TLSImplicit TLSMode = "implicit" // from the first byte (RFC 8314)
	TLSNone     TLSMode = "none"
)

// SMTPOptions name a relay.
type SMTPOptions struct {
	Host     string
	Port     int     // 0: 587, 465 or 25, by TLS
	TLS      TLSMode // empty: starttls
	Username string  // empty: no AUTH
	Password string

	Connections           int    // how many at once, at most; 0: 4
	MessagesPerConnection int    // 0: 100
	Rate                  []Rate // all of them hold
	Tally                 Tally  // where rates of an hour and more are counted; nil: here
	PerDomain             []Rate // for the addresses of any one domain, over all relays; the first that has some
	Weight                int    // its share among several relays; 0 for all: each stands in for those before it

	DKIM []DKIM // keys that messages are signed with, each for its own domain

	Timeout      time.Duration  // for each answer of the server but the last; 0: 1 minute
	FinalTimeout time.Duration  // for the answer to a whole message, which a server may look at for long; 0: 10 minutes (RFC 5321 §4.5.3.2.6)
	Backoff      time.Duration  // after the first failure in a row; 0: half a second
	Hello        string         // our name in EHLO; empty: this machine's
	RootCAs      *x509.CertPool // nil: the system's
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
	o.Port = cmp.Or(o.Port, ports[o.TLS])
	o.Connections = cmp.Or(o.Connections, 4)
	o.MessagesPerConnection = cmp.Or(o.MessagesPerConnection, 100)
	o.Timeout = cmp.Or(o.Timeout, time.Minute)
	o.FinalTimeout = cmp.Or(o.FinalTimeout, 10*time.Minute)
	o.Backoff = cmp.Or(o.Backoff, 500*time.Millisecond)
	if o.Hello == "" {
		o.Hello = ownName()
	}
	switch {
	case o.Host == "":
		return o, errors.New("no host is given")
	case o.Port < 1 || o.Port > 65535:
		return o, fmt.Errorf("port %d is not between 1 and 65535", o.Port)
	case o.Connections < 1 || o.MessagesPerConnection < 1 || o.Timeout < 0 || o.FinalTimeout < 0 || o.Backoff < 0 || o.Weight < 0:
		return o, errors.New("connections, messages per connection, timeout, backoff and weight must be positive")
	case o.Username == "" && o.Password != "":
		return o, errors.New("there is a password, but no username")
	}
	for _, r := range slices.Concat(o.Rate, o.PerDomain) {
		if r.N < 1 || r.Per < time.Second {
			return o, fmt.Errorf("rate %s is no limit", r)
		}
	}
	for _, k := range o.DKIM {
		if k.Domain == "" || k.Selector == "" || k.Key == nil {
			return o, errors.New("a DKIM key lacks its domain, its selector or itself")
		}
	}
	return o, checkWord("hello", o.Hello)
}

// account is what a relay's limits are counted under.
func (o SMTPOptions) account() string {
	return o.Username + "@" + net.JoinHostPort(o.Host, strconv.Itoa(o.Port))
}

// ownName is this machine's name, or what stands for one that has none.
func ownName() string {
	name, err := os.Hostname()
	if err != nil || checkWord("name", name) != nil {
		return "localhost"
	}
	return name
}
