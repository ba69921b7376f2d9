package fetch

import "bytes"

// maxMends is how many faults of a document are mended; one with more is no document that somebody wrote.
const maxMends = 10_000

// mends is a document with changes in it.
type mends struct {
	b      []byte
	out    []byte
	copied int // of b
	count  int
}

// replace puts a text in the place of b[from:to], behind what was replaced before.
func (m *mends) replace(from, to int, instead string) {
	m.out = append(append(m.out, m.b[m.copied:from]...), instead...)
	m.copied = to
	m.count++
}

// mended is the changed document; nil if nothing was changed, or too much.
func (m *mends) mended() []byte {
	if m.count == 0 || m.count > maxMends {
		return nil
	}
	return append(m.out, m.b[m.copied:]...)
}

// mendXML undoes what people do to XML by hand and the parser refuses: it drops comments, whose text may hold no "--", and escapes each < that
// begins nothing, as in "x < y", and the end of a section where none is open. Sections stay as they are. It is nil if there is nothing of that kind.
func mendXML(b []byte) []byte {
	m := mends{b: b}
	for at := 0; m.count <= maxMends; {
		next := bytes.IndexAny(b[at:], "<]")
		if next < 0 {
			break
		}
		at += next
		switch rest := b[at:]; {
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			following, _ := after(rest, "]]>")
			at = len(b) - len(following)
		case bytes.HasPrefix(rest, []byte("<!--")):
			following, ok := after(rest[4:], "-->")
			if !ok {
				return m.mended() // it is salvaged up to here
			}
			m.replace(at, len(b)-len(following), "")
			at = len(b) - len(following)
		case bytes.HasPrefix(rest, []byte("]]>")):
			m.replace(at, at+3, "]]&gt;")
			at += 3
		case rest[0] == '<' && !beginsTag(rest):
			m.replace(at, at+1, "&lt;")
			at++
		default:
			at++
		}
	}
	return m.mended()
}

// beginsTag tells whether the < at the start of b may begin a tag, a declaration or a processing instruction.
func beginsTag(b []byte) bool {
	if len(b) > 2 && b[1] == '/' {
		b = b[1:]
	}
	if len(b) < 2 {
		return true // the end is missing
	}
	c := b[1]
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || c == '!' || c == '?' || c >= 0x80
}

// withoutStrays drops the end tags of elements that are not open, as in <b><i>…</b></i>: at each of them the parser would close all that is open,
// and with it the feed, whatever comes behind. It is nil if there is none.
func withoutStrays(b []byte) []byte {
	m := mends{b: b}
	var open [maxDepth]openTag
	depth := 0
	for rest := b; m.count <= maxMends; {
		t, next, ok := nextTag(rest)
		if !ok {
			break
		}
		rest = next
		switch {
		case t.empty:
		case !t.end && depth < maxDepth:
			open[depth].name = t.name
			depth++
		case t.end:
			left, ok := closeTag(open[:depth], t.name)
			if !ok && depth > 0 {
				to := len(b) - len(next)
				m.replace(to-len(t.all)-1, to, "")
				continue
			}
			depth = left
		}
	}
	return m.mended()
}

// mendJSON does the same for JSON: it drops the comma behind a last value, and makes control characters in a text spaces.
func mendJSON(b []byte) []byte {
	m := mends{b: b}
	for at := 0; at < len(b) && m.count <= maxMends; at++ {
		switch b[at] {
		case '"':
			end := stringEnd(b, at+1)
			for i := at; i < end; i++ {
				if b[i] < ' ' {
					m.replace(i, i+1, " ")
				}
			}
			at = end
		case ',':
			if next := bytes.TrimLeft(b[at+1:], " \t\r\n"); len(next) > 0 && (next[0] == ']' || next[0] == '}') {
				m.replace(at, at+1, "")
			}
		}
	}
	return m.mended()
}
