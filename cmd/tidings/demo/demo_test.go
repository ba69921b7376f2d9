package demo

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const sample = "From: =?utf-8?q?Das_Bl=C3=A4ttchen?= <a@example.com>\r\nTo: <b@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n folded\r\n" +
	"Content-Type: multipart/alternative; boundary=x\r\n\r\n" +
	"--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n1. St=C3=A4dte: 2 Artikel\r\n2. Garten\r\n--x\r\n" +
	"Content-Type: multipart/related; boundary=y\r\n\r\n--y\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head></head><img src=\"cid:p.jpg\"></html>\r\n--y\r\n" +
	"Content-Type: image/jpeg\r\nContent-ID: <p.jpg>\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--y--\r\n--x--\r\n"

func TestParse(t *testing.T) {
	t.Parallel()
	m, err := Parse(Received{To: "b@example.com", Data: []byte(sample)})
	if err != nil {
		t.Fatal(err)
	}
	if m.Sender != "Das Blättchen" || m.Subject != "Grüße folded" || m.Headers[2] != (Header{"Subject", "Grüße folded"}) {
		t.Errorf("the head: %q, %q, %q", m.Sender, m.Subject, m.Headers)
	}
	if m.Text != "1. Städte: 2 Artikel\n2. Garten" || strings.Join(m.Topics(), "|") != "Städte|Garten" {
		t.Errorf("the text: %q, %q", m.Text, m.Topics())
	}
	if p := m.Pictures["p.jpg"]; p.Type != "image/jpeg" || string(p.Data) != "\x00\x01\x02" {
		t.Errorf("the picture: %v", m.Pictures)
	}
	got := m.Resolve(func(cid string) string { return "/x/" + cid }, `<base target="_blank">`)
	if want := `<html><head><base target="_blank"></head><img src="/x/p.jpg"></html>`; got != want {
		t.Errorf("the HTML: %s", got)
	}
	m.Pictures, m.HTML = nil, `<a class="x" href="#s1">1</a><a href="https://a.example/#s1">2</a>`
	if got, want := m.Resolve(nil, ""), `<a class="x" target="_self" href="#s1">1</a><a href="https://a.example/#s1">2</a>`; got != want {
		t.Errorf("links within the message: %s", got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\n--x--"))
	f.Add([]byte("Subject: x\r\n\r\nbody"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		m, err := Parse(Received{Data: data})
		if err == nil {
			m.Topics()
			m.Resolve(func(cid string) string { return cid }, "")
		}
	})
}

// TestSite holds that the sample site is whole: every feed but the broken one, every article and every picture that they name.
func TestSite(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(nil)
	defer server.Close()
	site, err := NewSite(server.URL, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = site.Handler()
	articles, formats := 0, map[string]bool{}
	for _, s := range site.sources {
		status, _, feed := get(t, server.URL+"/"+s.Slug+"/feed")
		if status != http.StatusOK || s.Format == "broken" != strings.Contains(feed, "<!doctype html>") {
			t.Errorf("%s: %d", s.Slug, status)
		}
		formats[s.Format] = true
		for _, p := range s.Posts {
			articles++
			if _, _, page := get(t, s.link(server.URL, p)); !strings.Contains(page, "</h1>") || !strings.Contains(page, p.lead()) {
				t.Errorf("the page of %s is not there", p.Slug)
			}
			if p.Image == "" {
				continue
			}
			if status, _, _ := get(t, server.URL+"/pictures/"+p.Image+".png"); status != http.StatusOK {
				t.Errorf("the picture of %s: %d", p.Slug, status)
			}
		}
	}
	if articles < 20 || len(formats) < 6 {
		t.Errorf("%d articles in %v", articles, formats)
	}
}

func TestInbox(t *testing.T) {
	t.Parallel()
	m, err := Parse(Received{To: "b@example.com", Data: []byte(sample)})
	if err != nil {
		t.Fatal(err)
	}
	m.Subject = "<script>alert(1)</script>"
	inbox, err := NewInbox([]Message{m}, []FeedFact{{Feed: Feed{Title: "Old", Broken: true}, Error: "gone"}}, "/tmp/x")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(inbox.Handler())
	defer server.Close()
	for path, want := range map[string]string{
		"/":                    "broken on purpose:</span> gone",
		"/m/0":                 `sandbox="allow-popups allow-popups-to-escape-sandbox"`,
		"/m/0?view=phone":      `class="phone"`,
		"/m/0?view=text":       "1. Städte: 2 Artikel",
		"/m/0?view=headers":    "<dt>Subject</dt><dd>Grüße folded</dd>",
		"/m/0/body":            `<img src="/m/0/picture/p.jpg">`,
		"/m/0/picture/p.jpg":   "\x00\x01\x02",
		"/m/0/source":          "Content-Type: multipart/alternative",
		"/m/0/picture/q.jpg":   "404",
		"/m/1":                 "404",
		"/m/x":                 "404",
		"/m/0/picture/..%2f..": "404",
	} {
		status, header, body := get(t, server.URL+path)
		if !strings.Contains(body, want) || want == "404" && status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, status, body)
		}
		if strings.Contains(body, "<script") {
			t.Errorf("%s lets a subject through as markup", path)
		}
		policy := header.Get("Content-Security-Policy")
		if strings.HasPrefix(header.Get("Content-Type"), "text/html") && (!strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "script")) {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if strings.HasSuffix(path, "/body") && !strings.HasPrefix(policy, "sandbox ") {
			t.Errorf("a message is not shown in a sandbox: %q", policy)
		}
	}
}

func get(t *testing.T, url string) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, string(body)
}
