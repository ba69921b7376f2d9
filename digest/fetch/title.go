package fetch

import (
	"html"
	"slices"
	"strings"

	tokens "golang.org/x/net/html"

	"tidings/digest"
)

// titleText reads a title that XML or JSON has decoded. Whether it is HTML, its format does not say or says wrongly; and people write about
// markup. So only what must be markup is taken out: an element for text with its end, a picture, a script with its content. A lone <title>
// or <b> is what the title talks of.
func titleText(s string) string {
	s = html.UnescapeString(withoutMarkup(s))
	// Escaped once more than the format wants, which is a common mistake. Not for &lt; alone, which may be the subject.
	if strings.Contains(s, "&amp;") || strings.Contains(s, "&#") {
		s = html.UnescapeString(s)
	}
	return bounded(digest.OneLine(s), maxTitle)
}

// titlePart is a stretch of a title, as it stands there.
type titlePart struct {
	raw     string
	instead string // if it is markup
	markup  bool
}

func withoutMarkup(s string) string {
	if !strings.ContainsRune(s, '<') {
		return s
	}
	var out strings.Builder
	for _, p := range titleParts(s) {
		if p.markup {
			out.WriteString(p.instead)
		} else {
			out.WriteString(p.raw)
		}
	}
	return out.String()
}

// titleParts cuts a title at its tags, and tells which of them are markup.
func titleParts(s string) []titlePart {
	var parts []titlePart
	open := map[string][]int{} // places of start tags whose end may come
	ends := map[string]int{"script": lastEnd(s, "script"), "style": lastEnd(s, "style")}
	z := tokens.NewTokenizer(strings.NewReader(s))
	read := 0
	for {
		kind := z.Next()
		raw := string(z.Raw())
		if kind == tokens.ErrorToken {
			return append(parts, titlePart{raw: s[read:]}) // a tag without its end
		}
		read += len(raw)
		p := titlePart{raw: raw}
		switch kind {
		case tokens.CommentToken:
			p.markup = strings.HasPrefix(raw, "<!--")
		case tokens.StartTagToken, tokens.SelfClosingTagToken:
			t := z.Token()
			hidden := isHidden(t.Data) && ends[t.Data] >= read
			if !hidden {
				z.NextIsNotRawText()
			}
			p.instead = spaceFor(t.Data)
			p.markup = isVoid(t)
			if !p.markup && (hidden || isInline(t.Data)) {
				open[t.Data] = append(open[t.Data], len(parts))
			}
		case tokens.EndTagToken:
			name := z.Token().Data
			starts := open[name]
			if len(starts) == 0 {
				break
			}
			start := starts[len(starts)-1]
			open[name] = starts[:len(starts)-1]
			p.markup, p.instead = true, spaceFor(name)
			parts[start].markup = true
			if isHidden(name) {
				for i := start; i < len(parts); i++ {
					parts[i] = titlePart{markup: true}
				}
			}
		}
		parts = append(parts, p)
	}
}

// lastEnd is where the last end tag of this name begins; -1 if there is none.
func lastEnd(s, name string) int {
	at := strings.LastIndex(s, "</")
	for ; at >= 0; at = strings.LastIndex(s[:at], "</") {
		if rest := s[at+2:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) {
			break
		}
	}
	return at
}

// isHidden tells whether the content of an element is never shown.
func isHidden(name string) bool { return name == "script" || name == "style" }

// isVoid tells whether a tag is markup by itself: a line break, or a picture, which has attributes.
func isVoid(t tokens.Token) bool {
	switch t.Data {
	case "br", "wbr":
		return true
	case "img":
		return slices.ContainsFunc(t.Attr, func(a tokens.Attribute) bool { return a.Val != "" })
	}
	return false
}

// isInline tells whether an element is one that people and their editors put around the words of a title.
func isInline(name string) bool {
	switch name {
	case "a", "abbr", "b", "big", "bdi", "bdo", "cite", "code", "del", "dfn", "div", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "i", "ins", "kbd",
		"mark", "p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var":
		return true
	}
	return false
}

// spaceFor is what parts the words where a tag stood.
func spaceFor(name string) string {
	switch name {
	case "br", "div", "h1", "h2", "h3", "h4", "h5", "h6", "p":
		return " "
	}
	return ""
}
