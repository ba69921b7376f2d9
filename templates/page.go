package templates

import (
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

// Page is a page for people, such as the one that unsubscribes. It needs no script. Its one style sheet stands in it; beside that, a
// Content-Security-Policy needs form-action 'self' for its forms.
type Page struct {
	Lang    string // BCP 47
	Title   string // of the window
	Heading string
	Above   *Link  // where the page belongs; may be nil
	Done    string // what was just done; may be empty
	Wrong   string // what is wrong with what was given; may be empty
	Parts   []Part
	Public  bool   // search engines may show it
	Feed    string // address of an Atom feed that goes with it; may be empty
	Address string // postal, for the footer; may be empty
}

// Part is one thing on a page: one of its fields is set.
type Part struct {
	Heading string // of the parts that follow
	Text    string // a paragraph
	Small   string // a paragraph beside the point
	Links   []Link // a list
	Code    string // to be copied
	Form    *Form
}

// Link is a named address with a note on it.
type Link struct {
	Name, URL string
	Note      string // may be empty
}

// Form is sent by POST, with its one button.
type Form struct {
	URL    string // on this site
	ID     string // by which an address names it; may be empty
	Label  string // of the button
	Fields map[string]string
	Trap   *Field // which only programs fill in; may be nil
	Inputs []Field
	More   []Field // shown on demand
	Reveal string  // what shows them
	Minor  bool    // there is a more important button on the page
}

// Field is what a form asks for.
type Field struct {
	Name, Label string
	Type        string // email or text, of which Value is one; check or select, of which Choices are
	Value       string
	Complete    string // the autocomplete attribute
	Needed      bool
	Wrong       string // what is wrong with it; may be empty
	Choices     []Choice
}

// Choice is one of several.
type Choice struct {
	Value, Label string
	On           bool
	Under        string // the group that it stands in; may be empty
}

// Groups are the choices of a select, parted where the group changes.
func (f Field) Groups() (groups [][]Choice) {
	for i, c := range f.Choices {
		if i == 0 || c.Under != f.Choices[i-1].Under {
			groups = append(groups, nil)
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], c)
	}
	return groups
}

// pageView is a page as its template sees it.
type pageView struct {
	Page
	Tag, Dir string
}

// Page renders a page.
func (s *Set) Page(p Page) ([]byte, error) {
	w := s.words.speak(p.Lang)
	return execute(s.page, pageView{p, w.Tag.String(), w.direction()}, 16<<10)
}
