// Package web serves the pages of a site: what the newsletters are, how to join and leave them and choose topics, and their issues.
//
// GET changes nothing anywhere, since link scanners follow every address in a mail. Nobody is known by a cookie: what a
// visitor may do is said by the token in the address alone. No page, answer or time to answer tells whether an address is subscribed.
package web

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	clean "path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/netutil"

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
	Tags        digest.Taxonomy
	Address     func(text string) (string, error) // reads a mail address that somebody typed
	Proxies     []netip.Prefix                    // whose X-Forwarded-For is believed, besides that of this machine
	Log         *slog.Logger
	Now         func() time.Time
}

type pages struct{ Options }

// Handler serves the pages under the path of the site's URL. What a mail links to is found under any path, since the site may have
// had another one when the mail was sent.
func Handler(o Options) http.Handler {
	p := pages{o}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.home)
	mux.HandleFunc("GET /n/{newsletter}", p.showNewsletter)
	mux.HandleFunc("POST /n/{newsletter}", p.signUp)
	mux.HandleFunc("GET /n/{newsletter}/archive", p.archive)
	mux.HandleFunc("GET /n/{newsletter}/atom.xml", p.atom)
	mux.HandleFunc("GET /n/{newsletter}/form", p.showEmbedding)
	mux.HandleFunc("GET /c/{token}", p.askConfirm)
	mux.HandleFunc("POST /c/{token}", p.confirm)
	mux.HandleFunc("GET /p/{token}", p.showPreferences)
	mux.HandleFunc("POST /p/{token}", p.choose)
	mux.HandleFunc("GET /u/{token}", p.askUnsubscribe)
	mux.HandleFunc("POST /u/{token}", p.unsubscribe)
	mux.HandleFunc("GET /i/{issue}", p.issue)
	mux.HandleFunc("GET /i/{issue}/{picture}", p.picture)
	mux.HandleFunc("GET /robots.txt", robots)
	mux.HandleFunc("/", p.notFound)
	return secure(below(sitePath(o.Site.URL), mux))
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

// maxConnections is how many clients are served at a time; others wait to be accepted.
const maxConnections = 2048

// Bounded is a listener that accepts as many connections at a time as there is memory for.
func Bounded(l net.Listener) net.Listener { return netutil.LimitListener(l, maxConnections) }

// sitePath is the path that the site's URL has, without a final slash.
func sitePath(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(u.Path, "/")
}

// below takes the site's path from those of requests.
func below(base string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := clean.Clean("/" + r.URL.Path)
		if rest, ok := strings.CutPrefix(path, base); ok && (rest == "" || rest[0] == '/') {
			path = rest
		}
		path = linked(path)
		if path == "" {
			path = "/"
		}
		inner := *r
		inner.URL = &url.URL{Path: path, RawQuery: r.URL.RawQuery}
		next.ServeHTTP(w, &inner)
	})
}

// linked is the path of what mails link to, under whatever path the site had when it was sent: what a link is to stands at its end. Any other path stays
// as it is.
func linked(path string) string {
	parts := strings.Split(path, "/")
	at := func(back int) string { return parts[max(0, len(parts)-back)] } // the first part is empty
	switch {
	case len(parts) == 4 && parts[1] == "n" && slices.Contains([]string{"archive", "atom.xml", "form"}, at(1)): // of a newsletter that may be called u
	case slices.Contains([]string{"u", "p", "c", "i"}, at(2)):
		return "/" + at(2) + "/" + at(1)
	case at(3) == "i": // a picture of an issue
		return "/i/" + at(2) + "/" + at(1)
	}
	return path
}

// local is an address of this site without its host: pages lead to wherever they were found.
func local(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.RequestURI()
}

// secure sets what every answer carries: no script, no frame, no third party, no referrer.
func secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("X-Robots-Tag", "noindex")
		h.Set("Cache-Control", noStore)
		next.ServeHTTP(w, r)
	})
}

// policy is that of an answer that is no page.
const policy = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// maxAge is how long anybody may keep a page that is the same for all. The sign-up form in it can be sent for longer.
const maxAge = "public, max-age=300"

// noStore is said of every other page, and of what went wrong.
const noStore = "no-store"

// show writes a page with the given status.
func (p pages) show(w http.ResponseWriter, r *http.Request, status int, page templates.Page) {
	page.Address = p.Site.Address
	if status != http.StatusOK {
		w.Header().Set("Cache-Control", noStore)
	}
	html, err := p.Templates.For("").Page(page)
	if err != nil {
		p.Log.Error("a page could not be rendered", "path", kindOf(r), "err", err)
		w.Header().Set("Cache-Control", noStore)
		http.Error(w, "Something went wrong here. Please try again later.", http.StatusInternalServerError)
		return
	}
	if page.Public {
		w.Header().Del("X-Robots-Tag")
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src"+styleSources(html)+"; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	p.write(w, r, status, "text/html; charset=utf-8", html)
}

// styleSources names the style sheets in a page by their hashes, so that none but them can apply.
func styleSources(html []byte) string {
	var b strings.Builder
	for rest := html; ; {
		_, sheet, open := bytes.Cut(rest, []byte("<style>"))
		sheet, after, closed := bytes.Cut(sheet, []byte("</style>"))
		if !open || !closed {
			break
		}
		sum := sha256.Sum256(sheet)
		b.WriteString(" 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'")
		rest = after
	}
	if b.Len() == 0 {
		return " 'none'"
	}
	return b.String()
}

func (p pages) write(w http.ResponseWriter, r *http.Request, status int, contentType string, body []byte) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	if _, err := w.Write(body); err != nil {
		p.Log.Debug("a visitor went away", "path", kindOf(r), "err", err)
	}
}

// kindOf is what a log says of an address, which may hold a token.
func kindOf(r *http.Request) string { return r.Pattern }

// fail answers for an error: what is not there is a page that says so, anything else is ours and is logged.
func (p pages) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, store.ErrNotFound) {
		p.notFound(w, r)
		return
	}
	if r.Context().Err() != nil { // nobody waits for the answer
		return
	}
	p.Log.Error("a page could not be served; see whether the store is in order with `tidings status`", "page", kindOf(r), "err", err)
	say := p.speak(p.languageAt(r))
	p.show(w, r, http.StatusInternalServerError, say.page(say.TroubleHeading, say.Trouble))
}

func (p pages) notFound(w http.ResponseWriter, r *http.Request) {
	say := p.speak(p.languageAt(r))
	p.show(w, r, http.StatusNotFound, say.page(say.NotFoundHeading, say.NotFound))
}

// robots keeps machines from the pages that belong to one person (RFC 9309).
func robots(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", maxAge)
	_, _ = w.Write([]byte("User-agent: *\nDisallow: /c/\nDisallow: /p/\nDisallow: /u/\n"))
}

// language is what a page speaks that belongs to no newsletter: that of the first one.
func (p pages) language() string {
	for _, n := range append(p.public(), p.Newsletters...) {
		return n.Language
	}
	return "en"
}

// languageAt is what a page speaks under an address: that of its newsletter, if it is one's.
func (p pages) languageAt(r *http.Request) string {
	if n, ok := p.offered(r.PathValue("newsletter")); ok {
		return n.Language
	}
	return p.language()
}

// languageFor is what a page speaks to somebody: what they chose, or else what the first newsletter does that they get.
func (p pages) languageFor(who store.Person) string {
	if n, ok := p.first(who); ok {
		return cmp.Or(who.Language, n.Language)
	}
	return cmp.Or(who.Language, p.language())
}

// first is the first newsletter that somebody gets.
func (p pages) first(who store.Person) (digest.Newsletter, bool) {
	for _, n := range p.Newsletters {
		if who.Gets(n.Name) {
			return n, true
		}
	}
	return digest.Newsletter{}, false
}

// newsletter finds one of the configuration.
func (p pages) newsletter(name string) (digest.Newsletter, bool) {
	for _, n := range p.Newsletters {
		if n.Name == name {
			return n, true
		}
	}
	return digest.Newsletter{}, false
}

// offered finds a newsletter that anybody may see.
func (p pages) offered(name string) (digest.Newsletter, bool) {
	n, ok := p.newsletter(name)
	return n, ok && !n.Private
}

// public are the newsletters that anybody may see.
func (p pages) public() []digest.Newsletter {
	return slices.DeleteFunc(slices.Clone(p.Newsletters), func(n digest.Newsletter) bool { return n.Private })
}

// offeredBeside is a newsletter, and then the others that anybody may see.
func (p pages) offeredBeside(n digest.Newsletter) []digest.Newsletter {
	others := slices.DeleteFunc(p.public(), func(other digest.Newsletter) bool { return other.Name == n.Name })
	return append([]digest.Newsletter{n}, others...)
}

// titles are the names for readers of the newsletters that the configuration has.
func (p pages) titles(names []string) (titles []string) {
	for _, name := range names {
		if n, ok := p.newsletter(name); ok {
			titles = append(titles, n.Title)
		}
	}
	return titles
}
