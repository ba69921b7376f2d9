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
	for i := range doc.SMTP {
		if i > 0 {
			l.refuse(&doc.SMTP[i], "leave one", "more than one relay is not yet supported in this version")
			continue
		}
		l.config.SMTP = l.relay(&doc.SMTP[i])
	}
	if l.given(&doc.SMTP) && len(doc.SMTP) == 0 && !l.refused(&doc.SMTP) {
		l.refuse(&doc.SMTP, "name its host, or remove the key for rehearsals", "smtp has no relay")
	}
}

func (l *loader) relay(d *smtpDoc) *SMTP {
	s := &SMTP{
		Host: string(d.Host), Port: d.Port, TLS: TLSMode(d.TLS), Username: string(d.Username),
		Password: string(d.Password), Connections: d.Connections,
		GiveUpAfter: time.Duration(d.GiveUpAfter), HoldUnknown: d.OnUnknown == "hold",
	}
	if s.Port == 0 {
		s.Port = map[TLSMode]int{TLSImplicit: 465, TLSNone: 25}[s.TLS]
		if s.Port == 0 {
			s.Port = 587
		}
	}
	if l.given(&d.Password) && l.given(&d.PasswordFile) {
		l.refuse(&d.PasswordFile, "keep one of them", "password and password_file are both there")
	} else if d.PasswordFile != "" {
		s.Password = l.secretOf(&d.PasswordFile)
	}
	password := l.given(&d.Password) || l.given(&d.PasswordFile)
	switch {
	case l.given(&d.Username) && !password:
		l.refuse(&d.Username, "add password: ${SMTP_PASSWORD}, or password_file", "username has no password with it")
	case password && !l.given(&d.Username):
		l.refuse(d, "add it, or remove the password", "the password has no username with it")
	case password && s.TLS == TLSNone && !isLoopback(s.Host):
		l.warn("smtp: with tls: none the password goes to %s in clear text", s.Host)
	}
	return s
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
