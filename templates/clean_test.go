package templates

import (
	"strings"
	"testing"
)

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		most int
		want string
	}{
		{"plain", 10, "plain"},
		{"two  spaces\n\tand a line", 40, "two spaces and a line"},
		{"nul\x00 c1\u0085x \u202eright\u2066 zero\u200bwidth \xff \ufffe\ufdd0\ue000", 60, "nul c1 x right zerowidth"},
		{"a rather long line of words", 12, "a rather…"},
		{"a rather long line of words", 9, "a rather…"},
		{"unbreakable", 5, "unbr…"},
		{"字字字字字字", 4, "字字字…"},
		{"xe\u0301e\u0301e\u0301e\u0301", 5, "xe\u0301…"},
		{"with a comma, and more", 15, "with a comma…"},
	} {
		if got := line(c.in, c.most); got != c.want {
			t.Errorf("line(%q, %d) = %q, want %q", c.in, c.most, got, c.want)
		}
	}
}

func TestSoft(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"short words stay as they are, however many there may be of them", "short words stay as they are, however many there may be of them"},
		{strings.Repeat("a", 40), strings.Repeat("a", 40)},
		{strings.Repeat("a", 41), strings.Repeat("a", 20) + "\u200b" + strings.Repeat("a", 20) + "\u200ba"},
		{
			"github.com/very-long-organisation/very-long-repository",
			"github.com\u200b/very-long-organisation/very-long-repository",
		},
		{strings.Repeat("字", 50), strings.Repeat("字", 50)},
	} {
		got := soft(c.in)
		if strings.HasPrefix(c.in, "github") { // where exactly matters less than that every piece is short
			for piece := range strings.SplitSeq(got, "\u200b") {
				if len(piece) > softPiece {
					t.Errorf("soft(%q) leaves %q", c.in, piece)
				}
			}
			continue
		}
		if got != c.want {
			t.Errorf("soft(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://a.example/x?y=1&z=2#frag":   "https://a.example/x?y=1&z=2#frag",
		" http://a.example ":                 "http://a.example",
		"HTTPS://a.example/":                 "https://a.example/",
		"https://a.example/a b'\"<>()|[x]":   "https://a.example/a%20b%27%22%3C%3E%28%29%7C%5Bx%5D",
		"https://a.example/?q=100%&r=%41%zz": "https://a.example/?q=100%25&r=%41%25zz",
		"https://bücher.example/straße":      "https://xn--bcher-kva.example/stra%C3%9Fe",
		"javascript:alert(1)":                "",
		"JaVaScRiPt:alert(1)":                "",
		"data:text/html,x":                   "",
		"ftp://a.example/":                   "",
		"//a.example/":                       "",
		"/relative":                          "",
		"https://":                           "",
		"https:///path":                      "",
		"":                                   "",
		"https://a.example/\x00":             "",
		"https://a.example/" + strings.Repeat("x", 2000): "",
	} {
		if got := link(in); got != want {
			t.Errorf("link(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestSubject(t *testing.T) {
	t.Parallel()
	h := edition(normalIssue("en"))
	for _, c := range []struct{ tmpl, want string }{
		{"", "The Reading Room: A garbage collector that naps when your…"},
		{"{{.Title}} {{.Number}}", "The Reading Room 214"},
		{"{{.Count}} stories\r\nBcc: x@example.com", "9 stories Bcc: x@example.com"},
		{"{{with .Missing}}{{end}}", "error"},
		{"{{", "error"},
		{"  {{/* nothing */}}", "The Reading Room"},
		{"{{.Title}}: ", "The Reading Room"},
		{"{{if gt .Count 3}}{{(index .Lead.Elsewhere 7).Name}}{{end}}", "The Reading Room: A garbage collector that naps when your…"},
	} {
		got, err := subject(c.tmpl, h.Headline())
		if c.want == "error" {
			if err == nil || checkSubject(c.tmpl) == nil {
				t.Errorf("subject %q is no error", c.tmpl)
			}
			continue
		}
		if err != nil || got != c.want || checkSubject(c.tmpl) != nil {
			t.Errorf("subject(%q) = %q, %v; want %q", c.tmpl, got, err, c.want)
		}
	}
}
