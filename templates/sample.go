package templates

import (
	"fmt"
	"net/mail"
	"time"

	"tidings/digest"
)

// try renders a sample issue in every language, with a site and without, a letter and a page: what a template gets wrong shows when
// it is loaded, not when the first message is due.
func (s *Set) try() error {
	readers := []Reader{sampleReader(), {Email: "grace@reader.example"}}
	for _, code := range append([]string{"en"}, Languages()...) { // what fails in all of them has nothing to do with the language
		edition, _ := sampleIssue(code).Edition(digest.Selection{})
		for _, r := range readers {
			if _, err := s.Digest(edition, r); err != nil {
				return inLanguage(err, code)
			}
		}
		if _, err := s.Online(edition, digest.Site{URL: "https://news.example"}); err != nil {
			return inLanguage(err, code)
		}
	}
	if _, err := s.Letter(sampleLetter()); err != nil {
		return err
	}
	_, err := s.Page(samplePage())
	return err
}

func inLanguage(err error, code string) error {
	if code == "en" {
		return err
	}
	return fmt.Errorf("%w (in the language %s)", err, code)
}

func sampleReader() Reader {
	return Reader{
		Email: "ada@reader.example", Name: "Ada", Address: "14 Quay Street, Springfield", Online: "https://news.example/i/sample",
		Unsubscribe: "https://news.example/u/sample", Preferences: "https://news.example/p/sample",
	}
}

func sampleLetter() Letter {
	return Letter{
		Lang: "en", Subject: "Please confirm", Heading: "Subscribe?", Before: "Somebody asked.", Label: "Yes", URL: "https://news.example/c/sample",
		After: "If not, do nothing.", Address: "14 Quay Street, Springfield",
	}
}

// samplePage is a page that uses every part of its template.
func samplePage() Page {
	choices := []Choice{{Value: "a", Label: "A", On: true, Under: "One"}, {Value: "b", Label: "B", Under: "Two"}}
	return Page{
		Lang: "en", Title: "Sample", Heading: "Sample", Above: &Link{Name: "Home", URL: "/"}, Done: "Done.", Wrong: "Wrong.", Public: true,
		Feed: "/atom.xml", Address: "14 Quay Street, Springfield",
		Parts: []Part{
			{Heading: "A part"},
			{Text: "A paragraph."},
			{Small: "A note."},
			{Links: []Link{{Name: "A link", URL: "/a", Note: "A note"}, {Name: "Another", URL: "/b"}}},
			{Code: "<form>"},
			{Form: &Form{
				URL: "/u/sample", ID: "form", Label: "Go", Fields: map[string]string{"b": `"2"`, "a": "1"}, Trap: &Field{Name: "trap", Label: "Nothing"},
				Inputs: []Field{
					{Name: "email", Label: "Address", Type: "email", Value: "a@b.example", Complete: "email", Needed: true, Wrong: "Wrong."},
					{Name: "topics", Label: "Topics", Type: "check", Choices: choices, Wrong: "Wrong."},
				},
				More:   []Field{{Name: "zone", Label: "Zone", Type: "select", Choices: choices}, {Name: "name", Label: "Name", Type: "text"}},
				Reveal: "More",
			}},
			{Form: &Form{URL: "/u/sample", Label: "Undo", Minor: true}},
		},
	}
}

// sampleIssue is an issue that uses every part of the templates.
func sampleIssue(lang string) *digest.Issue {
	slot := time.Date(2026, time.November, 23, 7, 0, 0, 0, time.UTC)
	item := func(id, title string, minutes int, tags ...string) digest.Item {
		return digest.Item{
			Article: id, Title: title, URL: "https://blog.example/" + id, Source: "Source " + id, Author: "Author", Minutes: minutes,
			Summary: "What the article says, in a sentence or two.", Tags: tags, Published: slot,
		}
	}
	lead := item("1", "The top story", 9, "Go", "Databases")
	lead.Picture, lead.ImageAlt = "lead.jpg", "A picture"
	lead.Elsewhere = []digest.Link{{Name: "Another source", URL: "https://other.example/1"}, {Name: "A third", URL: "https://third.example/1"}}
	brief := item("4", "A brief", 0, "Databases")
	brief.Summary, brief.Lang = "", "ar"
	last := item("6", "The very last", 0)
	last.Summary = ""
	return &digest.Issue{
		ID: "sample", Newsletter: "sample", Number: 1, Slot: slot, Next: slot.AddDate(0, 0, 7), Schedule: "0 7 * * MON",
		Title: "The Reading Room", From: mail.Address{Address: "news@example.com"}, Lang: lang,
		Images: digest.ImagesLead, Order: []string{"Go", "Databases", "Web", "Design", "Music"}, Rest: "Elsewhere",
		Leads:    map[string][]digest.Highlight{"Go": {{Article: "2", Text: "A sentence over the section.", URL: "https://blog.example/2"}, {Article: "1", Text: "Another."}}},
		Items:    []digest.Item{lead, item("2", "A story", 4, "Go"), item("3", "Another", 5, "Databases"), brief, item("5", "The rest", 0), last, item("7", "Seventh", 1, "Web"), item("8", "Eighth", 1, "Design"), item("9", "Ninth", 1, "Music")},
		Limit:    digest.Limit{PerTag: 2},
		Broken:   []string{"A source"},
		Pictures: []digest.Picture{{CID: "lead.jpg", Type: "image/jpeg", Width: 1200, Height: 600}},
	}
}
