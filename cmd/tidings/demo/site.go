package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"net/http"
	"strings"
	"time"
)

// Feed is a sample feed as a configuration names it.
type Feed struct {
	URL    string
	Title  string
	Lang   string
	Broken bool // on purpose
}

// Site is the sample site: feeds, their articles and pictures.
type Site struct {
	base    string
	now     time.Time
	sources []source
	feeds   map[string]formatted
}

// NewSite makes the site for an address, such as http://127.0.0.1:8080. Its articles are dated relative to now.
func NewSite(base string, now time.Time) (*Site, error) {
	all, err := sources()
	if err != nil {
		return nil, err
	}
	s := &Site{base: base, now: now, sources: all, feeds: map[string]formatted{}}
	for _, src := range all {
		if src.Format == "broken" {
			continue
		}
		if s.feeds[src.Slug], err = src.format(base, now); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Feeds are the feeds of the site.
func (s *Site) Feeds() []Feed {
	feeds := make([]Feed, len(s.sources))
	for i, src := range s.sources {
		feeds[i] = Feed{URL: s.base + "/" + src.Slug + "/feed", Title: src.Title, Lang: src.Lang, Broken: src.Format == "broken"}
	}
	return feeds
}

// Handler serves the site.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pictures/{name}", s.picture)
	for _, src := range s.sources {
		feed := s.feed(src)
		mux.HandleFunc("GET /"+src.Slug+"/feed", feed)
		mux.HandleFunc("GET /"+src.Slug+"/{$}", s.page(src, src.Posts...))
		for _, p := range src.Posts {
			mux.HandleFunc("GET /"+src.Slug+"/"+p.Slug, s.page(src, p))
		}
	}
	return mux
}

// feed answers conditional requests, as a good server does; the broken one shows the page of a site that has gone.
func (s *Site) feed(src source) http.HandlerFunc {
	f, ok := s.feeds[src.Slug]
	if !ok {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = w.Write([]byte("<!doctype html><title>This site has moved</title><p>The Old Almanac has moved. We do not know where to."))
		}
	}
	sum := sha256.Sum256(f.body)
	tag := `"` + hex.EncodeToString(sum[:8]) + `"`
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", f.mediaType)
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", s.now, bytes.NewReader(f.body))
	}
}

func (s *Site) picture(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(r.PathValue("name"), ".png")
	scene, ok := pictureOf(name)
	if !ok {
		http.NotFound(w, r)
		return
	}
	png, err := draw(scene)
	if err != nil {
		http.Error(w, "the picture cannot be drawn", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(png)
}

// page shows posts to a person who followed a link from the digest.
func (s *Site) page(src source, posts ...post) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		setPageHeaders(w, pagePolicy)
		err := sitePage().Execute(w, struct {
			Source source
			Posts  []post
			Now    time.Time
			Whole  bool
		}{src, posts, s.now, len(posts) == 1})
		if err != nil {
			http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		}
	}
}

func sitePage() *template.Template {
	return template.Must(template.New("site").Parse(sitePageTemplate))
}

const sitePageTemplate = `<!doctype html>
<html lang="{{.Source.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{if .Whole}}{{(index .Posts 0).Title}} · {{end}}{{.Source.Title}}</title>
<style>
:root { color-scheme: light dark; --paper: #F2EFE8; --ink: #17191E; --muted: #5D626B; --accent: #A62F17 }
@media (prefers-color-scheme: dark) { :root { --paper: #0E1012; --ink: #D0D3D8; --muted: #A0A6AF; --accent: #FF9A80 } }
body { margin: 0 auto; max-width: 38rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink); font: 1.125rem/1.6 Georgia, serif }
header { border-bottom: 1px solid var(--muted); padding-bottom: 1rem; color: var(--muted); font: .9rem/1.5 system-ui, sans-serif }
a { color: var(--accent) }
h1, h2 { line-height: 1.2 }
img { width: 100%; height: auto; border-radius: 4px }
.meta, figcaption { color: var(--muted); font: .9rem/1.5 system-ui, sans-serif }
figure { margin: 1.5rem 0 }
</style>
</head>
<body>
<header><a href="/{{.Source.Slug}}/">{{.Source.Title}}</a> · {{.Source.Description}} · A sample site of the Tidings demo.</header>
<main>
{{- range .Posts}}
{{- if $.Whole}}
<h1>{{.Title}}</h1>
<p class="meta">{{.Author}} · {{range $i, $t := .Tags}}{{if $i}}, {{end}}{{$t}}{{end}}</p>
{{- if .Image}}
<figure><img src="/pictures/{{.Image}}.png" alt="{{.Alt}}" width="1200" height="600">{{with .Caption}}<figcaption>{{.}}</figcaption>{{end}}</figure>
{{- end}}
{{.Body}}
{{- else}}
<h2><a href="/{{$.Source.Slug}}/{{.Slug}}">{{.Title}}</a></h2>
<p class="meta">{{.Author}}</p>
{{- end}}
{{- end}}
</main>
</body>
</html>
`
