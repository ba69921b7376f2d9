package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

// maxLooked is how many bytes of a text are cleaned: far more than what a summary is chosen from.
const maxLooked = 32 << 10

// cleaned is a text without its rubbish.
type cleaned struct {
	lines []string
	cut   bool // the publisher cut it off
}

// clean drops the lines that nobody wants to read, and takes from the others what does not belong to them.
//
// Rules that hold anywhere come first, line by line; then those for the top and the tail alone, from the edge inwards; then
// those that compare lines. Every rule looks at the edges of a line, and most at short lines only.
func clean(text string, s Source, lang string) cleaned {
	var c cleaned
	lines := splitLines(text)
	for i, line := range lines {
		if s.Boilerplate != nil && s.Boilerplate(line) {
			continue
		}
		last := i == len(lines)-1 || len(lines)-i < 4 && noText(lines[i+1:], s.Title)
		line, cut := cleanLine(line, s.Title, last)
		if line == "" {
			c.cut = c.cut || cut && last
			continue
		}
		if cut {
			line = withoutUnfinished(line, lang, i > 0)
			c.cut = c.cut || last
		}
		if line != "" {
			c.lines = append(c.lines, line)
		}
	}
	c.lines = trimTail(trimTop(c.lines, s.Title))
	c.lines = dropTeasers(c.lines)
	return c
}

// splitLines cuts text into tidy lines without the empty ones.
func splitLines(text string) []string {
	if len(text) > maxLooked {
		const window = 1 << 10 // bytes; without a space in them, the text is in a script that has none
		text = text[:maxLooked]
		if i := strings.LastIndexAny(text[maxLooked-window:], " \n"); i >= 0 {
			text = text[:maxLooked-window+i]
		}
	}
	lines := make([]string, 0, min(1+strings.Count(text, "\n"), 1024))
	for line := range strings.Lines(text) {
		line = tidy(strings.TrimSpace(line))
		for _, bullet := range [...]string{"• ", "· ", "▪ ", "◦ ", "► ", "▶ ", "➤ ", "* ", "- "} {
			line = strings.TrimPrefix(line, bullet)
		}
		if line = withoutShortcodes(line); strings.ContainsFunc(line, isWordRune) {
			lines = append(lines, line)
		}
	}
	return lines
}

// tidy makes a line valid, single-spaced and free of control characters. Lines that Text made are so already.
func tidy(line string) string {
	space := false
	for _, r := range line {
		switch {
		case r == ' ':
			if space {
				return digest.OneLine(line)
			}
		case r < ' ', 0x7F <= r && r <= 0xA0, r == 0xAD, r == 0x61C, r == 0x1680, 0x2000 <= r && r <= 0x200F, 0x2028 <= r && r <= 0x202F,
			0x205F <= r && r <= 0x206F, r == 0x3000, r == 0xFEFF, r == utf8.RuneError, r >= 0xE0000:
			return digest.OneLine(line)
		}
		space = r == ' '
	}
	return line
}

// noText tells whether the lines hold nothing that cleaning keeps.
func noText(lines []string, title string) bool {
	for _, line := range lines {
		if rest, _ := cleanLine(line, title, true); rest != "" && !isTail(rest) {
			return false
		}
	}
	return true
}

// cleanLine applies the rules that need no other line, until nothing changes. cut tells whether the line is the beginning of something
// longer; last, that no text follows it.
func cleanLine(line, title string, last bool) (rest string, cut bool) {
	for range 4 { // a trailer after a link after a mark: seldom more
		before := line
		line = withoutShareRow(line)
		line = withoutTrailer(line, title, last)
		line = withoutCalls(line)
		if marked, ok := withoutCutMark(line, last); ok {
			line, cut = marked, true
		}
		if line == before || line == "" {
			break
		}
	}
	p := phrase(line, longestPhrase)
	if line == "" || isWidget(line, p) || isAppeal(p) || isNotice(p) || isLeftover(line, p) || isReadAlso(p) && !endsSentence(line) {
		return "", cut
	}
	return withoutCredits(line), cut
}

// withoutUnfinished drops the sentence that a cut line breaks off in. The only one stands, with a mark.
func withoutUnfinished(line, lang string, others bool) string {
	if endsSentence(line) {
		return line
	}
	sentences := appendSentences(nil, line, lang)
	if n := len(sentences); n > 1 {
		return strings.TrimRight(strings.TrimSuffix(line, sentences[n-1]), " ")
	}
	if others {
		return ""
	}
	return strings.TrimRightFunc(line, isDangling) + "…"
}

// isDangling tells whether a rune is out of place before an ellipsis.
func isDangling(r rune) bool {
	switch r {
	case ',', ';', ':', '-', '–', '—', '、', '，', '；', '：', '(', '[', '（', '「', '『', '“', '„', '«', '¿', '¡':
		return true
	}
	return unicode.IsSpace(r)
}

// trimTop drops what stands above the text: the title again, who wrote it, when, under which tags, from where.
func trimTop(lines []string, title string) []string {
	for len(lines) > 0 {
		rest := withoutTitle(lines[0], title)
		if rest != "" && !isByline(rest) && !isStamp(rest) && !isTags(rest) && !isReadAlso(phrase(rest, longestPhrase)) {
			lines[0] = rest
			break
		}
		lines = lines[1:]
	}
	const teasers = 3 // lines that may stand above the one with the dateline, and that one
	for i := range lines[:min(teasers, len(lines))] {
		lines[i] = withoutDateline(lines[i])
	}
	return lines
}

// trimTail drops what stands below the text.
func trimTail(lines []string) []string {
	for len(lines) > 0 && isTail(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func isTail(line string) bool {
	return isByline(line) || isStamp(line) || isTags(line) || isReadAlso(phrase(line, longestPhrase))
}
