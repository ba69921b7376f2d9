package templates

import (
	"regexp"
	"strings"
	"testing"
)

// What parses and renders, and yet would not be read, is refused with its line and the reason.
func TestChecks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, replacement, want string }{
		{"light text", "theme.css", "--muted:#5D626B", "--muted:#8D929B", "theme.css:4: --muted #8D929B on --card #FFFFFF in the light theme has a contrast of 3.1; text like this needs 4.5 to be read"},
		{"body text", "theme.css", "--body:#363A42", "--body:#666666", "theme.css:4: --body #666666 on --card #FFFFFF in the light theme has a contrast of 5.7; text like this needs 7.0"},
		{"dark text", "theme.css", "--ink:#F4F2ED", "--ink:#777777", "theme.css:11: --ink #777777 on --card #181B1F in the dark theme"},
		{"a section's colour", "theme.css", "--se:#7D3560", "--se:#FFC0E0", "theme.css:6: --se #FFC0E0 on --card"},
		{"a dark section's colour", "theme.css", "--sd:#AEB0FF", "--sd:#303060", "theme.css:13: --sd #303060 on --card"},
		{"dark paper", "theme.css", "--paper:#0E1012", "--paper:#606060", "on --paper #606060 in the dark theme"},
		{"a name of a colour", "theme.css", "--ink:#17191E", "--ink:#17191", `the colour "#17191" cannot be checked`},
		{"a colour by hand", "masthead.html.tmpl", `class="hello"`, `class="hello" style="color:#dddddd"`, "#dddddd on --card #FFFFFF in the light theme"},
		{"a script", "footer.html.tmpl", "<p", "<script></script><p", "there is a <script>"},
		{"a form", "footer.html.tmpl", "<p", "<form></form><p", "there is a <form>"},
		{"a data picture", "footer.html.tmpl", "<p", `<img src="data:image/png;base64,AAAA" alt=""><p`, "there is a data: picture"},
		{"kept in", "footer.html.tmpl", `href="{{.URL}}"`, `href="https://a.example/"`, "the link to unsubscribe is missing from the HTML"},
		{"kept in, as text", "footer.txt.tmpl", "{{- range .Choices}}", "{{- range .Choice}}", "footer.txt.tmpl:10:"},
		{"a large style", "head.css", "a:hover", strings.Repeat(".name{color:red}\n", 600) + "a:hover", "a <style> has 1"},
		{"a large frame", "footer.html.tmpl", "<p", strings.Repeat("word ", 5000) + "<p", "before its first article"},
		{"a large section", "section.html.tmpl", "<tr>", "<tr><td>" + strings.Repeat("word ", 1000) + "</td></tr><tr>", "each section has"},
		{"nested", "head.css", ".name{", "@supports (a:b){.name{", "head.css:5: an @-rule within an @-rule"},
		{"attribute selector", "head.css", "a:hover", "[x] a:hover", "head.css:9: an attribute selector"},
		{"a font from elsewhere", "head.css", "a:hover", "@import 'x';a:hover", "head.css:9: nothing may be loaded"},
		{"a variable", "head.css", "a:hover{", "a:hover{color:var(--pink);", "head.css:9: --pink is not in theme.css"},
		{"a part within itself", "item.html.tmpl", "</tr>", `{{template "item" .}}</tr>`, "the template \"item\" calls itself here"},
		{"a part within another and itself", "item.txt.tmpl", "{{wrap", `{{define "one"}}{{template "other" .}}{{end}}{{define "other"}}{{with .Name}}{{template "one" .}}{{end}}{{end}}{{wrap`, "calls itself here"},
		{"a range without end", "item.txt.tmpl", "{{wrap", "{{range 100000000}}a million times and more{{end}}{{wrap", `item.txt.tmpl:2:8: the template makes more than 8 MiB`},
		{"a range without end that makes nothing", "item.txt.tmpl", "{{wrap", "{{range 1000000000000}}{{end}}{{wrap", `item.txt.tmpl:2:8: the template comes to no end`},
		{"ranges within each other", "item.html.tmpl", "<tr", "{{range 1000000}}\n{{range 1000000}}{{else}}x{{end}}{{end}}<tr", `item.html.tmpl:4:8: the template comes to no end`},
		{"a letter without its link", "letter.html.tmpl", "{{.URL}}", "https://a.example/", "letter.html.tmpl: the link is missing"},
		{"a letter without its link, as text", "letter.txt.tmpl", "{{.URL}}", "", "letter.txt.tmpl: the link is missing"},
		{"a page without its forms", "page.html.tmpl", `{{template "form" .}}`, "", "page.html.tmpl: the forms are missing"},
		{"a colour of no theme", "inline.css", "letter-spacing:-.4px;color:var(--ink)", "color:#eeeeee", "inline.css or a template: #eeeeee on --card #FFFFFF in the light"},
		{"a range without end in a part", "footer.html.tmpl", "<p", "{{range 1000000000000}}{{end}}<p", "footer.html.tmpl:"},
		{"a range without end on a page", "page.html.tmpl", "<body", "{{range 1000000000000}}{{end}}<body", "page.html.tmpl:"},
		{"no such part", "digest.html.tmpl", `{{template "footer" .}}`, `{{template "fotter" .}}`, "digest.html.tmpl:54"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(changed(t, c.file, c.old, c.replacement))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

// A rebranded theme that can be read is taken as it is.
func TestTheme(t *testing.T) {
	t.Parallel()
	s, err := Load(changed(t, "theme.css", "--accent:#A62F17", "--accent:#004F9F"))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Digest(edition(normalIssue("en")), reader)
	if err != nil || !strings.Contains(out.HTML, "border-top:4px solid #004F9F") {
		t.Errorf("the accent is not used: %v", err)
	}
	if s, err = Load(changed(t, "theme.css", "--muted:#A0A6AF", "--muted:#B0B6BF")); err != nil {
		t.Fatal(err)
	}
	if out, err = s.Digest(edition(normalIssue("en")), reader); err != nil {
		t.Fatal(err)
	}
	for _, block := range []string{".quiet,", "[data-ogsc] .quiet,"} { // both dark blocks follow
		if !regexp.MustCompile(`(?m)^[^\n]*` + regexp.QuoteMeta(block) + `[^\n]*\{color:#B0B6BF!important\}$`).MatchString(out.HTML) {
			t.Errorf("%s is not in the new dark colour", block)
		}
	}
}

// The built-in templates keep to their share of a message.
func TestFrame(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	if f := s.frame; f.fixed > 13<<10 || f.section > 2250 || f.unfollow > 500 {
		t.Errorf("%+v", f)
	}
	for _, brief := range []bool{false, true} {
		most := map[bool]int{false: 1000, true: 550}[brief]
		html, err := s.htmlOf(&itemView{article: article{Title: "T", URL: "https://a.example/", Meta: "M", Summary: "S"}}, brief)
		if err != nil || len(html.text) > most {
			t.Errorf("brief %v: %d bytes, %v", brief, len(html.text), err)
		}
	}
}

func TestIllegibleOnceInverted(t *testing.T) {
	t.Parallel()
	th := loaded(t).theme
	for c, want := range map[colors]string{
		{"#00ff00", "#336666"}: "has a contrast of 1.6 once a mail program inverts it",
		{"#fff", "#999999"}:    "has a contrast of 2.8; ",
		{"#000", "#fff"}:       "",
	} {
		got, err := th.illegible(c, false)
		if err != nil || !strings.Contains(got, want) || want == "" && got != "" {
			t.Errorf("%v: %q, %v", c, got, err)
		}
	}
	if got, err := th.illegible(colors{"#00ff00", "#336666"}, true); err != nil || got != "" { // nobody inverts a dark scheme
		t.Errorf("%q, %v", got, err)
	}
}

// A part in the folder takes the place of the built-in one, and of nothing else.
func TestOwnPart(t *testing.T) {
	t.Parallel()
	s, err := Load(overlay(t, map[string]string{
		"brief.html.tmpl": "<li class=\"li\">{{.Title}} in short</li>\n", "brief.txt.tmpl": "{{wrap .Title}} in short\n{{.URL}}\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	out, err := s.Digest(edition(normalIssue("en")), reader)
	if err != nil {
		t.Fatal(err)
	}
	checkEdition(t, out)
	if n := strings.Count(out.HTML, " in short</li>"); n != 2 || strings.Count(out.Text, " in short\nhttps://") != n || !strings.Contains(out.HTML, "tail latency.</p>") {
		t.Errorf("%d briefs are one's own", n)
	}
	whole, err := Load(overlay(t, map[string]string{"digest.txt.tmpl": "{{.Title}}\n{{range .Choices}}{{.URL}}\n{{end}}-- \n"}))
	if err != nil {
		t.Fatal(err)
	}
	if out, err = whole.Digest(edition(normalIssue("en")), reader); err != nil || !strings.HasPrefix(out.Text, "The Reading Room\nhttps://news.example/p/") {
		t.Errorf("%q, %v", out.Text, err)
	}
}
