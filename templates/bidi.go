package templates

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/bidi"
)

// The invisible letters that give a direction to what stands beside them (UAX #9 §2.6). Isolates would do it more simply, but some
// mail programs draw them as boxes.
const (
	fromLeft  = "\u200e"
	fromRight = "\u200f"
)

func mark(rtl bool) string {
	if rtl {
		return fromRight
	}
	return fromLeft
}

// joinParts joins details of which each may run in another direction than the line that they stand in: unmarked, a number would be
// drawn away from its unit, and the details in a false order.
func joinParts(parts []string, between string, rtl bool) string {
	mixed := false
	set := make([]string, len(parts))
	for i, p := range parts {
		set[i] = apart(p, rtl)
		mixed = mixed || runsAgainst(p, rtl)
	}
	if !mixed {
		return strings.Join(set, between)
	}
	return mark(rtl) + strings.Join(set, mark(rtl)+between)
}

// apart keeps the signs and numbers at the ends of a name together with it in a line that runs the other way: C++ in Arabic.
func apart(s string, rtl bool) string {
	if !runsAgainst(s, rtl) {
		return s
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(s)
	if unicode.IsLetter(first) && unicode.IsLetter(last) {
		return s
	}
	return mark(!rtl) + s + mark(!rtl)
}

// runsAgainst tells whether s has a direction, and not this one.
func runsAgainst(s string, rtl bool) bool {
	if !rtl && isASCII(s) {
		return false
	}
	own, ok := firstStrong(s)
	return ok && own != rtl
}

// firstStrong tells whether the first letter with a direction runs from the right (UAX #9, P2).
func firstStrong(s string) (rtl, ok bool) {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.L:
			return false, true
		case bidi.R, bidi.AL:
			return true, true
		}
	}
	return false, false
}
