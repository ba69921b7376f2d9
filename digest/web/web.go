// Package web serves the pages that the links of a message lead to: leaving a newsletter, and reading an issue online; and, apart from
// those, the figures for whoever watches the program.
//
// GET changes nothing anywhere, since link scanners follow every address in a mail. Nobody is known by a cookie: what a
// visitor may do is said by the token in the address alone.
package web

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

// Options is what the pages are made from.
type Options struct {
	Store       *store.Store
	Templates   templates.Sets
	Site        digest.Site
	Signer      digest.Signer
	Newsletters []digest.Newsletter
	Log         *slog.Logger
	Now         func() time.Time
}

type pages struct{ Options }

// Handler serves the pages under the path of the site's URL.
func Handler(o Options) http.Handler {
	p := pages{o}
	base := sitePath(o.Site.URL)
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+base+"/u/{token}", p.askUnsubscribe)
	mux.HandleFunc("POST "+base+"/u/{token}", p.unsubscribe)
	mux.HandleFunc("GET "+base+"/i/{issue}", p.issue)
	mux.HandleFunc("GET "+base+"/i/{issue}/{picture}", p.picture)
	mux.HandleFunc("/", p.notFound)
	return secure(mux)
}

// NewServer is an HTTP server whose time and memory no client can tie up.
func NewServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}

// sitePath is the path that the site's URL has, without a final slash.
func sitePath(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.EscapedPath(), "/")
}

// secure sets what every answer carries: no script, no frame, no third party, no referrer.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; img-src 'self' https:; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// show writes a small page with the given status.
func (p pages) show(w http.ResponseWriter, r *http.Request, status int, page templates.Page) {
	html, err := p.Templates.For("").Page(page)
	if err != nil {
		p.Log.Error("a page could not be rendered", "path", r.URL.Path, "err", err)
		http.Error(w, "Something went wrong here. Please try again later.", http.StatusInternalServerError)
		return
	}
	p.write(w, r, status, "text/html; charset=utf-8", html)
}

func (p pages) write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.Log.Debug("a visitor went away", "path", r.URL.Path, "err", err)
	}
}

// fail answers for an error: what is not there is a page that says so, anything else is ours and is logged.
func (p pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, store.ErrNotFound) {
		p.notFound(w, r)
		return
	}
	p.Log.Error("a page could not be served; see whether the store is in order with `tidings status`", "err", err)
	say := p.speak(p.language())
	p.show(w, r, http.StatusInternalServerError, say.page(say.TroubleHeading, say.Trouble))
}

func (p pages) notFound(w http.ResponseWriter, r *http.Request) {
	say := p.speak(p.language())
	p.show(w, r, http.StatusNotFound, say.page(say.NotFoundHeading, say.NotFound))
}

// language is what a page speaks that belongs to no newsletter: that of the first one.
func (p pages) language() string {
	if len(p.Newsletters) == 0 {
		return "en"
	}
	return p.Newsletters[0].Language
}
