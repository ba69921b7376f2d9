package summary

import (
	"math"
	"slices"
	"strings"
)

// clause is what a sentence says, and what of it does not hold.
type clause struct {
	terms   []uint64 // sorted
	denied  []denial
	unheard bool // it says no in other words than "not": that somebody refuses, or lacks
}

// denial is a negation: the term that it denies, and the one before, which says of whom.
type denial struct {
	term, of uint64 // 0: none
	word     string
}

// says tells whether a clause holds a term.
func (c clause) says(term uint64) bool {
	_, found := slices.BinarySearch(c.terms, term)
	return found
}

func clausesOf(text, lang string) []clause {
	var clauses []clause
	for _, sentence := range Sentences(text, lang) {
		clauses = append(clauses, clauseOf(sentence, lang))
	}
	return clauses
}

func clauseOf(sentence, lang string) clause {
	var c clause
	var open []denial // whose term is not there yet
	var last uint64
	var before string
	words := wordsOf(sentence)
	for i, w := range words {
		gap := ""
		if i > 0 {
			gap = sentence[words[i-1].end:w.start]
		}
		contracted := w.text == "t" && (gap == "'" || gap == "’") && strings.HasSuffix(before, "n") // "isn't"
		switch {
		case contracted, isNegation(w.text, lang) && !limits(words[i+1:], w.text):
			open = append(open, denial{of: last, word: w.text})
		case isRefusal(w.text, lang):
			c.unheard = true
		}
		var word [64]byte
		lower := appendLower(word[:0], w.text)
		if before = w.text; contracted || len(w.text) < 2 || isStopWord(lower, lang) || isNegation(w.text, lang) {
			continue
		}
		last = hashWord(lower)
		c.terms = append(c.terms, last)
		for k := range open {
			open[k].term = last
		}
		c.denied = append(c.denied, open...)
		open = open[:0]
	}
	for _, d := range open { // "Er kommt nicht."
		c.denied = append(c.denied, denial{term: d.of, word: d.word})
	}
	slices.Sort(c.terms)
	c.terms = slices.Compact(c.terms)
	return c
}

// limits tells whether a negation only limits what is said: "not only", "ne … que".
func limits(after []word, negation string) bool {
	for i, w := range after {
		switch {
		case i == 0 && (w.text == "only" || w.text == "just" || w.text == "nur" || w.text == "seulement" || w.text == "sólo" || w.text == "solo"):
			return true
		case i == 0 && negation == "no" && w.text != "" && w.text[0] >= '0' && w.text[0] <= '9': // "No. 5"
			return true
		case (negation == "ne" || negation == "n") && i < 4 && (w.text == "que" || w.text == "qu"):
			return true
		case i == 4:
			return false
		}
	}
	return false
}

// turned names the word by which an answer denies what the article says, or says what the article denies.
func turned(text, source, lang string) (word string, found bool) {
	told := clausesOf(source, lang)
	for _, sentence := range Sentences(text, lang) {
		c := clauseOf(sentence, lang)
		nearest, same := c.nearest(told)
		for _, d := range c.denied {
			if !isDenied(d, told) || nearest != nil && len(nearest.denied) == 0 {
				return d.word, true
			}
		}
		if len(c.denied) > 0 || c.unheard {
			continue
		}
		if same && len(nearest.denied) > 0 {
			return nearest.denied[0].word, true
		}
		for _, t := range told {
			for _, d := range t.denied {
				if c.affirms(d) && !slices.ContainsFunc(told, func(o clause) bool { return len(o.denied) == 0 && o.affirms(d) }) {
					return d.word, true
				}
			}
		}
	}
	return "", false
}

// nearest is the clause of an article that says nearly all that this one says, and whether it says no more; nil if none does. Of two that say
// as much, it is the one with a negation if this one has it, else the one without.
func (c clause) nearest(told []clause) (nearest *clause, same bool) {
	const nearly = .8 // of the terms
	most := int(math.Ceil(nearly * float64(max(len(c.terms), 3))))
	for i, t := range told {
		both := 0
		for _, term := range c.terms {
			if t.says(term) {
				both++
			}
		}
		alike := (len(t.denied) > 0) == (len(c.denied) > 0)
		if both > most || both == most && (nearest == nil || alike) {
			most, nearest = both, &told[i]
		}
	}
	return nearest, nearest != nil && float64(most) >= nearly*float64(len(nearest.terms))
}

// isDenied tells whether the article denies what an answer denies. What is said in other words than the article's cannot be told.
func isDenied(d denial, told []clause) bool {
	for _, term := range []uint64{d.term, d.of} {
		if term == 0 || !slices.ContainsFunc(told, func(c clause) bool { return c.says(term) }) {
			continue
		}
		return slices.ContainsFunc(told, func(c clause) bool { return (len(c.denied) > 0 || c.unheard) && c.says(term) })
	}
	return slices.ContainsFunc(told, func(c clause) bool { return len(c.denied) > 0 || c.unheard })
}

// affirms tells whether a clause without a negation says what a negation denies, of the same.
func (c clause) affirms(d denial) bool {
	return d.term != 0 && d.of != 0 && c.says(d.term) && c.says(d.of)
}

// isNegation tells whether a lower-case word denies.
func isNegation(word, lang string) bool {
	switch lang {
	case "en":
		switch word {
		case "not", "cannot", "never", "no", "nobody", "none", "nor", "neither", "nothing", "nowhere":
			return true
		}
	case "de":
		switch word {
		case "nicht", "nie", "niemals", "niemand", "niemanden", "niemandem", "nichts", "weder", "kein", "keine", "keinen", "keinem", "keiner", "keines":
			return true
		}
	case "fr":
		switch word {
		case "ne", "n", "jamais", "aucun", "aucune":
			return true
		}
	case "es":
		switch word {
		case "no", "nunca", "jamás", "ningún", "ninguno", "ninguna", "nadie", "tampoco":
			return true
		}
	case "it":
		switch word {
		case "non", "nessun", "nessuno", "nessuna", "neanche", "nemmeno":
			return true
		}
	case "pt":
		switch word {
		case "não", "nunca", "nenhum", "nenhuma", "ninguém":
			return true
		}
	case "nl":
		switch word {
		case "niet", "geen", "nooit", "niemand", "niets":
			return true
		}
	case "sv", "da", "no", "nb":
		switch word {
		case "inte", "ingen", "inget", "inga", "aldrig", "ej", "ikke", "intet", "aldri":
			return true
		}
	case "pl":
		switch word {
		case "nie", "nigdy", "nikt", "żaden", "żadna", "żadne":
			return true
		}
	case "ru":
		switch word {
		case "не", "нет", "никогда", "никто":
			return true
		}
	}
	return false
}

// isRefusal tells whether a word says no without a negation. An answer may put the one for the other.
func isRefusal(word, lang string) bool {
	switch lang {
	case "en":
		return isOneOf(word, "without", "unless", "against", "few", "little", "rather", "instead", "only", "barely", "hardly", "despite") ||
			beginsWith(word, "refus", "denie", "deny", "fail", "reject", "bann", "stop", "prevent", "avoid", "lack", "miss", "block", "absen", "declin", "dismiss",
				"impossib", "inab", "unab", "unlik", "innocen", "disput", "oppos", "ruled", "abandon", "cancel", "withdr", "unhurt", "unharm")
	case "de":
		return isOneOf(word, "ohne", "statt", "nur", "kaum", "gegen") || beginsWith(word, "unmögl", "verweiger", "ableh", "abgeleh", "verb", "scheiter", "fehl", "dementier", "bestreit")
	case "fr":
		return isOneOf(word, "sans", "pas", "contre") || beginsWith(word, "impossib", "refus", "rejet", "interdi", "manqu", "dément", "échou")
	case "es":
		return isOneOf(word, "sin", "contra") || beginsWith(word, "imposib", "rechaz", "neg", "prohib", "falt", "nieg", "fracas")
	}
	return isOneOf(word, "senza", "sem", "zonder", "utan", "uden", "bez", "без")
}

func isOneOf(word string, words ...string) bool { return slices.Contains(words, word) }

func beginsWith(word string, prefixes ...string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(word, p) })
}
