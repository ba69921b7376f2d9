package web

import (
	"strings"

	"tidings/templates"
)

// words is what the pages say, in one language.
type words struct{ templates.PageWords }

// speak is the words in a language, or in English.
func (p pages) speak(lang string) words { return words{p.Templates.For("").PageWords(lang)} }

// page is a small page in this language.
func (w words) page(heading string, paragraphs ...string) templates.Page {
	return templates.Page{Lang: w.Lang, Title: heading, Heading: heading, Paragraphs: paragraphs}
}

// about fills in whom and which newsletter a phrase is about.
func (m membership) about(phrase string) string {
	return strings.NewReplacer("{email}", m.subscriber.Email, "{title}", m.title).Replace(phrase)
}
