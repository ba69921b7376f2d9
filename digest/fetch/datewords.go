package fetch

import "strings"

// monthNumber is the month that a word names in one of the languages that feeds write dates in; 0 if none. Words are told by their
// beginnings, so that declined and shortened forms are known too; the longest counts, since "marraskuu" is no "mars".
func monthNumber(word string) int {
	month, longest := 0, 0
	for i, beginnings := range [12]string{
		"jan ene gen ian янв oca sty січ tammi led",
		"feb fév fev févr фев şub lut лют helmi úno",
		"mar mär mrz mrt maart már мар берез maalis bře",
		"apr avr abr ápr апр nis kwi квіт huhti dub",
		"may mai mag maj mei máj май мая трав touko kvě",
		"jun juin giu iun jún июн haz cze черв kesä čer",
		"jul juil lug iul júl июл tem lip лип heinä červenec července",
		"aug aoû aou ago agu авг ağu sie серп elo srp",
		"sep set szept сен eyl wrz верес syys zář",
		"oct okt ott out окт eki paź жовт loka říj",
		"nov noi ноя kas lis листоп marras",
		"dec déc dez dic des дек ara gru груд joulu prosin",
	} {
		for b := range strings.FieldsSeq(beginnings) {
			if len(b) > longest && strings.HasPrefix(word, b) {
				month, longest = i+1, len(b)
			}
		}
	}
	return month
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
