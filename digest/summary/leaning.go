package summary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// lean is how a sentence depends on the one before it.
type lean int

const (
	unknownLean lean = iota
	standsAlone
	byPronoun     // "He said …": who?
	byConjunction // "But …", "The same evening …"
)

// worth is what a sentence is worth without the one before it: 1 if it does not need it.
func (l lean) worth() float64 {
	switch l {
	case byPronoun:
		return .95
	case byConjunction:
		return .7
	}
	return 1
}

// leanOf tells by its first words how a sentence depends on the one before. Of the openings known, the longest decides: "this" points
// back, "this week" does not.
func leanOf(sentence, lang string) lean {
	if lang == "ja" || lang == "zh" {
		return unspacedOpening(sentence, lang)
	}
	var o openingWords
	o.read(sentence)
	for n := o.words; n > 0; n-- {
		if l := knownOpening(o.first(n), lang); l != unknownLean {
			return l
		}
	}
	for n := 1; n < o.words; n++ {
		if isLater(o.word(n), lang) { // "two days later"
			return byConjunction
		}
	}
	if pointsBack(sentence, lang) {
		return byPronoun
	}
	return standsAlone
}

// openingWords is the first words of a sentence in lower case, with a space between two and 0 for every number.
type openingWords struct {
	text  [96]byte
	end   [4]int // of each word in text
	words int
}

func (o *openingWords) read(sentence string) {
	const longest = 22 // bytes of a word; a longer one opens nothing known
	at := 0
	for o.words < len(o.end) {
		var word string
		word, sentence = nextWord(sentence)
		if word == "" || len(word) > longest {
			return
		}
		if isNumber(word) {
			word = "0"
		}
		if at > 0 {
			o.text[at] = ' '
			at++
		}
		if at = len(appendLower(o.text[:at], word)); at >= len(o.text) {
			return
		}
		o.end[o.words] = at
		o.words++
	}
}

// first is the first n words.
func (o *openingWords) first(n int) []byte { return o.text[:o.end[n-1]] }

// word is the word after the first n.
func (o *openingWords) word(n int) []byte { return o.text[o.end[n-1]+1 : o.end[n]] }

// isLater tells whether a word counts time from what was told before.
func isLater(word []byte, lang string) bool {
	switch lang {
	case "en", "nl":
		return string(word) == "later"
	case "de":
		return string(word) == "später" || string(word) == "darauf"
	case "fr":
		return string(word) == "tard"
	case "es":
		return string(word) == "después"
	case "it":
		return string(word) == "dopo"
	case "pt":
		return string(word) == "depois"
	case "sv", "da", "no", "nb":
		return string(word) == "senare" || string(word) == "senere"
	case "pl":
		return string(word) == "później"
	}
	return false
}

// pointsBack tells whether a personal pronoun stands in the first clause of a sentence: who is meant was named before, since nobody is named
// twice in one clause. It knows the clauses of German, which commas end, and those that English opens with a time or a place.
func pointsBack(sentence, lang string) bool {
	const first = 7 // words
	if lang == "en" && hasAny(sentence, " the others", " that day", " that week", " that month", " that year", " that night", " that evening", " that morning", " the latter", " the former.") {
		return true
	}
	pronouns, opens := []string{"er", "sie", "ihn", "ihm", "ihnen"}, true
	switch lang {
	case "en":
		pronouns = []string{"he", "she", "they"}
		word, _ := nextWord(sentence)
		switch strings.ToLower(word) {
		case "after", "as", "at", "before", "by", "during", "earlier", "in", "last", "next", "on", "recently", "since", "today", "until", "yesterday":
		default:
			opens = false
		}
	case "de":
	default:
		return false
	}
	rest := sentence
	for i := 0; i < first && opens && rest != ""; i++ {
		var word string
		before := rest
		word, rest = nextWord(rest)
		gap := before[:len(before)-len(rest)-len(word)]
		if strings.ContainsAny(gap, "\"“„«»:;") || lang == "de" && strings.Contains(gap, ",") {
			return false
		}
		switch {
		case i > 0 && slices.Contains(pronouns, word), lang == "de" && (word == "Jährige" || word == "Jähriger"):
			return true
		case i > 0 && lang == "en" && isName(word):
			return false
		}
	}
	return false
}

// isName tells whether an English word within a sentence is a name, and not one of the calendar.
func isName(word string) bool {
	if first, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(first) {
		return false
	}
	switch word {
	case "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday", "January", "February", "March", "April", "May", "June",
		"July", "August", "September", "October", "November", "December":
		return false
	}
	return true
}

// unspacedOpening is how a sentence of Japanese or Chinese depends on the one before.
func unspacedOpening(sentence, lang string) lean {
	sentence = strings.TrimLeftFunc(sentence, isOpener)
	for _, p := range unspacedPronouns(lang) {
		if strings.HasPrefix(sentence, p) {
			return byPronoun
		}
	}
	for _, c := range unspacedConjunctions(lang) {
		if strings.HasPrefix(sentence, c) {
			return byConjunction
		}
	}
	return standsAlone
}

func unspacedPronouns(lang string) []string {
	if lang == "ja" {
		return []string{"彼", "同氏", "同社", "同日", "同署", "同省", "同じ", "両氏", "両者", "当時"}
	}
	return []string{"他说", "他在", "他们", "他还", "他的", "她", "它", "該", "该"}
}

func unspacedConjunctions(lang string) []string {
	if lang == "ja" {
		return []string{
			"しかし", "だが", "ところが", "けれども", "また、", "そして", "さらに", "一方", "なお", "ただ、", "ただし", "だから", "したがって", "そのため", "それ", "その",
			"そこ", "そう", "これ", "この", "こうした", "このため", "すると", "でも", "つまり", "例えば", "たとえば", "加えて", "ほかに", "このほか", "その後",
		}
	}
	return []string{
		"但", "然而", "不过", "不過", "而且", "而", "因此", "所以", "此外", "另外", "同时", "同時", "与此", "與此", "这", "這", "那么", "那些", "那个", "那時", "那时", "于是", "於是",
		"随后", "隨後", "随即", "其中", "其", "对此", "對此", "同日", "当天", "當天", "例如", "比如", "另一方面", "不仅如此", "并且", "或者",
	}
}
