package config

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

func TestReadOPML(t *testing.T) {
	t.Parallel()
	feeds, problems, err := ReadOPML("list.opml", strings.NewReader(`<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Tech"><outline text="Go"><outline type="rss" title="A &amp; B" text="x" xmlUrl="https://a.example/"/></outline></outline>
<outline text="https://b.example/" xmlUrl="https://b.example/" category="/Boats/Sails,Ropes"/>
<outline text="News"><outline xmlUrl="HTTPS://A.example:443"/></outline>
<outline type="rss" text="nothing"/>
<outline xmlUrl="file:///etc/passwd"/>
</body></opml>`))
	if err != nil {
		t.Fatal(err)
	}
	want := []NewFeed{
		{URL: "https://a.example/", Title: "A & B", Tags: []string{"Tech", "Go", "News"}},
		{URL: "https://b.example/", Tags: []string{"Boats", "Sails", "Ropes"}},
	}
	if diff := cmp.Diff(want, feeds); diff != "" {
		t.Error(diff)
	}
	if len(problems) != 2 || problems[0].Line != 5 || problems[1].Line != 6 || problems[0].File != "list.opml" {
		t.Errorf("%v", problems)
	}
	for _, text := range []string{"", "<html/>", "<opml>" + strings.Repeat("<outline>", 200)} {
		feeds, problems, err := ReadOPML("x", strings.NewReader(text))
		if len(feeds) != 0 || len(problems) == 0 || err != nil {
			t.Errorf("%.20q: %v, %v, %v", text, feeds, problems, err)
		}
	}
	if _, _, err := ReadOPML("x", strings.NewReader(strings.Repeat(" ", maxOPML+1))); err == nil || !strings.Contains(err.Error(), "larger than 8 MB") {
		t.Error(err)
	}
}

// Other programs do not write what XML is.
func TestReadOPMLOfOthers(t *testing.T) {
	t.Parallel()
	wide := func(little bool, text string) string {
		var b strings.Builder
		for _, r := range utf16.Encode([]rune("\ufeff" + text)) {
			if low, high := byte(r), byte(r>>8); little {
				b.WriteString(string([]byte{low, high}))
			} else {
				b.WriteString(string([]byte{high, low}))
			}
		}
		return b.String()
	}
	const plain = `<opml><body><outline text="Café" xmlUrl="https://a.example/"/></body></opml>`
	for name, tt := range map[string]struct{ text, title, url string }{
		"a bare &":        {`<opml><body><outline text="A & B" xmlUrl="https://a.example/?x=1&y=2&copy=3"/></body></opml>`, "A & B", "https://a.example/?x=1&y=2&copy=3"},
		"HTML's names":    {`<opml><body><outline text="A&nbsp;&mdash; &eacute;&#233;&#xE9; &amp;lt;" xmlUrl="https://a.example/"/></body></opml>`, "A — ééé &lt;", "https://a.example/"},
		"UTF-8, marked":   {"\ufeff" + plain, "Café", "https://a.example/"},
		"UTF-16, little":  {wide(true, `<?xml version="1.0" encoding="UTF-16"?>`+plain), "Café", "https://a.example/"},
		"UTF-16, big":     {wide(false, `<?xml version="1.0" encoding="utf-16"?>`+plain), "Café", "https://a.example/"},
		"a wrong charset": {"\ufeff" + `<?xml version="1.0" encoding="ISO-8859-1"?>` + plain, "Café", "https://a.example/"},
		"no entity":       {`<opml><body><outline text="AT&T; &amp; x" xmlUrl="https://a.example/?a=1&b;c&#38;d"/></body></opml>`, "AT&T; & x", "https://a.example/?a=1&b;c&d"},
		"illegal numbers": {`<opml><body><outline text="a&#0;b&#x1F;c&#xFFFF;&#99999999999;&#233;" xmlUrl="https://a.example/"/></body></opml>`, "abcé", "https://a.example/"},
		"illegal ones":    {"<opml><body><outline text=\"a\x00\x0bb\x1b\" xmlUrl=\"https://a.example/\"/></body></opml>", "ab", "https://a.example/"},
		"no declaration":  {strings.ReplaceAll(plain, "é", "\xe9"), "Café", "https://a.example/"},
		"a wrong one":     {`<?xml version="1.0" encoding='UTF-8'?>` + strings.ReplaceAll(plain, "é", "\xe9"), "Café", "https://a.example/"},
		"a feed reader's": {`<opml><body><outline text="x" xmlUrl="feed://a.example/"/></body></opml>`, "x", "https://a.example/"},
		"and another's":   {`<opml><body><outline text="x" xmlUrl="feed:http://a.example/"/></body></opml>`, "x", "http://a.example/"},
		"Latin-1":         {`<?xml version="1.0" encoding="ISO-8859-1"?>` + strings.ReplaceAll(plain, "é", "\xe9"), "Café", "https://a.example/"},
	} {
		feeds, problems, err := ReadOPML("list.opml", strings.NewReader(tt.text))
		if err != nil || len(problems) > 0 || len(feeds) != 1 || feeds[0].Title != tt.title || feeds[0].URL != tt.url {
			t.Errorf("%s: %+v, %v, %v", name, feeds, problems, err)
		}
	}
}

func TestWriteOPML(t *testing.T) {
	t.Parallel()
	list := []Subscription{
		{NewFeed: NewFeed{URL: "https://a.example/?a=1&b=2", Title: `A <"quoted"> & more`, Tags: []string{"Tech", "Go", "CI/CD"}}, Home: "https://a.example/"},
		{NewFeed: NewFeed{URL: "https://b.example/"}},
		{NewFeed: NewFeed{URL: "https://c.example/", Title: "C", Tags: []string{"tech"}}},
		{NewFeed: NewFeed{URL: "https://d.example/", Title: "Ünïcode 日本", Tags: []string{"Boats", "Sails", "Ropes"}}},
	}
	var b bytes.Buffer
	if err := WriteOPML(&b, "Tidings", list); err != nil {
		t.Fatal(err)
	}
	const golden = "testdata/export.opml"
	if *update {
		if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	back, problems, err := ReadOPML("export.opml", &b)
	if err != nil || len(problems) > 0 || len(back) != len(list) {
		t.Fatal(back, problems, err)
	}
	for _, f := range back {
		switch f.URL {
		case "https://a.example/?a=1&b=2":
			if diff := cmp.Diff([]string{"CI/CD", "Go", "Tech"}, sortedTags(f)); diff != "" || f.Title != list[0].Title {
				t.Errorf("%+v %s", f, diff)
			}
		case "https://b.example/":
			if f.Title != "" || f.Tags != nil {
				t.Errorf("%+v", f)
			}
		case "https://d.example/":
			if diff := cmp.Diff(list[3].NewFeed, f); diff != "" {
				t.Error(diff)
			}
		}
	}
}

func sortedTags(f NewFeed) []string { return slices.Sorted(slices.Values(f.Tags)) }
