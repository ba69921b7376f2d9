package fetch

import (
	"bytes"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tidings/digest"
)

// nasty lists documents that broke readers of feeds, or were made to.
func nasty() []string {
	return []string{
		"<rss><channel><item><title>1 < 2 <!-- -- --></title></item><item><3 '<a>", "", "{", "<", "<!--", "<![CDATA[", "<?xml", "</", "<rss", "<rss>", "<a b='", "{}", "[]", "null", "\x00<\x00r", "\xff\xfe<\x00", "\xef\xbb\xbf",
		`{"items":[null]}`, `{"version":"https://jsonfeed.org/version/1","items":[{"id":{}},{"tags":7}]}`, `{"items":[{"id":"}]`, `{"a":"\`,
		rssFeed(2), rssFeed(2)[:200], strings.ReplaceAll(rssFeed(1), "</", "<"), strings.ToUpper(rssFeed(1)),
		"<rss><channel>" + strings.Repeat("<a>", 300), "<rss><channel><item>" + strings.Repeat("<x:y z='>'>", 50),
		"<rss><channel><item><title>&#0;&#x;&#xD800;&nosuch;&</title><pubDate>32/13/-1 25:61 pm+99:99</pubDate></item>",
		"<rss><channel><item></wrong></item></channel></rss>", "<rss><channel><item><link>http://[::1/%zz</link></item></channel></rss>",
		`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="::"><entry><content type="xhtml"><div><b></content></entry></feed>`,
		`<feed><entry><content type="image/png">` + "AAAA" + `</content><link href=":"/><updated>2026-13-01T</updated></entry></feed>`,
		"<rdf:RDF><item rdf:about=''><dc:date>99年99月</dc:date></item></rdf:RDF>", "<html><link rel=alternate type=application/rss+xml href=//>",
		"<!DOCTYPE rss [<!ENTITY a '&b;&b;'><!ENTITY b '&a;&a;'>]><rss><channel><title>&a;</title></channel></rss>",
		"<rss><channel><item><description><![CDATA[" + strings.Repeat("The old pier. ", 30) + "]]></description><title>\ue000text0\ue001</title></item><item><description>\ue000text9\ue001</description></item></channel></rss>",
		"<feed><entry><content type=html mode=''><![CDATA[" + strings.Repeat("<p>]]", 90) + "]]></content><id>1</id></entry><entry><summary><![CDATA[" + strings.Repeat(" ", 300) + "]]></summary>",
		"<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><!--<item><content:encoded><![CDATA[" + strings.Repeat("-->", 99) + "]]></content:encoded></item></channel></rss>",
		"<rss" + strings.Repeat(" xmlns:a='b'", 300) + "><channel><item><title>t</title></item></channel></rss>", "<rss><channel><item><title>" + strings.Repeat("a<!---->", 300) + "</title></item></channel></rss>",
		`{"version":"https://jsonfeed.org/version/1.1","items":[null,{"id":null,"title":null,"authors":[null],"tags":[null],"attachments":[null]},{"authors":null,"date_published":0}]}`,
		`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 250), "\x1f\x8b\x08", "<rss><channel><item><pubDate>Mon, 99 Foo 99999 99:99:99 +9999</pubDate><guid isPermaLink=true>javascript:x</guid></item></channel></rss>",
		"<rss><channel><item><description>&lt;img width=1 src=' data:x'&gt;&lt;img src='//h'&gt;</description><category>\u202e</category></item></channel></rss>",
	}
}

func FuzzGuard(f *testing.F) {
	for _, s := range nasty() {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		b := toUTF8(bytes.Clone(in), "")
		if !utf8.Valid(b) {
			t.Fatalf("not UTF-8: %q", b)
		}
		k, b := kindOf(b)
		b = clean(b)
		if again := clean(bytes.Clone(b)); len(again) > len(b) {
			t.Fatalf("cleaning made %q of %q", again, b)
		}
		_, _ = salvageJSON(b), mendJSON(b)
		if k != kindXML {
			return
		}
		flaws, err := checkXML(b)
		if err != nil {
			return
		}
		switch mended := flaws.mend(b); {
		case mended == nil && (flaws.strays || flaws.unended):
			t.Fatalf("%s: %q was not mended", flaws, b)
		case mended != nil:
			if again, err := checkXML(mended); (again.strays || again.unended) && err == nil {
				t.Fatalf("%s yet: %q became %q", again, b, mended)
			}
		}
		if sound := withoutBroken(b, time.Now().Add(time.Minute)); len(sound) > len(b) {
			t.Fatalf("leaving out made %q of %q", sound, b)
		}
		if mended := mendXML(b); mended != nil && len(mended) > 4*len(b) {
			t.Fatalf("mending made %q of %q", mended, b)
		}
		for limit := len(b); ; {
			whole, cut := salvageXML(b, limit)
			if whole == nil {
				break
			}
			if cut > limit || !bytes.HasPrefix(b, whole[:cut]) {
				t.Fatalf("cut at %d, limit %d", cut, limit)
			}
			limit = cut - 1
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, s := range nasty() {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		doc, err := parse(&answer{url: "https://notes.example/feed", body: bytes.Clone(in)})
		if err != nil {
			if s := sentence(digest.Feed{URL: "https://notes.example/feed"}, digest.FeedState{}, err); strings.ContainsAny(s, "\r\n") || len(s) > 5000 {
				t.Fatalf("error %q", s)
			}
			return
		}
		r := reader{feed: "f", doc: doc, base: doc.baseURL("https://notes.example/feed"), text: plainText, now: noon()}
		seen := map[string]bool{}
		for _, a := range r.articles() {
			switch {
			case len(a.Keys) == 0 || seen[a.Keys[0]]:
				t.Fatalf("keys %q", a.Keys)
			case a.Title == "" || a.Title != digest.OneLine(a.Title):
				t.Fatalf("title %q", a.Title)
			case strings.Contains(a.Excerpt+a.Content, markStart) && !bytes.Contains(in, []byte(markStart)):
				t.Fatalf("a mark is left: %+v", a)
			case a.Published.After(noon()):
				t.Fatalf("published %v", a.Published)
			}
			for _, u := range []string{a.URL, a.Image} {
				if u != "" && !strings.HasPrefix(u, "http://") && !strings.HasPrefix(u, "https://") {
					t.Fatalf("address %q", u)
				}
			}
			seen[a.Keys[0]] = true
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{"", "2026-03-04T09:00:00Z", "::", "+:", "4 mar 26 3pm+1", "2026年3月4日", "1/2/3", "gmt+99999", "9999999999999999999", "0000-01-01T0:00:00Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := parseDate(s); ok && (at.Year() < 999 || at.Year() > 10000) {
			t.Fatalf("%q: %v", s, at)
		}
		_ = retryAfter(s, noon())
		if d := freshness(map[string][]string{"Cache-Control": {s}, "Age": {s}, "Expires": {s}}, noon()); d < 0 {
			t.Fatalf("%q: %s", s, d)
		}
	})
}

func FuzzTitle(f *testing.F) {
	for _, s := range []string{"<b>a</b>", "<script>a</script", "<script></SCRIPT >b", "<style><!--</style>", "<b <i>", "</", "<!--", "<?a>&amp;#x1b;", "<textarea><p>", "<a b='>", "\x00<\xff>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := titleText(s)
		if got != digest.OneLine(got) || utf8.RuneCountInString(got) > maxTitle {
			t.Fatalf("%q: %q", s, got)
		}
		if !strings.ContainsAny(s, "<&") && len(s) < maxTitle && got != digest.OneLine(s) {
			t.Fatalf("%q became %q", s, got)
		}
	})
}
