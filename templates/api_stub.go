package templates

import "tidings/digest"

// Set is everything that renders, ready for use by any number of goroutines.
type Set struct{}

// Reader is whom a message is for.
type Reader struct {
	Email       string
	Name        string // may be empty
	Online      string // address of the page; empty: there is none
	Unsubscribe string // address of the reader's own unsubscribe page; empty: leaving is by mail
	Address     string // postal, for the footer
}

// Rendered is an edition ready to be put into a message.
type Rendered struct {
	Subject  string
	HTML     string
	Text     string
	Pictures []string // CIDs of the pictures that HTML shows
}

// Page is a small page for people, such as the one that unsubscribes.
type Page struct {
	Lang, Title, Heading string
	Paragraphs           []string
	Action               *Action
}

// Action is the one button of a page.
type Action struct {
	URL, Label string
	Fields     map[string]string
}

// Load reads the built-in templates.
func Load() (*Set, error) { return &Set{}, nil }

// Digest renders an edition for a reader.
func (s *Set) Digest(e digest.Edition, r Reader) (Rendered, error) { return Rendered{}, nil }

// Online renders the page of an issue.
func (s *Set) Online(e digest.Edition, site digest.Site) ([]byte, error) { return nil, nil }

// Page renders a small page.
func (s *Set) Page(p Page) ([]byte, error) { return nil, nil }

// CheckSubject tells what is wrong with a subject template.
func CheckSubject(tmpl string) error { return nil }

// Languages lists what Newsletter.Language may be.
func Languages() []string { return nil }
