package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// address is a mail address without a name, its domain in ASCII.
type address string

func (a *address) parse(text string) error {
	text = strings.TrimSpace(text)
	m, err := readMailbox(text)
	if err != nil {
		return err
	}
	if m.Name != "" || strings.ContainsAny(text, "<>") {
		return fmt.Errorf("%q has more than an address: write %s alone; a name has a key of its own", text, m.Address)
	}
	*a = address(m.Address)
	return nil
}

func (*address) wants() string { return "a mail address" }

// mailbox is a mail address with or without a name: Name <address>.
type mailbox struct{ mail.Address }

func (m *mailbox) parse(text string) (err error) {
	m.Address, err = readMailbox(strings.TrimSpace(text))
	return err
}

func (*mailbox) wants() string { return "a sender like The Reading Room <news@example.com>" }

// Address reads a mail address, with or without a name, as the list of subscribers does: it returns the address alone, its domain in ASCII
// (IDNA). The error is a sentence that begins with what was given.
func Address(text string) (string, error) {
	m, err := readMailbox(strings.TrimSpace(text))
	return m.Address, err
}

// PublicAddress is Address for what strangers give: of a domain that is of one machine or network alone, such as localhost, there is none, unless the site is
// on a loopback address, where trials run.
func (c *Config) PublicAddress(text string) (string, error) {
	a, err := Address(text)
	if u, bad := url.Parse(c.Site.URL); err == nil && isLocal(a) && (bad != nil || !isLoopback(u.Hostname())) {
		return "", fmt.Errorf("%q is no mail address that can be reached from outside: its domain has no dot", text)
	}
	return a, err
}

// isLocal tells whether the domain of an address has no dot.
func isLocal(address string) bool {
	return !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".")
}

// maxMailbox bounds an address with the name before it.
const maxMailbox = 1000

// readMailbox reads an address that any server takes: a plain local part in ASCII (RFC 5321's Dot-string) and a domain,
// which becomes ASCII (IDNA). A name before it needs no quotes, whatever signs it holds.
func readMailbox(text string) (mail.Address, error) {
	if len(text) > maxMailbox {
		return mail.Address{}, fmt.Errorf("%q… is no mail address: it has %d characters", text[:40], len(text))
	}
	m, err := mail.ParseAddress(quotedName(text))
	if err != nil {
		return mail.Address{}, fmt.Errorf("%q is no mail address: %s", text, addressMistake(text))
	}
	at := strings.LastIndexByte(m.Address, '@')
	local, domain := m.Address[:at], m.Address[at+1:]
	if !plainLocal(local) {
		return mail.Address{}, fmt.Errorf("%q: what stands before the @ must be letters, digits and signs of ASCII, without quotes", text)
	}
	if domain, err = asciiDomain(domain); err != nil {
		return mail.Address{}, fmt.Errorf("%q: its domain is no host name", text)
	}
	if m.Name != "" {
		if m.Name, err = oneLine(m.Name); err != nil {
			return mail.Address{}, fmt.Errorf("%q: the name %w", text, err)
		}
	}
	m.Address = local + "@" + domain
	return *m, nil
}

// plainLocal tells whether the local part of an address is a Dot-string of at most 64 bytes.
func plainLocal(local string) bool {
	odd := func(r rune) bool {
		return r >= utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r)
	}
	return local != "" && len(local) <= 64 && !strings.ContainsFunc(local, odd) &&
		!strings.HasPrefix(local, ".") && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
}

// quotedName puts the name before an address into quotes, which it would need for a comma or a dot, but which nobody expects to need.
func quotedName(text string) string {
	name, address, ok := strings.Cut(text, "<")
	name = strings.TrimSpace(name)
	if !ok || !strings.HasSuffix(address, ">") || name == "" || strings.ContainsAny(name, "\"\\@<>") || strings.Contains(name, "=?") {
		return text
	}
	return `"` + name + `" <` + address
}

// addressMistake says why a text is no mail address. Package mail says it in the words of RFC 5322's grammar.
func addressMistake(text string) string {
	words := strings.Fields(text)
	before, after, _ := strings.Cut(text, "@")
	switch {
	case text == "":
		return "it is empty"
	case strings.HasPrefix(strings.ToLower(text), "mailto:"):
		return "leave out mailto:"
	case strings.Count(text, "<") != strings.Count(text, ">"):
		return "one of < and > is missing"
	case strings.Count(text, `"`)%2 == 1:
		return "a quotation mark is missing"
	case !strings.Contains(text, "@"):
		return "it has no @"
	case strings.Count(text, "@") > 1 && strings.ContainsAny(text, ",; "):
		return "one is wanted, and these are several"
	case strings.Count(text, "@") > 1:
		return "it has more than one @"
	case strings.HasSuffix(strings.TrimSpace(before), "<") || strings.TrimSpace(before) == "":
		return "nothing stands before the @"
	case strings.Trim(after, "> ") == "":
		return "no domain stands behind the @"
	case len(words) > 1 && !strings.Contains(text, "<") && bareAddress(words[len(words)-1]):
		return fmt.Sprintf("with a name before it, it is written %s <%s>", strings.Join(words[:len(words)-1], " "), words[len(words)-1])
	case len(words) > 1 && !strings.Contains(text, "<"):
		return "it has a space within"
	case strings.Contains(text, "..") || strings.HasPrefix(text, ".") || strings.Contains(text, ".@") || strings.HasSuffix(text, "."):
		return "a dot stands where none can"
	}
	return "write it like news@example.com, or like The Reading Room <news@example.com>"
}

func bareAddress(word string) bool {
	_, err := mail.ParseAddress(word)
	return err == nil && !strings.ContainsAny(word, "<>()")
}
