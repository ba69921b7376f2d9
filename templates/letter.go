package templates

import "fmt"

// Letter is a short mail to one person with one link to follow, such as the one that asks for a confirmation.
type Letter struct {
	Lang    string // BCP 47
	Subject string
	Heading string
	Before  string // a paragraph
	Label   string // of the link
	URL     string
	After   string // a paragraph
	Address string // postal, for the footer; may be empty
}

// Letter renders a short mail in the design of the digest, as HTML and as text.
func (s *Set) Letter(l Letter) (Rendered, error) {
	w := s.words.speak(l.Lang)
	l.Subject, l.Heading = line(l.Subject, maxTitle), line(l.Heading, maxTitle)
	data := struct {
		Letter
		Tag, Dir, Mail string
	}{l, w.Tag.String(), w.direction(), w.Mail}
	html, err := execute(s.letter, data, 8<<10)
	if err != nil {
		return Rendered{}, fmt.Errorf("letter: %w", err)
	}
	text, err := execute(s.textLetter, data, 1<<10)
	if err != nil {
		return Rendered{}, fmt.Errorf("letter: %w", err)
	}
	return Rendered{Subject: l.Subject, HTML: string(html), Text: string(text)}, nil
}
