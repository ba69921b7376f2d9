package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestCaption is how many bytes a line may have and still be the caption of the credit that ends it.
const longestCaption = 420

// withoutCredits drops a line that is the caption of a picture: it begins with the word, or ends with a credit. In a longer
// line, which has other text beside, the sentence before the credit goes with it.
func withoutCredits(line string) string {
	if isLabelledCaption(line) || strings.Contains(line, "FOR USE WITH THIS") || strings.Contains(line, "MANDATORY CREDIT") {
		return ""
	}
	if at := trailingCredit(line); at >= 0 {
		return captionless(line, at, len(line))
	}
	for range 4 { // captions that were glued to the text
		open, end := bracketedCredit(line)
		if open < 0 {
			break
		}
		if line = captionless(line, open, end); line == "" {
			break
		}
	}
	return withoutAgency(line)
}

// captionless is the line without the credit at from:to and without its caption.
func captionless(line string, from, to int) string {
	rest := strings.TrimSpace(line[to:])
	if rest == "" && len(line) <= longestCaption {
		return ""
	}
	before := strings.TrimRight(line[:from], " ")
	sentences := appendSentences(nil, before, "")
	if n := len(sentences); n > 0 {
		before = strings.TrimSuffix(before, sentences[n-1])
	}
	return strings.TrimSpace(before + rest)
}

// isLabelledCaption tells whether a line begins by saying that it belongs to a picture.
func isLabelledCaption(line string) bool {
	const longest = 260
	if len(line) > longest {
		return false
	}
	if strings.HasPrefix(line, "©") || strings.HasPrefix(line, "(c) ") || strings.HasPrefix(line, "(C) ") {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(line, "©(cC) "))
		return !unicode.IsLower(r) || !endsSentence(line)
	}
	p := phrase(line[:min(len(line), 40)], 40)
	rest, ok := follows(p, "photo", "photos", "photograph", "photo credit", "photo credits", "picture", "pictures", "image", "images",
		"image credit", "image credits", "credit", "credits", "image source", "image caption", "media caption", "media playback",
		"caption", "picture credit",
		"foto", "fotos", "bild", "bilder", "bildquelle", "bildnachweis", "grafik", "crédit", "crédits", "crédit photo", "crédits photo",
		"fotografía", "imagen", "crédito", "créditos", "immagine", "crediti", "beeld", "zdjęcie", "fot", "фото", "kuva", "写真", "图片", "사진",
		"video", "graphic", "illustration",
		"file photo", "file image", "archivbild", "archivfoto", "symbolbild", "symbolfoto", "feature image", "featured image",
		"header image", "cover image", "cover photo", "lead image", "top image")
	if ok {
		rest = strings.TrimLeft(rest, " ")
		if strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：") {
			return true
		}
		if _, by := follows(rest, "by", "von", "courtesy", "via", "par", "credit", "©"); by && !endsSentence(line) {
			return true
		}
	}
	switch p {
	case "getty images", "file photo", "file image", "symbolbild", "symbolfoto", "archivbild", "archivfoto", "photo illustration",
		"image source", "media playback is unsupported on your devi", "photo", "foto", "ap photo", "reuters", "afp", "dpa":
		return true
	}
	return false
}

// trailingCredit is where a credit without brackets begins that ends the line, such as "Photo: Jane Roe/AFP" or "© Jane
// Roe"; -1 if there is none.
func trailingCredit(line string) int {
	const window = 110 // bytes
	from := max(0, len(line)-window)
	if endsSentence(line) {
		return -1
	}
	for at := len(line) - 1; at >= from; at-- {
		label := 0 // bytes
		switch {
		case strings.HasPrefix(line[at:], "©"):
			if names := line[at+len("©"):]; isNames(names) {
				return at
			}
		case line[at] == ':':
			label = creditLabel(line[:at])
		case strings.HasPrefix(line[at:], " by "), strings.HasPrefix(line[at:], " courtesy of "):
			label = photoLabel(line[:at])
		}
		if label > 0 && isNames(line[at+1:]) {
			return at - label
		}
	}
	return -1
}

// creditLabel is the length of the word that s ends in, if the names after its colon are a credit; else 0.
func creditLabel(s string) int {
	s = strings.TrimRight(s, " ")
	for _, label := range [...]string{
		"Photo credit", "Photo Credit", "Photo", "Photos", "Photograph", "Picture", "Image credit",
		"Image Credit", "Image", "Credit", "Foto", "Fotos", "Bild", "Crédit photo", "Crédit", "Illustration", "Crédito", "Imagen", "Beeld",
		"Фото",
	} {
		if strings.HasSuffix(s, label) {
			return len(label)
		}
	}
	return 0
}

// photoLabel is the length of the word that s ends in, if the names after "by" are a credit; else 0.
func photoLabel(s string) int {
	for _, label := range [...]string{"Photo", "Photos", "Photograph", "Photographs", "Illustration", "Image"} {
		if strings.HasSuffix(s, label) {
			return len(label)
		}
	}
	return 0
}

// bracketedCredit finds a bracket that names who made a picture; open is -1 if there is none.
func bracketedCredit(line string) (open, end int) {
	for at := 0; at < len(line); {
		i := strings.IndexAny(line[at:], "([")
		if i < 0 {
			break
		}
		i += at
		closed := strings.IndexAny(line[i:min(len(line), i+160)], ")]")
		if closed < 0 {
			at = i + 1
			continue
		}
		if isCredit(line[i+1 : i+closed]) {
			return i, i + closed + 1
		}
		at = i + 1
	}
	return -1, -1
}

// isCredit tells whether the content of a bracket is a credit: names, and among them one that makes or sells pictures.
func isCredit(inner string) bool {
	if len(inner) < 6 || !hasAny(inner, "Photo", "Foto", "PHOTO", "Getty", "Shutterstock", "iStock", "Adobe Stock", "Alamy", "Unsplash",
		"Pexels", "Pixabay", "Wikimedia", "Imago", "IMAGO", "imago", "icture Alliance", "icture alliance", "Bild:", "Image:",
		"Image credit", "Image by", "Images",
		"Courtesy", "Handout", "ZUMA", "File pic", "File via", "Crédit", "Credit:", "Screenshot", "Screengrab", "Illustration by", "/AFP",
		"/AP", "/Reuters", "/REUTERS", "/TNS", "/EPA", "/dpa", "/ANSA", "/EFE", "/Keystone", "/NTB", "/TT", "/ANP", "/Xinhua", "AP/",
		"AFP/", "via AP", "via Reuters", "TNS", "©") {
		return false
	}
	return !endsSentence(inner) && isNames(inner) && strings.ContainsAny(inner, " /:")
}

// isNames tells whether s is names alone: every word is capitalised, or one that joins names.
func isNames(s string) bool {
	n := 0
	for word := range strings.FieldsSeq(s) {
		if n++; n > 14 {
			return false
		}
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, `"'“‘(@/|–—-&•*`))
		if r == utf8.RuneError || !unicode.IsLower(r) || strings.ContainsAny(word, "/.@") {
			continue
		}
		switch strings.Trim(word, ".,:;") {
		case "by", "via", "of", "for", "the", "courtesy", "de", "del", "von", "van", "der", "den", "par", "para", "di", "da", "do", "and",
			"und", "et", "y", "e", "from", "file", "credit", "handout", "images", "image", "photo", "foto", "illustration", "provided",
			"dpa", "afp", "imago", "picture", "alliance", "epa", "ap", "archive", "archiv", "dapd", "pool", "screenshot", "x", "la", "le",
			"el", "bin", "al", "pictures", "through", "iStock", "iStockphoto", "in", "on", "at", "composite", "supplied", "stock",
			"contributor", "staff", "special", "to":
		default:
			return false
		}
	}
	return n > 0
}

// withoutAgency takes the agency's mark from the end of a line, where a sentence ends before it: "…, he said. (Reuters)".
func withoutAgency(line string) string {
	trimmed := strings.TrimRight(line, " .")
	if !strings.HasSuffix(trimmed, ")") {
		return line
	}
	open := strings.LastIndexByte(trimmed, '(')
	if open <= 0 || len(trimmed)-open > 40 {
		return line
	}
	before := strings.TrimRight(trimmed[:open], " ")
	inner := trimmed[open+1 : len(trimmed)-1]
	first, _, _ := strings.Cut(inner, "/")
	if endsSentence(before) && isAgency(strings.TrimSpace(first)) {
		return before
	}
	return line
}

// isAgency tells whether a name is a news agency's.
func isAgency(name string) bool {
	switch strings.ToLower(name) {
	case "reuters", "ap", "afp", "dpa", "apa", "sda", "ats", "ansa", "efe", "epa", "lusa", "anp", "belga", "ntb", "tt", "ritzau", "stt",
		"pap", "čtk", "ctk", "tass", "тасс", "interfax", "ria novosti", "xinhua", "kyodo", "yonhap", "pti", "ani", "ians", "aap", "cp",
		"pa", "pa media", "upi", "bloomberg",
		"tns", "cnn", "cna", "bernama", "antara", "sid", "kna", "epd", "afx", "dpa-afx", "ots", "keystone-sda", "the canadian press",
		"associated press", "the associated press", "agence france-presse", "europa press", "agi", "adnkronos", "mti", "anadolu", "aa",
		"npr", "ukrinform", "globe newswire", "globenewswire",
		"business wire", "pr newswire", "prnewswire", "marketwatch", "axios", "usa today", "times of india", "jta", "jiji", "時事", "共同", "新华社", "連合":
		return true
	}
	return false
}
