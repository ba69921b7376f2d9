package templates

import (
	"net/url"
	"strings"

	"golang.org/x/net/idna"
)

// maxLink bounds an address in bytes: it stands on a line of its own in the text edition, and no line of a mail has
// more (RFC 5322 §2.1.1).
const maxLink = 990

// link is the address as both editions print it, or "" if it is none that a reader should be sent to: only absolute http and
// https addresses with a host are. What a URL may not hold is percent-encoded here, so that HTML and text show the same
// and html/template has nothing left to change.
func link(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxLink {
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	if !isASCII(u.Host) {
		if u.Host, err = idna.Lookup.ToASCII(u.Host); err != nil {
			return ""
		}
	}
	if s = encode(u); len(s) > maxLink {
		return ""
	}
	return s
}

// mailto is the address of a mail with a subject, or "" if there is nobody to write to.
func mailto(address, subject string) string {
	if !strings.Contains(address, "@") {
		return ""
	}
	return "mailto:" + strings.ReplaceAll(url.PathEscape(address), "%40", "@") + "?subject=" + url.PathEscape(subject)
}

// encode writes u so that every byte after the host is one that RFC 3986 allows there.
func encode(u *url.URL) string {
	origin := url.URL{Scheme: u.Scheme, Host: u.Host, User: u.User}
	path := u.EscapedPath()
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(origin.String(), "'", "%27"))
	writeEncoded(&b, path)
	if u.RawQuery != "" {
		b.WriteByte('?')
		writeEncoded(&b, u.RawQuery)
	}
	if fragment := u.EscapedFragment(); fragment != "" {
		b.WriteByte('#')
		writeEncoded(&b, fragment)
	}
	return b.String()
}

func writeEncoded(b *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~!$&*+,;=:@/?", c) >= 0,
			c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// sourceName is what readers call a source. One that never told its title goes by its address, and of that only the host is shown: the
// rest may hold the token that keeps the feed private.
func sourceName(s string) string {
	scheme, host, _ := strings.Cut(strings.TrimSpace(s), "://")
	if strings.EqualFold(scheme, "http") || strings.EqualFold(scheme, "https") {
		if end := strings.IndexAny(host, `/?#\`); end >= 0 {
			host = host[:end]
		}
		s = strings.TrimPrefix(host[strings.LastIndexByte(host, '@')+1:], "www.")
	}
	return line(s, maxName)
}

// place names an address shortly, for an article that has nothing else to go by: its host and path.
func place(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return line(strings.TrimPrefix(u.Host, "www.")+strings.TrimSuffix(u.Path, "/"), 80)
}
