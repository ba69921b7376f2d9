package web

import (
	"net/http"

	"tidings/digest"
	"tidings/templates"
)

// maxForm bounds the body of a POST. A mail client sends 26 bytes.
const maxForm = 64 << 10

// scopeAll is the form field with which a reader leaves every newsletter.
const (
	scopeField = "scope"
	scopeAll   = "all"
)

// membership is what an unsubscribe token stands for.
type membership struct {
	subscriber digest.Subscriber
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
	m = membership{newsletter: ids[1], title: ids[1], say: p.speak(p.language())}
	for _, n := range p.Newsletters {
		if n.Name == m.newsletter {
			m.title, m.say = n.Title, p.speak(n.Language)
		}
	}
	m.subscriber, err = p.Store.Subscriber(r.Context(), ids[0])
	return m, true, err
}

// askUnsubscribe shows a button, and changes nothing.
func (p pages) askUnsubscribe(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("token") == digest.InertToken {
		p.explainTest(w, r)
		return
	}
	m, ok, err := p.membership(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !ok {
		p.notFound(w, r)
		return
	}
	gone, err := p.Store.Unsubscribed(r.Context(), m.subscriber.ID, m.newsletter)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if gone {
		p.showLeft(w, r, m)
		return
	}
	page := m.say.page(m.about(m.say.LeaveHeading), m.about(m.say.Leave))
	page.Action = &templates.Action{URL: p.Site.UnsubscribeURL(r.PathValue("token")), Label: m.say.LeaveButton}
	p.show(w, r, http.StatusOK, page)
}

// unsubscribe ends a membership: for a mail client's one-click POST (RFC 8058) and for the button of the page alike. It asks for
// no cookie, sends no redirect, and may be repeated.
func (p pages) unsubscribe(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("token") == digest.InertToken {
		p.explainTest(w, r)
		return
	}
	m, ok, err := p.membership(r)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	if !ok {
		p.notFound(w, r)
		return
	}
	scope := m.newsletter
	if all := p.leavesAll(w, r); all {
		scope = ""
	}
	if err := p.Store.Unsubscribe(r.Context(), m.subscriber.ID, scope, p.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.Log.Info("a subscriber left", "newsletter", m.newsletter, "all", scope == "", "subscriber", m.subscriber.ID)
	if scope == "" {
		p.show(w, r, http.StatusOK, m.say.page(m.say.LeftHeading, m.about(m.say.LeftAll)))
		return
	}
	p.showLeft(w, r, m)
}

// leavesAll reads the choice from the form. To POST here at all is to leave, so a body that cannot be read leaves the one newsletter.
func (p pages) leavesAll(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	return r.PostFormValue(scopeField) == scopeAll
}

// showLeft is the page of somebody who has gone; where other newsletters still come to them, it offers to leave those too.
func (p pages) showLeft(w http.ResponseWriter, r *http.Request, m membership) {
	others, err := p.getsOthers(r, m)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	page := m.say.page(m.say.LeftHeading, m.about(m.say.Left))
	if others {
		page.Paragraphs = append(page.Paragraphs, m.say.OthersRemain)
		page.Action = &templates.Action{
			URL: p.Site.UnsubscribeURL(r.PathValue("token")), Label: m.say.LeaveAllButton,
			Fields: map[string]string{scopeField: scopeAll},
		}
	}
	p.show(w, r, http.StatusOK, page)
}

// getsOthers tells whether the subscriber takes a newsletter besides this one that they have not left.
func (p pages) getsOthers(r *http.Request, m membership) (bool, error) {
	for _, n := range p.Newsletters {
		if n.Name == m.newsletter || !m.subscriber.Takes(n.Name) {
			continue
		}
		if gone, err := p.Store.Unsubscribed(r.Context(), m.subscriber.ID, n.Name); err != nil || !gone {
			return err == nil, err
		}
	}
	return false, nil
}

// explainTest answers for the links of test messages, which lead to nothing of anybody's.
func (p pages) explainTest(w http.ResponseWriter, r *http.Request) {
	say := p.speak(p.language())
	p.show(w, r, http.StatusOK, say.page(say.TestHeading, say.Test))
}
