package summary

import (
	"strings"
	"unicode"
)

// baseLanguage is the first subtag of a BCP 47 tag, in lower case.
func baseLanguage(lang string) string {
	if i := strings.IndexAny(lang, "-_"); i >= 0 {
		lang = lang[:i]
	}
	return strings.ToLower(lang)
}

// guessLanguage names the language of a text by its script and by the words that every text of it holds. It is wrong about languages
// it does not know, and then names a relative, whose sentences end alike.
func guessLanguage(text string) string {
	const enough = 120 // words
	votes := [...]string{"en", "de", "fr", "es", "it", "pt", "nl", "pl", "sv", "ru"}
	var count [len(votes)]int
	var buf [24]byte
	words := 0
	for rest := text; rest != "" && words < enough; words++ {
		var word string
		word, rest = nextWord(rest)
		if word == "" {
			break
		}
		if lang := scriptLanguage(word); lang != "" {
			return lang
		}
		if len(word) > 8 {
			continue
		}
		lower := appendLower(buf[:0], word)
		for i, lang := range votes {
			if isStopWord(lower, lang) {
				count[i]++
			}
		}
	}
	best := 0
	for i := range votes {
		if count[i] > count[best] {
			best = i
		}
	}
	return votes[best]
}

// nextWord is the first word of s, and what follows it.
func nextWord(s string) (word, rest string) {
	start := strings.IndexFunc(s, isWordRune)
	if start < 0 {
		return "", ""
	}
	s = s[start:]
	end := strings.IndexFunc(s, func(r rune) bool { return !isWordRune(r) })
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// scriptLanguage is the language of a word by its script alone; empty if the script is shared by many.
func scriptLanguage(word string) string {
	for _, r := range word {
		switch {
		case r < 0x370:
			return ""
		case r < 0x400:
			return "el"
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			return "ja"
		case unicode.Is(unicode.Arabic, r):
			return "ar"
		case unicode.Is(unicode.Hebrew, r):
			return "he"
		case unicode.Is(unicode.Devanagari, r):
			return "hi"
		case unicode.Is(unicode.Thai, r):
			return "th"
		case unicode.Is(unicode.Hangul, r):
			return "ko"
		case unicode.Is(unicode.Armenian, r):
			return "hy"
		}
		if unicode.Is(unicode.Cyrillic, r) {
			return ""
		}
	}
	if r := []rune(word)[0]; isIdeographic(r) {
		return "zh"
	}
	return ""
}

// appendLower appends word in lower case.
func appendLower(buf []byte, word string) []byte {
	for _, r := range word {
		if 'A' <= r && r <= 'Z' {
			buf = append(buf, byte(r)+'a'-'A')
			continue
		}
		if r >= 0x80 {
			r = unicode.ToLower(r)
		}
		buf = append(buf, string(r)...)
	}
	return buf
}
