package templates

import (
	"strings"
	"testing"

	"tidings/digest"
)

func TestOnline(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	is := normalIssue("en")
	got, err := s.Online(is.Complete(), digest.Site{URL: "https://news.example/letters", Address: "14 Quay Street"})
	if err != nil {
		t.Fatal(err)
	}
	page := string(got)
	for _, want := range []string{
		`src="/letters/i/Zq3vT0b9/lead.jpg"`, "A garbage collector that naps", "14 Quay Street", `content="noindex"`, "That is everything.<",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"cid:", "Unsubscribe", "unsubscribe", "ada@", "Hello", "Read online", "next issue", "could not be read", "<script"} {
		if strings.Contains(page, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	golden(t, "online.html", page)
}

func TestPage(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	p := samplePage()
	p.Lang, p.Heading, p.Parts[1].Text, p.Parts[3].Links[0].URL = "de", "Den <Lesesaal> verlassen?", "Eins & zwei.", "javascript:alert(1)"
	got, err := s.Page(p)
	if err != nil {
		t.Fatal(err)
	}
	page := string(got)
	for _, want := range []string{
		`<html lang="de" dir="ltr">`, "<title>Sample</title>", "Den &lt;Lesesaal&gt; verlassen?", "<p>Eins &amp; zwei.</p>", `<nav><a href="/">Home</a></nav>`,
		`<form method="post" action="/u/sample" id="form">`, `<input type="hidden" name="a" value="1">` + "\n" + `<input type="hidden" name="b" value="&#34;2&#34;">`,
		`<button type="submit">Go</button>`, `<button type="submit" class="minor">Undo</button>`, "prefers-color-scheme:dark", "--paper:#F2EFE8",
		`<input type="checkbox" name="topics" value="a" checked>`, `<option value="a" selected>A</option>` + "\n</optgroup>\n" + `<optgroup label="Two">`,
		`aria-invalid="true" aria-describedby="email-wrong"`, `<p class="wrong" id="email-wrong">Wrong.</p>`, `role="status">Done.`, `role="alert">Wrong.`,
		"<summary>More</summary>", "<code>&lt;form&gt;</code>", "<footer><bdi>14 Quay Street", `tabindex="-1" autocomplete="off"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "javascript:") || strings.Contains(page, "noindex") {
		t.Errorf("%s", page)
	}
	plain, err := s.Page(Page{Title: "Not found", Heading: "Not found"})
	if err != nil || strings.Contains(string(plain), "<form") || !strings.Contains(string(plain), `lang="en"`) || !strings.Contains(string(plain), "noindex") {
		t.Errorf("%s, %v", plain, err)
	}
}

func TestLetter(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	l := sampleLetter()
	l.Lang, l.Before, l.Subject = "ar", "Somebody & <you>.", "Please\r\nBcc: x"
	got, err := s.Letter(l)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`dir="rtl"`, "Somebody &amp; &lt;you&gt;.", `href="https://news.example/c/sample"`, "prefers-color-scheme:dark", `style="`} {
		if !strings.Contains(got.HTML, want) {
			t.Errorf("the letter lacks %q", want)
		}
	}
	if want := "Subscribe?\n\nSomebody & <you>.\n\nYes\nhttps://news.example/c/sample\n\nIf not, do nothing.\n\n-- \n14 Quay Street, Springfield\n"; got.Text != want {
		t.Errorf("%q", got.Text)
	}
	if got.Subject != "Please Bcc: x" {
		t.Errorf("%q", got.Subject)
	}
}

func TestSpeech(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	de, ar := s.Speech("de-AT"), s.Speech("ar")
	if got := de.Fill(de.Welcome, "email", "ada@x.example", "titles", de.Titles([]string{"Wochenblatt", "{email}"})); got != "ada@x.example erhält „Wochenblatt“ und „{email}“." {
		t.Errorf("%q", got)
	}
	if got := ar.Fill(ar.Unfollow, "tag", "C++"); got != "إلغاء متابعة \u200eC++\u200e" {
		t.Errorf("%q", got)
	}
	if got := de.Weeks(1) + ", " + de.Weeks(4) + ", " + de.Schedule("0 7 * * MON") + ", " + de.Lang; got != "1 Woche, 4 Wochen, jeden Montag um 07:00 Uhr, de" {
		t.Errorf("%q", got)
	}
}
