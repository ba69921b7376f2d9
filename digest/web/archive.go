package web

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"html"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/digest"
	"tidings/templates"
)

// archived is how many issues a page of the archive, and the feed, list.
const archived = 20

// archive lists the issues of a newsletter, newest first.
func (p pages) archive(w http.ResponseWriter, r *http.Request) {
	n, ok := p.offered(r.PathValue("newsletter"))
	before, err := strconv.ParseUint(cmp.Or(r.URL.Query().Get("before"), "0"), 10, 31)
	if !ok || err != nil {
		p.notFound(w, r)
		return
	}
	issues, err := p.Store.Archive(r.Context(), n.Name, int(before), archived+1)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	say := p.speak(n.Language)
	page := say.page(say.AllIssues)
	page.Title = n.Title + ": " + say.AllIssues
	page.Public, page.Feed = true, local(p.Site.AtomURL(n.Name))
	page.Above = &templates.Link{Name: n.Title, URL: local(p.Site.NewsletterURL(n.Name))}
	var links []templates.Link
	for i := range issues[:min(len(issues), archived)] {
		link, err := p.issueLink(say, &issues[i])
		if err != nil {
			p.fail(w, r, err)
			return
		}
		links = append(links, link)
	}
	if len(links) == 0 {
		add(&page, templates.Part{Text: say.NoIssue})
	}
	add(&page, templates.Part{Links: links})
	if len(issues) > archived {
		older := local(p.Site.ArchiveURL(n.Name)) + "?before=" + strconv.Itoa(issues[archived-1].Number)
		add(&page, templates.Part{Links: []templates.Link{{Name: say.Older, URL: older}}})
	}
	w.Header().Set("Cache-Control", maxAge)
	p.show(w, r, http.StatusOK, page)
}

// The elements of Atom (RFC 4287).
type (
	atomFeed struct {
		XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
		Lang    string      `xml:"xml:lang,attr"`
		ID      string      `xml:"id"`
		Title   string      `xml:"title"`
		Updated string      `xml:"updated"`
		Author  string      `xml:"author>name"`
		Links   []atomLink  `xml:"link"`
		Entries []atomEntry `xml:"entry"`
	}
	atomEntry struct {
		ID        string      `xml:"id"`
		Title     string      `xml:"title"`
		Updated   string      `xml:"updated"`
		Published string      `xml:"published"`
		Link      atomLink    `xml:"link"`
		Content   atomContent `xml:"content"`
	}
	atomLink struct {
		Rel  string `xml:"rel,attr"`
		Type string `xml:"type,attr,omitempty"`
		Href string `xml:"href,attr"`
	}
	atomContent struct {
		Type string `xml:"type,attr"`
		HTML string `xml:",chardata"`
	}
)

// atom is the feed of a newsletter's issues. An issue never changes, so that its entry is updated when it is published.
func (p pages) atom(w http.ResponseWriter, r *http.Request) {
	n, ok := p.offered(r.PathValue("newsletter"))
	if !ok {
		p.notFound(w, r)
		return
	}
	issues, err := p.Store.Archive(r.Context(), n.Name, 0, archived)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	updated := time.Unix(0, 0)
	feed := atomFeed{Lang: p.speak(n.Language).Lang, ID: p.Site.AtomURL(n.Name), Title: n.Title, Author: n.Title, Links: []atomLink{
		{Rel: "self", Type: "application/atom+xml", Href: p.Site.AtomURL(n.Name)},
		{Rel: "alternate", Type: "text/html", Href: p.Site.NewsletterURL(n.Name)},
	}}
	for i := range issues {
		entry, err := p.atomEntry(&issues[i])
		if err != nil {
			p.fail(w, r, err)
			return
		}
		feed.Entries = append(feed.Entries, entry)
		if issues[i].Created.After(updated) {
			updated = issues[i].Created
		}
	}
	feed.Updated = updated.UTC().Format(time.RFC3339)
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	w.Header().Set("Cache-Control", maxAge)
	http.ServeContent(w, r, "", updated, bytes.NewReader(append([]byte(xml.Header), body...)))
}

func (p pages) atomEntry(is *digest.Issue) (atomEntry, error) {
	subject, err := p.Templates.For(is.Newsletter).Subject(is.Complete())
	created := is.Created.UTC().Format(time.RFC3339)
	page := p.Site.IssueURL(is.ID)
	return atomEntry{
		ID: page, Title: subject, Updated: created, Published: created,
		Link:    atomLink{Rel: "alternate", Type: "text/html", Href: page},
		Content: atomContent{Type: "html", HTML: contentsOf(is.Complete())},
	}, err
}

// contentsOf is the headlines of an edition as HTML, section by section.
func contentsOf(e digest.Edition) string {
	var b strings.Builder
	item := func(it digest.Item) {
		title := html.EscapeString(it.Title)
		if target := webLink(it.URL); target != "" {
			title = `<a href="` + html.EscapeString(target) + `">` + title + "</a>"
		}
		b.WriteString("<li>" + title + " · " + html.EscapeString(it.Source) + "</li>")
	}
	for _, s := range e.Sections {
		b.WriteString("<h3>" + html.EscapeString(s.Tag) + "</h3><ul>")
		if e.Lead != nil && e.LeadTag == s.Tag {
			item(*e.Lead)
		}
		for _, it := range s.Full {
			item(it)
		}
		for _, it := range s.Briefs {
			item(it)
		}
		b.WriteString("</ul>")
	}
	return b.String()
}
