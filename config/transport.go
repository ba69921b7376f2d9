package config

import (
	"strings"
	"time"
)

// buildTransport takes over smtp and outbox, of which there is at most one.
func (l *loader) buildTransport(doc *document) {
	l.config.Outbox = l.resolve(doc.Outbox)
	if l.given(&doc.SMTP) && doc.Outbox != "" {
		l.refuse(&doc.Outbox, "remove one of them", "outbox takes the place of smtp, which is there too")
	}
	if l.given(&doc.SMTP) && len(doc.SMTP) == 0 && !l.refused(&doc.SMTP) {
		l.refuse(&doc.SMTP, "name its host, or remove the key for rehearsals", "smtp has no relay")
	}
	if len(doc.SMTP) > 0 {
		l.config.SMTP = l.smtp(doc.SMTP)
	}
}

// smtp takes over the relays. What is for all of them stands with the first.
func (l *loader) smtp(docs []smtpDoc) *SMTP {
	first := &docs[0]
	s := &SMTP{GiveUpAfter: time.Duration(first.GiveUpAfter), HoldUnknown: first.OnUnknown == "hold", PerDomain: ratesOf(first.PerDomain)}
	for i := range docs {
		d := &docs[i]
		s.Relays = append(s.Relays, l.relay(d))
		for _, value := range []any{&d.GiveUpAfter, &d.OnUnknown, &d.PerDomain} {
			if i > 0 && l.given(value) {
				l.refuse(value, "write it there", "%s is for all relays, and stands with the first", l.where(value).key)
			}
		}
	}
	return s
}

func ratesOf(rates []rate) []Rate {
	var all []Rate
	for _, text := range rates {
		if r, err := text.read(); err == nil { // else it is refused
			all = append(all, r)
		}
	}
	return all
}

func (l *loader) relay(d *smtpDoc) Relay {
	r := Relay{
		Host: string(d.Host), Port: d.Port, TLS: TLSMode(d.TLS), Username: string(d.Username), Password: string(d.Password),
		Connections: d.Connections, MessagesPerConnection: d.MessagesPerConnection, Rate: ratesOf(d.Rate), Weight: d.Weight,
	}
	if r.Port == 0 {
		r.Port = map[TLSMode]int{TLSImplicit: 465, TLSNone: 25}[r.TLS]
		if r.Port == 0 {
			r.Port = 587
		}
	}
	if l.given(&d.Password) && l.given(&d.PasswordFile) {
		l.refuse(&d.PasswordFile, "keep one of them", "password and password_file are both there")
	} else if d.PasswordFile != "" {
		r.Password = l.secretOf(&d.PasswordFile)
	}
	password := l.given(&d.Password) || l.given(&d.PasswordFile)
	switch {
	case l.given(&d.Username) && !password:
		l.refuse(&d.Username, "add password: ${SMTP_PASSWORD}, or password_file", "username has no password with it")
	case password && !l.given(&d.Username):
		l.refuse(d, "add it, or remove the password", "the password has no username with it")
	case password && r.TLS == TLSNone && !isLoopback(r.Host):
		l.warn("smtp: with tls: none the password goes to %s in clear text", r.Host)
	}
	for i := range d.DKIM {
		if key, ok := l.signer(&d.DKIM[i]); ok {
			r.DKIM = append(r.DKIM, key)
		}
	}
	return r
}

// secretOf reads a secret from the file that a key names; the line break at its end is not part of it.
func (l *loader) secretOf(p *filePath) string {
	path, data, ok := l.open(p, maxSecret)
	if !ok {
		return ""
	}
	var s secret
	if err := s.parse(strings.TrimRight(string(data), "\r\n")); err != nil {
		l.refuse(p, "write the secret into it, on one line", "%s: %s %v", l.where(p).key, path, err)
	}
	return string(s)
}

// refused tells whether a problem was already noted where a value stands.
func (l *loader) refused(value any) bool {
	p := l.where(value)
	for _, problem := range l.problems {
		if problem.File == p.src.name && problem.Line == p.line {
			return true
		}
	}
	return false
}
