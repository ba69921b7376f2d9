package web

import (
	"cmp"
	"maps"
	"net/http"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

// maxForm bounds the body of a POST. A mail client sends 26 bytes.
const maxForm = 64 << 10

// What a form says in the field that its button stands for.
const (
	actionField = "action"
	actionAll   = "all"  // leave every newsletter
	actionUndo  = "undo" // take back that they left
)

// undoWithin is how long somebody who left can take it back by the page that they left with.
const undoWithin = 24 * time.Hour

// membership is what an unsubscribe token stands for.
type membership struct {
	store.Person
	newsletter string // its key
	title      string // its name; the key once the configuration has it no more
	say        words
}

// membership reads the token of an address. A token outlives a newsletter's place in the configuration.
func (p pages) membership(r *http.Request) (m membership, ok bool, err error) {
	ids, ok := p.Signer.Open(digest.PurposeUnsubscribe, r.PathValue("token"))
	if !ok || len(ids) != 2 {
		return m, false, nil
	}
	m = membership{newsletter: ids[1], title: ids[1]}
	language := p.language()
	if n, ok := p.newsletter(m.newsletter); ok {
		m.title, language = n.Title, n.Language
	}
	m.Person, err = p.Store.Person(r.Context(), ids[0])
	m.say = p.speak(cmp.Or(m.Language, language))
	return m, true, err
}

// open reads the token and hands over what it stands for; for any other word it answers itself.
func (p pages) open(w http.ResponseWriter, r *http.Request, f func(m membership)) {
	if r.PathValue("token") == digest.InertToken {
		p.explainTest(w, r)
		return
	}
	m, ok, err := p.membership(r)
	switch {
	case err != nil:
		p.fail(w, r, err)
	case !ok:
		p.notFound(w, r)
	default:
		f(m)
	}
}

// askUnsubscribe shows a button, and changes nothing.
func (p pages) askUnsubscribe(w http.ResponseWriter, r *http.Request) {
	p.open(w, r, func(m membership) {
		if !m.Gets(m.newsletter) {
			p.showLeft(w, r, m)
			return
		}
		page := m.say.page(m.about(m.say.LeaveHeading), m.about(m.say.Leave))
		add(&page, templates.Part{Form: &templates.Form{URL: p.self(r), Label: m.say.LeaveButton}})
		p.show(w, r, http.StatusOK, page)
	})
}

// unsubscribe ends a membership: for a mail client's one-click POST (RFC 8058) and for the button of the page alike. It asks for
// no cookie, sends no redirect, and may be repeated.
func (p pages) unsubscribe(w http.ResponseWriter, r *http.Request) {
	p.open(w, r, func(m membership) {
		switch action(w, r) {
		case actionUndo:
			p.undo(w, r, m)
		case actionAll:
			p.leave(w, r, m, "")
		default:
			p.leave(w, r, m, m.newsletter)
		}
	})
}

// action is what the form says. To POST at all is to leave, so a body that cannot be read says nothing more.
func action(w http.ResponseWriter, r *http.Request) string {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	return r.PostFormValue(actionField)
}

func (p pages) leave(w http.ResponseWriter, r *http.Request, m membership, newsletter string) {
	if err := p.Store.Unsubscribe(r.Context(), m.ID, newsletter, p.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.Log.Info("a subscriber left", "newsletter", m.newsletter, "all", newsletter == "", "subscriber", m.ID)
	left := map[string]time.Time{newsletter: p.Now()}
	maps.Copy(left, m.Left) // whoever left before did so then
	m.Left = left
	p.showLeft(w, r, m)
}

// undo takes back what the page before did.
func (p pages) undo(w http.ResponseWriter, r *http.Request, m membership) {
	since := p.Now().Add(-undoWithin)
	for _, newsletter := range []string{m.newsletter, ""} {
		if _, err := p.Store.Rejoin(r.Context(), m.ID, newsletter, since); err != nil {
			p.fail(w, r, err)
			return
		}
	}
	who, err := p.Store.Person(r.Context(), m.ID)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if m.Person = who; !m.Gets(m.newsletter) {
		p.showLeft(w, r, m)
		return
	}
	page := m.say.page(m.say.WelcomeHeading, m.say.Fill(m.say.Welcome, "email", m.Email, "titles", m.say.Titles([]string{m.title})))
	p.show(w, r, http.StatusOK, page)
}

// showLeft is the page of somebody who has gone; where other newsletters still come to them, it offers to leave those too.
func (p pages) showLeft(w http.ResponseWriter, r *http.Request, m membership) {
	others := false
	for _, n := range p.Newsletters {
		others = others || m.Gets(n.Name)
	}
	page := m.say.page(m.say.LeftHeading, m.about(m.say.Left))
	if others {
		add(&page, templates.Part{Text: m.say.OthersRemain}, p.button(r, m.say.LeaveAllButton, actionAll, false))
	}
	if m.Member() && m.LeftSince(m.newsletter, p.Now().Add(-undoWithin)) {
		add(&page, p.button(r, m.say.Undo, actionUndo, true))
	}
	p.show(w, r, http.StatusOK, page)
}

// button is a form of one button, sent to the page itself.
func (p pages) button(r *http.Request, label, action string, minor bool) templates.Part {
	return templates.Part{Form: &templates.Form{URL: p.self(r), Label: label, Fields: map[string]string{actionField: action}, Minor: minor}}
}

// self is the address of the page that a token names, wherever it was found.
func (p pages) self(r *http.Request) string {
	return sitePath(p.Site.URL) + r.URL.Path
}

// about fills in whom and which newsletter a phrase is about.
func (m membership) about(phrase string) string {
	return m.say.Fill(phrase, "email", m.Email, "title", m.title)
}

// explainTest answers for the links of test messages, which lead to nothing of anybody's.
func (p pages) explainTest(w http.ResponseWriter, r *http.Request) {
	say := p.speak(p.language())
	p.show(w, r, http.StatusOK, say.page(say.TestHeading, say.Test))
}
