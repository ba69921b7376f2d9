package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// trailer is what WordPress puts under every item of a feed, around the title and the name of the blog.
type trailer struct{ open, middle string }

// withoutTrailer takes "The post … appeared first on …" from the end of a line. It is anchored: the words must stand where a sentence
// begins, hold something that looks like a title, and end with something that looks like a name.
func withoutTrailer(line, title string, last bool) string {
	for _, t := range [...]trailer{
		{"The post ", " appeared first on "},
		{"The post ", " first appeared on "},
		{"The article ", " appeared first on "},
		{"Der Beitrag ", " erschien zuerst auf "},
		{"Der Artikel ", " erschien zuerst auf "},
		{"L’article ", " est apparu en premier sur "},
		{"L'article ", " est apparu en premier sur "},
		{"Cet article ", " est apparu en premier sur "},
		{"L’article ", " est apparu en premier sur"},
		{"La entrada ", " se publicó primero en "},
		{"La entrada ", " aparece primero en "},
		{"La entrada ", " apareció primero en "},
		{"El artículo ", " apareció primero en "},
		{"El artículo ", " se publicó primero en "},
		{"L'articolo ", " proviene da "},
		{"L’articolo ", " proviene da "},
		{"L'articolo ", " sembra essere il primo su "},
		{"O post ", " apareceu primeiro em "},
		{"O conteúdo ", " aparece primeiro em "},
		{"O post ", " apareceu primeiro no "},
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
		middle := strings.LastIndex(line, t.middle)
		if middle < 0 {
			continue
		}
		open := strings.LastIndex(line[:middle+1], t.open)
		if open < 0 || open > 0 && !opensSegment(line[:open], last) {
			continue
		}
		named, blog := "", line[middle+len(t.middle):]
		if from := open + len(t.open); from < middle {
			named = strings.TrimSpace(line[from:middle])
		}
		if t.open == "投稿 " && !strings.Contains(blog, "最初に表示されました") {
			continue
		}
		if len(blog) < 120 && (sameWords(named, title) || startsUpper(named) && !startsLower(blog)) {
			return strings.TrimRight(line[:open], " |")
		}
	}
	return line
}

// opensSegment tells whether a sentence may begin after before: one ended, or the text was cut there.
func opensSegment(before string, last bool) bool {
	before = strings.TrimRight(before, " ")
	r, _ := utf8.DecodeLastRuneInString(before)
	return endsSentence(before) || r == ']' || r == '|' || last && len(before) > 0
}

func startsLower(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(r)
}
