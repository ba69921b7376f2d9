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
	got, err := s.Page(Page{
		Lang: "de", Title: "Abmelden", Heading: "Den <Lesesaal> verlassen?", Paragraphs: []string{"Eins & zwei.", "Drei."},
		Action: &Action{URL: "/u/x", Label: "Abmelden", Fields: map[string]string{"b": `"2"`, "a": "1"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	page := string(got)
	for _, want := range []string{
		`<html lang="de" dir="ltr">`, "<title>Abmelden</title>", "Den &lt;Lesesaal&gt; verlassen?", "<p>Eins &amp; zwei.</p>",
		`<form method="post" action="/u/x">`, `<input type="hidden" name="a" value="1">` + "\n" + `<input type="hidden" name="b" value="&#34;2&#34;">`,
		`<button type="submit">Abmelden</button>`, "prefers-color-scheme:dark", "--paper:#F2EFE8",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	plain, err := s.Page(Page{Title: "Not found", Heading: "Not found"})
	if err != nil || strings.Contains(string(plain), "<form") || !strings.Contains(string(plain), `lang="en"`) {
		t.Errorf("%s, %v", plain, err)
	}
}
