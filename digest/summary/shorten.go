package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// shorten cuts a sentence to at most limit runes: at the end of a clause, else of a word, else between two characters as people see
// them, with an ellipsis, and with no bracket or quotation left open.
func shorten(sentence string, limit int) string {
	if utf8.RuneCountInString(sentence) <= limit {
		return sentence
	}
	const mark = 1 // rune
	head := firstRunes(sentence, max(limit-mark, 0))
	cut := head[:cutPoint(head, sentence)]
	cut = strings.TrimRightFunc(cut, isDangling)
	cut = balance(cut, len(head)/3)
	if len(openMarks(cut)) == 0 {
		return cut + ellipsis
	}
	for room := utf8.RuneCountInString(cut); room > 0; room-- { // the whole sentence stands within them
		cut = strings.TrimRightFunc(firstRunes(cut, room), isDangling)
		if closed := withClosers(cut+ellipsis, openMarks(cut)); utf8.RuneCountInString(closed) <= limit {
			return closed
		}
	}
	return ""
}

// cutPoint is where to end head, which is the beginning of the sentence: not before its middle.
func cutPoint(head, sentence string) int {
	half := len(head) / 2
	word := 0
	next, _ := utf8.DecodeRuneInString(sentence[len(head):])
	if unicode.IsSpace(next) {
		word = len(head)
	}
	for i := len(head); i > half; {
		r, n := utf8.DecodeLastRuneInString(head[:i])
		i -= n
		after := head[i+n:]
		switch r {
		case ',', ';', ':', '–', '—':
			if strings.HasPrefix(after, " ") {
				return i
			}
		case '、', '，', '；', '：':
			return i
		}
		if unicode.IsSpace(r) && word == 0 {
			word = i
		}
	}
	if word > 0 {
		return word
	}
	return graphemeEnd(head, sentence)
}

// graphemeEnd is the last boundary between two characters within head (UAX #29).
func graphemeEnd(head, sentence string) int {
	end, state := 0, -1
	for rest := sentence; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if end+len(cluster) > len(head) {
			break
		}
		end += len(cluster)
	}
	return end
}

// balance cuts s before the first mark that it leaves open, if at least shortest bytes remain.
func balance(s string, shortest int) string {
	if at := firstOpen(s); at >= max(shortest, 1) {
		return strings.TrimRightFunc(s[:at], isDangling)
	}
	return s
}

// firstOpen is where the outermost bracket or quotation that s leaves open begins; -1 if all are closed.
func firstOpen(s string) int {
	stack := scanMarks(s)
	if stack.n == 0 {
		return -1
	}
	return stack.at[0]
}

// openMarks are the marks that close what s leaves open, the outermost first.
func openMarks(s string) []rune {
	stack := scanMarks(s)
	return append([]rune(nil), stack.closer[:stack.n]...)
}

func withClosers(s string, closers []rune) string {
	for i := len(closers) - 1; i >= 0; i-- {
		s += string(closers[i])
	}
	return s
}

// markStack is the brackets and quotations that are open, as deep as any sentence has them.
type markStack struct {
	closer [8]rune
	at     [8]int
	n      int
}

func scanMarks(s string) markStack {
	var m markStack
	for i, r := range s {
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		m.next(i, r, isWordRune(before) && !isUnspaced(before) && i > 0)
	}
	return m
}

// next takes the rune r at i. afterLetter tells an apostrophe from an opening quote: it is false in scripts that put no space before one.
func (m *markStack) next(i int, r rune, afterLetter bool) {
	for k := m.n - 1; k >= 0; k-- {
		if m.closer[k] == r || r == '”' && m.closer[k] == '“' || r == '“' && m.closer[k] == '”' && afterLetter {
			m.n = k
			return
		}
	}
	closer := closerOf(r)
	if closer == 0 && afterLetter { // an apostrophe, inches, or half a letter that was decoded wrongly
		return
	}
	switch r {
	case '"':
		closer = '"'
	case '“':
		closer = '”'
	case '„':
		closer = '“'
	case '‘':
		closer = '’'
	case '‚':
		closer = '‘'
	case '«':
		closer = '»'
	case '»':
		closer = '«'
	case '‹':
		closer = '›'
	}
	if closer != 0 && m.n < len(m.at) {
		m.closer[m.n], m.at[m.n] = closer, i
		m.n++
	}
}
