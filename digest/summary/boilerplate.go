package summary

import (
	"strings"
	"unicode"
)

// Learn returns a test for the lines that stand in three or more of the texts, which are a feed's items as Text gives them. Case,
// punctuation and numbers do not tell lines apart: "3 comments" repeats "12 comments".
func Learn(texts []string) func(line string) bool {
	const enough = 3
	type seen struct{ text, count int }
	lines := map[uint64]seen{}
	for i, text := range texts {
		if len(text) > maxLooked {
			text = text[:maxLooked]
		}
		for line := range strings.Lines(text) {
			key, ok := lineKey(line)
			if s := lines[key]; ok && (s.count == 0 || s.text != i) {
				lines[key] = seen{i, s.count + 1}
			}
		}
	}
	repeated := map[uint64]bool{}
	for key, s := range lines {
		if s.count >= enough {
			repeated[key] = true
		}
	}
	return func(line string) bool {
		key, ok := lineKey(line)
		return ok && repeated[key]
	}
}

// lineKey hashes the letters of a line (FNV-1a); ok is false if it has none. Numbers count as one letter.
func lineKey(line string) (key uint64, ok bool) {
	const offset, prime = 14695981039346656037, 1099511628211
	key = offset
	digits := false
	for _, r := range line {
		digit := unicode.IsDigit(r)
		if !isWordRune(r) || digit && digits {
			continue
		}
		if digits = digit; digit {
			r = '0'
		} else {
			r = unicode.ToLower(r)
			ok = true
		}
		key = (key ^ uint64(r)) * prime
	}
	return key, ok
}
