package templates

import (
	"bytes"
	"fmt"

	"tidings/digest"
)

// Reader is whom a message is for.
type Reader struct {
	Email       string
	Name        string // may be empty
	Online      string // address of the page; empty: there is none
	Unsubscribe string // address of the reader's own unsubscribe page; empty: leaving is by mail
	Address     string // postal, for the footer

	// Where one message is rendered for many readers, these stand in place of the paragraphs that name the reader. They are words
	// of up to 40 letters and digits.
	Greeting, Reason string
}

// Rendered is an edition ready to be put into a message.
type Rendered struct {
	Subject  string // one line, by preference at most 60 characters
	HTML     string
	Text     string   // format=flowed; delsp=no
	Pictures []string // CIDs of the pictures that HTML shows
	Own      Own      // the paragraphs that name the reader, for other readers of the same message
}

// Digest renders an edition for a reader, as HTML and as text. An edition that would be too large for mail clients
// gives up summaries, then articles, the last first, and says so; both texts hold the same.
func (s *Set) Digest(e digest.Edition, r Reader) (Rendered, error) {
	w := s.words.speak(e.Lang)
	sc := scene{edition: e, reader: r}
	var err error
	if sc.subject, err = subject(e.Subject, s.headline(e, w)); err != nil {
		return Rendered{}, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	a, err := s.withinBudget(sc, w)
	if err != nil {
		return Rendered{}, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	var text bytes.Buffer
	if err := s.text.Execute(&text, a.view); err != nil {
		return Rendered{}, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	return Rendered{Subject: sc.subject, HTML: string(a.html), Text: text.String(), Pictures: a.pictures, Own: a.own}, nil
}

// headline is what the subject's template sees: clean text, with a title even where the feed gives none.
func (s *Set) headline(e digest.Edition, w *words) digest.Headline {
	h := e.Headline()
	h.Title = line(h.Title, maxTitle)
	h.Lead.Title = (&viewer{words: w}).title(h.Lead)
	h.Lead.Source, h.Lead.Author = sourceName(h.Lead.Source), line(h.Lead.Author, maxName)
	return h
}

// built is a view with the CIDs of the pictures that it shows, and its reader's own paragraphs.
type built struct {
	view     view
	pictures []string
	own      Own
}

func (s *Set) build(sc scene, w *words) built {
	v := viewer{scene: sc, words: w, theme: s.theme}
	out := v.view()
	return built{view: out, pictures: v.used, own: v.own}
}

func (s *Set) renderHTML(b built) ([]byte, error) {
	var html bytes.Buffer
	html.Grow(32 << 10)
	err := s.html.Execute(&html, b.view)
	return html.Bytes(), err
}
