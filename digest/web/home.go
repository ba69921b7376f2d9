package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"tidings/digest"
	"tidings/templates"
)

// home lists the newsletters.
func (p pages) home(w http.ResponseWriter, r *http.Request) {
	say := p.speak(p.language())
	page := say.page(say.Newsletters)
	page.Public = true
	var links []templates.Link
	for _, n := range p.public() {
		links = append(links, templates.Link{Name: n.Title, URL: local(p.Site.NewsletterURL(n.Name)), Note: say.comes(n)})
	}
	add(&page, templates.Part{Links: links})
	w.Header().Set("Cache-Control", maxAge)
	p.show(w, r, http.StatusOK, page)
}

// comes says how often a newsletter comes.
func (w words) comes(n digest.Newsletter) string {
	schedule := w.Schedule(n.Schedule)
	if schedule == "" {
		return w.ComesFreely
	}
	zone := time.UTC
	if n.Location != nil {
		zone = n.Location
	}
	return w.Fill(w.Comes, "schedule", schedule, "zone", zone.String())
}

// showNewsletter is the page of a newsletter: what one gets, how often, the last issue, and the form to sign up.
func (p pages) showNewsletter(w http.ResponseWriter, r *http.Request) {
	n, ok := p.offered(r.PathValue("newsletter"))
	if !ok {
		p.notFound(w, r)
		return
	}
	w.Header().Set("Cache-Control", maxAge)
	p.showForm(w, r, http.StatusOK, p.blank(n), "")
}

// showForm is the page of the newsletter with what was filled in, and what is wrong with it.
func (p pages) showForm(w http.ResponseWriter, r *http.Request, status int, f application, wrong string) {
	n, say := f.newsletter, f.say
	last, err := p.Store.Archive(r.Context(), n.Name, 0, 1)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	topics, err := p.topics(r.Context(), []string{n.Name})
	if err != nil {
		p.fail(w, r, err)
		return
	}
	offered, err := p.offeredTopics(r.Context(), n)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := say.page(n.Title, say.comes(n))
	page.Public, page.Wrong, page.Feed = status == http.StatusOK && wrong == "", wrong, local(p.Site.AtomURL(n.Name))
	if len(p.public()) > 1 {
		page.Above = &templates.Link{Name: say.Newsletters, URL: local(p.Site.HomeURL())}
	}
	if len(topics) > 0 {
		add(&page, templates.Part{Text: say.Fill(say.About, "tags", say.List(topics))})
	}
	add(&page, templates.Part{Form: p.form(f, offered)}, templates.Part{Small: say.Promise})
	parts, err := p.lastIssue(say, n, last)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	add(&page, parts...)
	p.show(w, r, status, page)
}

// headlines is how many of the last issue's stories its newsletter's page shows.
const headlines = 6

// lastIssue shows an issue, if there is one, and leads to the others.
func (p pages) lastIssue(say words, n digest.Newsletter, last []digest.Issue) ([]templates.Part, error) {
	parts := []templates.Part{{Heading: say.LastIssue}}
	if len(last) == 0 {
		return append(parts, templates.Part{Text: say.NoIssue}), nil
	}
	link, err := p.issueLink(say, &last[0])
	if err != nil {
		return nil, err
	}
	links := []templates.Link{link}
	edition := last[0].Complete()
	for _, it := range storiesOf(edition) {
		if len(links) > headlines {
			break
		}
		if target := webLink(it.URL); target != "" && it.Title != "" {
			links = append(links, templates.Link{Name: it.Title, URL: target, Note: it.Source})
		}
	}
	return append(parts, templates.Part{Links: links}, templates.Part{Links: []templates.Link{
		{Name: say.AllIssues, URL: local(p.Site.ArchiveURL(n.Name))},
		{Name: say.AtomFeed, URL: local(p.Site.AtomURL(n.Name))},
	}}), nil
}

// storiesOf are the stories of an edition: the lead, then section by section.
func storiesOf(e digest.Edition) (items []digest.Item) {
	if e.Lead != nil {
		items = append(items, *e.Lead)
	}
	for _, s := range e.Sections {
		items = append(items, slices.Concat(s.Full, s.Briefs)...)
	}
	return items
}

// webLink is an address that a page may lead to, or "".
func webLink(address string) string {
	if strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "http://") {
		return address
	}
	return ""
}

// issueLink leads to the page of an issue.
func (p pages) issueLink(say words, is *digest.Issue) (templates.Link, error) {
	subject, err := p.Templates.For(is.Newsletter).Subject(is.Complete())
	if err != nil {
		return templates.Link{}, err
	}
	return templates.Link{Name: subject, URL: local(p.Site.IssueURL(is.ID)), Note: say.Issue(is.Number) + " · " + say.Date(p.localTime(is))}, nil
}

// localTime is when an issue was due, by its newsletter's clock.
func (p pages) localTime(is *digest.Issue) time.Time {
	if n, ok := p.newsletter(is.Newsletter); ok && n.Location != nil {
		return is.Slot.In(n.Location)
	}
	return is.Slot
}
