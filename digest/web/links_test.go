package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"tidings/digest"
)

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
