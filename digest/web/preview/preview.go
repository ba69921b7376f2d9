package preview

import (
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"sync"
)

// Problem is a mistake in a file.
type Problem struct {
	File    string // empty: it is in none
	Line    int    // from 1; 0: the file itself
	Column  int    // in characters, from 1; 0: the whole line
	Source  string // the line, fit to be shown
	Message string
	Hint    string // what to do; may be empty
}

// Preview is what is to be seen. It may be told of changes while it is being looked at.
type Preview struct {
	address string // host:port that it is served on
	fetch   func()
	page    *template.Template

	mu      sync.Mutex
	state   state
	changed chan struct{} // closed at the next change
}

// state is replaced whole.
type state struct {
	generation int // counts what pages are to be made anew for
	drafts     *drafts
	problems   []Problem
	fetching   string // how far fetching has come; empty: it is over
	failed     []string
}

// New makes a preview that is served on an address, host:port. It calls fetch, which returns at once, when somebody wants the feeds to be asked again.
func New(address string, fetch func()) (*Preview, error) {
	page, err := template.New("preview.tmpl").Parse(pageTemplate)
	if err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return &Preview{address: address, fetch: fetch, page: page, changed: make(chan struct{})}, nil
}

// Show takes issues from a desk from now on: a new one, or the same with other articles.
func (p *Preview) Show(d *Desk) {
	p.change(func(s *state) {
		s.generation++
		s.drafts, s.problems = &drafts{desk: d}, nil
	})
}

// Refuse shows what is wrong with a new configuration. The desk before it stays for what can be seen.
func (p *Preview) Refuse(problems []Problem) {
	p.change(func(s *state) {
		s.generation++
		s.problems = problems
	})
}

// Fetching says how far fetching has come.
func (p *Preview) Fetching(progress string) {
	p.change(func(s *state) { s.fetching = progress })
}

// Fetched ends fetching: issues come from a desk with the new articles, and the feeds that failed are named.
func (p *Preview) Fetched(d *Desk, failed []string) {
	p.change(func(s *state) {
		s.generation++
		s.drafts, s.fetching, s.failed = &drafts{desk: d}, "", failed
	})
}

func (p *Preview) change(f func(*state)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(&p.state)
	close(p.changed)
	p.changed = make(chan struct{})
}

// see returns what there is to see now, and a channel that is closed when that changes.
func (p *Preview) see() (state, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.state, p.changed
}

// Handler serves the preview: / is the page, /message/… the parts of the message that it shows, /events tells of changes, and a POST
// to /fetch asks for the feeds to be asked again.
func (p *Preview) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.showPage)
	mux.HandleFunc("GET /message/body", p.showBody)
	mux.HandleFunc("GET /message/picture/{cid}", p.showPicture)
	mux.HandleFunc("GET /message/download", p.download)
	mux.HandleFunc("GET /events", p.tell)
	mux.HandleFunc("POST /fetch", p.askForFetch)
	mux.HandleFunc("GET /preview.css", asset("text/css; charset=utf-8", styleSheet()))
	mux.HandleFunc("GET /preview.js", asset("text/javascript; charset=utf-8", script))
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return p.guard(http.NewCrossOriginProtection().Handler(mux))
}

func asset(mediaType, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mediaType)
		write(w, text)
	}
}

// write answers. Somebody who went away does not miss it.
func write(w http.ResponseWriter, text string) { _, _ = w.Write([]byte(text)) }

func (p *Preview) askForFetch(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "the form cannot be read", http.StatusBadRequest)
		return
	}
	p.fetch()
	http.Redirect(w, r, "/"+readChoice(r.PostForm).query(), http.StatusSeeOther)
}

const maxForm = 64 << 10

// errNothing is why there is no message to show.
var errNothing = errors.New("there is nothing to see")
