package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isByline tells whether a short line names who wrote the text: "By Jane Roe, Staff Writer".
func isByline(line string) bool {
	const longest = 100
	if len(line) > longest || endsSentence(line) {
		return false
	}
	for _, by := range [...]string{
		"By ", "BY ", "by ", "Written by ", "Words by ", "Story by ", "Posted by ", "Text by ", "Reported by ",
		"Reporting by ", "Author: ", "Autor: ", "Autorin: ", "Von ", "VON ", "Par ", "PAR ", "Por ", "POR ", "Di ", "DI ", "Door ", "Av ",
		"Af ", "Texto: ", "Text: ", "Texte : ", "Auteur : ", "Автор: ", "文／", "文/",
	} {
		name, ok := strings.CutPrefix(line, by)
		if !ok {
			continue
		}
		return isNames(strings.ReplaceAll(name, "|", " ")) && wordCount(name, 13) < 13
	}
	return false
}

// isStamp tells whether a short line says when the text was written or changed, or is a date or a time alone.
func isStamp(line string) bool {
	p := phrase(line, 100)
	if p == "" {
		return false
	}
	rest, ok := follows(p, "updated", "updated on", "updated at", "last updated", "last updated on", "last modified", "published",
		"published on", "published at", "first published", "posted", "posted on", "posted at", "created", "modified", "date",
		"aktualisiert", "aktualisiert am", "zuletzt aktualisiert",
		"stand", "veröffentlicht", "veröffentlicht am", "publié", "publié le", "mis à jour", "mis à jour le", "modifié le", "publicado",
		"publicado el", "publicado em", "actualizado", "actualizado el", "atualizado em", "pubblicato", "pubblicato il", "aggiornato",
		"aggiornato il", "gepubliceerd", "gepubliceerd op", "geplaatst", "geplaatst op", "bijgewerkt",
		"laatst bijgewerkt", "opublikowano", "aktualizacja", "publicerad", "uppdaterad", "publisert", "oppdatert", "opdateret",
		"julkaistu", "päivitetty", "опубликовано", "обновлено")
	if ok && strings.ContainsAny(rest, "0123456789") && !endsSentence(line) {
		return wordCount(rest, 12) < 12
	}
	return isDate(p)
}

// isDate tells whether a line is made of numbers and of the words of dates.
func isDate(p string) bool {
	digits := false
	for word := range strings.FieldsSeq(p) {
		word = strings.Trim(word, ".,;:|-–—/()")
		switch {
		case word == "":
		case '0' <= word[0] && word[0] <= '9':
			digits = true
			if strings.ContainsFunc(strings.TrimRight(word, "amphstndruz年月日"), unicode.IsLetter) {
				return false
			}
		case isMonthWord(word), isTimeWord(word):
		default:
			return false
		}
	}
	return digits
}

// isTimeWord tells whether a lower-case word stands beside the numbers of a date.
func isTimeWord(word string) bool {
	switch word {
	case "am", "pm", "a.m", "p.m", "uhr", "at", "um", "à", "a", "las", "de", "del", "of", "on", "le", "el", "il", "kl", "om", "alle",
		"ore", "gmt", "utc", "et", "est", "edt", "pt", "pst", "pdt", "cet", "cest", "bst", "ist", "hrs", "h", "min", "updated", "ago",
		"hours", "minutes", "days", "vor", "stunden", "minuten",
		"mon", "tue", "tues", "wed", "thu", "thurs", "fri", "sat", "sun", "monday", "tuesday", "wednesday", "thursday", "friday",
		"saturday", "sunday", "today", "yesterday", "heute", "gestern", "montag", "dienstag", "mittwoch", "donnerstag", "freitag",
		"samstag", "sonntag", "mo", "di", "mi", "do", "fr", "sa", "so",
		"lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche", "lunes", "martes", "miércoles", "jueves", "viernes",
		"sábado", "domingo", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica", "maandag", "dinsdag",
		"woensdag", "donderdag", "vrijdag", "zaterdag", "zondag":
		return true
	}
	return false
}

// isMonthWord tells whether a lower-case word is a month in one of many languages.
func isMonthWord(word string) bool {
	switch word {
	case "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "january", "february", "march",
		"april", "june", "july", "august", "september", "october", "november", "december",
		"januar", "jänner", "februar", "märz", "mai", "juni", "juli", "oktober", "dezember", "mär", "okt", "dez", "janvier", "février",
		"mars", "avril", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
		"enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
		"gennaio", "febbraio", "aprile", "maggio", "giugno", "luglio", "settembre", "ottobre", "dicembre",
		"janeiro", "fevereiro", "março", "maio", "junho", "julho", "setembro", "outubro", "novembro", "dezembro", "januari", "februari",
		"maart", "mei", "augustus", "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября",
		"октября", "ноября", "декабря":
		return true
	}
	return false
}

// isTags tells whether a line lists tags: it says so, or is nothing but hashtags.
func isTags(line string) bool {
	p := phrase(line, 400)
	if p == "" {
		return false
	}
	if strings.HasPrefix(p, "#") {
		for word := range strings.FieldsSeq(p) {
			if r, _ := utf8.DecodeRuneInString(word); r != '#' {
				return false
			}
		}
		return true
	}
	rest, ok := follows(p, "tags", "tag", "tagged", "filed under", "filed in", "posted in", "categories", "category", "labels", "topics",
		"topic", "keywords", "related topics", "schlagwörter", "schlagworte", "stichwörter", "kategorien", "kategorie", "themen", "thema",
		"mots-clés", "catégories", "catégorie", "étiquettes", "etiquetas", "categorías", "categoría",
		"etichette", "categorie", "categoria", "categorias", "trefwoorden", "kategoria", "tagi", "taggar", "теги", "метки", "рубрика", "标签", "タグ")
	rest = strings.TrimLeft(rest, " ")
	if !ok || endsSentence(line) {
		return false
	}
	if _, under := follows(p, "filed under", "filed in", "posted in"); under {
		return true
	}
	return strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "：")
}
