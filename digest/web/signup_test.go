package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/web"
)

// form is the sign-up form of a newsletter's page, a while after it was shown.
func (h *house) form(newsletter string) url.Values {
	h.t.Helper()
	code, page, _ := h.do(http.MethodGet, "/n/"+newsletter, "", "")
	if code != http.StatusOK {
		h.t.Fatalf("the form: %d %s", code, page)
	}
	values := url.Values{}
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(page, -1) {
		values.Set(m[1], m[2])
	}
	for _, m := range regexp.MustCompile(`<input type="checkbox" name="([^"]*)" value="([^"]*)" checked>`).FindAllStringSubmatch(page, -1) {
		values.Add(m[1], m[2])
	}
	h.clock.move(waiting)
	return values
}

// asks sends the form with an address, and what else is given as name, value.
func (h *house) asks(newsletter, email string, fields ...string) (int, string) {
	h.t.Helper()
	values := h.form(newsletter)
	values.Set("email", email)
	for i := 0; i+1 < len(fields); i += 2 {
		values.Set(fields[i], fields[i+1])
	}
	code, page, header := h.do(http.MethodPost, "/n/"+newsletter, formType, values.Encode())
	if len(header.Values("Set-Cookie")) > 0 || header.Get("Location") != "" {
		h.t.Errorf("a cookie or a redirect: %v", header)
	}
	return code, page
}

func (h *house) audience(newsletter string) (emails []string) {
	h.t.Helper()
	all, err := h.store.Audience(context.Background(), newsletter)
	if err != nil {
		h.t.Fatal(err)
	}
	for _, sub := range all {
		emails = append(emails, sub.Email)
	}
	return emails
}

func TestJoining(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"", "/letters"} {
		h := newHouse(t, path)
		values := h.form("weekly")
		values.Set("email", " Grace@Bücher.example ")
		values.Set("name", "Grace\r\nBcc: x@x.example")
		values.Set("zone", "America/New_York")
		values["topics"] = []string{"Go", "Databases", "Never heard of"}
		code, page, _ := h.do(http.MethodPost, "/n/weekly", formType, values.Encode())
		if code != http.StatusOK || !strings.Contains(page, "One more step") || !strings.Contains(page, "Grace@xn--bcher-kva.example") {
			t.Fatalf("%d %s", code, page)
		}
		if len(h.relay.Messages()) > 0 {
			t.Error("a mail was sent while the visitor waited")
		}
		h.work()
		h.work()
		letters := h.letters()
		if len(letters) != 1 {
			t.Fatalf("%d mails", len(letters))
		}
		l := letters[0]
		if got := l.Get("To"); got != "<Grace@xn--bcher-kva.example>" || l.Get("Auto-Submitted") != "auto-generated" || l.Get("Bcc") != "" {
			t.Errorf("header %v", l.Header)
		}
		for name := range l.Header {
			if strings.HasPrefix(name, "List-") || name == "Precedence" || name == "Feedback-Id" {
				t.Errorf("a mail to one person has %s", name)
			}
		}
		if subject := l.Get("Subject"); subject != "Please confirm: The Reading Room" || !strings.Contains(l.html, "prefers-color-scheme") || strings.Contains(l.html, "<img") {
			t.Errorf("subject %q\n%s", subject, l.html)
		}
		link := l.link(t, h.url)
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodGet} {
			if code, _, _ := h.do(method, link, "", ""); code != http.StatusOK {
				t.Errorf("%s: %d", method, code)
			}
		}
		if got := h.audience("weekly"); len(got) != 1 {
			t.Fatalf("a GET made %q the audience", got)
		}
		for i := range 3 {
			code, page, header := h.do(http.MethodPost, link, formType, "")
			if code != http.StatusOK || !strings.Contains(page, "You are subscribed") || header.Get("Cache-Control") != "no-store" {
				t.Errorf("%d %s", code, page)
			}
			if strings.Contains(page, "/p/") != (i == 0) {
				t.Errorf("time %d: the page leads to the preferences: %v", i, i != 0)
			}
		}
		if code, page, _ := h.do(http.MethodGet, link, "", ""); code != http.StatusOK || !strings.Contains(page, "You are subscribed") {
			t.Errorf("once confirmed: %d %s", code, page)
		}
		all, err := h.store.Audience(context.Background(), "weekly")
		if err != nil || len(all) != 2 {
			t.Fatalf("audience %v, %v", all, err)
		}
		grace := all[0]
		if grace.Email != "Grace@xn--bcher-kva.example" {
			grace = all[1]
		}
		if grace.Name != "Grace Bcc: x@x.example" || grace.Timezone != "America/New_York" || !slices.Equal(grace.Tags, []string{"Go", "Databases"}) || grace.Takes("taeglich") {
			t.Errorf("%+v", grace)
		}
	}
}

// The link of a mail that asks says what is, whenever it is opened again: not that somebody is subscribed who left since, and nothing of a newsletter
// that is no more.
func TestLinkThatAsksIsOpenedLater(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, email := range []string{"grace@reader.example", "joan@reader.example"} {
		h.asks("weekly", email)
		h.work()
	}
	grace, joan := h.letters()[0].link(t, h.url), h.letters()[1].link(t, h.url)
	if _, page, _ := h.do(http.MethodPost, grace, formType, ""); !strings.Contains(page, "You are subscribed") {
		t.Fatalf("%s", page)
	}
	h.do(http.MethodPost, "/u/"+h.signer.Token(digest.PurposeUnsubscribe, h.find("grace@reader.example").ID, "weekly"), formType, "")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if code, page, _ := h.do(method, grace, formType, ""); code != http.StatusNotFound || !strings.Contains(page, "You can subscribe again") {
			t.Errorf("after they left: %s: %d %s", method, code, page)
		}
	}
	h.options.Newsletters = h.options.Newsletters[1:]
	h.swapTopics("Go")
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		if code, _, _ := h.do(method, joan, formType, ""); code != http.StatusNotFound {
			t.Errorf("the newsletter is no more: %s: %d", method, code)
		}
	}
	if code, page, _ := h.do(http.MethodPost, "/u/"+h.token("weekly"), formType, "List-Unsubscribe=One-Click"); code != http.StatusOK || !strings.Contains(page, "weekly") {
		t.Errorf("one click for a newsletter that is no more: %d %s", code, page)
	}
	if got := h.audience("weekly"); got != nil {
		t.Errorf("weekly goes to %q", got)
	}
}

// Whoever has an address that is a subscriber's, that left, that is dead, or that was tried again and again: the form says the same.
func TestNobodyLearnsWhoIsSubscribed(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	ctx := context.Background()
	list := []digest.Subscriber{{Email: "ada@reader.example"}, {Email: "joan@reader.example"}, {Email: "kate@reader.example"}}
	if err := h.store.SyncSubscribers(ctx, list, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	all, err := h.store.Audience(ctx, "weekly")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.store.Unsubscribe(ctx, all[1].ID, "", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if err := h.store.Suppress(ctx, "kate@reader.example", "no such mailbox", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	var want string
	for _, email := range []string{
		"nobody@reader.example", "ada@reader.example", "joan@reader.example", "kate@reader.example",
		"nobody@reader.example", "ada@reader.example", "ada@reader.example", "ada@reader.example", "ada+x@reader.example",
	} {
		code, page := h.asks("weekly", email)
		got := strings.ReplaceAll(page, strings.ReplaceAll(email, "+", "&#43;"), "EMAIL")
		if want == "" {
			want = got
		}
		if code != http.StatusOK || got != want {
			t.Errorf("%s: %d %s", email, code, page)
		}
		h.work()
	}
	var to []string
	for _, l := range h.letters() {
		to = append(to, l.Get("To")+" "+l.link(t, h.url)[:3])
	}
	if want := []string{"<nobody@reader.example> /c/", "<ada@reader.example> /p/", "<joan@reader.example> /c/"}; !slices.Equal(to, want) {
		t.Errorf("mails went to %q, want %q", to, want)
	}
	known := h.letters()[1]
	if known.Get("Subject") != "You are subscribed already" {
		t.Errorf("subject %q", known.Get("Subject"))
	}
	if code, page, _ := h.do(http.MethodGet, known.link(t, h.url), "", ""); code != http.StatusOK || !strings.Contains(page, "Your choices") {
		t.Errorf("%d %s", code, page)
	}
}

func TestWhatTheFormRefuses(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, email := range []string{
		"", "ada", "ada@", "@reader.example", "a b@reader.example", "Ada <ada@reader.example>", "ada@reader..example", "ada@-.example",
		"ada@reader.example, grace@reader.example", "ada@reader.example\r\nBcc: x@x.example", strings.Repeat("a", 65) + "@reader.example",
		"a@" + strings.Repeat("a.", 150) + "example", "ada@[127.0.0.1]", "<script>alert(1)</script>@reader.example", "\xff\xfe@reader.example",
	} {
		code, page := h.asks("weekly", email)
		if code != http.StatusUnprocessableEntity || !strings.Contains(page, "This is no email address") || strings.Contains(page, "<script>") {
			t.Errorf("%q: %d", email, code)
		}
	}
	for field, want := range map[string]string{"newsletters": "Please choose a newsletter.", "topics": "Please choose a topic."} {
		if code, page := h.asks("weekly", "x@reader.example", field, "none of ours"); code != http.StatusUnprocessableEntity || !strings.Contains(page, want) {
			t.Errorf("%s: %d", field, code)
		}
	}
	if code, page := h.asks("weekly", "x@reader.example", "website", "https://spam.example"); code != http.StatusOK || !strings.Contains(page, "One more step") {
		t.Errorf("the trap: %d", code)
	}
	if code, _, _ := h.do(http.MethodPost, "/n/none", formType, ""); code != http.StatusNotFound {
		t.Errorf("an unknown newsletter: %d", code)
	}
	h.work()
	if n := len(h.relay.Messages()); n != 0 {
		t.Errorf("%d mails", n)
	}
}

// A form that nobody was shown, or too long ago, or from another site, is shown again and stores nothing.
func TestFormsFromElsewhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	site, _ := url.Parse(h.url)
	for name, c := range map[string]struct {
		token   string // empty: the page's
		after   time.Duration
		headers map[string]string
		taken   bool
	}{
		"from here":                   {headers: map[string]string{"Sec-Fetch-Site": "same-origin", "Origin": "null"}, taken: true},
		"an old browser":              {headers: map[string]string{"Origin": h.url}, taken: true},
		"an old browser, no referrer": {headers: map[string]string{"Origin": "null"}, taken: true},
		"no browser":                  {taken: true},
		"typed in":                    {headers: map[string]string{"Sec-Fetch-Site": "none"}, taken: true},
		"another site":                {headers: map[string]string{"Sec-Fetch-Site": "cross-site"}},
		"a neighbour":                 {headers: map[string]string{"Sec-Fetch-Site": "same-site", "Origin": h.url}},
		"another site, old browser":   {headers: map[string]string{"Origin": "https://" + site.Host + ".evil.example"}},
		"no token":                    {token: "x"},
		"a token for something else":  {token: h.token("weekly")},
		"too soon":                    {after: -5 * time.Second},
		"too late":                    {after: 25 * time.Hour},
		"before it was shown":         {after: -time.Hour},
	} {
		values := h.form("weekly")
		if c.token != "" {
			values.Set("form", c.token)
		}
		values.Set("email", "grace@reader.example")
		h.clock.move(c.after)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/n/weekly", strings.NewReader(values.Encode()))
		r.Host = site.Host
		r.Header.Set("Content-Type", formType)
		for k, v := range c.headers {
			r.Header.Set(k, v)
		}
		before, err := h.store.SignupsWaiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		after, err := h.store.SignupsWaiting(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if w.Code != http.StatusOK || (after > before) != c.taken || !c.taken && (!strings.Contains(w.Body.String(), "press the button once more") ||
			!strings.Contains(w.Body.String(), `value="grace@reader.example"`)) {
			t.Errorf("%s: %d, %d sign-ups more", name, w.Code, after-before)
		}
		h.clock.move(-c.after + 25*time.Hour) // into another day, for the limits
	}
}

func TestEmbeddedForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "/letters")
	code, page, _ := h.do(http.MethodGet, "/n/weekly/form", "", "")
	if code != http.StatusOK || !strings.Contains(page, "&lt;form method=&#34;post&#34; action=&#34;"+h.url+"/n/weekly&#34;&gt;") {
		t.Errorf("%d %s", code, page)
	}
}

// swapTopics gives the site other topics while somebody has a form open.
func (h *house) swapTopics(names ...string) {
	h.t.Helper()
	o := h.options
	o.Tags = digest.Taxonomy{}
	for _, name := range names {
		o.Tags.Rules = append(o.Tags.Rules, digest.TagRule{Name: name})
	}
	handler, ok := h.handler.(*swapped)
	if !ok {
		h.t.Fatal("the handler cannot be swapped")
	}
	handler.swap(web.Handler(o))
}

// Topics are picked for all newsletters that the form offers, and whoever follows a few of one gets all of another that they ask for: nobody takes a
// newsletter of which nothing ever comes.
func TestTopicsOfSeveralNewsletters(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.options.Newsletters[0].Tags, h.options.Newsletters[1].Tags = []string{"Go", "Databases"}, []string{"Sport", "Kochen", "Go"}
	h.swapTopics("Go", "Databases", "Sport", "Kochen")
	join := func(newsletter string, newsletters, topics []string) digest.Subscriber {
		t.Helper()
		form := h.form(newsletter)
		form.Set("email", "grace@reader.example")
		form["newsletters"] = newsletters
		if topics != nil {
			form["topics"] = topics
		}
		h.do(http.MethodPost, "/n/"+newsletter, formType, form.Encode())
		h.work()
		letters := h.letters()
		last := letters[len(letters)-1]
		if _, page, _ := h.do(http.MethodGet, last.link(t, h.url), "", ""); !strings.Contains(page, `lang="`+map[string]string{"weekly": "en", "taeglich": "de"}[newsletter]) {
			t.Errorf("the mail from the page of %s leads to %s", newsletter, page)
		}
		h.do(http.MethodPost, last.link(t, h.url), formType, "")
		h.clock.move(25 * time.Hour)
		return h.find("grace@reader.example")
	}
	both := []string{"weekly", "taeglich"}
	if got := join("taeglich", both, []string{"Go", "Sport", "Kochen"}); !slices.Equal(got.Tags, []string{"Sport", "Kochen", "Go"}) || !got.Takes("weekly") {
		t.Errorf("all but Databases: %+v", got)
	}
	if err := h.store.Unsubscribe(t.Context(), h.find("grace@reader.example").ID, "", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if got := join("weekly", []string{"weekly"}, []string{"Go"}); !slices.Equal(got.Tags, []string{"Go"}) {
		t.Errorf("Go alone: %+v", got)
	}
	if err := h.store.Unfollow(t.Context(), h.find("grace@reader.example").ID, "Go", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if got := join("taeglich", []string{"taeglich"}, nil); !slices.Equal(got.Tags, []string{"Go", "Sport", "Kochen"}) || !slices.Equal(got.Muted, []string{"Go"}) || !got.Takes("weekly") {
		t.Errorf("another newsletter, with all its topics but the one unfollowed before: %+v", got)
	}
}

// Who ticks all topics of a form takes all, whichever have come and gone since it was shown.
func TestTopicsThatComeWhileSomebodySignsUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for email, ticked := range map[string][]string{"all@reader.example": {"Go", "Databases", "Sport"}, "some@reader.example": {"Go"}} {
		h.swapTopics("Go", "Databases", "Sport")
		form := h.form("weekly")
		form.Set("email", email)
		form["topics"] = ticked
		h.swapTopics("Go", "Databases", "News")
		if code, page, _ := h.do(http.MethodPost, "/n/weekly", formType, form.Encode()); code != http.StatusOK {
			t.Fatalf("%d %s", code, page)
		}
		h.work()
		letters := h.letters()
		h.do(http.MethodPost, letters[len(letters)-1].link(t, h.url), formType, "")
		want := []string{"Go"}
		if len(ticked) > 1 {
			want = nil
		}
		if got := h.find(email); got.ID == "" || !slices.Equal(got.Tags, want) {
			t.Errorf("%s: %+v, want the topics %q", email, got, want)
		}
	}
}
