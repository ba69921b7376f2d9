package web

import (
	"net/http"

	"tidings/digest"
)

// issue shows an issue whole, as everybody may read it. Its styles stand on its elements, as mail clients need them.
func (p pages) issue(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("issue") == digest.InertToken {
		p.explainTest(w, r)
		return
	}
	is, err := p.Store.Issue(r.Context(), r.PathValue("issue"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	html, err := p.Templates.For(is.Newsletter).Online(is.Complete(), p.Site)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	w.Header().Set("Cache-Control", maxAge)
	w.Header().Set("Content-Security-Policy", "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
	p.write(w, r, http.StatusOK, "text/html; charset=utf-8", html)
}

// picture serves one of the pictures that an issue holds. They never change.
func (p pages) picture(w http.ResponseWriter, r *http.Request) {
	is, err := p.Store.Issue(r.Context(), r.PathValue("issue"))
	if err != nil {
		p.fail(w, r, err)
		return
	}
	for _, pic := range is.Pictures {
		if pic.CID == r.PathValue("picture") {
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			p.write(w, r, http.StatusOK, pic.Type, pic.Data)
			return
		}
	}
	p.notFound(w, r)
}
