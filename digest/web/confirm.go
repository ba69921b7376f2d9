package web

import (
	"errors"
	"net/http"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

// invitation is what a confirmation's token stands for.
type invitation struct {
	store.Signup
	say words
}

func (i invitation) about(p pages, phrase string) string {
	return i.say.Fill(phrase, "email", i.Email, "titles", i.say.Titles(p.titles(i.Newsletters)))
}

// invited reads the token and hands over what it stands for; for any other word it answers itself.
func (p pages) invited(w http.ResponseWriter, r *http.Request, f func(i invitation)) {
	say := p.speak(p.language())
	ids, ok := p.Signer.Open(digest.PurposeConfirm, r.PathValue("token"))
	if !ok || len(ids) != 1 {
		p.showExpired(w, r, say)
		return
	}
	up, err := p.Store.Signup(r.Context(), ids[0], p.Now())
	if err == nil {
		up.Newsletters, err = p.standing(r, up)
	}
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && len(up.Newsletters) == 0:
		p.showExpired(w, r, say)
	case err != nil:
		p.fail(w, r, err)
	default:
		n, _ := p.newsletter(up.Newsletters[0])
		f(invitation{up, p.speak(n.Language)})
	}
}

// standing are the newsletters of a sign-up that there still are, and, once it is confirmed, that whoever confirmed it still gets.
func (p pages) standing(r *http.Request, up store.Signup) (names []string, err error) {
	var who store.Person
	if !up.Confirmed.IsZero() {
		if who, err = p.Store.Person(r.Context(), up.Subscriber.ID); err != nil {
			return nil, err
		}
	}
	for _, name := range up.Newsletters {
		if _, ok := p.newsletter(name); ok && (up.Confirmed.IsZero() || who.Gets(name)) {
			names = append(names, name)
		}
	}
	return names, nil
}

// askConfirm shows a button, and changes nothing.
func (p pages) askConfirm(w http.ResponseWriter, r *http.Request) {
	p.invited(w, r, func(i invitation) {
		if !i.Confirmed.IsZero() {
			p.show(w, r, http.StatusOK, p.welcome(i))
			return
		}
		page := i.say.page(i.about(p, i.say.ConfirmHeading), i.about(p, i.say.Confirm))
		page.Title = i.say.Subscribe
		add(&page, templates.Part{Form: &templates.Form{URL: p.self(r), Label: i.say.ConfirmButton}})
		p.show(w, r, http.StatusOK, page)
	})
}

// confirm makes a subscriber of a sign-up.
func (p pages) confirm(w http.ResponseWriter, r *http.Request) {
	p.invited(w, r, func(i invitation) {
		first := i.Confirmed.IsZero()
		topics, err := p.topics(r.Context(), i.Newsletters)
		if err != nil {
			p.fail(w, r, err)
			return
		}
		sub, err := p.Store.Confirm(r.Context(), i.ID, topics, p.Now())
		if err != nil {
			p.fail(w, r, err)
			return
		}
		page := p.welcome(i)
		if first {
			p.Log.Info("a subscriber joined", "newsletters", i.Newsletters, "subscriber", sub.ID)
			token := p.Signer.Token(digest.PurposePreferences, sub.ID)
			add(&page, templates.Part{Links: []templates.Link{{Name: i.say.Choices, URL: local(p.Site.PreferencesURL(token))}}})
		}
		p.show(w, r, http.StatusOK, page)
	})
}

func (p pages) welcome(i invitation) templates.Page {
	return i.say.page(i.say.WelcomeHeading, i.about(p, i.say.Welcome))
}

func (p pages) showExpired(w http.ResponseWriter, r *http.Request, say words) {
	page := say.page(say.NotFoundHeading, say.Expired)
	add(&page, templates.Part{Links: []templates.Link{{Name: say.Newsletters, URL: local(p.Site.HomeURL())}}})
	p.show(w, r, http.StatusNotFound, page)
}
