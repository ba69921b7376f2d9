package web_test

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/web"
)

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
