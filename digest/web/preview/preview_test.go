package preview

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	"tidings/templates"
)

// shop is a preview of a newsletter with two articles, served over loopback.
type shop struct {
	*Preview
	t       *testing.T
	url     string
	fetches atomic.Int32
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t}
	server := httptest.NewUnstartedServer(nil)
	address := server.Listener.Addr().String()
	var err error
	if s.Preview, err = New(address, func() { s.fetches.Add(1) }); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = s.Handler()
	server.Start()
	t.Cleanup(server.Close)
	s.url = "http://" + address
	return s
}

// deskOf makes messages with the templates that subscribers see.
func deskOf(t *testing.T, subscribers []digest.Subscriber, compose func(is *Issue, p Period)) *Desk {
	t.Helper()
	set, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	slot := time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC)
	issue := &digest.Issue{
		ID: "draft", Newsletter: "weekly", Slot: slot, Created: slot, Title: "The Reading Room", Lang: "en", Images: digest.ImagesLead,
		From: mail.Address{Name: "The Réading Room", Address: "news@reading.example"}, Order: []string{"Go", "Databases"},
		Items: []digest.Item{
			{Article: "1", Title: "Alpha <script>alert(1)</script>", URL: "https://a.example/1", Source: "A", Published: slot, Summary: "It happened.", Tags: []string{"Go"}, Picture: "pic.jpg"},
			{Article: "2", Title: "Beta", URL: "https://a.example/2", Source: "A", Published: slot, Summary: "So did this.", Tags: []string{"Databases"}},
		},
		Pictures: []digest.Picture{{CID: "pic.jpg", Type: "image/jpeg", Data: []byte("\xff\xd8picture"), Width: 600, Height: 300}},
	}
	message := func(to mail.Address, sel digest.Selection) (*digest.Message, error) {
		e, ok := issue.Edition(sel)
		if !ok {
			return nil, nil // nothing for this reader
		}
		r, err := set.Digest(e, templates.Reader{Email: to.Address, Name: to.Name, Unsubscribe: "https://news.example/u/test"})
		if err != nil {
			return nil, err
		}
		m := &digest.Message{ID: "draft@reading.example", From: issue.From, To: to, Date: slot, Subject: r.Subject, Text: r.Text, HTML: r.HTML}
		if len(r.Pictures) > 0 {
			m.Images = issue.Pictures
		}
		return m, nil
	}
	return &Desk{
		Newsletters: []digest.Newsletter{{Name: "weekly", Title: "The Reading Room"}, {Name: "daily", Title: "The Day"}},
		Compose: func(_ context.Context, newsletter string, p Period) (*Issue, error) {
			if newsletter == "daily" {
				return nil, errors.New("the store cannot be read")
			}
			is := &Issue{
				Articles: 2,
				Editions: []Edition{{Readers: 1, Articles: 2}, {Selection: digest.Selection{Tags: []string{"Go"}}, Readers: 1, Articles: 1}},
				Message: func(sel digest.Selection) (*digest.Message, error) {
					return message(mail.Address{Address: "reader@example.com"}, sel)
				},
				MessageTo: func(address string) (*digest.Message, error) {
					for _, s := range subscribers {
						if s.Email == address {
							return message(mail.Address{Name: s.Name, Address: address}, digest.Selection{Tags: s.Tags})
						}
					}
					return nil, fmt.Errorf("%s was asked for", address)
				},
			}
			for _, s := range subscribers {
				if s.Takes(newsletter) {
					is.Readers = append(is.Readers, Reader{Email: s.Email, Name: s.Name, Selection: digest.Selection{Tags: s.Tags}})
				}
			}
			if compose != nil {
				compose(is, p)
			}
			return is, nil
		},
	}
}

func people() []digest.Subscriber {
	return []digest.Subscriber{
		{Email: "ada@example.com", Name: "Ada"},
		{Email: "grace@example.com", Tags: []string{"go"}},
		{Email: "mary@example.com", Tags: []string{"Cats"}},
		{Email: "day@example.com", Newsletters: []string{"daily"}},
	}
}

// do makes a request without following redirects; headers are pairs of name and value.
func (s *shop) do(method, path, body string, headers ...string) (int, string, http.Header) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	got, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, string(got), answer.Header
}

func (s *shop) get(path string) string {
	s.t.Helper()
	code, body, _ := s.do(http.MethodGet, path, "")
	if code != http.StatusOK {
		s.t.Errorf("%s: %d %s", path, code, body)
	}
	return body
}

func TestHosts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Show(deskOf(t, people(), nil))
	_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")
	for host, ok := range map[string]bool{
		"127.0.0.1:" + port: true, "localhost:" + port: true, "LOCALHOST:" + port: true, "[::1]:" + port: true,
		"127.0.0.1": false, "localhost:1": false, "evil.example:" + port: false, "127.0.0.1.evil.example:" + port: false,
		"localhost.evil.example:" + port: false, "192.0.2.1:" + port: false, "0.0.0.0:" + port: false, "[::]:" + port: false, "evil.example": false,
	} {
		for _, path := range []string{"/", "/message/body", "/message/download", "/message/picture/pic.jpg", "/preview.js"} {
			code, body, _ := s.do(http.MethodGet, path, "", "Host", host)
			if (code == http.StatusOK) != ok {
				t.Errorf("%s under the name %s: %d", path, host, code)
			}
			if !ok && strings.Contains(body, "Alpha") {
				t.Errorf("%s tells %s what is in it", path, host)
			}
		}
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Show(deskOf(t, people(), nil))
	for path, want := range map[string]string{
		"/":                          "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'",
		"/message/body":              "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'",
		"/message/body?pictures=off": "img-src 'none'",
	} {
		code, body, h := s.do(http.MethodGet, path, "")
		policy := h.Get("Content-Security-Policy")
		if code != http.StatusOK || !strings.Contains(policy, want) || strings.Contains(policy, "allow-scripts") {
			t.Errorf("%s: %d, %s", path, code, policy)
		}
		if h.Get("Referrer-Policy") != "no-referrer" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Cache-Control") != "no-store" || h.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: %v", path, h)
		}
		if strings.Contains(body, "<script>alert") {
			t.Errorf("%s lets a title through as markup", path)
		}
		if path == "/" && (strings.Contains(body, " style=") || strings.Contains(body, " onclick") || !strings.Contains(body, `sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"`)) {
			t.Error("the page needs what its policy forbids, or has no sandbox")
		}
	}
}

func TestFetchIsAskedForByPost(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Show(deskOf(t, people(), nil))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if code, _, _ := s.do(method, "/fetch", ""); code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, code)
		}
	}
	for _, foreign := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://evil.example"}} {
		if code, _, _ := s.do(http.MethodPost, "/fetch", "view=text", foreign...); code != http.StatusForbidden {
			t.Errorf("from %s: %d", foreign[1], code)
		}
	}
	if s.fetches.Load() != 0 {
		t.Error("somebody else made us fetch")
	}
	code, _, h := s.do(http.MethodPost, "/fetch", "newsletter=weekly&view=text&width=evil&reader=%2F%2Fevil", "Sec-Fetch-Site", "same-origin")
	if code != http.StatusSeeOther || h.Get("Location") != "/?newsletter=weekly&reader=%2F%2Fevil&view=text" || s.fetches.Load() != 1 {
		t.Errorf("%d to %q, %d times", code, h.Get("Location"), s.fetches.Load())
	}
}

func TestChoices(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Show(deskOf(t, people(), nil))
	for _, c := range []struct{ query, want, not string }{
		{"", `src="/message/body?newsletter=weekly"`, "dark&amp;"},
		{"width=all&scheme=both", `src="/message/body?newsletter=weekly&amp;scheme=dark&amp;width=1000"`, ""},
		{"width=12345&scheme=%3Cscript%3E&view=x", `width="600"`, "script>&"},
		{"view=text", "So did this.", "<iframe"},
		{"view=header", "From: =?utf-8?q?The_R=C3=A9ading_Room?=", "<iframe"},
		{"view=header", "<th scope=\"row\">From</th><td>The Réading Room", ""},
		{"view=header", "image/jpeg &lt;pic.jpg&gt;", ""},
		{"reader=tags:go&view=text", "Alpha", "Beta"},
		{"reader=GRACE@example.com&view=text", "grace@example.com", "Beta"},
		{"reader=ada@example.com&view=header", "To: &#34;Ada&#34; &lt;ada@example.com&gt;", ""},
		{"reader=mary@example.com", "mary@example.com gets no message", "<iframe"},
		{"reader=day@example.com&view=text", "day@example.com is no subscriber of this newsletter", ""},
		{"reader=nobody@example.com&view=text", "nobody@example.com is no subscriber", ""},
		{"reader=tags:gone&view=text", "No reader of this issue has the edition", ""},
		{"newsletter=nowhere&view=text", "So did this.", ""},
		{"newsletter=daily", "the store cannot be read", "<iframe"},
		{"styles=off&pictures=off", `src="/message/body?newsletter=weekly&amp;pictures=off&amp;styles=off"`, ""},
	} {
		page := s.get("/?" + c.query)
		if !strings.Contains(page, c.want) || c.not != "" && strings.Contains(page, c.not) {
			t.Errorf("%q: wanted %q and not %q:\n%s", c.query, c.want, c.not, page)
		}
	}
	if got := s.get("/message/picture/pic.jpg"); got != "\xff\xd8picture" {
		t.Errorf("the picture: %q", got)
	}
	if got := s.get("/message/download?reader=ada@example.com"); !strings.Contains(got, "\r\nTo: \"Ada\" <ada@example.com>\r\n") {
		t.Errorf("the file:\n%s", got)
	}
	for _, path := range []string{"/message/picture/other.jpg", "/message/body?reader=mary@example.com", "/x"} {
		if code, _, _ := s.do(http.MethodGet, path, ""); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestManySubscribers(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	var many []digest.Subscriber
	for i := range 5000 {
		many = append(many, digest.Subscriber{Email: fmt.Sprintf("reader%d@example.com", i)})
	}
	s.Show(deskOf(t, many, nil))
	page := s.get("/")
	if !strings.Contains(page, `type="email"`) || strings.Count(page, "<option") > 50 {
		t.Error("thousands of addresses are listed, or none can be typed")
	}
	if page := s.get("/?address=reader4321@example.com&reader=" + url.QueryEscape("tags:go")); !strings.Contains(page, `<option value="reader4321@example.com" selected`) {
		t.Error("an address that was typed is not chosen")
	}
}

func TestNothingNew(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.Show(deskOf(t, people(), func(is *Issue, p Period) {
		switch p {
		case Next:
			is.Held, is.Articles = "nothing is new since the last issue", 0
		case Last:
			is.Number = 7
		default:
			is.Held = "2 articles are new, and min_articles is 3: waiting for more"
		}
	}))
	page := s.get("/?view=text&width=320")
	for _, want := range []string{"Nothing is new since the last issue.", `href="/?newsletter=weekly&amp;period=last&amp;view=text&amp;width=320"`, "period=all"} {
		if !strings.Contains(page, want) {
			t.Errorf("without %q:\n%s", want, page)
		}
	}
	if page := s.get("/?period=last&view=text"); !strings.Contains(page, "articles of the last issue, as") || !strings.Contains(page, "So did this.") {
		t.Errorf("the last issue:\n%s", page)
	}
	if page := s.get("/?period=7d&view=text"); !strings.Contains(page, "It would not go out yet: 2 articles are new") || !strings.Contains(page, "So did this.") {
		t.Errorf("too few:\n%s", page)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	if page := s.get("/"); !strings.Contains(page, "nothing to see yet") {
		t.Errorf("at the start:\n%s", page)
	}
	s.Refuse([]Problem{{File: "tidings.yaml", Line: 4, Column: 5, Source: "    shedule: <b>", Message: `unknown key "shedule"`, Hint: "did you mean?"}, {Message: "alone"}})
	wants := []string{"tidings.yaml, line 4, column 5", "    <mark>shedule:</mark> &lt;b&gt;", "unknown key &#34;shedule&#34;", "did you mean?", "This cannot be shown", "alone"}
	page := s.get("/")
	for _, want := range wants {
		if !strings.Contains(page, want) {
			t.Errorf("without %q:\n%s", want, page)
		}
	}
	s.Show(deskOf(t, people(), nil))
	if page := s.get("/?view=text"); strings.Contains(page, "shedule") || !strings.Contains(page, "So did this.") {
		t.Errorf("put right:\n%s", page)
	}
	s.Refuse([]Problem{{Message: "broken again"}})
	if page := s.get("/?view=text"); !strings.Contains(page, "broken again") || !strings.Contains(page, "as it was before") || !strings.Contains(page, "So did this.") {
		t.Errorf("what was there before is gone:\n%s", page)
	}
}

func TestEvents(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/events", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	lines := bufio.NewScanner(answer.Body)
	next := func() string {
		for lines.Scan() {
			if lines.Text() != "" {
				return lines.Text()
			}
		}
		return fmt.Sprint("ended: ", lines.Err())
	}
	expect := func(want string) {
		t.Helper()
		if got := next(); got != want {
			t.Errorf("%s, not %s", got, want)
		}
	}
	expect(`data: {"generation":0,"fetching":""}`)
	s.Fetching("1 of 2")
	expect(`data: {"generation":0,"fetching":"1 of 2"}`)
	desk := deskOf(t, nil, nil)
	s.Fetched(desk, []string{"The Feed: gone"})
	expect(`data: {"generation":1,"fetching":""}`)
	s.Refuse(nil)
	expect(`data: {"generation":2,"fetching":""}`)
	if page := s.get("/"); !strings.Contains(page, "1 feed was not read") || !strings.Contains(page, "The Feed: gone") {
		t.Errorf("what failed is not named:\n%s", page)
	}
}
