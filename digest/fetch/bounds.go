package fetch

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// bounded cuts a text to a number of runes, the last of them an ellipsis where something was lost.
func bounded(s string, runes int) string {
	if len(s) <= runes || utf8.RuneCountInString(s) <= runes {
		return s
	}
	n := 0
	for i := range s {
		if n == runes-1 {
			return strings.TrimRight(s[:i], " ") + "…"
		}
		n++
	}
	return s
}

// wordsOf is the beginning of a line, ended at a word where there is one, and with an ellipsis if something is left out.
func wordsOf(line string, runes int) string {
	if utf8.RuneCountInString(line) <= runes {
		return line
	}
	short := cut(line, runes-1)
	if i := strings.LastIndexFunc(short, unicode.IsSpace); i > len(short)/2 {
		short = short[:i]
	}
	return strings.TrimRightFunc(short, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) + "…"
}

// cut is the beginning of s, at most so many runes long.
func cut(s string, runes int) string {
	if len(s) <= runes {
		return s
	}
	for i := range s {
		if runes == 0 {
			return strings.TrimSpace(s[:i])
		}
		runes--
	}
	return s
}

// limitBytes is the beginning of s, at most n bytes of whole runes.
func limitBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
