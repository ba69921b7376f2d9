package mail

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// mailbox is an address that the dialogue can carry (RFC 5321 §4.1.2, RFC 6531 §3.3).
type mailbox struct {
	address string
	utf8    bool // the local part is not ASCII: the server must know SMTPUTF8
}

// parseMailbox takes local@domain with the domain in ASCII. Quoted local parts and address literals are refused: no
// subscriber has one, and every relay reads them in its own way.
func parseMailbox(address string) (mailbox, error) {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return mailbox{}, fmt.Errorf("address %.100q: there is no @ in it", address)
	}
	local, domain := address[:at], address[at+1:]
	switch {
	case local == "", len(local) > 64, !dotted(local, isLocal):
		return mailbox{}, fmt.Errorf("address %.100q: what is before the @ is no mailbox name", address)
	case domain == "", len(domain) > 253, !dotted(domain, isHost):
		return mailbox{}, fmt.Errorf("address %.100q: what is after the @ is no host name in ASCII", address)
	}
	return mailbox{address: address, utf8: !isASCII(local)}, nil
}

// dotted tells whether s is made of parts joined by single dots, all of whose runes are allowed.
func dotted(s string, allowed func(rune) bool) bool {
	for part := range strings.SplitSeq(s, ".") {
		if part == "" || !utf8.ValidString(part) || strings.ContainsFunc(part, func(r rune) bool { return !allowed(r) }) {
			return false
		}
	}
	return true
}

// isLocal is atext of RFC 5322 §3.2.3, with the letters of all scripts (RFC 6531).
func isLocal(r rune) bool {
	return isHost(r) || strings.ContainsRune("!#$%&'*+/=?^_`{|}~", r) || r >= utf8.RuneSelf && unicode.IsGraphic(r) && !unicode.IsSpace(r)
}

func isHost(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
