package summary

// How much less a sentence is worth if its first word points back to the sentence before it, which is not there.
const (
	byPronoun     = .95 // "He said …": who?
	byConjunction = .7  // "But …", "This …"
)

// leaning is what a sentence is worth without the one before it.
func leaning(sentence, lang string) float64 {
	var buf [24]byte
	word, _ := nextWord(sentence)
	if len(word) > len(buf)/2 {
		return 1
	}
	lower := appendLower(buf[:0], word)
	switch {
	case isPronoun(lower, lang):
		return byPronoun
	case isConjunction(lower, lang):
		return byConjunction
	}
	return 1
}

func isPronoun(word []byte, lang string) bool {
	switch lang {
	case "en":
		switch string(word) {
		case "he", "she", "it", "they", "him", "his", "her", "hers", "its", "their", "theirs", "them":
			return true
		}
	case "de":
		switch string(word) {
		case "er", "sie", "es", "ihm", "ihn", "ihr", "ihre", "ihren", "ihrer", "ihrem", "sein", "seine", "seinen", "seiner", "seinem":
			return true
		}
	case "fr":
		switch string(word) {
		case "il", "elle", "ils", "elles", "son", "sa", "ses", "leur", "leurs":
			return true
		}
	case "es":
		switch string(word) {
		case "él", "ella", "ellos", "ellas", "su", "sus":
			return true
		}
	}
	return false
}

// isConjunction tells whether a word at the beginning of a sentence joins it to the one before: conjunctions, and what points at something.
func isConjunction(word []byte, lang string) bool {
	switch lang {
	case "en":
		switch string(word) {
		case "this", "that", "these", "those", "such", "but", "and", "or", "so", "yet", "nor", "however", "then", "also", "therefore", "thus",
			"meanwhile", "instead", "otherwise", "still", "moreover", "furthermore", "nevertheless", "nonetheless", "besides", "additionally",
			"another", "both", "neither", "either":
			return true
		}
	case "de":
		switch string(word) {
		case "dieser", "diese", "dieses", "diesen", "diesem", "dabei", "dazu", "dafür", "damit", "dadurch", "davon", "darauf", "daher", "deshalb",
			"deswegen", "dennoch", "trotzdem", "jedoch", "allerdings", "aber", "doch", "und", "oder", "auch", "dann", "beide", "zudem", "außerdem",
			"stattdessen", "denn":
			return true
		}
	case "fr":
		switch string(word) {
		case "ce", "cet", "cette", "ces", "cela", "ça", "celui", "celle", "ceux", "mais", "et", "ou", "donc", "or", "ni", "car", "ainsi", "pourtant",
			"cependant", "toutefois", "aussi", "puis", "ensuite", "alors", "enfin":
			return true
		}
	case "es":
		switch string(word) {
		case "este", "esta", "estos", "estas", "esto", "ese", "esa", "eso", "pero", "y", "o", "además", "también", "entonces", "así", "luego", "aunque",
			"ambos":
			return true
		}
	}
	return false
}
