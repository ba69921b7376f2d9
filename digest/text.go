package digest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// Fold maps text to the form under which tags, words and addresses compare: without regard to
// case, to full and half width, to composition, or to spaces around it.
func Fold(s string) string {
	if s = strings.TrimSpace(s); isASCII(s) {
		return strings.ToLower(s)
	}
	return cases.Fold().String(norm.NFC.String(width.Fold.String(s)))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Pattern is what match, include and exclude hold: a word or phrase, found as whole words without regard
// to case and width, or an RE2 regular expression written /…/ or /…/i.
type Pattern struct {
	written string
	words   string // folded; set if re is nil
	re      *regexp.Regexp
}

// String is the pattern as it was written.
func (p Pattern) String() string { return p.written }

// ParsePattern reads a pattern as the configuration writes it.
func ParsePattern(s string) (Pattern, error) {
	s = strings.TrimSpace(s)
	if len(s) > 1 && s[0] == '/' {
		expr, flags, ok := cutLast(s[1:], "/")
		if !ok || strings.Trim(flags, "i") != "" {
			return Pattern{}, fmt.Errorf("pattern %q: write a regular expression as /…/ or /…/i", s)
		}
		if flags != "" {
			expr = "(?i)" + expr
		}
		re, err := regexp.Compile(expr)
		if err != nil {
			return Pattern{}, fmt.Errorf("pattern %q is no regular expression: %s", s, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
		}
		return Pattern{written: s, re: re}, nil
	}
	if s == "" {
		return Pattern{}, fmt.Errorf("a pattern is empty")
	}
	return Pattern{written: s, words: strings.Join(strings.Fields(Fold(s)), " ")}, nil
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// Text is a text that patterns are tried on; it is folded once.
type Text struct{ raw, folded string }

// NewText prepares s for patterns.
func NewText(s string) Text {
	return Text{raw: s, folded: strings.Join(strings.Fields(Fold(s)), " ")}
}

// Find is the first of the patterns that is found in the text.
func (t Text) Find(ps []Pattern) (found Pattern, ok bool) {
	for _, p := range ps {
		if t.Match(p) {
			return p, true
		}
	}
	return Pattern{}, false
}

// Match tells whether the pattern is found in the text.
func (t Text) Match(p Pattern) bool {
	if p.re != nil {
		return p.re.MatchString(t.raw)
	}
	if p.words == "" {
		return false
	}
	for at := 0; ; {
		i := strings.Index(t.folded[at:], p.words)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(p.words)
		if wordEdge(t.folded, start) && wordEdge(t.folded, end) {
			return true
		}
		_, n := utf8.DecodeRuneInString(t.folded[start:])
		at = start + n
	}
}

// wordEdge tells whether a word may begin or end at i: not between two letters or digits,
// except where the script writes no spaces.
func wordEdge(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i:])
	return !inWord(before) || !inWord(after) || unspaced(before) || unspaced(after)
}

func inWord(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// unspaced tells whether the rune belongs to a script that puts no spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0E00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// maxMarks is how many marks may stand on one letter. No script needs more; a heap of them would cover the lines above.
const maxMarks = 6

// OneLine makes a title or a name fit for a header or a log: one line, single spaces, no control
// or invisible direction characters, and no heaps of accents. It is empty if there would be nothing to see.
func OneLine(s string) string {
	if s = strings.TrimSpace(s); isTidy(s) {
		return s
	}
	marks, seen := 0, false
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			marks = 0
			return ' '
		case r == utf8.RuneError, unicode.IsControl(r), isDirection(r):
			return -1
		case r >= 0x0300 && unicode.In(r, unicode.Mn, unicode.Me):
			if marks++; marks > maxMarks {
				return -1
			}
		default:
			marks = 0
			seen = seen || !isBlank(r)
		}
		return r
	}, s)
	if !seen {
		return ""
	}
	return strings.Join(strings.Fields(s), " ")
}

// isTidy tells whether a trimmed text is one line as it is: words in Latin letters and common signs, with one space between. Most are.
func isTidy(s string) bool {
	space := false
	for _, r := range s {
		switch {
		case r == ' ' && !space:
			space = true
		case ' ' < r && r < 0x7F, 0xA1 <= r && r < 0x0300 && r != 0xAD, 0x2010 <= r && r <= 0x2027:
			space = false
		default:
			return false
		}
	}
	return true
}

// isBlank tells whether the rune shows nothing by itself although it is no space: joiners, fillers and the empty Braille cell.
func isBlank(r rune) bool {
	switch r {
	case 0x200C, 0x200D, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0:
		return true
	}
	return false
}

// isDirection tells whether the rune is an explicit directional or invisible formatting character, which could
// turn the text around it (UAX #9). ZWJ and ZWNJ stay: scripts need them.
func isDirection(r rune) bool {
	return r == 0x061C || r == 0x200B || r == 0x200E || r == 0x200F || 0x202A <= r && r <= 0x202E ||
		0x2060 <= r && r <= 0x2069 || r == 0xFEFF || r == 0x00AD || 0xE0000 <= r && r <= 0xE007F
}
