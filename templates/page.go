package templates

import (
	"bytes"
	"fmt"
	"net/url"

	"tidings/digest"
)

// Online renders the page of an issue, for anybody: the message without what was personal in it. It shows the pictures that the
// issue holds, at /i/{issue}/{cid} under the site's address, and nothing from elsewhere; a Content-Security-Policy of
// default-src 'none'; style-src 'unsafe-inline'; img-src 'self' lets it through whole.
func (s *Set) Online(e digest.Edition, site digest.Site) ([]byte, error) {
	w := s.words.speak(e.Lang)
	title, err := subject(e.Subject, s.headline(e, w))
	if err != nil {
		return nil, fmt.Errorf("newsletter %s: %w", e.Newsletter, err)
	}
	under := ""
	if u, err := url.Parse(site.IssueURL(url.PathEscape(e.ID))); err == nil {
		under = u.EscapedPath() + "/"
	}
	v := s.viewer(scene{edition: e, reader: Reader{Address: site.Address}, subject: title, web: true, pictures: under}, w)
	return s.renderHTML(v.view(e, 0))
}

// Page is a small page for people, such as the one that unsubscribes. It needs no script, and the same
// Content-Security-Policy as Online, with form-action 'self' if it has an Action.
type Page struct {
	Lang       string // BCP 47
	Title      string // of the window
	Heading    string
	Paragraphs []string
	Action     *Action // may be nil
}

// Action is the one button of a page: a form that is sent by POST.
type Action struct {
	URL    string // on this site
	Label  string
	Fields map[string]string // sent along
}

// Page renders a small page.
func (s *Set) Page(p Page) ([]byte, error) {
	w := s.words.speak(p.Lang)
	var b bytes.Buffer
	err := s.page.Execute(&b, struct {
		Page
		Tag, Dir string
	}{p, w.Tag.String(), w.direction()})
	return b.Bytes(), err
}
