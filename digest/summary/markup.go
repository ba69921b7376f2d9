package summary

import (
	"bytes"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// markup reads HTML token by token into lines. It keeps no tree, so that depth costs nothing.
type markup struct {
	lines     []markupLine
	line      []byte // the line being read
	linked    bool   // it has letters or digits within a link
	unlinked  bool   // and outside
	href      bool   // within a link
	raised    bool   // within <sup>, where a link is a footnote's
	skip      string // the element being passed over; empty: none
	depth     int    // of skip within itself
	keepAll   bool   // pass over nothing but what is never prose
	blankEnds bool   // blank lines end lines: there are no block elements
	pre       int    // within <pre>, where line breaks count
}

type markupLine struct {
	text   string
	isLink bool // and nothing else
}

// readMarkup is the text of an HTML fragment or document, one block element a line.
func readMarkup(s string) string {
	m := markup{blankEnds: !hasBlocks(s)}
	m.read(s)
	if len(m.lines) == 0 { // all of it within a <form>, or an <aside> that is never closed
		m = markup{blankEnds: m.blankEnds, keepAll: true}
		m.read(s)
	}
	return m.text()
}

func (m *markup) read(s string) {
	z := html.NewTokenizer(strings.NewReader(s))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			m.endLine()
			return
		case html.TextToken:
			if m.skip == "" {
				m.write(z.Text())
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			m.start(localName(name), z, more, kind == html.SelfClosingTagToken)
		case html.EndTagToken:
			name, _ := z.TagName()
			m.end(localName(name))
		}
	}
}

// localName is the name of an element without the prefix of its namespace.
func localName(name []byte) string {
	return string(name[bytes.LastIndexByte(name, ':')+1:])
}

func (m *markup) write(text []byte) {
	for m.pre > 0 || m.blankEnds { // line breaks count
		line, rest, ok := bytes.Cut(text, []byte("\n"))
		if !ok {
			break
		}
		m.add(line)
		if m.pre > 0 || endsInNewline(m.line) {
			m.endLine()
		} else {
			m.line = append(m.line, '\n')
		}
		text = rest
	}
	m.add(text)
}

// add adds to the line.
func (m *markup) add(text []byte) {
	if m.href {
		m.linked = m.linked || hasWord(text)
	} else {
		m.unlinked = m.unlinked || hasWord(text)
	}
	m.line = append(m.line, text...)
}

// hasWord tells whether the text has a letter or digit. Beyond ASCII, everything counts as one.
func hasWord(text []byte) bool {
	return slices.ContainsFunc(text, func(c byte) bool {
		return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c >= 0x80
	})
}

// endsInNewline tells whether the line so far ends in a line break, spaces aside.
func endsInNewline(line []byte) bool {
	i := len(line) - 1
	for i >= 0 && (line[i] == ' ' || line[i] == '\r' || line[i] == '\t') && i > len(line)-8 {
		i--
	}
	return i >= 0 && line[i] == '\n'
}

func (m *markup) endLine() {
	if m.linked || m.unlinked || len(bytes.TrimSpace(m.line)) > 0 {
		for i, c := range m.line { // html.Tokenizer leaves line breaks in: they are spaces here
			if c == '\n' {
				m.line[i] = ' '
			}
		}
		m.lines = append(m.lines, markupLine{text: string(m.line), isLink: m.linked && !m.unlinked})
	}
	m.line, m.linked, m.unlinked = m.line[:0], false, false
}

func (m *markup) start(name string, z *html.Tokenizer, attrs, closed bool) {
	if m.skip != "" {
		switch {
		case m.skip == "p" && isBlock(name): // a <p> ends where the next block begins
			m.skip = ""
		case m.skip == name && !closed:
			m.depth++
			return
		default:
			return
		}
	}
	hidden, href := false, ""
	for attrs {
		var key, value []byte
		key, value, attrs = z.TagAttr()
		switch string(key) {
		case "href":
			href = strings.TrimSpace(string(value))
		case "class":
			hidden = hidden || hasHiddenClass(string(value))
		case "hidden":
			hidden = true
		case "aria-hidden":
			hidden = hidden || string(value) == "true"
		case "style":
			hidden = hidden || strings.Contains(string(value), "display:none") || strings.Contains(string(value), "display: none")
		}
	}
	if isBlock(name) {
		m.endLine()
	}
	footnote := name == "a" && m.raised && strings.HasPrefix(href, "#")
	switch {
	case closed || isVoid(name):
		if name != "script" && name != "style" {
			z.NextIsNotRawText() // XHTML writes <iframe …/>
		}
		return
	case isNeverProse(name), !m.keepAll && (hidden || footnote || isAside(name)):
		m.skip, m.depth = name, 1
		return
	}
	switch name {
	case "a":
		m.href = href != ""
	case "sup":
		m.raised = true
	case "pre":
		m.pre++
	}
}

func (m *markup) end(name string) {
	if m.skip != "" {
		switch {
		case m.skip == "p" && name != "p" && isBlock(name):
			m.skip = ""
		case m.skip != name:
			return
		default:
			if m.depth--; m.depth == 0 {
				m.skip = ""
			}
			return
		}
	}
	if isBlock(name) {
		m.endLine()
	}
	switch name {
	case "a":
		m.href = false
	case "sup":
		m.raised = false
	case "pre":
		m.pre = max(0, m.pre-1)
	}
}

// text joins the lines. One that is nothing but a link and no sentence is navigation, where there is prose beside it.
func (m *markup) text() string {
	prose, size := false, 0
	for _, l := range m.lines {
		prose = prose || !l.isLink
		size += len(l.text) + 1
	}
	var b strings.Builder
	b.Grow(size)
	for _, l := range m.lines {
		if prose && l.isLink && !endsSentence(l.text) {
			continue
		}
		b.WriteString(l.text)
		b.WriteByte('\n')
	}
	return b.String()
}
