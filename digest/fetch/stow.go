package fetch

import (
	"bytes"
	"strconv"
	"strings"
)

// The parser looks at each byte of a text several times, and most of a feed is texts. Long ones that need no parsing, since they stand as
// CDATA, are put aside, and a mark stands in the document in their place.

// stowed are the texts that were put aside. A mark that was in the document before leads to one of its own texts, or to none.
type stowed []string

const (
	markStart = "\ue000text"
	markEnd   = "\ue001"
	worthIt   = 256 // bytes
)

// stow puts aside the texts of a document whose tags are sound, and returns it with marks.
func stow(b []byte) ([]byte, stowed) {
	if bytes.Contains(b, []byte("xml:base")) { // the parser resolves addresses within texts then
		return b, nil
	}
	var texts stowed
	var out []byte
	copied := 0 // of b
	for rest := b; ; {
		t, next, ok := nextTag(rest)
		if !ok {
			break
		}
		rest = next
		if t.end || t.empty || !holdsText(t) {
			continue
		}
		text, after, ok := loneCDATA(next)
		if !ok {
			continue
		}
		if out == nil {
			out = make([]byte, 0, len(b)/4)
		}
		out = append(out, b[copied:len(b)-len(next)]...)
		out = append(strconv.AppendInt(append(out, markStart...), int64(len(texts)), 10), markEnd...)
		texts = append(texts, string(text))
		copied, rest = len(b)-len(after), after
	}
	if texts == nil {
		return b, nil
	}
	return append(out, b[copied:]...), texts
}

// holdsText tells whether an element is one of those that hold the long texts of items, as HTML.
func holdsText(t tag) bool {
	switch string(t.name) {
	case "encoded", "description":
		return true
	case "content", "summary":
		kind := t.attribute("type")
		return (kind == "" || kind == "html" || kind == "text/html") && t.attribute("mode") == ""
	}
	return false
}

// loneCDATA is the CDATA section at the start of b, if it is long and all that its element holds, and what follows it.
func loneCDATA(b []byte) (text, rest []byte, ok bool) {
	const space = " \t\r\n"
	b = bytes.TrimLeft(b, space)
	if !bytes.HasPrefix(b, []byte("<![CDATA[")) {
		return nil, nil, false
	}
	rest, ok = after(b[9:], "]]>")
	if !ok {
		return nil, nil, false
	}
	text = b[9 : len(b)-len(rest)-3]
	end := bytes.TrimLeft(rest, space)
	return text, rest, len(text) >= worthIt && bytes.HasPrefix(end, []byte("</")) && len(bytes.TrimSpace(text)) > 0
}

// text is what a mark stands for; what is none is returned as it is.
func (s stowed) text(field string) string {
	number, ok := strings.CutPrefix(strings.TrimSpace(field), markStart)
	if !ok {
		return field
	}
	number, ok = strings.CutSuffix(number, markEnd)
	i, err := strconv.Atoi(number)
	if !ok || err != nil || i < 0 || i >= len(s) {
		return field
	}
	return s[i]
}
