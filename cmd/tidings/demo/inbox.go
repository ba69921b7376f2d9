package demo

import (
	_ "embed"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

//go:embed inbox.tmpl
var inboxTemplate string

// Inbox shows messages in a browser. It needs no script.
type Inbox struct {
	page     *template.Template
	messages []Message
	feeds    []FeedFact
	folder   string
}

// FeedFact is a sample feed and how reading it went.
type FeedFact struct {
	Feed
	Articles int
	Error    string
}

// NewInbox makes an inbox of messages. It names the feeds that they came from, and the folder that holds their files.
func NewInbox(messages []Message, feeds []FeedFact, folder string) (*Inbox, error) {
	t, err := template.New("inbox").Parse(inboxTemplate)
	if err != nil {
		return nil, err
	}
	return &Inbox{page: t, messages: messages, feeds: feeds, folder: folder}, nil
}

// Handler serves the inbox: / is the list with the first message, /m/{n} a message, /m/{n}/body its HTML.
func (in *Inbox) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { in.show(w, r, 0, false) })
	mux.HandleFunc("GET /m/{n}", func(w http.ResponseWriter, r *http.Request) {
		if n, _, ok := in.message(w, r); ok {
			in.show(w, r, n, true)
		}
	})
	mux.HandleFunc("GET /m/{n}/body", in.body)
	mux.HandleFunc("GET /m/{n}/source", in.source)
	mux.HandleFunc("GET /m/{n}/picture/{cid}", in.picture)
	mux.HandleFunc("GET /favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// view is what the template sees.
type view struct {
	Messages []Message
	At       int
	Opened   bool // a message was asked for: on a phone, the list makes room
	Message  Message
	Tab      string
	Feeds    []FeedFact
	Folder   string
}

func (in *Inbox) show(w http.ResponseWriter, r *http.Request, n int, opened bool) {
	v := view{Messages: in.messages, At: n, Opened: opened, Tab: r.URL.Query().Get("view"), Feeds: in.feeds, Folder: in.folder}
	if n < len(v.Messages) {
		v.Message = v.Messages[n]
	}
	switch v.Tab {
	case "phone", "text", "headers":
	default:
		v.Tab = "html"
	}
	setPageHeaders(w, pagePolicy)
	if err := in.page.Execute(w, v); err != nil {
		http.Error(w, "the inbox cannot be shown", http.StatusInternalServerError)
	}
}

// message is the message that the path names.
func (in *Inbox) message(w http.ResponseWriter, r *http.Request) (int, Message, bool) {
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || n < 0 || n >= len(in.messages) {
		http.NotFound(w, r)
		return 0, Message{}, false
	}
	return n, in.messages[n], true
}

// body is the HTML part for the frame: its pictures come from here, and its links open in a new tab, but for those within it.
func (in *Inbox) body(w http.ResponseWriter, r *http.Request) {
	n, m, ok := in.message(w, r)
	if !ok {
		return
	}
	setPageHeaders(w, messagePolicy)
	_, _ = w.Write([]byte(m.Resolve(func(cid string) string { return fmt.Sprintf("/m/%d/picture/%s", n, url.PathEscape(cid)) }, `<base target="_blank">`)))
}

func (in *Inbox) picture(w http.ResponseWriter, r *http.Request) {
	_, m, ok := in.message(w, r)
	if !ok {
		return
	}
	p, ok := m.Pictures[r.PathValue("cid")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", p.Type)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(p.Data)
}

func (in *Inbox) source(w http.ResponseWriter, r *http.Request) {
	if _, m, ok := in.message(w, r); ok {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = w.Write(m.Data)
	}
}

// Resolve is the HTML part with the addresses that address gives in place of cid: ones, and with head put at the beginning of
// its head.
func (m Message) Resolve(address func(cid string) string, head string) string {
	body := m.HTML
	for cid := range m.Pictures {
		body = strings.ReplaceAll(body, `"cid:`+html.EscapeString(cid)+`"`, `"`+html.EscapeString(address(cid))+`"`)
	}
	body = strings.ReplaceAll(body, ` href="#`, ` target="_self" href="#`) // the head may send links elsewhere
	if before, after, ok := strings.Cut(body, "<head>"); ok {
		return before + "<head>" + head + after
	}
	return head + body
}
