package summary

import (
	"slices"
	"strings"
)

// numberWord is the value of a word for a number below a million, in lower case.
func numberWord(word, lang string) (value int, ok bool) {
	if lang == "de" {
		return germanNumber(word)
	}
	for _, row := range numberRows(lang) {
		if i := slices.Index(row.words, word); i >= 0 {
			return row.first + i*row.step, true
		}
	}
	return 0, false
}

// numberRow is words for numbers that count up from the first by a step.
type numberRow struct {
	first, step int
	words       []string
}

func numberRows(lang string) []numberRow {
	switch lang {
	case "en":
		return []numberRow{
			{0, 1, []string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}},
			{20, 10, []string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred"}},
			{1000, 1, []string{"thousand"}},
		}
	case "fr":
		return []numberRow{
			{0, 1, []string{"zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize"}},
			{20, 10, []string{"vingt", "trente", "quarante", "cinquante", "soixante", "septante", "huitante", "nonante", "cent"}},
			{20, 80, []string{"vingts", "cents"}},
			{1000, 1, []string{"mille"}},
		}
	case "es":
		return []numberRow{
			{0, 1, []string{"cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho", "diecinueve"}},
			{20, 1, []string{"veinte", "veintiuno", "veintidós", "veintitrés", "veinticuatro", "veinticinco", "veintiséis", "veintisiete", "veintiocho", "veintinueve"}},
			{30, 10, []string{"treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa", "cien"}},
			{100, 100, []string{"ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos", "ochocientos", "novecientos", "mil"}},
			{200, 100, []string{"doscientas", "trescientas", "cuatrocientas", "quinientas", "seiscientas", "setecientas", "ochocientas", "novecientas"}},
		}
	}
	return nil
}

// germanNumber is the value of a number, which German writes as one word: "zweihundertfünfundzwanzig".
func germanNumber(word string) (value int, ok bool) {
	for _, unit := range [...]struct {
		word  string
		value int
	}{{"tausend", 1000}, {"hundert", 100}} {
		before, after, found := strings.Cut(word, unit.word)
		if !found {
			continue
		}
		many, rest := 1, 0
		if before != "" {
			if many, ok = germanNumber(before); !ok {
				return 0, false
			}
		}
		if after = strings.TrimPrefix(after, "und"); after != "" {
			if rest, ok = germanNumber(after); !ok {
				return 0, false
			}
		}
		return many*unit.value + rest, many < unit.value
	}
	word = strings.TrimSuffix(word, "s")
	if i := slices.Index([]string{"null", "ein", "zwei", "drei", "vier", "fünf", "sech", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"}, word); i >= 0 {
		return i, true
	}
	unit, tens, found := strings.Cut(word, "und")
	if !found {
		unit, tens = "", word
	}
	i := slices.Index([]string{"zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"}, tens)
	switch {
	case i < 0:
		return 0, false
	case unit == "":
		return 20 + 10*i, true
	}
	value, ok = germanNumber(unit)
	return 20 + 10*i + value, ok && value < 10
}

// scaleWord is what a word multiplies the number before it by; 0 if it does not.
func scaleWord(word, lang string) float64 {
	switch word {
	case "thousand", "k", "tausend", "tsd", "mille", "mil", "mila":
		return 1e3
	case "m", "mn", "mln", "mio", "million", "millions", "millionen", "millón", "millones", "milione", "milioni", "milhão", "milhões", "miljoen", "miljoner", "milion", "miliony", "milionów":
		return 1e6
	case "bn", "mrd", "md", "milliard", "milliards", "milliarde", "milliarden", "miliardo", "miliardi", "miljard", "miljarder", "miliard", "miliardy", "miliardów":
		return 1e9
	case "billion", "billions":
		if lang == "en" {
			return 1e9
		}
		return 1e12
	case "tn", "trillion", "trillions", "billionen", "billón", "billones":
		return 1e12
	}
	return 0
}
