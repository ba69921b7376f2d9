package config

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

const (
	maxKeyFile = 64 << 10
	leastRSA   = 2048 // bits (RFC 8301 §3.2)
)

// signer reads the key of a dkim mapping.
func (l *loader) signer(d *dkimDoc) (DKIM, bool) {
	if d.Domain == "" || d.Selector == "" || d.KeyFile == "" {
		return DKIM{}, false // said already
	}
	path, data, ok := l.open(&d.KeyFile, maxKeyFile)
	if !ok {
		return DKIM{}, false
	}
	key, err := privateKey(data)
	if err != nil {
		l.refuse(&d.KeyFile, "make one with: openssl genrsa -out dkim.pem 2048, or openssl genpkey -algorithm ed25519 -out dkim.pem", "key_file: %s %v", path, err)
		return DKIM{}, false
	}
	return DKIM{Domain: string(d.Domain), Selector: string(d.Selector), Key: key}, true
}

// privateKey reads a key that DKIM knows; its error is a clause about the file.
func privateKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	switch {
	case block == nil && bytes.Contains(data, []byte("-----BEGIN")):
		return nil, errors.New("is damaged: its PEM cannot be read")
	case block == nil:
		return nil, errors.New("holds no PEM")
	case strings.Contains(block.Type, "PUBLIC") || block.Type == "CERTIFICATE":
		return nil, fmt.Errorf("holds a %s, where the private key is wanted", strings.ToLower(block.Type))
	case strings.Contains(block.Type, "ENCRYPTED") || block.Headers["DEK-Info"] != "":
		return nil, errors.New("is protected by a passphrase, which nobody can enter here")
	}
	var key any
	var err error
	if block.Type == "RSA PRIVATE KEY" {
		key, err = x509.ParsePKCS1PrivateKey(block.Bytes)
	} else {
		key, err = x509.ParsePKCS8PrivateKey(block.Bytes)
	}
	switch k := key.(type) {
	case *rsa.PrivateKey:
		if err == nil && k.N.BitLen() < leastRSA {
			return nil, fmt.Errorf("holds an RSA key of %d bits: verifiers want %d", k.N.BitLen(), leastRSA)
		}
		if err == nil {
			return k, nil
		}
	case ed25519.PrivateKey:
		return k, nil
	}
	if err != nil {
		return nil, errors.New("holds no private key that can be read")
	}
	return nil, errors.New("holds a key of another kind than RSA and Ed25519, which is all that DKIM knows")
}

// checkSigners compares the keys with those whom they are to sign for.
func (l *loader) checkSigners(docs []smtpDoc) {
	for i := range docs {
		for k := range docs[i].DKIM {
			d := &docs[i].DKIM[k]
			if d.Domain != "" && len(l.config.Newsletters) > 0 && !l.sends(string(d.Domain)) {
				l.refuse(&d.Domain, "a signature counts only if its domain is that of from, or one above it", "domain: no newsletter is from %s", d.Domain)
			}
		}
	}
	if l.config.SMTP == nil {
		return
	}
	for _, r := range l.config.SMTP.Relays {
		for _, n := range l.config.Newsletters {
			from := domainOf(n.From.Address)
			signed := false
			for _, k := range r.DKIM {
				signed = signed || within(from, k.Domain)
			}
			if len(r.DKIM) > 0 && !signed && from != "" {
				l.warn("smtp: there is no dkim key for %s, which newsletter %s is from: its messages through %s go unsigned", from, n.Name, r.Host)
			}
		}
	}
}

// sends tells whether a newsletter is from a domain or one below it.
func (l *loader) sends(domain string) bool {
	for _, n := range l.config.Newsletters {
		if from := domainOf(n.From.Address); from == "" || within(from, domain) {
			return true
		}
	}
	return false
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}

func within(domain, above string) bool {
	above = strings.ToLower(above)
	return domain == above || strings.HasSuffix(domain, "."+above)
}
