package fetch

import (
	"bytes"
	"encoding/base64"
	"html"
	"strings"
)

// What gofeed reads otherwise than Atom means it, written as it does read it.

// asMeant is the document with its bases as directories and its texts without base64; b itself, if it has neither.
func asMeant(b []byte) []byte {
	based := bytes.Contains(b, []byte("xml:base"))
	coded := bytes.Contains(b, []byte(`mode="base64"`)) || bytes.Contains(b, []byte(`mode='base64'`))
	if !based && !coded {
		return b
	}
	m := mends{b: b}
	for rest := b; ; {
		t, next, ok := nextTag(rest)
		if !ok {
			break
		}
		rest = next
		end := len(b) - len(next)
		if t.end || t.empty && !based {
			continue
		}
		if base := t.attribute("xml:base"); base != directory(base) {
			from := end - 1 - len(t.all) + bytes.LastIndex(t.all, []byte(base))
			m.replace(from, from+len(base), directory(base))
		}
		// Without a text type, gofeed decodes it by itself.
		if coded && t.attribute("mode") == "base64" && strings.HasPrefix(t.attribute("type"), "text/") {
			text, _, _ := bytes.Cut(next, []byte("<"))
			if plain, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(string(text)), "")); err == nil {
				plain = clean(bytes.ToValidUTF8(plain, nil))
				m.replace(end, end+len(text), html.EscapeString(string(plain)))
			}
		}
	}
	if mended := m.mended(); mended != nil {
		return mended
	}
	return b
}

// directory is a base up to its last slash, which is all that counts of it (RFC 3986 §5.2.3); gofeed takes what is behind for a directory too.
func directory(base string) string {
	if i := strings.IndexAny(base, "?#"); i >= 0 {
		base = base[:i]
	}
	_, place, absolute := strings.Cut(base, "://")
	switch i := strings.LastIndexByte(base, '/'); {
	case absolute && !strings.Contains(place, "/"), base == "":
		return base
	case i < 0:
		return "./"
	default:
		return base[:i+1]
	}
}
