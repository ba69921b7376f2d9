package fetch

import (
	"bytes"
	"errors"
	"strings"

	"tidings/digest"
)

// kind is what a document turns out to be.
type kind int

const (
	kindUnknown kind = iota
	kindXML          // RSS, RDF or Atom
	kindJSON
	kindPage // HTML
	kindOPML
)

// junk is how far the root of a feed is looked for: past warnings that a server prints before the document.
const junk = 64 << 10

// kindOf tells what the document is, and returns it from its root on, without what may stand before: gofeed looks for the root in
// the first 4 kB alone. Names within comments, CDATA and declarations are no roots.
func kindOf(b []byte) (kind, []byte) {
	b = bytes.TrimLeft(b, " \t\r\n\ufeff")
	if len(b) > 0 && b[0] == '{' {
		return kindJSON, b
	}
	if declaresHTML(b) {
		return kindPage, b
	}
	for rest := b; len(b)-len(rest) < junk; {
		t, next, ok := nextTag(rest)
		if !ok {
			break
		}
		switch rest = next; strings.ToLower(string(t.name)) {
		case "rss", "rdf", "feed":
			if !t.end {
				return kindXML, b[len(b)-len(next)-len(t.all)-1:]
			}
		case "html", "head", "body":
			return kindPage, b
		case "opml":
			return kindOPML, b
		}
	}
	if at := rootJSON(b); at >= 0 {
		return kindJSON, b[at:]
	}
	return kindUnknown, b
}

// rootJSON is where a JSON feed begins behind something else, such as a warning, a call (JSONP) or what keeps browsers from running it; -1 if there
// is none.
func rootJSON(b []byte) int {
	b = b[:min(len(b), junk)]
	if !bytes.Contains(b, []byte("jsonfeed.org")) {
		return -1
	}
	return bytes.IndexByte(b, '{')
}

// declaresHTML tells whether the first declaration is <!DOCTYPE html>.
func declaresHTML(b []byte) bool {
	b = b[:min(len(b), junk)]
	for {
		at := bytes.IndexByte(b, '<')
		if at < 0 || at+1 >= len(b) {
			return false
		}
		b = b[at:]
		switch {
		case len(b) >= 14 && strings.EqualFold(string(b[:14]), "<!doctype html"):
			return true
		case bytes.HasPrefix(b, []byte("<!--")), bytes.HasPrefix(b, []byte("<?")):
			mark := "-->"
			if b[1] == '?' {
				mark = "?>"
			}
			rest, ok := after(b, mark)
			if !ok {
				return false
			}
			b = rest
		default:
			return false
		}
	}
}

// notAFeed is the error for a document of this kind; nil if gofeed may read it.
func notAFeed(k kind, b []byte, url string) error {
	switch {
	case k == kindXML || k == kindJSON:
		return nil
	case len(bytes.TrimSpace(b)) == 0:
		return errors.New("the answer is empty; check the address")
	case k == kindPage:
		return &pageError{feeds: discover(b, url)}
	case k == kindOPML:
		return errors.New("this is OPML, a list of feeds: save it as a file and take it over with `tidings feeds import FILE`, or name it as `- opml: FILE`")
	}
	const neither = "this is neither RSS, Atom nor JSON Feed"
	if begins := digest.OneLine(string(b[:min(len(b), 200)])); begins != "" {
		return errors.New(neither + "; it begins with " + quote(begins))
	}
	return errors.New(neither + ", nor text at all; check the address")
}
