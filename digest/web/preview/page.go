package preview

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"net/http"
	"slices"
	"strings"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/templates"
)

//go:embed preview.tmpl
var pageTemplate string

//go:embed preview.css
var style string

//go:embed preview.js
var script string

// styleSheet is the page's own, in the colours of the house whatever theme the messages have.
func styleSheet() string { return templates.HouseTheme() + style }

func (p *Preview) showPage(w http.ResponseWriter, r *http.Request) {
	s, _ := p.see()
	var page bytes.Buffer
	if err := p.page.Execute(&page, s.view(r.Context(), readChoice(r.URL.Query()))); err != nil {
		http.Error(w, "the preview cannot be shown: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	write(w, page.String())
}

// view is everything that the page shows of a choice.
func (s state) view(ctx context.Context, c choice) view {
	v := view{Title: "Preview", Generation: s.generation, Fetching: s.fetching, Failed: s.failed}
	problems := s.problems
	var found letter
	if s.drafts != nil {
		var err error
		c = c.within(s.drafts.desk)
		if found, err = s.find(ctx, c); err != nil && !errors.Is(err, errNothing) {
			problems = append(slices.Clone(problems), Problem{Message: err.Error()})
		}
	}
	v.choice, v.Query = c, c.query()
	v.choices()
	for _, p := range problems {
		v.Problems = append(v.Problems, p.split())
	}
	if s.drafts != nil {
		v.offer(s.drafts.desk, found.issue)
	}
	v.explain(found)
	if found.message != nil {
		v.Title = found.message.Subject + " · Preview"
		v.Letter = found.view(c)
		v.Stale = len(s.problems) > 0
	}
	return v
}

// within is the choice with a newsletter that there is.
func (c choice) within(d *Desk) choice {
	if !slices.ContainsFunc(d.Newsletters, func(n digest.Newsletter) bool { return n.Name == c.Newsletter }) {
		c.Newsletter = ""
		if len(d.Newsletters) > 0 {
			c.Newsletter = d.Newsletters[0].Name
		}
	}
	return c
}

// explain says what is special about what is shown.
func (v *view) explain(l letter) {
	is := l.issue
	if is == nil {
		return
	}
	switch {
	case is.Held != "" && is.Articles == 0:
		v.Notices = append(v.Notices, sentence(is.Held))
		v.Offers = v.offers()
	case is.Held != "":
		v.Notices = append(v.Notices, "It would not go out yet: "+sentence(is.Held))
	case is.Number > 0:
		v.Notices = append(v.Notices, "These are the articles of the last issue, as the configuration and the templates have them now.")
	}
	if l.notice != "" {
		v.Notices = append(v.Notices, l.notice)
	}
	if l.message != nil && v.View == "html" && loadsPictures(l.message.HTML) {
		v.Notices = append(v.Notices, "The picture is loaded from its publisher when a reader opens the message. It is not loaded here.")
	}
}

// letter is a message that was found for a choice.
type letter struct {
	issue    *Issue
	message  *digest.Message // nil: there is none
	raw      []byte          // as it will be sent
	articles int             // -1: not known
	notice   string          // what is to be said of it
}

// find makes the message that a choice means. The error is errNothing if there is none.
func (s state) find(ctx context.Context, c choice) (l letter, err error) {
	if s.drafts == nil {
		return l, errNothing
	}
	c = c.within(s.drafts.desk)
	if c.Newsletter == "" {
		return l, errNothing
	}
	if l.issue, err = s.drafts.get(ctx, c.Newsletter, c.Period); err != nil {
		return l, err
	}
	if l.issue.Articles == 0 {
		return l, errNothing
	}
	if err := l.address(c); err != nil {
		return l, err
	}
	if l.message == nil {
		return l, errNothing
	}
	l.raw, err = mail.Bytes(l.message)
	return l, err
}

// address makes the message for the reader that is chosen, or of everything if there is no such reader.
func (l *letter) address(c choice) (err error) {
	if strings.Contains(c.Reader, "@") {
		if i := slices.IndexFunc(l.issue.Readers, isAt(c.Reader)); i >= 0 {
			reader := l.issue.Readers[i]
			l.articles = -1
			for _, e := range l.issue.Editions {
				if keyOf(e.Selection) == keyOf(reader.Selection) {
					l.articles = e.Articles
				}
			}
			if l.message, err = l.issue.MessageTo(reader.Email); err == nil && l.message == nil {
				l.notice = reader.Email + " gets no message: nothing in this issue has a tag that this reader follows."
			}
			return err
		}
	}
	edition := l.issue.Editions[0]
	i := slices.IndexFunc(l.issue.Editions, func(e Edition) bool { return keyOf(e.Selection) == c.Reader })
	switch {
	case i >= 0:
		edition = l.issue.Editions[i]
	case strings.Contains(c.Reader, "@"):
		l.notice = c.Reader + " is no subscriber of this newsletter. This is the edition of everything."
	default:
		l.notice = "No reader of this issue has the edition that was chosen. This is the one of everything."
	}
	l.articles = edition.Articles
	l.message, err = l.issue.Message(edition.Selection)
	return err
}

// view is what the page shows of the message.
func (l letter) view(c choice) *letterView {
	m := l.message
	v := &letterView{Sender: m.From.Name, Subject: m.Subject, Opening: opening(m.HTML), Facts: facts(m, l.articles, len(l.raw))}
	if v.Sender == "" {
		v.Sender = m.From.Address
	}
	switch c.View {
	case "text":
		v.Text = m.Text
	case "header":
		v.Header, v.Fields = header(l.raw)
		v.Parts = parts(l.raw)
	default:
		v.Frames = c.frames()
	}
	return v
}

// message is the message of a request, which is answered if there is none.
func (p *Preview) message(w http.ResponseWriter, r *http.Request) (choice, letter, bool) {
	s, _ := p.see()
	c := readChoice(r.URL.Query())
	l, err := s.find(r.Context(), c)
	switch {
	case errors.Is(err, errNothing):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
	return c, l, err == nil
}

func (p *Preview) showBody(w http.ResponseWriter, r *http.Request) {
	c, l, ok := p.message(w, r)
	if !ok {
		return
	}
	body, err := look{dark: c.Scheme == "dark", noStyle: c.Styles == "off", query: c.query()}.body(l.message.HTML)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	pictures := "'self'"
	if c.Pictures == "off" {
		pictures = "'none'"
	}
	w.Header().Set("Content-Security-Policy", messagePolicy+pictures)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	write(w, body)
}

func (p *Preview) showPicture(w http.ResponseWriter, r *http.Request) {
	_, l, ok := p.message(w, r)
	if !ok {
		return
	}
	for _, pic := range l.message.Images {
		if pic.CID == r.PathValue("cid") {
			w.Header().Set("Content-Type", pic.Type)
			write(w, string(pic.Data))
			return
		}
	}
	http.NotFound(w, r)
}

// download is the message as a file, for a mail program to open.
func (p *Preview) download(w http.ResponseWriter, r *http.Request) {
	c, l, ok := p.message(w, r)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "message/rfc822")
	w.Header().Set("Content-Disposition", `attachment; filename="`+plainName(c.Newsletter)+`.eml"`)
	write(w, string(l.raw))
}

// plainName is a name for a file, of letters and digits alone.
func plainName(s string) string {
	s = strings.Map(func(r rune) rune {
		if 'a' <= r|0x20 && r|0x20 <= 'z' || '0' <= r && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "message"
	}
	return s
}
