package fetch

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
)

// guessed decodes a document that is no UTF-8, and does not say what else, as those who write its language did before UTF-8. ok is false if it does
// not name its language either, or one of which the guess is Windows-1252 anyway.
func guessed(b []byte) (decoded []byte, ok bool) {
	head := b[:min(len(b), junk)]
	lang := regexp.MustCompile(`(?i)(?:<language>\s*|<dc:language>\s*|xml:lang=["']|"language"\s*:\s*")([a-z]{2}(?:[-_][a-z]+)*)\b`).FindSubmatch(head)
	if lang == nil {
		return nil, false
	}
	var best encoding.Encoding
	most := 0
	for _, label := range legacyCharsets(strings.ToLower(string(lang[1]))) {
		e, _ := charset.Lookup(label)
		out, err := e.NewDecoder().Bytes(head)
		if err != nil {
			continue
		}
		if score := sense(out); best == nil || score > most {
			best, most = e, score
		}
	}
	if best == nil {
		return nil, false
	}
	decoded, err := best.NewDecoder().Bytes(b)
	return decoded, err == nil
}

// legacyCharsets are those that a language was written in, other than Windows-1252.
func legacyCharsets(lang string) []string {
	switch lang[:2] {
	case "ru", "uk", "be", "bg", "mk", "sr":
		return []string{"windows-1251", "koi8-u"}
	case "ja":
		return []string{"shift_jis", "euc-jp"}
	case "zh":
		if strings.Contains(lang, "tw") || strings.Contains(lang, "hk") || strings.Contains(lang, "hant") {
			return []string{"big5"}
		}
		return []string{"gb18030"}
	case "ko":
		return []string{"euc-kr"}
	case "cs", "sk", "pl", "hu", "hr", "sl", "ro":
		return []string{"windows-1250", "iso-8859-2"}
	case "el":
		return []string{"windows-1253"}
	case "tr":
		return []string{"windows-1254"}
	case "he":
		return []string{"windows-1255"}
	case "ar", "fa":
		return []string{"windows-1256"}
	case "et", "lv", "lt":
		return []string{"windows-1257"}
	case "th":
		return []string{"windows-874"}
	}
	return nil
}

// sense is greater the more of a text looks as if it was meant: small letters rather than capitals, which tells Windows-1251 from KOI8, and letters
// rather than anything else.
func sense(text []byte) (score int) {
	for _, r := range string(text) {
		switch {
		case r < 0x80:
		case r == unicode.ReplacementChar, unicode.IsControl(r), unicode.Is(unicode.Co, r):
			score -= 10
		case unicode.IsUpper(r), unicode.IsSymbol(r), 0xFF61 <= r && r <= 0xFF9F: // katakana of half a width, which single bytes are in Shift_JIS
			score -= 2
		case unicode.IsLetter(r):
			score++
		}
	}
	return score
}
