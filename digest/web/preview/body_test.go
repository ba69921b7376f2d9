package preview

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestBody(t *testing.T) {
	t.Parallel()
	const head = "<style>:root{color-scheme:light!important}</style>"
	for _, c := range []struct {
		name     string
		l        look
		in, want string
	}{
		{"untouched", look{}, "<p class=a>1 &lt; 2</p><!--[if mso]><a href='x'><![endif]-->", "<p class=a>1 &lt; 2</p><!--[if mso]><a href='x'><![endif]-->"},
		{"a link", look{}, `<a class="x" href="https://a.example/?b&amp;c" target="_top">`, `<a class="x" href="https://a.example/?b&amp;c" target="_blank" rel="noopener noreferrer">`},
		{"a place in the message", look{}, `<a href="#s1">`, `<a href="#s1">`},
		{"a picture it brings", look{query: "?view=html&width=320"}, `<img src="cid:a.jpg" alt="A">`, `<img src="/message/picture/a.jpg?view=html&amp;width=320" alt="A">`},
		{"a picture from elsewhere", look{}, `<img src="https://a.example/b.png">`, `<img src="https://a.example/b.png">`},
		{
			"light",
			look{},
			"<head><style>@media (prefers-color-scheme:dark){a{}} @media screen and ( Prefers-Color-Scheme : light ){b{}}</style></head>",
			"<head><style>@media (max-width:-1px){a{}} @media screen and (min-width:0){b{}}</style>" + head + "</head>",
		},
		{
			"dark",
			look{dark: true},
			"<head><style>@media (prefers-color-scheme:dark){a{}}</style></head>",
			"<head><style>@media (min-width:0){a{}}</style>" + strings.Replace(head, "light", "dark", 1) + "</head>",
		},
		{"without styles", look{noStyle: true}, "<head><STYLE type=x>a{}</STYLE><!-- --></head><p style='b'>c</p>", "<head><!-- -->" + head + "</head><p style='b'>c</p>"},
		{"an abbreviation is no link", look{}, "<abbr href=x>", "<abbr href=x>"},
	} {
		if got, err := c.l.body(c.in); err != nil || got != c.want {
			t.Errorf("%s:\n got %s\nwant %s (%v)", c.name, got, c.want, err)
		}
	}
}

func FuzzBody(f *testing.F) {
	f.Add(`<html><head><style>@media (prefers-color-scheme:dark){}</style></head><body><a href="x"><img src="cid:y"></a>`)
	f.Add("<style><a href=x></style")
	f.Add("<a href='\xff'<img src=cid:")
	f.Fuzz(func(t *testing.T, in string) {
		for _, l := range []look{{}, {dark: true, noStyle: true, query: "?a=b"}} {
			out, err := l.body(in)
			if err != nil {
				return
			}
			opening(in)
			for z := html.NewTokenizer(strings.NewReader(out)); ; {
				if z.Next() == html.ErrorToken {
					break
				}
				tok := z.Token()
				for _, a := range tok.Attr {
					if tok.Data == "img" && a.Key == "src" && strings.HasPrefix(a.Val, "cid:") && len(tok.Attr) == 1 {
						t.Errorf("a picture that the message brings is not found: %q from %q", out, in)
					}
				}
			}
		}
	})
}

func TestOpening(t *testing.T) {
	t.Parallel()
	in := "<html><head><title>No</title></head><body><div>One &amp;\n two</div><p>" + strings.Repeat("word ", 100)
	if got := opening(in); !strings.HasPrefix(got, "One & two word word") || len([]rune(got)) != 140 || !strings.HasSuffix(got, "…") {
		t.Errorf("%q", got)
	}
}

func TestLoadsPictures(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{`<img alt="a" src="https://a.example/b.png">`: true, `<img src="cid:a">`: false, `<a href="https://a.example/">src="https:`: false} {
		if got := loadsPictures(in); got != want {
			t.Errorf("%s: %v", in, got)
		}
	}
}
