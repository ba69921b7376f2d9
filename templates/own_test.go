package templates

import (
	"strings"
	"testing"
)

// A message rendered for many, and then filled with a reader's own paragraphs, is the message rendered for that reader.
func TestOwnIsTheReaders(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	const greeting, reason = "m0123456789abcdef0123w0", "m0123456789abcdef0123w1"
	for _, lang := range []string{"en", "de", "ar", "ja"} {
		form := reader
		form.Greeting, form.Reason = greeting, reason
		common, err := s.Digest(edition(normalIssue(lang)), form)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{
			"", "Ada", `Ann "the <b>reader</b>" O'Hara & Söhne + {email}`, "\u202eAda\u2066", "نادية حسن", "👩‍👩‍👧 family", "=?utf-8?q?x?=",
			strings.Repeat("Ø", 200), strings.Repeat("long name ", 20), "> From here", ".", "From me", "-- ", greeting,
		} {
			for _, email := range []string{"ada@reader.example", "a+b@reader.example", "用户@xn--fsqu00a.example", strings.Repeat("x", 64) + "@reader.example"} {
				r := reader
				r.Name, r.Email = name, email
				whole, err := s.Digest(edition(normalIssue(lang)), r)
				if err != nil {
					t.Fatal(err)
				}
				hello, why := common.Own.Greeting(r), common.Own.Reason(r)
				text := strings.NewReplacer(greeting, hello.Text, reason, why.Text).Replace(common.Text)
				html := strings.NewReplacer(greeting, hello.HTML, reason, why.HTML).Replace(common.HTML)
				if text != whole.Text || html != whole.HTML || common.Subject != whole.Subject {
					t.Errorf("%s %q %q: they differ", lang, name, email)
				}
			}
		}
	}
}
