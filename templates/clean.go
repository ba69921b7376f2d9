package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

// Most runes of each that are shown. They are far above what is usual; a longer one ends in an ellipsis.
const (
	maxTitle   = 300
	maxName    = 100
	maxSummary = 4000
)

// line makes a foreign string fit to be shown: one line of valid text without control, direction or other invisible
// characters, of at most so many runes. Longer text is cut at a word and ends in an ellipsis.
func line(s string, most int) string {
	if !isClean(s) {
		s = strings.Join(strings.Fields(strings.Map(visible, digest.OneLine(s))), " ")
	}
	return shorten(s, most)
}

// visible drops what digest.OneLine leaves and neither a page nor a mail may hold.
func visible(r rune) rune {
	switch {
	case r == 0x034F, 0x115F <= r && r <= 0x1160, 0x17B4 <= r && r <= 0x17B5, r == 0x3164, r == 0xFFA0:
		return -1 // fillers and joiners without a glyph
	case 0xFDD0 <= r && r <= 0xFDEF, r&0xFFFE == 0xFFFE, 0xFFF9 <= r && r <= 0xFFFC:
		return -1 // noncharacters and interlinear marks
	case unicode.Is(unicode.Co, r):
		return -1 // private use: a glyph on one machine alone
	}
	return r
}

// isClean tells whether s is plain ASCII with single spaces, as most feeds' text nearly is.
func isClean(s string) bool {
	space := true // none may come first
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return !space || s == ""
}

// shorten cuts s to at most so many runes, the ellipsis that then ends it among them: after a word if the last one is not
// too far back, else within it, but never within a character that people see as one.
func shorten(s string, most int) string {
	if len(s) <= most || utf8.RuneCountInString(s) <= most {
		return s
	}
	end := 0
	for range most - 1 {
		_, n := utf8.DecodeRuneInString(s[end:])
		end += n
	}
	cut := s[:end]
	if s[end] != ' ' {
		if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
			cut = cut[:i]
		} else {
			cut = wholeGraphemes(cut, s)
		}
	}
	return strings.TrimRight(cut, " ,;:.–—-(") + "…"
}
