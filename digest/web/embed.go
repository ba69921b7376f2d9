package web

import (
	"html"
	"net/http"

	"tidings/templates"
)

// showEmbedding shows a form that can be put into any page: it leads to the newsletter's own, filled in.
func (p pages) showEmbedding(w http.ResponseWriter, r *http.Request) {
	n, ok := p.offered(r.PathValue("newsletter"))
	if !ok {
		p.notFound(w, r)
		return
	}
	say := p.speak(n.Language)
	page := say.page(say.EmbedHeading, say.Embed)
	page.Above = &templates.Link{Name: n.Title, URL: local(p.Site.NewsletterURL(n.Name))}
	add(&page, templates.Part{Code: `<form method="post" action="` + html.EscapeString(p.Site.NewsletterURL(n.Name)) + `">
  <label>` + html.EscapeString(say.Email) + ` <input type="email" name="email" autocomplete="email" required></label>
  <button>` + html.EscapeString(say.Subscribe) + `</button>
</form>`})
	w.Header().Set("Cache-Control", maxAge)
	p.show(w, r, http.StatusOK, page)
}
