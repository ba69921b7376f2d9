package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sentences splits text into its sentences; the end of a line always ends one. lang is BCP 47 and may be empty. The sentences share
// the text's memory.
//
// A terminal mark ends a sentence unless the next word is lower-case, the word before is an abbreviation, an initial or an
// ordinal, or it stands within brackets.
func Sentences(text, lang string) []string {
	if lang == "" {
		lang = guessLanguage(text)
	}
	lang = baseLanguage(lang)
	var out []string
	for line := range strings.Lines(text) {
		out = appendSentences(out, line, lang)
	}
	return out
}

// appendSentences splits one line.
func appendSentences(out []string, line, lang string) []string {
	s := splitter{line: line, lang: lang}
	start := 0
	for _, end := range append(s.split(), len(line)) {
		if sentence := strings.TrimSpace(line[start:end]); sentence != "" {
			out = append(out, sentence)
		}
		start = end
	}
	return out
}

// splitter finds the ends of the sentences of a line in one pass. Ends within a bracket are held until it closes, and
// dropped then: a bracket that never closes holds nothing back.
type splitter struct {
	line, lang string
	buf        [32]int
	ends       []int
	depth      int // of brackets
	opened     int // where the outermost bracket opened
	held       int // ends before that are settled
}

// longestBracket is how many bytes a bracket may hold and still be taken for one.
const longestBracket = 600

func (s *splitter) split() []int {
	s.ends = s.buf[:0]
	for i := 0; i < len(s.line); {
		r, n := rune(s.line[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s.line[i:])
		}
		if s.depth > 0 && i-s.opened > longestBracket {
			s.depth = 0
		}
		switch {
		case isStop(r), isWideStop(r), r == ';' && s.lang == "el":
			i = s.atMark(i, r, n)
			continue
		case closerOf(r) != 0:
			if s.depth == 0 {
				s.opened, s.held = i, len(s.ends)
			}
			s.depth++
		case isCloseBracket(r):
			s.close()
		}
		i += n
	}
	return s.ends
}

func (s *splitter) close() {
	if s.depth > 0 {
		if s.depth--; s.depth == 0 {
			s.ends = s.ends[:s.held]
		}
	}
}

// atMark decides on the terminal mark r at i, n bytes long, and returns where to go on.
func (s *splitter) atMark(i int, r rune, n int) int {
	afterMarks := i + n
	for afterMarks < len(s.line) { // "?!", "..."
		next, n := utf8.DecodeRuneInString(s.line[afterMarks:])
		if !isStop(next) && !isWideStop(next) {
			break
		}
		afterMarks += n
	}
	open := s.depth > 0
	end := s.afterClosers(afterMarks)
	m := mark{
		before: s.line[:i], after: s.line[end:],
		dot:    r == '.' && afterMarks == i+1,
		wide:   isWideStop(r),
		quoted: end > afterMarks,
	}
	if open && s.depth == 0 && !m.wide && s.opened > s.lastStart() {
		return end // "(etc.) Next": the bracket belongs to its sentence
	}
	if m.after != "" && s.endsHere(m) {
		s.ends = append(s.ends, end)
	}
	return end
}

// lastStart is where the sentence began that the line is in.
func (s *splitter) lastStart() int {
	at := 0
	if len(s.ends) > 0 {
		at = s.ends[len(s.ends)-1]
	}
	for at < len(s.line) && s.line[at] == ' ' {
		at++
	}
	return at
}

// afterClosers skips the quotes and brackets that close at i.
func (s *splitter) afterClosers(i int) int {
	for i < len(s.line) {
		r, n := utf8.DecodeRuneInString(s.line[i:])
		switch {
		case r == ' ' && strings.HasPrefix(s.line[i+1:], "»") && s.lang == "fr": // French puts a space before it
			i += n + len("»")
			continue
		case !isCloser(r), r == '“' && !closesLow(s.lang):
			return i
		case isCloseBracket(r):
			s.close()
		}
		i += n
	}
	return i
}

// closesLow tells whether a language writes „…“.
func closesLow(lang string) bool {
	switch lang {
	case "de", "cs", "sk", "sl", "hr", "sr", "bg", "et", "lt", "lv", "is", "mk", "ka", "sq":
		return true
	}
	return false
}

// mark is a terminal mark and what stands around it.
type mark struct {
	before, after string
	dot           bool // a single full stop, which may mean something else
	wide          bool
	quoted        bool // closers follow it
}

// endsHere tells whether the mark ends a sentence.
func (s *splitter) endsHere(m mark) bool {
	next, _ := utf8.DecodeRuneInString(m.after)
	switch {
	case m.wide:
		return !(m.quoted && goesOn(next)) && !unicode.IsDigit(next)
	case !unicode.IsSpace(next):
		return s.endsUnspaced(m, next)
	}
	after := strings.TrimLeftFunc(m.after, unicode.IsSpace)
	word := strings.TrimLeftFunc(after, isOpener)
	first, _ := utf8.DecodeRuneInString(word)
	if unicode.IsLower(first) {
		return false
	}
	return !m.dot || m.quoted || !isListNumber(m.before) && !s.isAbbreviated(lastWord(m.before), word)
}

// goesOn tells whether a Japanese particle or a comma continues the sentence after a closed quotation.
func goesOn(r rune) bool {
	switch r {
	case 'と', 'の', 'は', 'が', 'を', 'に', 'で', 'も', 'や', 'な', '，', '、', '—', '…':
		return true
	}
	return false
}

// endsUnspaced decides on a mark that no space follows: "community.Dr Venter" and "in 1999.It" have lost one, "example.Com" and "3.5" have not.
func (s *splitter) endsUnspaced(m mark, next rune) bool {
	if !unicode.IsUpper(next) && !isIdeographic(next) {
		return false
	}
	if !m.dot {
		return true
	}
	word := m.after
	if i := strings.IndexAny(word, " ."); i >= 0 {
		if word[i] == '.' && i+1 < len(word) && word[i+1] != ' ' {
			return false // www.Example.com
		}
		word = word[:i]
	}
	if !m.quoted && isDomain(word) && !isStarter(word, s.lang) {
		return false
	}
	before := lastWord(m.before)
	last, _ := utf8.DecodeLastRuneInString(before)
	switch {
	case unicode.IsLower(last):
		return len(before) >= 3 && !strings.ContainsAny(before, "./@:_\\") && abbreviation(before, s.lang) == noAbbreviation
	case m.quoted, last == ')', last == '%', isAcronym(before):
		return startsCapitalised(word)
	}
	return s.isCount(before) && startsCapitalised(word)
}

// isAcronym tells whether a word is capitals alone, two or more: "UK", "BST".
func isAcronym(word string) bool {
	return len(word) >= 2 && strings.IndexFunc(word, func(r rune) bool { return r < 'A' || r > 'Z' }) < 0
}

// isCount tells whether a word is a number that no language would read as "the third" or as a version: "1999", "46", "£148,000".
func (s *splitter) isCount(word string) bool {
	const year = 4 // digits
	number := strings.TrimLeft(word, "$£€¥")
	digits := number[strings.LastIndexAny(number, ",-–")+1:]
	return isNumber(digits) && (len(digits) >= year || len(word) > len(digits) || !writesOrdinals(s.lang))
}

// startsCapitalised tells whether a word has a capital and then a small letter, as the first of a sentence has.
func startsCapitalised(word string) bool {
	first, n := utf8.DecodeRuneInString(word)
	second, _ := utf8.DecodeRuneInString(word[n:])
	return isIdeographic(first) || unicode.IsUpper(first) && (unicode.IsLower(second) || n == len(word))
}

// isDomain tells whether the word is a top-level domain that is often written with a capital.
func isDomain(word string) bool {
	switch strings.ToLower(word) {
	case "com", "net", "org", "de", "io", "ai", "tv", "js", "info", "uk", "eu", "co", "us", "fr", "es", "it", "nl", "ch", "at":
		return true
	}
	return false
}

// isAbbreviated tells whether the full stop after a word belongs to the word and does not end the sentence before next.
func (s *splitter) isAbbreviated(word, next string) bool {
	if word == "" {
		return false
	}
	starter := isStarter(firstWord(next), s.lang)
	switch abbreviation(word, s.lang) {
	case alwaysAbbreviation:
		return true
	case endAbbreviation:
		return !starter
	case numberAbbreviation:
		return next != "" && '0' <= next[0] && next[0] <= '9'
	}
	r, n := utf8.DecodeRuneInString(word)
	switch {
	case n == len(word) && unicode.IsLetter(r) && !isUnspaced(r):
		return word != "I"
	case isDotted(word):
		return !starter
	case writesOrdinals(s.lang) && (len(word) <= 2 && isNumber(word) || isRoman(word)):
		return !starter
	}
	return false
}

// writesOrdinals tells whether a language writes "the third" as "3.".
func writesOrdinals(lang string) bool {
	switch lang {
	case "de", "da", "no", "nb", "nn", "fi", "cs", "sk", "pl", "hu", "tr", "hr", "sr", "bs", "sl", "et", "lv", "lt", "is", "eu", "lb":
		return true
	}
	return false
}

// lastWord is the word that s ends in, without the quotes and brackets that open it.
func lastWord(s string) string {
	const longest = 64 // bytes; what is longer is no abbreviation
	if len(s) > longest {
		s = s[len(s)-longest:]
	}
	if i := strings.LastIndexFunc(s, unicode.IsSpace); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	return strings.TrimLeftFunc(s, isOpener)
}

// isListNumber tells whether a line has only a number so far, which counts the items of a list.
func isListNumber(s string) bool {
	return len(s) < 8 && isNumber(strings.TrimSpace(s))
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func isRoman(s string) bool {
	return s != "" && len(s) <= 6 && strings.Trim(s, "IVXLC") == ""
}

// isDotted tells whether a word is letters with dots between, such as "U.S" or "a.B.c".
func isDotted(word string) bool {
	if strings.IndexByte(word, '.') < 0 {
		return false
	}
	for part := range strings.SplitSeq(word, ".") {
		if utf8.RuneCountInString(part) > 2 {
			return false
		}
	}
	return true
}
