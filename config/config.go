// Package config reads tidings.yaml: strictly, with every mistake reported at once and each at its line, into the
// nouns of package digest. The same structs make the JSON Schema that editors use.
package config

import (
	"crypto"
	"net/mail"
	"net/netip"
	"time"

	"tidings/digest"
)

// Config is a configuration without a mistake in it, ready to use. It holds secrets (passwords and keys of SMTP, Bounces.IMAP.Password, the headers of
// feeds): it is never to be logged whole.
type Config struct {
	Path        string // the file that it was read from
	Site        digest.Site
	Listen      string         // host:port that the pages are served on
	Proxies     []netip.Prefix // in front of the pages, besides those on this machine
	Monitor     string         // host:port that metrics and health are served on; empty: nowhere
	StorePath   string         // the SQLite file
	SMTP        *SMTP          // nil: there is no relay
	Outbox      string         // a Maildir that is the transport in place of SMTP; empty with SMTP nil: sends are rehearsals
	Bounces     Bounces
	Fetch       Fetch
	Admin       mail.Address  // who gets reports; zero: nobody
	Keep        time.Duration // how long issues and the records of their deliveries are kept
	Feeds       []digest.Feed
	Tags        digest.Taxonomy
	Newsletters []digest.Newsletter
	Subscribers []digest.Subscriber
	Warnings    []string // what is allowed and probably not wanted, one sentence each
	Files       []string // every file that was read, for a reload when one changes
	Folders     []string // of templates, for a reload when one of their files changes
}

// SMTP is the relay that messages go through.
type SMTP struct {
	Relays      []Relay
	PerDomain   []Rate        // for the addresses of any one domain
	GiveUpAfter time.Duration // a delivery expires so long after it was due
	HoldUnknown bool          // a delivery whose reply never came waits for the admin instead of being sent again
}

// Relay is one server that messages go through.
type Relay struct {
	Host                  string // name in ASCII, or IP address
	Port                  int
	TLS                   TLSMode
	Username              string // empty: no login
	Password              string
	Connections           int // at most so many at a time
	MessagesPerConnection int
	Rate                  []Rate
	Weight                int // 0 for all: each stands in for those before it
	DKIM                  []DKIM
}

// Rate is a limit: no more than N in any time of the length Per.
type Rate struct {
	N   int
	Per time.Duration
}

// DKIM is a key that messages are signed with.
type DKIM struct {
	Domain   string
	Selector string
	Key      crypto.Signer // RSA of 2048 bits or more, or Ed25519
}

// TLSMode is how the connection to the relay is protected.
type TLSMode string

// The TLS modes.
const (
	TLSStartTLS TLSMode = "starttls" // RFC 3207, and never in the clear
	TLSImplicit TLSMode = "implicit" // RFC 8314
	TLSNone     TLSMode = "none"
)

// Fetch is how feeds are asked for, where a feed does not say otherwise.
type Fetch struct {
	Every        time.Duration // shortest time between two requests to a feed
	Timeout      time.Duration // for one whole request
	Connections  int           // hosts asked at a time
	AlertAfter   time.Duration // how long a feed is broken before the admin hears of it
	AllowPrivate bool          // feeds may stand on private and loopback addresses
}

// Languages are what a newsletter's language may be, each with its regions and scripts too: en-GB, zh-Hant.
func Languages() []string {
	return []string{"ar", "de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "sv", "zh"}
}
