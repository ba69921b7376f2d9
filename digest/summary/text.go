package summary

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"tidings/digest"
)

const (
	maxInput = 2 << 20 // bytes of a text that are looked at
	maxRunes = 200_000 // of the result
)

// Text turns HTML or plain text into lines of plain text: one block element, or one paragraph, a line. It tells the two apart
// by whether there are tags. Entities are decoded, also where a feed escaped twice; what is no prose (scripts, figures with
// their captions, asides, forms, code) is gone, and so are lines that are nothing but a link beside others that are not:
// menus, "related" lists, "read more".
//
// The result is NFC, single-spaced, without control or direction characters, and at most 200,000 runes long. It may
// still hold "<" and "&" that the author wrote as text: escape it wherever it is shown.
func Text(s string) string {
	if len(s) > maxInput {
		s = s[:maxInput]
	}
	if inner, ok := strings.CutPrefix(strings.TrimSpace(s), "<![CDATA["); ok { // escaped once more by a feed that meant well
		s = strings.TrimSuffix(inner, "]]>")
	}
	tagged := hasTags(s)
	read := decodeEntities
	if tagged {
		read = readMarkup
	}
	text := read(s)
	switch { // what is markup still was escaped twice
	case tagged && opensWithTag(text), !tagged && hasTags(text):
		text = readMarkup(text)
	case !tagged:
		text = joinWrapped(text)
	}
	return tidyLines(text)
}

// tidyLines brings every line into its final form, and drops the empty ones.
func tidyLines(text string) string {
	var b strings.Builder
	b.Grow(min(len(text), maxRunes*utf8.UTFMax))
	left := maxRunes
	for line := range strings.Lines(text) {
		line = norm.NFC.String(digest.OneLine(decodeEntities(line)))
		if line == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
			left--
		}
		if len(line) > left { // only then can there be too many runes
			line = firstRunes(line, left)
		}
		b.WriteString(line)
		if left -= utf8.RuneCountInString(line); left <= 1 {
			break
		}
	}
	return strings.TrimSpace(b.String())
}

// firstRunes is the beginning of s, at most n runes long.
func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

// decodeEntities decodes the character references that end in a semicolon; "AT&T" and "?a=1&copy=2" stay.
func decodeEntities(s string) string {
	at := strings.IndexByte(s, '&')
	if at < 0 || strings.IndexByte(s[at:], ';') < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		b.WriteString(s[:at])
		n := entityLen(s[at:])
		if n == 0 {
			b.WriteByte('&')
			n = 1
		} else {
			b.WriteString(html.UnescapeString(s[at : at+n]))
		}
		s = s[at+n:]
	}
	b.WriteString(s)
	return b.String()
}

// entityLen is the length of the character reference that s begins with, "&" to ";"; 0 if it is none.
func entityLen(s string) int {
	const longest = 33 // &CounterClockwiseContourIntegral;
	for i := 1; i < len(s) && i < longest; i++ {
		switch c := s[i]; {
		case c == ';' && i > 2:
			return i + 1
		case c == '#' && i == 1, '0' <= c && c <= '9', 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z':
		default:
			return 0
		}
	}
	return 0
}

// joinWrapped joins the lines of a plain text that were broken only because the next word did not fit, as in mail.
func joinWrapped(text string) string {
	const narrow = 100 // longer lines were not broken by a width
	text = strings.ReplaceAll(text, "\r\n", "\n")
	width := 0
	for line := range strings.Lines(text) {
		width = max(width, utf8.RuneCountInString(strings.TrimSpace(line)))
	}
	if width > narrow || width < narrow/2 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	before, broken := 0, false // the length of the line before, and whether it may go on
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		word, _, _ := strings.Cut(line, " ")
		switch {
		case b.Len() == 0:
		case broken && word != "" && before+1+utf8.RuneCountInString(word) > width:
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(line)
		before, broken = utf8.RuneCountInString(line), line != "" && !endsSentence(line)
	}
	return b.String()
}
