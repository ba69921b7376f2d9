package fetch

import (
	"bytes"
	"html"
	"strings"
)

// tag is a start or end tag of an XML document, as a slice of it.
type tag struct {
	name  []byte // local: without its prefix
	all   []byte // from < up to, without, >
	end   bool   // </name>
	empty bool   // <name/>
}

// nextTag finds the first tag in b, passing over comments, CDATA sections, processing instructions and declarations, and returns it
// with what follows. ok is false if no whole tag is left.
func nextTag(b []byte) (t tag, rest []byte, ok bool) {
	for {
		at := bytes.IndexByte(b, '<')
		if at < 0 || at+1 >= len(b) {
			return tag{}, nil, false
		}
		b = b[at:]
		switch b[1] {
		case '!':
			b, ok = afterDeclaration(b)
		case '?':
			b, ok = after(b[2:], "?>")
		case '/':
			return wholeTag(b, 2)
		default:
			return wholeTag(b, 1)
		}
		if !ok {
			return tag{}, nil, false
		}
	}
}

// afterDeclaration is what follows a comment, CDATA section or <!…>. Of the last, it takes the first > for the end, as the parser may.
func afterDeclaration(b []byte) ([]byte, bool) {
	switch {
	case bytes.HasPrefix(b, []byte("<!--")):
		return after(b[4:], "-->")
	case opensSection(b):
		return after(b[len(sectionStart):], "]]>")
	}
	return after(b[2:], ">")
}

const sectionStart = "<![CDATA["

// opensSection tells whether a CDATA section begins here, in whatever case people write it.
func opensSection(b []byte) bool {
	return len(b) > len(sectionStart) && b[2] == '[' && bytes.EqualFold(b[:len(sectionStart)], []byte(sectionStart))
}

func after(b []byte, mark string) ([]byte, bool) {
	i := bytes.Index(b, []byte(mark))
	if i < 0 {
		return nil, false
	}
	return b[i+len(mark):], true
}

// wholeTag reads the tag at the start of b, whose name begins at nameAt.
func wholeTag(b []byte, nameAt int) (tag, []byte, bool) {
	end := tagEnd(b, nameAt)
	if end < 0 {
		return tag{}, nil, false
	}
	t := tag{all: b[:end], end: nameAt == 2}
	t.empty = !t.end && b[end-1] == '/'
	t.name = localName(t.all[nameAt:])
	return t, b[end+1:], true
}

// tagEnd is where the > of a tag stands: not within quotes, but an apostrophe in an end tag quotes nothing.
func tagEnd(b []byte, from int) int {
	if from == 2 {
		return bytes.IndexByte(b, '>')
	}
	for i := from; i < len(b); i++ {
		switch c := b[i]; c {
		case '>':
			return i
		case '"', '\'':
			n := bytes.IndexByte(b[i+1:], c)
			if n < 0 {
				return -1
			}
			i += n + 1
		}
	}
	return -1
}

func localName(b []byte) []byte {
	n := 0
	for n < len(b) && b[n] > ' ' && b[n] != '/' && b[n] != '=' {
		n++
	}
	b = b[:n]
	if i := bytes.IndexByte(b, ':'); i >= 0 && i+1 < len(b) {
		return b[i+1:]
	}
	return b
}

// namespaces is how many namespaces a start tag declares, or more.
func (t tag) namespaces() int {
	if len(t.all) < len(`<a xmlns=""`) {
		return 0
	}
	return bytes.Count(t.all, []byte("xmlns"))
}

// attribute is the value of the attribute, as written; name may have a prefix.
func (t tag) attribute(name string) string {
	for b := t.all; ; {
		i := bytes.Index(b, []byte(name+"="))
		if i <= 0 {
			return ""
		}
		space := bytes.IndexByte([]byte(" \t\r\n"), b[i-1]) >= 0
		b = b[i+len(name)+1:]
		if space && len(b) > 1 && (b[0] == '"' || b[0] == '\'') {
			value, _, _ := bytes.Cut(b[1:], b[:1])
			return string(value)
		}
	}
}

// abouts are the rdf:about of the items of an RSS 1.0 document, in order; none for any other.
func abouts(b []byte) (all []string) {
	root, b, ok := nextTag(b)
	if !ok || !bytes.EqualFold(root.name, []byte("rdf")) {
		return nil
	}
	for {
		t, rest, ok := nextTag(b)
		if !ok {
			return all
		}
		if b = rest; !t.end && bytes.EqualFold(t.name, []byte("item")) {
			all = append(all, html.UnescapeString(strings.TrimSpace(t.attribute("rdf:about"))))
		}
	}
}
