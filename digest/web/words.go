package web

import "tidings/templates"

// words is what the pages say, in one language.
type words struct{ templates.Speech }

// speak is the words in a language, or in English.
func (p pages) speak(lang string) words { return words{p.Templates.For("").Speech(lang)} }

// page is a small page in this language.
func (w words) page(heading string, paragraphs ...string) templates.Page {
	page := templates.Page{Lang: w.Lang, Title: heading, Heading: heading}
	for _, text := range paragraphs {
		page.Parts = append(page.Parts, templates.Part{Text: text})
	}
	return page
}

// add puts parts at the end of a page.
func add(page *templates.Page, parts ...templates.Part) { page.Parts = append(page.Parts, parts...) }
