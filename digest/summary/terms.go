package summary

import (
	"unicode"
	"unicode/utf8"
)

// stemLength is how many letters of a word tell it from others: enough for "bridge" and "bridges" to be one term in most languages.
const stemLength = 6

// appendTerms appends the terms of a text that say something, as hashes (FNV-1a): words without stop words, cut to their stems, and
// pairs of characters where words are not spaced.
func appendTerms(terms []uint64, text, lang string) []uint64 {
	var buf [64]byte
	word := buf[:0]
	letters := 0
	apostrophe := false // within a word: what follows is an ending
	var before rune     // in an unspaced script
	flush := func() {
		if letters > 1 && !isStopWord(word, lang) {
			terms = append(terms, hashWord(word))
		}
		word, letters, apostrophe = word[:0], 0, false
	}
	for _, r := range text {
		switch {
		case isUnspaced(r):
			flush()
			if before != 0 {
				terms = append(terms, uint64(before)<<32|uint64(r))
			}
			before = r
			continue
		case isWordRune(r):
			if len(word) <= len(buf)-utf8.UTFMax && !apostrophe {
				if r < utf8.RuneSelf {
					if 'A' <= r && r <= 'Z' {
						r += 'a' - 'A'
					}
					word = append(word, byte(r))
				} else {
					word = utf8.AppendRune(word, unicode.ToLower(r))
				}
				letters++
			}
		case (r == '\'' || r == '’') && letters > 0:
			apostrophe = true
		default:
			flush()
		}
		before = 0
	}
	flush()
	return terms
}

// hashWord hashes the stem of a lower-case word.
func hashWord(word []byte) uint64 {
	const offset, prime = 14695981039346656037, 1099511628211
	key := uint64(offset)
	letters := 0
	for _, c := range word {
		if c&0xC0 != 0x80 { // the first byte of a letter
			if letters++; letters > stemLength {
				break
			}
		}
		key = (key ^ uint64(c)) * prime
	}
	return key
}

// countWords counts words, and two characters of an unspaced script as one.
func countWords(text string) int {
	words, characters := 0, 0
	inWord := false
	for _, r := range text {
		if isUnspaced(r) {
			characters++
			inWord = false
			continue
		}
		letter := isWordRune(r)
		if letter && !inWord {
			words++
		}
		inWord = letter
	}
	return words + characters/2
}
