package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isStop tells whether a rune ends sentences where a space or the end follows.
func isStop(r rune) bool {
	switch r {
	case '.', '!', '?', '…', '؟', '۔', '։', '።', '။', '។':
		return true
	}
	return false
}

// isWideStop tells whether a rune ends sentences whatever follows.
func isWideStop(r rune) bool {
	switch r {
	case '。', '！', '？', '｡', '．', '।', '॥':
		return true
	}
	return false
}

// isCloser tells whether a rune may stand between the mark that ends a sentence and the next sentence.
func isCloser(r rune) bool {
	switch r {
	case '"', '\'', '”', '’', '“', '»', '›', ')', ']', '}', '」', '』', '）', '】', '〉', '》', '］', '*', '_':
		return true
	}
	return false
}

// isOpener tells whether a rune may stand before the first word of a sentence.
func isOpener(r rune) bool {
	switch r {
	case '"', '\'', '“', '‘', '„', '‚', '«', '‹', '»', '(', '[', '¿', '¡', '–', '—', '-', '•', '「', '『', '（', '【':
		return true
	}
	return false
}

// closerOf is the bracket that closes an opened one, and 0 for every other rune.
func closerOf(open rune) rune {
	switch open {
	case '(':
		return ')'
	case '[':
		return ']'
	case '{':
		return '}'
	case '（':
		return '）'
	case '［':
		return '］'
	case '【':
		return '】'
	case '「':
		return '」'
	case '『':
		return '』'
	case '〈':
		return '〉'
	case '《':
		return '》'
	}
	return 0
}

// isCloseBracket tells whether a rune closes a bracket.
func isCloseBracket(r rune) bool {
	switch r {
	case ')', ']', '}', '）', '］', '】', '」', '』', '〉', '》':
		return true
	}
	return false
}

// endsSentence tells whether s ends in a terminal mark, closing quotes and brackets aside.
func endsSentence(s string) bool {
	for s != "" {
		r, n := utf8.DecodeLastRuneInString(s)
		if isStop(r) || isWideStop(r) {
			return true
		}
		if !isCloser(r) && !unicode.IsSpace(r) {
			return false
		}
		s = s[:len(s)-n]
	}
	return false
}

// needsSpace tells whether a space stands between two sentences: not in Chinese and Japanese, whose marks bring their own.
func needsSpace(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	switch last {
	case '。', '！', '？', '｡', '．', '」', '』', '）', '】', '〉', '》', '］':
		return false
	}
	first, _ := utf8.DecodeRuneInString(strings.TrimLeftFunc(after, isOpener))
	marked := strings.TrimRightFunc(before, func(r rune) bool { return isStop(r) || isCloser(r) })
	end, _ := utf8.DecodeLastRuneInString(marked)
	return !isIdeographic(first) || !isIdeographic(end)
}

// isIdeographic tells whether a rune belongs to Chinese or Japanese, which put no spaces between words.
func isIdeographic(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// isUnspaced tells whether a rune belongs to a script without spaces between words.
func isUnspaced(r rune) bool {
	return isIdeographic(r) || r >= 0x0E00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// isWordRune tells whether a rune is part of a word.
func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// startsUpper tells whether s begins, quotes and brackets aside, with a capital, a digit, or a letter of a script without cases.
func startsUpper(s string) bool {
	for _, r := range s {
		if isOpener(r) || unicode.IsSpace(r) {
			continue
		}
		return isWordRune(r) && !unicode.IsLower(r)
	}
	return false
}

// firstWord is what s begins with, up to a space or a mark.
func firstWord(s string) string {
	if i := strings.IndexAny(s, " ,;:.!?"); i >= 0 {
		return s[:i]
	}
	return s
}
