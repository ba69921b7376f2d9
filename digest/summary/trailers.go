package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trailer is what WordPress puts under every item of a feed, around the title and the name of the blog.
type trailer struct{ open, middle string }

// withoutTrailer takes "The post … appeared first on …" from the end of a line. It is anchored: the words must stand where a sentence
// begins, hold something that looks like a title, and end with something that looks like a name. Only the last line may hold
// other text before it.
func withoutTrailer(line, title string, last bool) string {
	const longest = 500 // bytes
	if len(line) <= longest && isTrailer(line, title) {
		return ""
	}
	for at := len(line) - 1; last && at > 0 && at > len(line)-longest; at-- {
		if line[at-1] != ' ' {
			continue
		}
		if before := strings.TrimRight(line[:at], " |"); opensTrailer(line[at:]) && isTrailer(line[at:], title) {
			return before
		}
	}
	return line
}

// opensTrailer tells quickly whether a trailer may begin with s.
func opensTrailer(s string) bool {
	for _, open := range [...]string{
		"The ", "Der ", "L’a", "L'a", "Cet ", "La e", "El a", "O p", "O c", "Het ", "Art", "Inl", "Inn",
		"Ind", "Př", "Зап", "Соо", "投稿 ",
	} {
		if strings.HasPrefix(s, open) {
			return true
		}
	}
	return false
}

func isTrailer(line, title string) bool {
	if !opensTrailer(line) {
		return false
	}
	for _, t := range [...]trailer{
		{"The post ", " appeared first on "},
		{"The post ", " first appeared on "},
		{"The article ", " appeared first on "},
		{"Der Beitrag ", " erschien zuerst auf "},
		{"Der Artikel ", " erschien zuerst auf "},
		{"L’article ", " est apparu en premier sur "},
		{"L'article ", " est apparu en premier sur "},
		{"Cet article ", " est apparu en premier sur "},
		{"La entrada ", " se publicó primero en "},
		{"La entrada ", " aparece primero en "},
		{"La entrada ", " apareció primero en "},
		{"El artículo ", " apareció primero en "},
		{"El artículo ", " se publicó primero en "},
		{"L'articolo ", " proviene da "},
		{"L’articolo ", " proviene da "},
		{"L'articolo ", " sembra essere il primo su "},
		{"O post ", " apareceu primeiro em "},
		{"O post ", " apareceu primeiro no "},
		{"O conteúdo ", " aparece primeiro em "},
		{"Het bericht ", " verscheen eerst op "},
		{"Artykuł ", " pochodzi z serwisu "},
		{"Inlägget ", " dök först upp på "},
		{"Innlegget ", " dukket først opp på "},
		{"Indlægget ", " blev først udgivet på "},
		{"Artikkeli ", " julkaistiin ensimmäisen kerran "},
		{"Příspěvek ", " pochází z "},
		{"Запись ", " впервые появилась "},
		{"Сообщение ", " появились сначала на "},
		{"投稿 ", " は "},
	} {
		if !strings.HasPrefix(line, t.open) {
			continue
		}
		middle := strings.LastIndex(line, t.middle)
		if middle < 0 || t.open == "投稿 " && !strings.Contains(line[middle:], "最初に表示されました") {
			continue
		}
		named := strings.TrimSpace(line[min(len(t.open), middle):middle])
		blog := line[middle+len(t.middle):]
		if len(blog) < 120 && (sameWords(named, title) || startsUpper(named) && !startsLower(blog)) {
			return true
		}
	}
	return false
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}
