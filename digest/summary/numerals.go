package summary

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numeral is a number as a text has it, in digits or words.
type numeral struct {
	said   string   // as it is written
	value  string   // in digits, with a point before the decimals
	scaled string   // with the thousands or millions that follow it: "3.4 million" is 3400000; else the value
	parts  []string // those it is made of: the day, the month and the year; the digits of a telephone number that is spelled out
}

// isOne tells whether it is the word one, which counts nothing in "one of them".
func (n numeral) isOne() bool { return n.scaled == "1" && n.said != "1" }

// numerals are the numbers of a text. Numbers in words are known in English, German, French and Spanish.
func numerals(text, lang string) []numeral {
	var all []numeral
	words := wordsOf(text)
	for i := 0; i < len(words); {
		n, next := readNumeral(words[i:], lang)
		if next == 0 {
			i++
			continue
		}
		n.said = text[words[i].start:words[i+next-1].end]
		all = append(all, n)
		i += next
	}
	return all
}

// word is a word of a text, or a number in digits with the points and commas within it.
type word struct {
	text       string // in lower case
	start, end int
	joined     bool // with the word before, by a space or a hyphen
}

func wordsOf(text string) []word {
	var words []word
	last := 0
	for i := 0; i < len(text); {
		n := digitsLen(text[i:])
		if n == 0 {
			n = strings.IndexFunc(text[i:], func(r rune) bool { return !isWordRune(r) || unicode.IsDigit(r) })
			if n < 0 {
				n = len(text) - i
			}
		}
		if n == 0 {
			_, size := utf8.DecodeRuneInString(text[i:])
			i += size
			continue
		}
		gap := text[last:i]
		words = append(words, word{strings.ToLower(text[i : i+n]), i, i + n, gap == "" || gap == " " || gap == "-" || gap == "\u00a0" || gap == "\u202f"})
		i += n
		last = i
	}
	return words
}

// digitsLen is how many bytes of s are a number in digits: points, commas, apostrophes and narrow spaces may stand within it.
func digitsLen(s string) int {
	end, mark := 0, false
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			end, mark = i+len(string(r)), false
		case end == 0 || mark || !strings.ContainsRune(".,'’\u00a0\u202f", r):
			return end
		default:
			mark = true
		}
	}
	return end
}

// digitValue brings a number in digits into one form: what separates thousands is dropped, and before decimals stands a point. Of a date, each
// number is a part.
func digitValue(s string) (value string, parts []string) {
	parts = strings.FieldsFunc(s, func(r rune) bool { return !unicode.IsDigit(r) })
	value = parts[0]
	decimals := 0
	for _, p := range parts[1:] {
		if len(p) != 3 {
			value, decimals = value+".", decimals+1
		}
		value += p
	}
	if decimals > 1 {
		return value, parts
	}
	return value, nil
}

// readNumeral reads the number that words begin with, and tells how many words it takes; 0 if they begin with none.
func readNumeral(words []word, lang string) (n numeral, taken int) {
	if unicode.IsDigit([]rune(words[0].text)[0]) {
		n.value, n.parts = digitValue(words[0].text)
		taken = 1
	} else if n.value, n.parts, taken = spelledNumber(words, lang); taken == 0 {
		return n, 0
	}
	n.scaled = n.value
	for taken < len(words) && words[taken].joined {
		scale := scaleWord(words[taken].text, lang)
		if scale == 0 {
			break
		}
		n.scaled = times(n.scaled, scale)
		taken++
	}
	return n, taken
}

func times(value string, scale float64) string {
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return value
	}
	return strconv.FormatFloat(steady(v*scale), 'f', -1, 64)
}

// spelledNumber reads a number in words. Numbers that stand beside each other and make no greater one, as in "nineteen eighty-four" or where a
// telephone number is spelled out, are one with their digits in a row.
func spelledNumber(words []word, lang string) (value string, parts []string, taken int) {
	for taken < len(words) && (taken == 0 || words[taken].joined) {
		v, n := cardinal(words[taken:], lang)
		if n == 0 {
			break
		}
		parts = append(parts, strconv.Itoa(v))
		taken += n
	}
	if len(parts) < 2 {
		return strings.Join(parts, ""), nil, taken
	}
	return strings.Join(parts, ""), parts, taken
}

// cardinal reads one number below a million in words.
func cardinal(words []word, lang string) (value, taken int) {
	for taken < len(words) && (taken == 0 || words[taken].joined) {
		at := taken
		if taken > 0 && linksNumbers(words[at].text, value, lang) && at+1 < len(words) && words[at+1].joined {
			at++
		}
		v, ok := numberWord(words[at].text, lang)
		if !ok {
			break
		}
		sum, fits := joinNumbers(value, v, taken == 0, lang)
		if !fits {
			break
		}
		value, taken = sum, at+1
	}
	return value, taken
}

// linksNumbers tells whether a word stands between two parts of one number.
func linksNumbers(word string, value int, lang string) bool {
	switch lang {
	case "en":
		return word == "and" && value >= 100
	case "fr":
		return word == "et" && value%10 == 0 && value >= 20
	case "es":
		return word == "y" && value%10 == 0 && value >= 20
	}
	return false
}

// joinNumbers is what a number so far and the next make together, if they do.
func joinNumbers(sum, next int, first bool, lang string) (int, bool) {
	below := sum % 100
	switch {
	case first:
		return next, true
	case next == 1000 && sum > 0 && sum < 1000:
		return sum * 1000, true
	case next == 100 && below == sum && sum > 0:
		return sum * 100, true
	case next == 100 && sum%1000 > 0 && sum%1000 < 10: // seven thousand three hundred
		return sum + 99*(sum%10), true
	case lang == "fr" && sum%100 == 4 && next == 20: // quatre-vingts
		return sum - 4 + 80, true
	case lang == "fr" && (below == 60 || below == 80) && next >= 10 && next < 20: // soixante-dix
		return sum + next, true
	case sum%1000 == 0 && sum > 0 && next < 1000, below == 0 && sum > 0 && next < 100, below >= 20 && below%10 == 0 && next > 0 && next < 10:
		return sum + next, true
	}
	return 0, false
}
