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

// mendXML undoes what people do to XML by hand and the parser refuses: it drops comments, whose text may hold no "--", escapes each < that
// begins nothing, as in "x < y", and the end of a section where none is open, and quotes attributes. Sections stay as they are, but for
// their beginning in small letters. It is nil if there is nothing of that kind.
func mendXML(b []byte) []byte {
	m := mends{b: b}
	for at := 0; m.count <= maxMends; {
		next := bytes.IndexAny(b[at:], "<]")
		if next < 0 {
			break
		}
		at += next
		switch rest := b[at:]; {
		case opensSection(rest):
			if !bytes.HasPrefix(rest, []byte(sectionStart)) {
				m.replace(at, at+len(sectionStart), sectionStart)
			}
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
		case rest[0] == '<' && len(rest) > 1 && rest[1] != '!' && rest[1] != '?':
			at = m.quote(at)
		default:
			at++
		}
	}
	return m.mended()
}

// quote puts quotes around the values of a tag's attributes that have none, and returns where to go on.
func (m *mends) quote(at int) int {
	for i := at + 1; i < len(m.b); i++ {
		switch c := m.b[i]; c {
		case '>':
			return i
		case '"', '\'':
			n := bytes.IndexByte(m.b[i+1:], c)
			if n < 0 {
				return at + 1
			}
			i += n + 1
		case '=':
			value := bytes.TrimLeft(m.b[i+1:], space)
			if n := bytes.IndexAny(value, space+`"'>`); n > 0 {
				from := len(m.b) - len(value)
				m.replace(from, from+n, `"`+string(value[:n])+`"`)
				i = from + n - 1
			}
		}
	}
	return len(m.b)
}

const space = " \t\r\n"

// beginsTag tells whether the < at the start of b may begin a tag, a declaration or a processing instruction. No tag holds another <.
func beginsTag(b []byte) bool {
	if len(b) > 2 && b[1] == '/' {
		b = b[1:]
	}
	if len(b) < 2 {
		return true // the end is missing
	}
	switch c := b[1]; {
	case c == '!' || c == '?':
		return true
	case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c == ':' || c >= 0x80:
		i := bytes.IndexAny(b[1:], "<>")
		return i < 0 || b[1+i] == '>'
	}
	return false
}

// flaws is what may be wrong with the order of the tags, where the parser stumbles over nothing and loses articles.
type flaws struct {
	strays   bool // end tags within the root of elements that are not open
	unended  bool // an item begins directly in another
	channels int  // within the root; the parser knows but the last
}

const channel = "channel"

// String names the worst of them; it is empty if there is none.
func (f flaws) String() string {
	switch {
	case f.unended:
		return "an item has no end"
	case f.channels > 1:
		return "it has several channels"
	case f.strays:
		return "it has end tags without a start"
	}
	return ""
}

// mend drops the end tags of elements that are not open, as in <b><i>…</b></i>: at each of them the parser would close all that is open, and
// with it the feed, whatever comes behind. It ends each item before the next one, and makes several channels one. It is nil if there is
// nothing of that kind.
func (f flaws) mend(b []byte) []byte {
	m := mends{b: b}
	var open [maxDepth]openTag
	depth, ended := 0, 0 // channels that have ended
	for rest := b; m.count <= maxMends; {
		t, next, ok := nextTag(rest)
		if !ok {
			break
		}
		rest = next
		to := len(b) - len(next)
		from := to - len(t.all) - 1
		left, isOpen := closeTag(open[:depth], t.name)
		switch {
		case t.empty:
		case t.end && !isOpen:
			if depth > 0 {
				m.replace(from, to, "")
			}
		case t.end && left == 1 && string(t.name) == channel && ended+1 < f.channels:
			m.replace(from, to, "")
			depth = left + 1
			ended++
		case t.end:
			depth = left
		case ended > 0 && depth == 2 && string(t.name) == channel:
			m.replace(from, to, "")
		case isItem(t.name) && depth > 0 && bytes.Equal(open[depth-1].name, t.name):
			m.replace(from, from, "</"+string(fullName(t.all[1:]))+">")
		case depth < maxDepth:
			open[depth].name = t.name
			depth++
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
