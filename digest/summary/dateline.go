package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// withoutDateline takes the place and the agency from the beginning of a story: "WASHINGTON (Reuters) — The", "Berlin (dpa) - Die",
// "(CNN) — A". The sentence stays.
func withoutDateline(line string) string {
	const longest = 90 // bytes
	head := line[:min(len(line), longest)]
	if rest, ok := afterAgency(line, head); ok {
		return rest
	}
	for _, dash := range [...]string{" — ", " – ", " -- ", " - ", "— ", ": "} {
		i := strings.Index(head, dash)
		if i < 4 {
			continue
		}
		place, rest := head[:i], line[i+len(dash):]
		if isPlace(place) && startsUpper(rest) && !strings.Contains(rest[:min(len(rest), 60)], dash) {
			return rest
		}
	}
	return line
}

// afterAgency is what follows "Place (agency)" and a dash, or "(CNN)" alone, or "London (CNN)" without so much as a space.
func afterAgency(line, head string) (rest string, ok bool) {
	open := strings.IndexByte(head, '(')
	if open < 0 {
		return "", false
	}
	closed := strings.IndexByte(head[open:], ')')
	if closed < 0 {
		return "", false
	}
	name, _, _ := strings.Cut(head[open+1:open+closed], "/")
	place := strings.TrimSpace(head[:open])
	if !isAgency(strings.TrimSpace(name)) && !isPlace(place) || wordCount(place, 8) > 6 || place != "" && !isNames(place) || strings.ContainsAny(place, "!?") {
		return "", false
	}
	after := line[open+closed+1:]
	rest = strings.TrimLeft(after, " ")
	for _, dash := range [...]string{"—", "–", "--", "-", ":", "|"} {
		if cut, ok := strings.CutPrefix(rest, dash); ok {
			rest = strings.TrimLeft(cut, " ")
			return rest, rest != ""
		}
	}
	return rest, (place == "" || rest == after && isAgency(strings.TrimSpace(name))) && startsUpper(rest)
}

// isPlace tells whether s is a place as agencies write it, in capitals: "NEW YORK", "BERLIN, Nov. 3", "GAZA/CAIRO".
func isPlace(s string) bool {
	upper, words := 0, 0
	for word := range strings.FieldsSeq(s) {
		if words++; words > 7 {
			return false
		}
		if isMonthWord(strings.Trim(strings.ToLower(word), ".,")) || isNumber(strings.Trim(word, ".,")) {
			if words == 1 {
				return false
			}
			continue
		}
		capital := 0
		for _, r := range word {
			switch {
			case unicode.IsUpper(r):
				capital++
			case unicode.IsLower(r):
				capital = -64
			case r == '?' || r == '!' || r == '"' || unicode.IsDigit(r):
				return false
			}
		}
		if capital < 0 { // "PORTLAND, Maine", "LOS ANGELES, Calif."
			first, _ := utf8.DecodeRuneInString(word)
			if upper < 4 || !unicode.IsUpper(first) {
				return false
			}
			continue
		}
		upper += capital
	}
	return upper >= 4
}
