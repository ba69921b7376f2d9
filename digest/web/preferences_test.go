package web_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/digest/web"
)

func (h *house) preferences() string {
	return "/p/" + h.signer.Token(digest.PurposePreferences, h.subscriber)
}

func (h *house) person() store.Person {
	h.t.Helper()
	st, err := h.store.Person(context.Background(), h.subscriber)
	if err != nil {
		h.t.Fatal(err)
	}
	return st
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	code, page, header := h.do(http.MethodGet, h.preferences(), "", "")
	for _, want := range []string{
		"ada@reader.example", `name="newsletters" value="weekly" checked`, `name="newsletters" value="taeglich" checked`, `name="topics" value="Go" checked`,
		`id="pause"`, `value="8">8 weeks`, "<optgroup label=\"Europe\">", `value="ja">日本語`, `value="Ada"`, "Leave them all",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if code != http.StatusOK || strings.Contains(page, "Secret") || header.Get("X-Robots-Tag") != "noindex" || header.Get("Cache-Control") != "no-store" ||
		header.Get("Referrer-Policy") != "no-referrer" || strings.Contains(header.Get("Content-Security-Policy"), "unsafe") {
		t.Errorf("%d %v", code, header)
	}
	saved := url.Values{
		"action": {"save"}, "newsletters": {"weekly"}, "topics": {"Go", "Sport", "Secret", "x"}, "pause": {"2"},
		"zone": {"Europe/Paris"}, "language": {"fr"}, "name": {"Ada L."},
	}
	code, page, _ = h.do(http.MethodPost, h.preferences(), formType, saved.Encode())
	if code != http.StatusOK || !strings.Contains(page, "Vos choix") || !strings.Contains(page, `role="status"`) || !strings.Contains(page, "Jusqu’au lundi 7 décembre 2026") {
		t.Errorf("%d %s", code, page)
	}
	st := h.person()
	if !st.Gets("weekly") || st.Gets("taeglich") || !slices.Equal(st.Muted, []string{"Databases"}) || st.Tags != nil || st.Timezone != "Europe/Paris" ||
		st.Language != "fr" || st.Name != "Ada L." || !st.Paused.Equal(h.clock.now().AddDate(0, 0, 14)) {
		t.Errorf("%+v", st)
	}
	// What a form says that nobody could choose changes nothing.
	saved.Set("pause", "keep")
	for field, value := range map[string]string{"zone": "../../etc/passwd", "language": "klingon"} {
		saved.Set(field, value)
	}
	h.do(http.MethodPost, h.preferences(), formType, saved.Encode())
	if again := h.person(); again.Timezone != "Europe/Paris" || again.Language != "fr" || !again.Paused.Equal(st.Paused) {
		t.Errorf("%+v", again)
	}
	saved.Set("pause", "")
	saved["newsletters"] = []string{"taeglich", "weekly"}
	h.do(http.MethodPost, h.preferences(), formType, saved.Encode())
	if again := h.person(); !again.Gets("taeglich") || !again.Gets("weekly") || !again.Paused.IsZero() {
		t.Errorf("%+v", again)
	}
}

func TestLeavingByPreferences(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for name, form := range map[string]string{"by the button": "action=all", "with nothing ticked": "action=save"} {
		code, page, _ := h.do(http.MethodPost, h.preferences(), formType, form)
		if code != http.StatusOK || !strings.Contains(page, "does not get any newsletter") || h.subscribed("weekly") || h.subscribed("taeglich") {
			t.Errorf("%s: %d %s", name, code, page)
		}
		if code, _, _ := h.do(http.MethodPost, h.preferences(), formType, "action=undo"); code != http.StatusOK || !h.subscribed("weekly") {
			t.Errorf("%s: not taken back: %d", name, code)
		}
	}
	h = newHouse(t, "")
	for _, form := range []string{"", "action=x", "action=undo", "action=unfollow", "action=unfollow&tag=%20"} {
		if code, _, _ := h.do(http.MethodPost, h.preferences(), formType, form); code != http.StatusOK || !h.subscribed("weekly") || h.person().Muted != nil {
			t.Errorf("%q: %d", form, code)
		}
	}
}

func TestUnfollow(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, tag := range []string{"Sport", "Not of ours <b>"} {
		code, page, _ := h.do(http.MethodGet, h.preferences()+"?unfollow="+url.QueryEscape(tag), "", "")
		if code != http.StatusOK || !strings.Contains(page, "Unfollow "+strings.ReplaceAll(tag, "<b>", "&lt;b&gt;")) || strings.Contains(page, `value="Sport" checked`) {
			t.Errorf("%d %s", code, page)
		}
		if h.person().Muted != nil && tag == "Sport" {
			t.Fatal("a GET unfollows")
		}
		h.do(http.MethodPost, h.preferences(), formType, url.Values{"action": {"unfollow"}, "tag": {tag}}.Encode())
		if code, page, _ := h.do(http.MethodGet, h.preferences()+"?unfollow="+url.QueryEscape(tag), "", ""); code != http.StatusOK || strings.Contains(page, ">Unfollow") {
			t.Errorf("once done: %d %s", code, page)
		}
	}
	if st := h.person(); !slices.Equal(st.Muted, []string{"Sport", "Not of ours <b>"}) || !st.Gets("weekly") {
		t.Errorf("%+v", st)
	}
}

// To unfollow a topic says nothing of newsletters: whoever takes none that there is now has not left, and whoever left has not come back.
func TestUnfollowLeavesTheRest(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	ctx := context.Background()
	old := []digest.Subscriber{{Email: "ada@reader.example", Newsletters: []string{"old"}}}
	if err := h.store.SyncSubscribers(ctx, old, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	unfollow := func(tag string) {
		t.Helper()
		form := url.Values{"action": {"unfollow"}, "tag": {tag}}
		if code, page, _ := h.do(http.MethodPost, h.preferences(), formType, form.Encode()); code != http.StatusOK || !strings.Contains(page, `role="status"`) {
			t.Errorf("%d %s", code, page)
		}
	}
	if unfollow("Sport"); !h.person().Gets("old") || len(h.person().Left) > 0 || !slices.Equal(h.person().Muted, []string{"Sport"}) {
		t.Errorf("%+v", h.person())
	}
	if err := h.store.Unsubscribe(ctx, h.subscriber, "old", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	if unfollow("Go"); h.person().Gets("old") || !slices.Equal(h.person().Left, []string{"old"}) {
		t.Errorf("%+v", h.person())
	}
	for i := range 501 {
		if err := h.store.Unfollow(ctx, h.subscriber, fmt.Sprintf("made up %d", i), h.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	if muted := h.person().Muted; len(muted) != 500 || muted[499] != "made up 500" {
		t.Errorf("%d topics are kept, the last %q", len(muted), muted[len(muted)-1])
	}
}

func TestUndo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	leave := "/u/" + h.token("weekly")
	if _, page, _ := h.do(http.MethodPost, leave, formType, "List-Unsubscribe=One-Click"); !strings.Contains(page, "Undo") || h.subscribed("weekly") {
		t.Errorf("%s", page)
	}
	if _, page, _ := h.do(http.MethodPost, leave, formType, "action=undo"); !strings.Contains(page, "You are subscribed") || !h.subscribed("weekly") {
		t.Errorf("%s", page)
	}
	h.do(http.MethodPost, leave, formType, "List-Unsubscribe=One-Click")
	h.clock.move(25 * time.Hour)
	for _, form := range []string{"action=undo", "List-Unsubscribe=One-Click"} {
		if _, page, _ := h.do(http.MethodPost, leave, formType, form); !strings.Contains(page, "You have left") || h.subscribed("weekly") || strings.Contains(page, "Undo") {
			t.Errorf("a day later: %s", page)
		}
	}
	for i, want := range []bool{true, false} { // leaving all is another departure
		if _, page, _ := h.do(http.MethodPost, h.preferences(), formType, "action=all"); strings.Contains(page, `value="undo"`) != want {
			t.Errorf("time %d: %s", i, page)
		}
		h.clock.move(25 * time.Hour)
	}
}

// A page speaks the language that the newsletter does which somebody gets, and knows the day by its clock.
func TestLanguageOfOnesOwnPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	auckland, err := time.LoadLocation("Pacific/Auckland")
	if err != nil {
		t.Fatal(err)
	}
	h.options.Newsletters[1].Location = auckland
	h.swapTopics("Go")
	list := []digest.Subscriber{{Email: "ada@reader.example", Newsletters: []string{"taeglich"}}}
	if err := h.store.SyncSubscribers(context.Background(), list, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	h.clock.move(6 * time.Hour) // 13:00 in UTC, two hours into the next day in Auckland
	form := url.Values{"action": {"save"}, "newsletters": {"taeglich"}, "pause": {"1"}}
	if _, page, _ := h.do(http.MethodPost, h.preferences(), formType, form.Encode()); !strings.Contains(page, `lang="de"`) || !strings.Contains(page, "Dienstag, 1. Dezember 2026") {
		t.Errorf("%s", page)
	}
	for path, lang := range map[string]string{"/n/taeglich/archive?before=x": "de", "/n/weekly/archive?before=x": "en", "/n/none": "en"} {
		if code, page, header := h.do(http.MethodGet, path, "", ""); code != http.StatusNotFound || !strings.Contains(page, `lang="`+lang+`"`) || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", path, code, header, page)
		}
	}
}

// A page that fails is not kept by anybody.
func TestTroubleIsNotKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/n/weekly", "/n/taeglich/archive", "/n/weekly/atom.xml", "/i/" + h.issue, "/u/" + h.token("weekly")} {
		if code, page, header := h.do(http.MethodGet, path, "", ""); code != http.StatusInternalServerError || header.Get("Cache-Control") != "no-store" ||
			strings.Contains(page, `lang="de"`) != strings.Contains(path, "taeglich") {
			t.Errorf("%s: %d %v %s", path, code, header, page)
		}
	}
}

// A token opens what it was made for, and nothing else; the page of one does not lead to another.
func TestTokensOpenOneThing(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	unsubscribe, preferences := h.token("weekly"), h.signer.Token(digest.PurposePreferences, h.subscriber)
	confirm := h.signer.Token(digest.PurposeConfirm, "nothing")
	for _, path := range []string{"/p/" + unsubscribe, "/c/" + unsubscribe, "/u/" + preferences, "/c/" + preferences, "/u/" + confirm, "/p/" + confirm, "/c/" + confirm} {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			if code, _, _ := h.do(method, path, formType, "action=all"); code != http.StatusNotFound {
				t.Errorf("%s %s: %d", method, path, code)
			}
		}
	}
	for _, form := range []string{"", "action=undo", "action=all"} {
		if _, page, _ := h.do(http.MethodPost, "/u/"+unsubscribe, formType, form); strings.Contains(page, "/p/") {
			t.Errorf("%q: whoever may unsubscribe somebody may choose for them", form)
		}
	}
}

// Old mails name the path that the site had then.
func TestLinksOfAnotherPath(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "/letters")
	root := strings.TrimSuffix(h.url, "/letters")
	h.url = root
	for _, path := range []string{"", "/letters", "/old/place"} {
		if code, page, _ := h.do(http.MethodGet, path+h.preferences(), "", ""); code != http.StatusOK || !strings.Contains(page, `action="/letters/p/`) {
			t.Errorf("%q: %d %s", path, code, page)
		}
		if code, _, _ := h.do(http.MethodGet, path+"/i/"+h.issue, "", ""); code != http.StatusOK {
			t.Errorf("%q: the issue: %d", path, code)
		}
	}
	if code, _, _ := h.do(http.MethodPost, "/older/u/"+h.token("weekly"), formType, "List-Unsubscribe=One-Click"); code != http.StatusOK || h.subscribed("weekly") {
		t.Errorf("one click: %d", code)
	}
	for path, want := range map[string]int{"/letters": http.StatusOK, "/letters/": http.StatusOK, "/letters/n/weekly": http.StatusOK, "/elsewhere/n/weekly": http.StatusNotFound} {
		if code, _, _ := h.do(http.MethodGet, path, "", ""); code != want {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// A site may have had a path that looks like one of our own, and a newsletter a name that does.
func TestLinksOfAPathLikeOurs(t *testing.T) {
	t.Parallel()
	for _, now := range []string{"", "/n/home"} {
		h := newHouse(t, now)
		h.url = strings.TrimSuffix(h.url, now)
		h.options.Newsletters[1].Name = "u"
		h.swapTopics("Go")
		for _, was := range []string{"/n", "/n/letters", "/n/u", "/u", "/u/old", "/i", "/i/x", "/c/p"} {
			for _, path := range []string{h.preferences(), "/i/" + h.issue, "/i/" + h.issue + "/pic.jpg", "/u/" + h.token("weekly")} {
				if code, _, _ := h.do(http.MethodGet, was+path, "", ""); code != http.StatusOK {
					t.Errorf("a site that was at %q and is at %q: %s: %d", was, now, path, code)
				}
			}
		}
		for _, path := range []string{"/n/u", "/n/u/archive", "/n/u/atom.xml", "/n/u/form", "/n/weekly/archive"} {
			if code, page, _ := h.do(http.MethodGet, now+path, "", ""); code != http.StatusOK {
				t.Errorf("%s: %d %s", path, code, page)
			}
		}
		if code, _, _ := h.do(http.MethodPost, "/n/letters/u/"+h.token("weekly"), formType, "List-Unsubscribe=One-Click"); code != http.StatusOK || h.subscribed("weekly") {
			t.Errorf("one click: %d", code)
		}
	}
}

// A site that moves to the root of its host has no path of its own to tell old links by.
func TestLinksOfAPathThatIsNoMore(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, path := range []string{h.preferences(), "/i/" + h.issue, "/u/" + h.token("weekly")} {
		if code, page, _ := h.do(http.MethodGet, "/letters"+path, "", ""); code != http.StatusOK || strings.Contains(page, `action="/letters`) {
			t.Errorf("%s: %d %s", path, code, page)
		}
	}
	if code, _, _ := h.do(http.MethodPost, "/letters/u/"+h.token("weekly"), formType, "List-Unsubscribe=One-Click"); code != http.StatusOK || h.subscribed("weekly") {
		t.Errorf("one click: %d", code)
	}
	for path, want := range map[string]int{"/n/weekly/archive": http.StatusOK, "/letters/n/weekly": http.StatusNotFound, "/n/u/u/p": http.StatusNotFound} {
		if code, _, _ := h.do(http.MethodGet, path, "", ""); code != want {
			t.Errorf("%s: %d", path, code)
		}
	}
}

func TestPublicPages(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "/letters")
	_, page, header := h.do(http.MethodGet, "/", "", "")
	for _, want := range []string{`href="/letters/n/weekly"><bdi>The Reading Room`, "It comes every Monday at 07:00 (UTC).", `href="/letters/n/taeglich"><bdi>Der Tag`, "14 Quay Street"} {
		if !strings.Contains(page, want) {
			t.Errorf("the home page lacks %q", want)
		}
	}
	if header.Get("X-Robots-Tag") != "" || header.Get("Cache-Control") != "public, max-age=300" || strings.Contains(page, "noindex") {
		t.Errorf("%v", header)
	}
	_, page, _ = h.do(http.MethodGet, "/n/weekly", "", "")
	for _, want := range []string{
		"It is about Go, Databases and Sport.", `href="/letters/i/frozen-issue"`, "A story &lt;script&gt;", `type="application/atom+xml" href="/letters/n/weekly/atom.xml"`,
		"Monday 23 November 2026", `href="https://a.example/1"`, "Only the address and what you choose here are stored",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the newsletter's page lacks %q", want)
		}
	}
	if _, page, _ = h.do(http.MethodGet, "/n/taeglich", "", ""); !strings.Contains(page, `lang="de"`) || !strings.Contains(page, "Es gibt noch keine Ausgabe.") {
		t.Errorf("%s", page)
	}
	if code, _, _ := h.do(http.MethodGet, "/n/none", "", ""); code != http.StatusNotFound {
		t.Errorf("an unknown newsletter: %d", code)
	}
	if code, page, _ := h.do(http.MethodGet, "/robots.txt", "", ""); code != http.StatusOK || !strings.Contains(page, "Disallow: /u/\n") {
		t.Errorf("%d %s", code, page)
	}
}

func TestArchive(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for i := range 44 {
		h.clock.move(time.Hour)
		h.freeze(fmt.Sprintf("issue-%02d", i), fmt.Sprintf("Story %02d & <more>", i))
	}
	seen := 0
	for path := "/n/weekly/archive"; path != ""; {
		code, page, _ := h.do(http.MethodGet, path, "", "")
		if code != http.StatusOK {
			t.Fatalf("%d %s", code, page)
		}
		seen += strings.Count(page, `href="/i/`)
		_, rest, more := strings.Cut(page, `href="/n/weekly/archive?before=`)
		path = ""
		if more {
			before, _, _ := strings.Cut(rest, `"`)
			path = "/n/weekly/archive?before=" + before
		}
	}
	if seen != 45 {
		t.Errorf("the archive lists %d issues", seen)
	}
	for _, before := range []string{"x", "-1", "99999999999999999999"} {
		if code, _, _ := h.do(http.MethodGet, "/n/weekly/archive?before="+before, "", ""); code != http.StatusNotFound {
			t.Errorf("before=%s: %d", before, code)
		}
	}
	code, body, header := h.do(http.MethodGet, "/n/weekly/atom.xml", "", "")
	var feed struct {
		ID      string `xml:"http://www.w3.org/2005/Atom id"`
		Updated string `xml:"updated"`
		Entries []struct {
			ID, Title, Updated string
			Content            string `xml:"content"`
			Link               struct {
				Href string `xml:"href,attr"`
			} `xml:"link"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal([]byte(body), &feed); err != nil {
		t.Fatal(err)
	}
	if code != http.StatusOK || header.Get("Content-Type") != "application/atom+xml; charset=utf-8" || len(feed.Entries) != 20 || feed.ID != h.url+"/n/weekly/atom.xml" {
		t.Errorf("%d %v, %d entries", code, header, len(feed.Entries))
	}
	newest := feed.Entries[0]
	if newest.Link.Href != h.url+"/i/issue-43" || !strings.Contains(newest.Content, "Story 43 &amp; &lt;more&gt;</a> · A") || feed.Updated != "2026-11-25T03:00:00Z" {
		t.Errorf("%+v, %s", newest, feed.Updated)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/n/weekly/atom.xml", nil)
	r.Header.Set("If-Modified-Since", header.Get("Last-Modified"))
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified {
		t.Errorf("unchanged: %d", w.Code)
	}
}

// Without rules, topics are the sections that the last issues had.
func TestTopicsOfIssues(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.options.Tags = digest.Taxonomy{}
	w := httptest.NewRecorder()
	web.Handler(h.options).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, h.preferences(), nil))
	if !strings.Contains(w.Body.String(), `name="topics" value="Go" checked`) {
		t.Errorf("%s", w.Body)
	}
}

// A private newsletter is seen by nobody but those who get it.
func TestPrivateNewsletter(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.options.Newsletters[0].Private = true
	h.handler.(*swapped).swap(web.Handler(h.options))
	for _, path := range []string{"/n/weekly", "/n/weekly/archive", "/n/weekly/atom.xml", "/n/weekly/form"} {
		if code, _, _ := h.do(http.MethodGet, path, "", ""); code != http.StatusNotFound {
			t.Errorf("%s: %d", path, code)
		}
	}
	for _, path := range []string{"/", "/n/taeglich"} {
		if _, page, _ := h.do(http.MethodGet, path, "", ""); strings.Contains(page, "Reading Room") {
			t.Errorf("%s names it", path)
		}
	}
	if _, page, _ := h.do(http.MethodGet, h.preferences(), "", ""); !strings.Contains(page, `value="weekly" checked`) {
		t.Error("whoever gets it cannot leave it by their preferences")
	}
	if code, _, _ := h.do(http.MethodGet, "/i/"+h.issue, "", ""); code != http.StatusOK {
		t.Errorf("its issue: %d", code)
	}
	h.do(http.MethodPost, h.preferences(), formType, "action=save&newsletters=taeglich&topics=Go")
	if _, page, _ := h.do(http.MethodGet, h.preferences(), "", ""); strings.Contains(page, "Reading Room") {
		t.Error("whoever left it sees it still")
	}
	h.do(http.MethodPost, h.preferences(), formType, "action=save&newsletters=taeglich&newsletters=weekly")
	if h.subscribed("weekly") {
		t.Error("whoever left it can take it again without the admin")
	}
}

func FuzzForms(f *testing.F) {
	h := newHouse(f, "")
	good := []string{h.token("weekly"), h.signer.Token(digest.PurposePreferences, h.subscriber), h.signer.Token(digest.PurposeConfirm, "x")}
	for _, path := range []string{"/p/" + good[0], "/c/" + good[1], "/u/" + good[2], "/n/weekly", "/n/taeglich", "//p/", "/x/p/" + good[1][1:]} {
		f.Add(path, "action=all")
		f.Add(path, "email=grace@reader.example&offered=newsletters+topics&newsletters=weekly&topics=Go&zone=UTC")
		f.Add(path, "email=%ff&name=%00&form="+good[0])
	}
	f.Fuzz(func(t *testing.T, path, body string) {
		if !strings.HasPrefix(path, "/") || strings.Contains(path, good[0]) && strings.Contains(path, "/u/") || strings.Contains(path, good[1]) && strings.Contains(path, "/p/") {
			t.Skip("no path, or the real one")
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body))
		r.URL.Path = path
		r.Header.Set("Content-Type", formType)
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, r)
		if waiting, err := h.store.SignupsWaiting(t.Context()); w.Code >= 500 || err != nil || waiting != 0 || !h.subscribed("weekly") || !h.subscribed("taeglich") {
			t.Errorf("%q with %q: %d, or it changed something", path, body, w.Code)
		}
	})
}

// A topic or newsletter that came after the page was shown was not declined by whoever saves it.
func TestChoicesThatCameSinceThePageWasShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	_, page, _ := h.do(http.MethodGet, h.preferences(), "", "")
	form := url.Values{"action": {"save"}, "newsletters": {"weekly"}, "topics": {"Go", "Databases"}}
	for _, list := range []string{"newsletters-shown", "topics-shown"} {
		m := regexp.MustCompile(`name="` + list + `" value="([^"]*)"`).FindStringSubmatch(page)
		if m == nil {
			t.Fatalf("the form does not say %s: %s", list, page)
		}
		form.Set(list, html.UnescapeString(m[1]))
	}
	h.options.Newsletters = append(h.options.Newsletters, digest.Newsletter{Name: "monthly", Title: "The Month", Language: "en"})
	h.swapTopics("Go", "Databases", "Sport", "News")
	h.do(http.MethodPost, h.preferences(), formType, form.Encode())
	st := h.person()
	if !slices.Equal(st.Muted, []string{"Sport"}) || !st.Gets("monthly") || st.Gets("taeglich") || !st.Gets("weekly") {
		t.Errorf("%+v", st)
	}
}
