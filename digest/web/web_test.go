package web_test

import (
	"bytes"
	"context"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/config"
	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/store"
	"tidings/digest/web"
	"tidings/templates"
)

// house is a site with one subscriber and one issue, reached over loopback, whose mails go to a server on loopback too.
type house struct {
	t          testing.TB
	options    web.Options
	store      *store.Store
	file       string // of the store
	signer     digest.Signer
	subscriber string
	issue      string
	url        string
	handler    http.Handler
	relay      *smtptest.Server
	clerk      *web.Clerk
	clock      *clock
}

// clock stands still until it is moved.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

func newHouse(t testing.TB, path string) *house {
	t.Helper()
	ctx := context.Background()
	h := &house{t: t, clock: &clock{at: time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)}, issue: "frozen-issue"}
	h.file = filepath.Join(t.TempDir(), "tidings.db")
	st, err := store.Open(ctx, h.file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	if err := st.SyncSubscribers(ctx, []digest.Subscriber{{Email: "ada@reader.example", Name: "Ada"}}, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	audience, err := st.Audience(ctx, "weekly")
	if err != nil || len(audience) != 1 {
		t.Fatalf("audience %v, %v", audience, err)
	}
	key, err := st.Key(ctx)
	if err != nil {
		t.Fatal(err)
	}
	set, err := templates.LoadAll(nil)
	if err != nil {
		t.Fatal(err)
	}
	h.store, h.signer, h.subscriber = st, digest.NewSigner(key), audience[0].ID
	h.freeze(h.issue, "A story <script>alert(1)</script>")
	srv := httptest.NewUnstartedServer(nil)
	h.url = "http://" + srv.Listener.Addr().String() + path
	h.options = web.Options{
		Store: st, Templates: set, Site: digest.Site{URL: h.url, Address: "14 Quay Street, Springfield"}, Signer: h.signer,
		Newsletters: []digest.Newsletter{
			{Name: "weekly", Title: "The Reading Room", Language: "en", Schedule: "0 7 * * MON", From: mail.Address{Name: "The Reading Room", Address: "news@reading.example"}},
			{Name: "taeglich", Title: "Der Tag", Language: "de", From: mail.Address{Address: "tag@reading.example"}},
		},
		Tags:    digest.Taxonomy{Rules: []digest.TagRule{{Name: "Go"}, {Name: "Databases"}, {Name: "Sport"}, {Name: "Secret", Hide: true}}},
		Address: config.Address,
		Log:     slog.New(slog.DiscardHandler), Now: h.clock.now,
	}
	h.handler = &swapped{Handler: web.Handler(h.options)}
	h.employ(nil)
	srv.Config.Handler = h.handler
	srv.Start()
	t.Cleanup(srv.Close)
	return h
}

// swapped is a handler that another can take the place of.
type swapped struct{ http.Handler }

func (s *swapped) swap(h http.Handler) { s.Handler = h }

// waiting is how long somebody takes to fill in a form.
const waiting = 5 * time.Second

// find is what is known of an address.
func (h *house) find(email string) digest.Subscriber {
	h.t.Helper()
	st, err := h.store.PersonAt(context.Background(), email)
	if err != nil {
		h.t.Fatal(err)
	}
	return st.Subscriber
}

// serveEmbedded is another site, with the form that ours offers for it.
func serveEmbedded(t *testing.T, h *house) string {
	t.Helper()
	_, page, _ := h.do(http.MethodGet, "/n/weekly/form", "", "")
	_, page, _ = strings.Cut(page, "<code>")
	code, _, _ := strings.Cut(page, "</code>")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, "<!doctype html><title>Elsewhere</title>"+html.UnescapeString(code))
	}))
	t.Cleanup(srv.Close)
	return strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)
}

// employ gives the house a mail server, and a clerk who asks the resolver and holds to the limits for each domain.
func (h *house) employ(resolver *net.Resolver, perDomain ...tmail.Rate) {
	h.t.Helper()
	h.relay = smtptest.New(h.t)
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: h.relay.Host(), Port: h.relay.Port(), TLS: tmail.TLSNone, Timeout: 30 * time.Second, Backoff: time.Nanosecond, PerDomain: perDomain})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(func() { _ = sender.Close() })
	h.clerk = web.NewClerk(h.options, sender, resolver)
}

// freeze stores an issue of weekly with one story.
func (h *house) freeze(id, title string) {
	h.t.Helper()
	now := h.clock.now()
	is := digest.Issue{
		ID: id, Newsletter: "weekly", Slot: now, Created: now, Title: "The Reading Room", Lang: "en", Images: digest.ImagesLead,
		From: mail.Address{Address: "news@reading.example"}, Order: []string{"Go"}, Manual: true,
		Items: []digest.Item{{
			Article: "a1", Title: title, URL: "https://a.example/1", Source: "A", Published: now,
			Summary: "It happened.", Tags: []string{"Go"}, Picture: "pic.jpg",
		}},
		Pictures: []digest.Picture{{CID: "pic.jpg", Type: "image/jpeg", Data: []byte("\xff\xd8picture"), Width: 600, Height: 300}},
	}
	if _, err := h.store.Freeze(context.Background(), store.Frozen{Issue: is}, now); err != nil {
		h.t.Fatal(err)
	}
}

// work has the clerk send what is due.
func (h *house) work() {
	h.t.Helper()
	if err := h.clerk.Work(context.Background()); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) token(newsletter string) string {
	return h.signer.Token(digest.PurposeUnsubscribe, h.subscriber, newsletter)
}

// do makes a request without cookies and without following redirects.
func (h *house) do(method, path, contentType, body string) (int, string, http.Header) {
	h.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, h.url+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return resp.StatusCode, string(page), resp.Header
}

// subscribed panics on an error, since a fuzz target must not speak through the F that made the house.
func (h *house) subscribed(newsletter string) bool {
	audience, err := h.store.Audience(context.Background(), newsletter)
	if err != nil {
		panic(err)
	}
	return len(audience) == 1
}

const formType = "application/x-www-form-urlencoded"

func TestOneClick(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/letters"} {
		h := newHouse(t, path)
		for range 2 { // it may be repeated
			code, page, header := h.do(http.MethodPost, "/u/"+h.token("weekly"), formType, "List-Unsubscribe=One-Click")
			if code != http.StatusOK || !strings.Contains(page, "You have left") || len(header.Values("Set-Cookie")) > 0 {
				t.Errorf("path %q: %d %s", path, code, page)
			}
		}
		if h.subscribed("weekly") || !h.subscribed("taeglich") {
			t.Errorf("path %q: one click leaves one newsletter", path)
		}
	}
}

func TestOneClickMultipart(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	if err := form.WriteField("List-Unsubscribe", "One-Click"); err != nil {
		t.Fatal(err)
	}
	_ = form.Close()
	if code, page, _ := h.do(http.MethodPost, "/u/"+h.token("weekly"), form.FormDataContentType(), body.String()); code != http.StatusOK {
		t.Errorf("%d %s", code, page)
	}
	if h.subscribed("weekly") {
		t.Error("still subscribed")
	}
}

func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		h.do(method, "/u/"+h.token("weekly")+"?action=all&List-Unsubscribe=One-Click", "", "")
	}
	if !h.subscribed("weekly") {
		t.Error("only POST may unsubscribe")
	}
	code, page, header := h.do(http.MethodGet, "/u/"+h.token("weekly"), "", "")
	if code != http.StatusOK || !strings.Contains(page, `method="post"`) || !strings.Contains(page, "The Reading Room") {
		t.Errorf("%d %s", code, page)
	}
	for _, name := range []string{"Content-Security-Policy", "Referrer-Policy", "X-Content-Type-Options"} {
		if header.Get(name) == "" {
			t.Errorf("no %s", name)
		}
	}
}

func TestLeaveAll(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	code, page, _ := h.do(http.MethodPost, "/u/"+h.token("taeglich"), formType, "")
	if code != http.StatusOK || !strings.Contains(page, "Alle abbestellen") || !h.subscribed("weekly") {
		t.Errorf("%d %s", code, page)
	}
	if code, page, _ = h.do(http.MethodPost, "/u/"+h.token("taeglich"), formType, url.Values{"action": {"all"}}.Encode()); code != http.StatusOK || h.subscribed("weekly") {
		t.Errorf("%d %s", code, page)
	}
}

// The page that follows tells of other newsletters only where some still come.
func TestOthersThatStillCome(t *testing.T) {
	t.Parallel()
	const remain = "Other newsletters from here still come"
	h := newHouse(t, "")
	both := []digest.Subscriber{{Email: "ada@reader.example"}, {Email: "grace@reader.example", Newsletters: []string{"weekly"}}}
	if err := h.store.SyncSubscribers(context.Background(), both, time.Now()); err != nil {
		t.Fatal(err)
	}
	audience, err := h.store.Audience(context.Background(), "weekly")
	if err != nil || len(audience) != 2 {
		t.Fatalf("audience %v, %v", audience, err)
	}
	for _, c := range []struct {
		name, subscriber, form string
		want                   bool
	}{
		{"left one of two", h.subscriber, "", true},
		{"left all", h.subscriber, "action=all", false},
		{"took one alone", audience[1].ID, "", false},
	} {
		path := "/u/" + h.signer.Token(digest.PurposeUnsubscribe, c.subscriber, "weekly")
		h.do(http.MethodPost, path, formType, c.form)
		if code, page, _ := h.do(http.MethodGet, path, "", ""); code != http.StatusOK || strings.Contains(page, remain) != c.want {
			t.Errorf("%s: %d %s", c.name, code, page)
		}
	}
}

func TestBodiesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{"huge": "action=" + strings.Repeat("x", 1<<20), "broken": "%%%=%zz", "empty": ""} {
		h := newHouse(t, "")
		if code, _, _ := h.do(http.MethodPost, "/u/"+h.token("weekly"), formType, body); code != http.StatusOK || h.subscribed("weekly") {
			t.Errorf("%s: %d, a POST to the address leaves", name, code)
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	stranger := digest.NewSigner([]byte("another key")).Token(digest.PurposeUnsubscribe, h.subscriber, "weekly")
	nobody := h.signer.Token(digest.PurposeUnsubscribe, "nobody", "weekly")
	wrong := h.signer.Token(digest.PurposeMessage, h.subscriber, "weekly")
	for _, path := range []string{"/x", "/u/", "/u/" + stranger, "/u/" + nobody, "/u/" + wrong, "/i/none", "/i/frozen-issue/none.jpg", "/i/none/pic.jpg", "/u/%00", "/i/..%2fx"} {
		if code, page, _ := h.do(http.MethodGet, path, "", ""); code != http.StatusNotFound {
			t.Errorf("GET %s: %d %s", path, code, page)
		}
		if code, _, _ := h.do(http.MethodPost, path, formType, "action=all"); code != http.StatusNotFound && code != http.StatusMethodNotAllowed {
			t.Errorf("POST %s: %d", path, code)
		}
	}
	if !h.subscribed("weekly") {
		t.Error("a forged token unsubscribed")
	}
}

func TestTestLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, path := range []string{"/u/test", "/i/test"} {
		if code, page, _ := h.do(http.MethodGet, path, "", ""); code != http.StatusOK || !strings.Contains(page, "test message") {
			t.Errorf("GET %s: %d %s", path, code, page)
		}
	}
	if code, _, _ := h.do(http.MethodPost, "/u/test", formType, "List-Unsubscribe=One-Click"); code != http.StatusOK {
		t.Errorf("POST: %d", code)
	}
}

func TestIssueOnline(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "/letters")
	code, page, _ := h.do(http.MethodGet, "/i/"+h.issue, "", "")
	if code != http.StatusOK || !strings.Contains(page, "It happened.") || strings.Contains(page, "<script>alert") || strings.Contains(page, "/u/") {
		t.Errorf("%d %s", code, page)
	}
	if !strings.Contains(page, "/letters/i/"+h.issue+"/pic.jpg") {
		t.Error("the page does not show its picture")
	}
	code, picture, header := h.do(http.MethodGet, "/i/"+h.issue+"/pic.jpg", "", "")
	if code != http.StatusOK || picture != "\xff\xd8picture" || header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("%d %q %v", code, picture, header)
	}
}

func FuzzToken(f *testing.F) {
	h := newHouse(f, "")
	good := h.token("weekly")
	for _, seed := range []string{"", "test", good[:len(good)-1], good + "A", strings.Repeat("A", 4000), "..", "\x00"} {
		f.Add(seed, "action=all")
	}
	f.Fuzz(func(t *testing.T, token, body string) {
		if token == good {
			t.Skip("the real one")
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/u/x", strings.NewReader(body))
		r.URL.Path = "/u/" + token
		r.Header.Set("Content-Type", formType)
		h.handler.ServeHTTP(httptest.NewRecorder(), r)
		if !h.subscribed("weekly") || !h.subscribed("taeglich") {
			t.Errorf("token %q with body %q changed something", token, body)
		}
	})
}
