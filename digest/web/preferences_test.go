package web_test

import (
	"context"
	"fmt"
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/store"
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
	if unfollow("Go"); h.person().Gets("old") || !slices.Equal(slices.Collect(maps.Keys(h.person().Left)), []string{"old"}) {
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
