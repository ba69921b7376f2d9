package summary

import (
	"strings"
	"unicode/utf8"
)

// longestPhrase is the most bytes that a line may have and still be a call or a notice. Most paragraphs are longer.
const longestPhrase = 320

// phrase is a short line as phrases are compared: in lower case, with straight apostrophes, without what is no word at its ends. It is
// empty for a line longer than the given number of bytes, which most lines are.
func phrase(line string, longest int) string {
	if len(line) > longest {
		return ""
	}
	line = strings.TrimFunc(line, func(r rune) bool { return !isWordRune(r) && r != '#' && r != '@' && r != '©' })
	return strings.ReplaceAll(strings.ToLower(line), "’", "'")
}

// follows is what stands in s after one of the phrases that it begins with, at the end of a word; ok is false if none does.
func follows(s string, phrases ...string) (rest string, ok bool) {
	for _, p := range phrases {
		if rest, ok := strings.CutPrefix(s, p); ok {
			if r, _ := utf8.DecodeRuneInString(rest); rest == "" || !isWordRune(r) || isUnspaced(r) {
				return rest, true
			}
		}
	}
	return "", false
}

// hasAny tells whether s holds one of the words.
func hasAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// lastSegment is where the last sentence of a line begins, by the looks of it: after a terminal mark or a closed bracket and a space.
// It is 0 if the line has one sentence.
func lastSegment(line string) int {
	const window = 200 // bytes: a longer one is no phrase
	from := max(0, len(line)-window)
	for i := len(line) - 2; i > from; i-- {
		if line[i] != ' ' {
			continue
		}
		if r, _ := utf8.DecodeLastRuneInString(line[:i]); isStop(r) || r == ']' || r == '|' {
			return i + 1
		}
	}
	return 0
}

// wordCount counts the words of a line, up to enough.
func wordCount(line string, enough int) int {
	n := 0
	for range strings.FieldsSeq(line) {
		if n++; n == enough {
			break
		}
	}
	return n
}
