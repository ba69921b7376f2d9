package main

import (
	"context"
	"crypto"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"tidings/config"
	"tidings/digest"
)

// dns asks for the records by which receivers judge senders.
type dns struct{ *net.Resolver }

// newDNS asks the system's servers, or the one that is named.
func newDNS(server string) dns {
	if server == "" {
		return dns{net.DefaultResolver}
	}
	return dns{&net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server)
	}}}
}

// tryDNS looks up SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of those whom newsletters come from.
func tryDNS(ctx context.Context, cfg *config.Config, d dns) []tried {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	var all []tried
	check := func(what, result string, err error) {
		t := tried{What: what, Result: result}
		if err != nil {
			t.Result, t.Error = "", digest.OneLine(err.Error())
		}
		all = append(all, t)
	}
	for _, from := range sendersOf(cfg) {
		if d.Resolver == net.DefaultResolver && reserved(from) {
			continue
		}
		envelope := from
		if cfg.Bounces.ReturnPath != "" {
			envelope = domainOf(cfg.Bounces.ReturnPath)
		}
		result, err := d.spf(ctx, envelope)
		check("SPF of "+envelope, result, err)
		result, err = d.dmarc(ctx, from)
		check("DMARC of "+from, result, err)
	}
	asked := map[string]bool{}
	for _, r := range cfg.SMTP.Relays {
		for _, k := range r.DKIM {
			name := k.Selector + "._domainkey." + k.Domain
			if !asked[name] && !(d.Resolver == net.DefaultResolver && reserved(k.Domain)) {
				asked[name] = true
				result, err := d.dkim(ctx, name, k.Key.Public())
				check("DKIM at "+name, result, err)
			}
		}
	}
	return all
}

// sendersOf are the domains that newsletters come from.
func sendersOf(cfg *config.Config) []string {
	var all []string
	for _, n := range cfg.Newsletters {
		if d := domainOf(n.From.Address); !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}

// reserved tells whether a name is for examples and trials, so that nobody publishes anything there (RFC 2606, 6761).
func reserved(domain string) bool {
	for _, r := range []string{"example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"} {
		if domain == r || strings.HasSuffix(domain, "."+r) {
			return true
		}
	}
	return false
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

// records are the TXT records of a name that begin with a version.
func (d dns) records(ctx context.Context, name, version string) ([]string, error) {
	all, err := d.LookupTXT(ctx, name+".")
	if failed := new(net.DNSError); errors.As(err, &failed) {
		if failed.IsNotFound {
			return nil, nil
		}
		err = fmt.Errorf("DNS gives no answer for %s; check this machine's DNS, or name another server with --dns", name)
	}
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(r string) bool { return !strings.HasPrefix(strings.ToLower(strings.TrimSpace(r)), version) }), nil
}

func (d dns) spf(ctx context.Context, domain string) (string, error) {
	found, err := d.records(ctx, domain, "v=spf1")
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fmt.Errorf("there is no record: receivers cannot tell that the relay may send for %s; add the TXT record that your relay names, such as \"v=spf1 include:relay.example -all\"", domain)
	case len(found) > 1:
		return "", fmt.Errorf("there are %d records, where one is allowed (RFC 7208): merge them", len(found))
	case strings.HasSuffix(found[0], "+all"):
		return "", fmt.Errorf("it ends in +all, which lets everybody send for %s", domain)
	}
	return shown(found[0]), nil
}

func (d dns) dmarc(ctx context.Context, domain string) (string, error) {
	for name := domain; strings.Contains(name, "."); _, name, _ = strings.Cut(name, ".") {
		found, err := d.records(ctx, "_dmarc."+name, "v=dmarc1")
		switch {
		case err != nil:
			return "", err
		case len(found) > 1:
			return "", fmt.Errorf("_dmarc.%s has %d records, where one is allowed: receivers ignore them all", name, len(found))
		case len(found) == 1:
			return shown(found[0]), nil
		}
	}
	return "", fmt.Errorf("there is no record, which Gmail and Yahoo ask of bulk senders: add a TXT record \"v=DMARC1; p=none\" at _dmarc.%s", domain)
}

// dkim compares the published key with ours.
func (d dns) dkim(ctx context.Context, name string, key crypto.PublicKey) (string, error) {
	kind, want, err := publicKey(key)
	if err != nil {
		return "", err
	}
	record := fmt.Sprintf("v=DKIM1; k=%s; p=%s", kind, want)
	found, err := d.records(ctx, name, "")
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fmt.Errorf("there is no record: add this TXT record: %s", record)
	}
	for _, r := range found {
		if tag(r, "p") == want {
			return "the key is published", nil
		}
	}
	if tag(found[0], "p") == "" {
		return "", fmt.Errorf("the key is revoked there; the record of key_file is: %s", record)
	}
	return "", fmt.Errorf("another key is published there than key_file holds, of which the record is: %s", record)
}

// publicKey is a key as its record has it (RFC 6376 §3.6.1, RFC 8463 §4).
func publicKey(key crypto.PublicKey) (kind, text string, err error) {
	if k, ok := key.(ed25519.PublicKey); ok {
		return "ed25519", base64.StdEncoding.EncodeToString(k), nil
	}
	der, err := x509.MarshalPKIXPublicKey(key)
	return "rsa", base64.StdEncoding.EncodeToString(der), err
}

// tag is the value of a tag of a DKIM record, without white space.
func tag(record, name string) string {
	for part := range strings.SplitSeq(record, ";") {
		if key, value, _ := strings.Cut(part, "="); strings.TrimSpace(key) == name {
			return strings.Join(strings.Fields(value), "")
		}
	}
	return ""
}

// shown is a foreign record, fit for a terminal.
func shown(record string) string {
	const most = 200
	text := []rune(digest.OneLine(strings.ToValidUTF8(record, "?")))
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}
