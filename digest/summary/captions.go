package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestCaption is how many bytes a line may have and still be the caption of the credit that ends it.
const longestCaption = 420

// withoutCredits drops a line that is the caption of a picture: it begins with the word, or ends with a credit. From a paragraph
// that ends with a credit it takes the credit alone; before a credit within a line, the sentence that it stands behind goes with it.
func withoutCredits(line string) string {
	if isLabelledCaption(line) || strings.Contains(line, "FOR USE WITH THIS") || strings.Contains(line, "MANDATORY CREDIT") {
		return ""
	}
	at := trailingCredit(line)
	if at < 0 {
		at = unlabelledCredit(line)
	}
	if at >= 0 {
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
	before := strings.TrimRight(line[:from], " ")
	paragraph := rest == "" && isParagraph(before)
	switch {
	case paragraph && endsSentence(before):
		return before
	case rest == "" && !paragraph && len(line) <= longestCaption:
		return ""
	}
	sentences := appendSentences(nil, before, "")
	if n := len(sentences); n > 0 {
		before = strings.TrimSuffix(before, sentences[n-1])
	}
	return strings.TrimSpace(before + rest)
}

// isParagraph tells whether a text has two whole sentences or more, which captions seldom do.
func isParagraph(text string) bool {
	const shortest = 3 // words: "Jane Roe." is none
	whole := 0
	for _, sentence := range appendSentences(nil, text, "") {
		if endsSentence(sentence) && countWords(sentence) >= shortest {
			whole++
		}
	}
	return whole >= 2
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
	if isFilePhoto(line) {
		return true
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
			_, text, _ := strings.Cut(strings.Replace(line, "：", ":", 1), ":")
			return !isParagraph(text)
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

// isFilePhoto tells whether a line says that its picture is an old one, and what it shows: "File photo of the stadium." With a verb it
// is about such a picture.
func isFilePhoto(line string) bool {
	for _, agencies := range [...]string{"FILE - ", "FILE – ", "FILE — "} {
		if strings.HasPrefix(line, agencies) {
			return true
		}
	}
	p := phrase(line, 160)
	_, ok := follows(p, "file photo of", "file photo from", "file photo dated", "file photo showing", "file picture of", "file image of",
		"stock photo of", "undated photo of", "archivbild von", "archivfoto von", "archivbild aus", "archivfoto aus", "symbolbild für",
		"photo d'archives", "photo d'archive", "image d'archives", "foto de archivo", "imagen de archivo", "foto de arquivo",
		"foto d'archivio", "immagine d'archivio", "archieffoto van", "arkivfoto av", "arkivbild på", "archiwalne zdjęcie")
	return ok && !isParagraph(line) && !hasAny(p, " is ", " are ", " was ", " were ", " has ", " have ", " had ", " ist ", " sind ", " war ",
		" wurde ", " hat ", " est ", " sont ", " a été ", " fue ", " es ", " ha ", " foi ", " è ")
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
		label := 0 // bytes, up to the names
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

// creditLabel is the length of the words that s ends in, and of the space behind them, if the names after its colon are a credit;
// else 0.
func creditLabel(s string) int {
	return labelLength(s, "Photo credits", "Photo credit", "Photo Credit", "Photos", "Photo", "Photograph", "Picture",
		"Image credit", "Image Credit", "Image", "Credit", "Fotos", "Foto", "Bildquelle", "Bildnachweis", "Bild", "Crédits photos",
		"Crédits photo", "Crédits Photo", "Crédit photo", "Crédit Photo", "Crédits", "Crédit", "Illustration", "Créditos", "Crédito",
		"Imagen", "Beeld", "Фото")
}

// photoLabel is the length of the word that s ends in, if the names after "by" are a credit; else 0.
func photoLabel(s string) int {
	return labelLength(s, "Photos", "Photo", "Photographs", "Photograph", "Illustration", "Image")
}

// labelLength is the length of the first label that s ends in, with the spaces behind it; 0 if it ends in none.
func labelLength(s string, labels ...string) int {
	for _, label := range labels {
		if before, ok := strings.CutSuffix(strings.TrimRight(s, " "), label); ok {
			return len(s) - len(before)
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
