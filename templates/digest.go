package templates

import (
	"fmt"

	"tidings/digest"
)

// Reader is whom a message is for.
type Reader struct {
	Email       string
	Name        string // may be empty
	Online      string // address of the page; empty: there is none
	Unsubscribe string // address of the reader's own unsubscribe page; empty: leaving is by mail
	Preferences string // address of the reader's own page of choices, without a query; empty: there is none
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
	v := s.viewer(sc, w)
	seen, html, err := v.withinBudget()
	if err != nil {
		return Rendered{}, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	text, err := s.renderText(seen)
	if err != nil {
		return Rendered{}, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	return Rendered{Subject: sc.subject, HTML: string(html), Text: text, Pictures: v.used, Own: v.own}, nil
}

// headline is what the subject's template sees: clean text, with a title even where the feed gives none.
func (s *Set) headline(e digest.Edition, w *words) digest.Headline {
	h := e.Headline()
	h.Title = line(h.Title, maxTitle)
	h.Lead.Title = (&viewer{words: w}).title(h.Lead)
	h.Lead.Source, h.Lead.Author = sourceName(h.Lead.Source), line(h.Lead.Author, maxName)
	return h
}

func (s *Set) renderHTML(seen view) ([]byte, error) {
	if err := s.asHTML(seen); err != nil {
		return nil, err
	}
	return execute(s.html, seen, sizeLimit+16<<10)
}

func (s *Set) renderText(seen view) (string, error) {
	if err := s.asText(seen); err != nil {
		return "", err
	}
	text, err := execute(s.text, seen, 32<<10)
	return string(text), err
}
