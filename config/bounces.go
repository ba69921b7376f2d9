package config

import (
	"strings"
	"time"

	"tidings/digest"
)

// Bounces is where messages come back to that could not be delivered, and how they are read there.
type Bounces struct {
	ReturnPath string // the address that envelope senders are made of; empty: the newsletter's own
	IMAP       *IMAP  // nil: no mailbox is polled
}

// IMAP is a mailbox that bounces arrive in.
type IMAP struct {
	Host     string // name in ASCII, or IP address
	Port     int
	TLS      TLSMode
	Username string
	Password string
	Mailbox  string
	Every    time.Duration // between two looks
}

// buildBounces takes over where bounces come to.
func (l *loader) buildBounces(d *bouncesDoc) {
	c := &l.config.Bounces
	c.ReturnPath = string(d.ReturnPath)
	if at := strings.LastIndexByte(c.ReturnPath, '@'); at > digest.MaxReturnPath {
		l.refuse(&d.ReturnPath, "choose a shorter name, such as bounce",
			"return_path: what stands before the @ has %d characters, and at most %d leave room for the mark that tells whose bounce it is (RFC 5321 allows 64)", at, digest.MaxReturnPath)
	}
	if l.given(&d.IMAP) {
		c.IMAP = l.imap(&d.IMAP)
	}
}

func (l *loader) imap(d *imapDoc) *IMAP {
	m := &IMAP{
		Host: string(d.Host), Port: d.Port, TLS: TLSMode(d.TLS), Username: string(d.Username), Password: l.password(&d.Password, &d.PasswordFile),
		Mailbox: string(d.Mailbox), Every: time.Duration(d.Every),
	}
	if m.Port == 0 {
		m.Port = 143
		if m.TLS == TLSImplicit {
			m.Port = 993
		}
	}
	if l.given(&d.Username) && !l.given(&d.Password) && !l.given(&d.PasswordFile) {
		l.refuse(&d.Username, "add password: ${IMAP_PASSWORD}, or password_file", "username has no password with it")
	}
	if m.TLS == TLSNone && !isLoopback(m.Host) {
		l.warn("bounces.imap: with tls: none the password goes to %s in clear text", m.Host)
	}
	return m
}

// password is a password written in the file, or in a file of its own; only one of them may be there.
func (l *loader) password(written *secret, file *filePath) string {
	switch {
	case l.given(written) && l.given(file):
		l.refuse(file, "keep one of them", "password and password_file are both there")
	case *file != "":
		return l.secretOf(file)
	}
	return string(*written)
}
