package fetch

import "strings"

// monthNumber is the month that a word names in one of the languages that feeds write dates in; 0 if none. Words are told by their
// beginnings, so that declined and shortened forms are known too.
func monthNumber(word string) int {
	word = strings.Trim(word, ".")
	for i, names := range [12]string{
		"jan ene gen янв sty led urt oca tammi ιαν січ",
		"feb fév fev févr fevr фев lut úno şub helmi φεβ лют",
		"mar mär mrz maa мар bře maalis μαρ бер märz maart març",
		"apr avr abr апр kwi dub nis huhti απρ квіт",
		"may mai mag май мая maj kvě mei toukok μαΐ μαϊ трав",
		"jun juin giu июн cze červn haz kesä ιουν черв",
		"jul juil lug июл lip červenc tem heinä ιουλ лип",
		"aug aoû aou ago авг sie srp ağu elo αυγ серп",
		"sep set сен wrz zář eyl syys σεπ вер",
		"oct okt ott out окт paź říj eki loka οκτ жов",
		"nov ноя lis listopad kas marras νοε лист",
		"dec déc dez dic дек gru pro ara joulu δεκ груд",
	} {
		for _, name := range strings.Fields(names) {
			if strings.HasPrefix(word, name) && !isWeekday(word) {
				return i + 1
			}
		}
	}
	return 0
}

// isWeekday tells apart the names of days that begin like a month's: martes and mardi, Marec and März.
func isWeekday(word string) bool {
	switch word {
	case "mar", "mars":
		return false // a month far more often, and a day that stands first is followed by one
	case "mardi", "martes", "martedì", "marți", "maandag", "sept", "lis.":
		return word != "sept" && word != "lis."
	}
	return false
}

// zoneOffset is the offset from UTC, in seconds, of a zone's short name. Where two zones have one name, it is the one that most feeds mean.
func zoneOffset(name string) (int, bool) {
	const hour = 3600
	switch name {
	case "z", "ut", "utc", "gmt", "wet":
		return 0, true
	case "cet", "mez", "west", "bst":
		return hour, true
	case "cest", "mesz", "eet", "sast":
		return 2 * hour, true
	case "eest", "msk", "trt":
		return 3 * hour, true
	case "ist":
		return 5*hour + hour/2, true
	case "sgt", "hkt", "awst", "pht":
		return 8 * hour, true
	case "jst", "kst":
		return 9 * hour, true
	case "aest":
		return 10 * hour, true
	case "aedt":
		return 11 * hour, true
	case "nzst":
		return 12 * hour, true
	case "nzdt":
		return 13 * hour, true
	case "brt", "art", "adt":
		return -3 * hour, true
	case "ast", "edt":
		return -4 * hour, true
	case "est", "cdt":
		return -5 * hour, true
	case "cst", "mdt":
		return -6 * hour, true
	case "mst", "pdt":
		return -7 * hour, true
	case "pst", "akdt":
		return -8 * hour, true
	case "akst", "hdt":
		return -9 * hour, true
	case "hst":
		return -10 * hour, true
	}
	return 0, false
}
