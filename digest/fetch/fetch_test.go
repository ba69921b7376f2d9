package fetch

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// noon is the now of all tests.
func noon() time.Time { return time.Date(2026, time.March, 5, 12, 0, 0, 0, time.UTC) }

// plainText stands in for the text rules of the program: tags out, a line for each paragraph.
func plainText(markup string) string {
	markup = regexp.MustCompile(`(?is)<(script|style)\b.*?</(script|style)>`).ReplaceAllString(markup, "")
	markup = regexp.MustCompile(`(?i)</p>|<br\s*/?>`).ReplaceAllString(markup, "\n")
	markup = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(markup, "")
	markup = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&").Replace(markup)
	var lines []string
	for line := range strings.Lines(markup) {
		if line = digest.OneLine(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// client may ask loopback addresses, and waits as long as a busy machine takes.
func client(o Options) *Client {
	o.Timeout = orElse(o.Timeout, time.Minute)
	o.AllowPrivate = true
	o.Text = plainText
	if o.UserAgent == "" {
		o.UserAgent = "Tidings/test"
	}
	return New(o)
}

// serve starts a server on loopback that ends with the test.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// serveBody serves one document to everybody.
func serveBody(t *testing.T, contentType, body string) string {
	t.Helper()
	return serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		_, _ = w.Write([]byte(body))
	})
}

// rssFeed is a feed of n complete items.
func rssFeed(n int) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Notes</title><link>https://notes.example/</link><language>en</language>` + "\n")
	for i := range n {
		fmt.Fprintf(&b, "<item><title>Story %d</title><link>https://notes.example/%d</link><guid>note-%d</guid>"+
			"<pubDate>Wed, 04 Mar 2026 09:%02d:00 GMT</pubDate><description>&lt;p&gt;Body %d.&lt;/p&gt;</description></item>\n", i, i, i, i%60, i)
	}
	b.WriteString("</channel></rss>\n")
	return b.String()
}

func fetchOne(t *testing.T, c *Client, url string) Result {
	t.Helper()
	return c.Fetch(t.Context(), digest.Feed{URL: url}, digest.FeedState{}, noon())
}

// wantError holds that the fetch failed, in one line that says all of the words, and that its state says the same.
func wantError(t *testing.T, r Result, words ...string) {
	t.Helper()
	if r.Err == nil {
		t.Fatalf("no error; articles %d, note %q", len(r.Articles), r.State.Note)
	}
	for _, w := range words {
		if !strings.Contains(r.Err.Error(), w) {
			t.Errorf("error %q does not say %q", r.Err, w)
		}
	}
	s := r.State
	if s.Error != r.Err.Error() || s.Failures != 1 || !s.FailingSince.Equal(noon()) || !s.LastTry.Equal(noon()) || !s.NextFetch.After(noon()) {
		t.Errorf("state after the failure: %+v", s)
	}
	if strings.ContainsAny(s.Error, "\r\n\x1b") || len(r.Articles) > 0 {
		t.Errorf("error %q with %d articles", s.Error, len(r.Articles))
	}
}

func wantArticles(t *testing.T, r Result, n int) {
	t.Helper()
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	if len(r.Articles) != n {
		t.Fatalf("%d articles, want %d (note %q)", len(r.Articles), n, r.State.Note)
	}
	if r.State.Failures != 0 || r.State.Error != "" || !r.State.LastSuccess.Equal(noon()) || r.State.URL == "" {
		t.Errorf("state after the success: %+v", r.State)
	}
}

func TestFetchRSS(t *testing.T) {
	t.Parallel()
	url := serveBody(t, "application/rss+xml", rssFeed(3))
	r := fetchOne(t, client(Options{}), url)
	wantArticles(t, r, 3)
	s := r.State
	if s.URL != url || s.Title != "Notes" || s.Home != "https://notes.example/" || s.Lang != "en" || !s.NextFetch.Equal(noon().Add(time.Hour)) {
		t.Errorf("state %+v", s)
	}
	a := r.Articles[1]
	if a.Feed != url || a.Title != "Story 1" || a.URL != "https://notes.example/1" || a.GUID != "note-1" || a.Excerpt != "Body 1." || a.Lang != "en" {
		t.Errorf("article %+v", a)
	}
	if want := time.Date(2026, 3, 4, 9, 1, 0, 0, time.UTC); !a.Published.Equal(want) {
		t.Errorf("published %v", a.Published)
	}
	if a.Keys[0] != "id:note-1" || a.Keys[1] != "link:notes.example/1" {
		t.Errorf("keys %q", a.Keys)
	}
}

func TestFetchAtomAndJSON(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Notizen</title><link href="https://n.example/"/>
			<entry><id>tag:n.example,1</id><title type="html">Eins &amp;amp; zwei</title><link rel="self" href="https://n.example/1.atom"/>
			<link rel="alternate" type="text/html" href="https://n.example/1"/><author><name>Ada</name></author><category term="go" label="Go"/>
			<updated>2026-03-04T09:00:00Z</updated><summary>Kurz.</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Lang.</p></div></content></entry></feed>`,
		"json": `{"version":"https://jsonfeed.org/version/1.1","title":"Notizen","home_page_url":"https://n.example/","language":"de","items":[
			{"id":"tag:n.example,1","title":"Eins & zwei","url":"https://n.example/1","authors":[{"name":"Ada"}],"tags":["Go"],
			"date_published":"2026-03-04T10:00:00+01:00","summary":"Kurz.","content_html":"<p>Lang.</p>"}]}`,
	} {
		r := fetchOne(t, client(Options{}), serveBody(t, "text/plain", body))
		wantArticles(t, r, 1)
		a := r.Articles[0]
		if a.Title != "Eins & zwei" || a.URL != "https://n.example/1" || a.GUID != "tag:n.example,1" || a.Author != "Ada" || a.Lang != "de" ||
			a.Excerpt != "Kurz." || a.Content != "Lang." || len(a.Categories) != 1 || a.Categories[0] != "Go" ||
			!a.Published.Equal(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: %+v", name, a)
		}
	}
}

func TestNewNeedsText(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a client without Text would let markup through")
		}
	}()
	New(Options{})
}

func TestRow04Due(t *testing.T) {
	t.Parallel()
	later, earlier := noon().Add(time.Minute), noon().Add(-time.Minute)
	for _, tt := range []struct {
		state         digest.FeedState
		alone, byHand bool
	}{
		{digest.FeedState{}, true, true},
		{digest.FeedState{NextFetch: earlier, RetryAfter: earlier}, true, true},
		{digest.FeedState{NextFetch: later}, false, true},
		{digest.FeedState{RetryAfter: later}, false, false},
		{digest.FeedState{LastTry: later, NextFetch: later, RetryAfter: later}, false, false},
		{digest.FeedState{LastTry: noon().Add(2 * time.Hour), NextFetch: noon().Add(3 * time.Hour), RetryAfter: noon().Add(3 * time.Hour)}, true, true},
		{digest.FeedState{LastTry: noon().AddDate(3, 0, 0), NextFetch: noon().AddDate(3, 0, 1), RetryAfter: noon().AddDate(3, 0, 1)}, true, true},
	} {
		if Due(tt.state, noon(), false) != tt.alone || Due(tt.state, noon(), true) != tt.byHand {
			t.Errorf("%+v", tt.state)
		}
	}
}

// each looks at results one by one.
func each(look func(Result)) func([]Result) {
	return func(results []Result) {
		for _, r := range results {
			look(r)
		}
	}
}
