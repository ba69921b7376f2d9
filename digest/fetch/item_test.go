package fetch

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tidings/digest"
)

// articlesOf reads a document that came from https://notes.example/feed.
func articlesOf(t *testing.T, body string) []digest.Article {
	t.Helper()
	return client(Options{}).articles(digest.Feed{URL: "https://notes.example/feed"}, mustParse(t, body), &answer{url: "https://notes.example/feed"}, noon())
}

// articleOf reads the first article of an RSS channel with this inside.
func articleOf(t *testing.T, item string) digest.Article {
	t.Helper()
	const open = `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
		xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom"
		xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:xhtml="http://www.w3.org/1999/xhtml"><channel>`
	as := articlesOf(t, open+item+"</channel></rss>")
	if len(as) == 0 {
		t.Fatalf("no article in %s", item)
	}
	return as[0]
}

func TestTableTitle(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("word ", 300)
	for item, want := range map[string]string{
		"<title>  Two\n lines\t</title>":                                             "Two lines",
		"<title>Fish &amp;amp; chips</title>":                                        "Fish & chips",
		"<title>&lt;b&gt;Bold&lt;/b&gt; claim</title>":                               "Bold claim",
		"<title>&lt;script&gt;alert(1)&lt;/script&gt;Safe</title>":                   "Safe",
		"<title>abc\u202efdp.exe\u200f</title>":                                      "abcfdp.exe",
		"<title>Hi&#13;&#10;Bcc: all@example.org</title>":                            "Hi Bcc: all@example.org",
		"<itunes:title>Episode 1</itunes:title>":                                     "Episode 1",
		"<media:title>Film</media:title>":                                            "Film",
		"<description>&lt;p&gt;A short note.&lt;/p&gt;&lt;p&gt;More.</description>":  "A short note.",
		"<description>" + long + "</description>":                                    strings.TrimSpace(strings.Repeat("word ", 15)) + "…",
		"<link>https://notes.example/a?b=c</link>":                                   "notes.example/a?b=c",
		"<title><![CDATA[ ]]></title><link>https://notes.example/untitled</link>":    "notes.example/untitled",
		"<title>&lt;img src=x&gt;</title><description>Only a picture.</description>": "Only a picture.",
	} {
		if got := articleOf(t, "<item>"+item+"</item>").Title; got != want {
			t.Errorf("%s:\n got %q\nwant %q", item, got, want)
		}
	}
	if got := articleOf(t, "<item><title>"+long+"</title></item>").Title; utf8.RuneCountInString(got) > maxTitle {
		t.Errorf("%d runes", utf8.RuneCountInString(got))
	}
}

// The titles are those that people write about markup, and with it.
func TestTitleKeepsItsWords(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"Why &amp;lt;script&amp;gt; blocks rendering":                           "Why <script> blocks rendering",
		"Use of &amp;lt;template&amp;gt; elements":                              "Use of <template> elements",
		"The &lt;title&gt; tag":                                                 "The <title> tag",
		"&lt;textarea&gt;, &lt;style&gt; and &lt;b&gt;bold&lt;/b&gt;":           "<textarea>, <style> and bold",
		"Why &lt;script&gt; blocks":                                             "Why <script> blocks",
		"Use of &lt;?php and &lt;!DOCTYPE html&gt;":                             "Use of <?php and <!DOCTYPE html>",
		"One &lt;p or none":                                                     "One <p or none",
		"Is 1 &lt; 2 and 3 &gt; 2?":                                             "Is 1 < 2 and 3 > 2?",
		"if a &lt;b &amp;&amp; c&gt; d":                                         "if a <b && c> d",
		"Close your &lt;/b&gt; tags":                                            "Close your </b> tags",
		"Map&lt;String, List&lt;T&gt;&gt; in Java":                              "Map<String, List<T>> in Java",
		"&lt;STRONG class='x'&gt;Big&lt;/strong&gt; H&lt;sub&gt;2&lt;/sub&gt;O": "Big H2O",
		"&lt;b&gt;&lt;i&gt;Crossed&lt;/b&gt;&lt;/i&gt;":                         "Crossed",
		"&lt;p&gt;One&lt;/p&gt;&lt;p&gt;Two&lt;br/&gt;Three&lt;/p&gt;":          "One Two Three",
		"&lt;a href='https://x.example/'&gt;Linked&lt;/a&gt;":                   "Linked",
		"The &lt;code&gt;&amp;lt;title&amp;gt;&lt;/code&gt; tag":                "The <title> tag",
		"&lt;img src='x' onerror='y'&gt; Pier":                                  "Pier",
		"The &lt;img&gt; tag":                                                   "The <img> tag",
		"A&lt;!-- hidden --&gt;B":                                               "AB",
		"&lt;script&gt;if (a&lt;b) {&lt;/script&gt;Safe":                        "Safe",
		"&lt;SCRIPT src=x&gt;&lt;b&gt;a()&lt;/Script&gt;Safe&lt;/b&gt;":         "Safe</b>",
		"&lt;style&gt;p {}&lt;/style &gt;Safe":                                  "Safe",
		"AT&amp;amp;T, AT&amp;amp;amp;T, It&amp;#8217;s, It&amp;amp;#8217;s":    "AT&T, AT&T, It’s, It’s",
		"a&amp;#27;[31m&amp;#8238;b":                                            "a[31mb",
		"<![CDATA[Why <script> blocks]]>":                                       "Why <script> blocks",
		"&lt;b&gt;&lt;/b&gt;&lt;script&gt;a()&lt;/script&gt;&lt;br&gt;":         "The text.",
	} {
		if got := articleOf(t, "<title>"+written+"</title><item><title>"+written+"</title><description>The text.</description></item>").Title; got != want {
			t.Errorf("%s:\n got %q\nwant %q", written, got, want)
		}
	}
	for title, want := range map[string]string{
		`<title type="text">Text &lt;b&gt; title</title>`:                                                                "Text <b> title",
		`<title type="html">The &amp;lt;title&amp;gt; tag</title>`:                                                       "The <title> tag",
		`<title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">The <code>&lt;title&gt;</code> tag</div></title>`: "The <title> tag",
	} {
		as := articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom">`+title+`<entry><id>1</id>`+title+`</entry></feed>`)
		if as[0].Title != want {
			t.Errorf("%s: %q", title, as[0].Title)
		}
	}
	if doc := mustParse(t, "<rss><channel><title>All of &lt;head&gt;</title><item><title>t</title></item></channel></rss>"); doc.title() != "All of <head>" {
		t.Errorf("the feed's title is %q", doc.title())
	}
}

func TestTableNothingToShow(t *testing.T) {
	t.Parallel()
	if as := articlesOf(t, "<rss><channel><item/><item><guid>1</guid></item><item><title>a</title></item></channel></rss>"); len(as) != 1 {
		t.Errorf("%+v", as)
	}
}

func TestTableLink(t *testing.T) {
	t.Parallel()
	for item, want := range map[string]string{
		"<link>https://a.example/1</link>":                              "https://a.example/1",
		"<link>/posts/1</link>":                                         "https://notes.example/posts/1",
		"<link>javascript:alert(1)</link>":                              "",
		"<link>data:text/html,x</link><guid>https://a.example/2</guid>": "https://a.example/2",
		"<guid isPermaLink='false'>https://a.example/3</guid>":          "",
		"<guid>tag:a,3</guid>":                                          "",
		"<atom:link rel='self' href='https://a.example/self'/><atom:link href='https://a.example/4'/>": "https://a.example/4",
		"<enclosure url='https://a.example/5.mp3' type='audio/mpeg'/>":                                 "https://a.example/5.mp3",
		"<link>https://me:pw@a.example/6</link>":                                                       "https://a.example/6",
		"<link>https://bücher.example/7</link>":                                                        "https://xn--bcher-kva.example/7",
		"<link>https://a.example/" + strings.Repeat("x", 5000) + "</link>":                             "",
		"<link>https://a.example/\n8</link>":                                                           "",
		"<link>http://[::1</link>":                                                                     "",
	} {
		if got := articleOf(t, "<item><title>t</title>"+item+"</item>").URL; got != want {
			t.Errorf("%.100s: %q, want %q", item, got, want)
		}
	}
}

func TestTableBase(t *testing.T) {
	t.Parallel()
	as := articlesOf(t, `<rss xml:base="/blog/"><channel><item><title>t</title><link>1</link><description>&lt;img src="p.png" alt="A 'p'"&gt;</description></item></channel></rss>`)
	if as[0].URL != "https://notes.example/blog/1" || as[0].Image != "https://notes.example/blog/p.png" || as[0].ImageAlt != "A 'p'" {
		t.Errorf("%+v", as[0])
	}
	as = articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/x/"><entry><id>1</id><title>t</title><link href="1"/>
		<link rel="alternate" type="application/pdf" href="1.pdf"/></entry></feed>`)
	if as[0].URL != "https://b.example/x/1" {
		t.Errorf("%+v", as[0])
	}
	// A base is no directory (RFC 3986 §5.2.3), as that of www.tbray.org/ongoing/ongoing.atom is none.
	for base, want := range map[string]string{
		"https://b.example/x/x.atom":           "https://b.example/x/when/1",
		"https://b.example/x/x.atom?v=/2&amp;": "https://b.example/x/when/1",
		"https://b.example":                    "https://b.example/when/1",
		"y.atom":                               "https://notes.example/when/1",
		"/x/y.atom":                            "https://notes.example/x/when/1",
		"":                                     "https://notes.example/when/1",
	} {
		as = articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom" xml:base="`+base+`"><entry xml:base="when/now"><id>1</id><title>t</title>
			<link href="1"/><content type="html">&lt;img src="p.png"&gt;</content></entry></feed>`)
		if as[0].URL != want || as[0].Image != strings.TrimSuffix(want, "1")+"p.png" {
			t.Errorf("%s: %q, %q; want %q", base, as[0].URL, as[0].Image, want)
		}
	}
}

func TestTableAuthor(t *testing.T) {
	t.Parallel()
	for channel, want := range map[string]string{
		"<item><title>t</title><dc:creator>Ada</dc:creator><dc:creator>Grace &amp;amp; Co</dc:creator></item>": "Ada, Grace & Co",
		"<item><title>t</title><author>ada@example.org (Ada)</author></item>":                                  "Ada",
		"<item><title>t</title><author>ada@example.org</author></item>":                                        "",
		"<item><title>t</title><dc:creator>ada@example.org</dc:creator></item>":                                "",
		"<managingEditor>Grace</managingEditor><item><title>t</title></item>":                                  "Grace",
		"<managingEditor>Grace</managingEditor><item><title>t</title><dc:creator>@ada</dc:creator></item>":     "@ada",
		"<item><title>t</title><author>noreply@blogger.com (Unknown)</author></item>":                          "",
		"<item><title>t</title><dc:creator>Ada ada@example.org</dc:creator></item>":                            "",
		"<item><title>t</title><dc:creator>&lt;b&gt;A\nB</dc:creator></item>":                                  "A B",
	} {
		if got := articleOf(t, channel).Author; got != want {
			t.Errorf("%s: %q, want %q", channel, got, want)
		}
	}
}

func TestTableTags(t *testing.T) {
	t.Parallel()
	a := articleOf(t, `<item><title>t</title><category> Go </category><category>go</category><category></category><category>R&amp;amp;D</category><category>Caf&amp;eacute;</category><category>café</category>
		<category>Salt, pepper</category><dc:subject>Physics</dc:subject><media:keywords>a, b,,A</media:keywords><itunes:keywords>pod,cast</itunes:keywords></item>`)
	if want := []string{"Go", "R&D", "Café", "Salt, pepper", "pod", "cast", "Physics", "a", "b"}; !slices.Equal(a.Categories, want) {
		t.Errorf("%q", a.Categories)
	}
	var many strings.Builder
	for i := range 100 {
		fmt.Fprintf(&many, "<category>%d %s</category>", i, strings.Repeat("x", 200))
	}
	a = articleOf(t, "<item><title>t</title>"+many.String()+"</item>")
	if len(a.Categories) != maxCategories || utf8.RuneCountInString(a.Categories[0]) > maxCategory {
		t.Errorf("%d, the first of %d runes", len(a.Categories), utf8.RuneCountInString(a.Categories[0]))
	}
	as := articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>t</title>
		<category scheme="http://schemas.google.com/g/2005#kind" term="http://schemas.google.com/blogger/2008/kind#post"/><category term="x" label="X-rays"/></entry></feed>`)
	if want := []string{"X-rays"}; !slices.Equal(as[0].Categories, want) {
		t.Errorf("%q", as[0].Categories)
	}
}

func TestTableText(t *testing.T) {
	t.Parallel()
	for item, want := range map[string][2]string{
		"<description>Short.</description><content:encoded><![CDATA[<p>Long</p><p>text.</p>]]></content:encoded>": {"Short.", "Long\ntext."},
		"<description>Same.</description><content:encoded>Same.</content:encoded>":                                {"Same.", ""},
		"<media:group><media:description>Of a film.</media:description></media:group>":                            {"Of a film.", ""},
		"<xhtml:body><xhtml:p>One.</xhtml:p><xhtml:p>Two.</xhtml:p></xhtml:body>":                                 {"", "One.\nTwo."},
		"<itunes:subtitle>About it.</itunes:subtitle>":                                                            {"About it.", ""},
	} {
		if a := articleOf(t, "<item><title>t</title>"+item+"</item>"); a.Excerpt != want[0] || a.Content != want[1] {
			t.Errorf("%s: %q, %q", item, a.Excerpt, a.Content)
		}
	}
	as := articlesOf(t, `{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"t","content_text":"if a <b && c> d {\n}"}]}`)
	if as[0].Content != "if a <b && c> d {\n}" {
		t.Errorf("plain text: %q", as[0].Content)
	}
	if a := articleOf(t, "<item><title>t</title><description>"+strings.Repeat("é", 300_000)+"</description></item>"); utf8.RuneCountInString(a.Excerpt) > maxText {
		t.Errorf("%d runes", utf8.RuneCountInString(a.Excerpt))
	}
}

// RSS has no <content> and no <summary>, but some feeds do.
func TestTableTextOfOtherNames(t *testing.T) {
	t.Parallel()
	a := articleOf(t, "<item><title>t</title><summary>Short.</summary><content>&lt;p&gt;Long &amp;amp; full.&lt;/p&gt;</content></item>")
	if a.Excerpt != "Short." || a.Content != "Long & full." {
		t.Errorf("%+v", a)
	}
}

// Atom 0.3 may write its texts in base64.
func TestTableTextInBase64(t *testing.T) {
	t.Parallel()
	coded := func(s string) string { return "\n" + base64.StdEncoding.EncodeToString([]byte(s)) + "\n" }
	a := articlesOf(t, `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry><id>1</id><title type="text/plain" mode="base64">`+coded("Fish & chips")+`</title>
		<summary mode="base64">`+coded("<p>Short.</p>")+`</summary><content type="text/html" mode="base64">`+coded("<p>Long &amp; full.\x01\xff</p>")+`</content></entry>
		<entry><id>2</id><title>after</title><content type="text/html" mode="base64">no base64!</content></entry></feed>`)
	if len(a) != 2 || a[0].Title != "Fish & chips" || a[0].Excerpt != "Short." || a[0].Content != "Long & full." || a[1].Content != "no base64!" {
		t.Errorf("%+v", a)
	}
}

func TestTableTextOfPrefixedXHTML(t *testing.T) {
	t.Parallel()
	as := articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="xhtml"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml">With <xh:b>prefix</xh:b></xh:div></title>
		<content type="xhtml"><xh:div xmlns:xh="http://www.w3.org/1999/xhtml"><xh:p>One.</xh:p><xh:p>Two <xh:img src="https://i.example/a.png"/></xh:p></xh:div></content></entry>
		<entry><title>&lt;a:div> of b:div</title></entry></feed>`)
	if a := as[0]; a.Title != "With prefix" || a.Content != "One.\nTwo" || a.Image != "https://i.example/a.png" {
		t.Errorf("%+v", a)
	}
	for _, plain := range []string{"", "<", "<div>a:div</div>", "a:div", "<a b:div", "<:div>"} {
		if got := unprefixed(plain); got != plain {
			t.Errorf("%q became %q", plain, got)
		}
	}
}

func TestTableImage(t *testing.T) {
	t.Parallel()
	html := func(s string) string {
		return "<description>" + strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace(s) + "</description>"
	}
	for item, want := range map[string]string{
		"<media:content url='https://i.example/a.jpg' medium='image'/><media:thumbnail url='https://i.example/b.jpg'/>":                                                                                       "https://i.example/a.jpg",
		"<media:content url='https://i.example/a.mp4' type='video/mp4'/><media:thumbnail url='/b.jpg'/>":                                                                                                      "https://notes.example/b.jpg",
		"<media:group><media:thumbnail url='https://i.example/c.jpg'/></media:group>":                                                                                                                         "https://i.example/c.jpg",
		"<media:group><media:content url='https://i.example/s.jpg' type='image/jpeg' width='100'/><media:content url='https://i.example/l.jpg' type='image/jpeg' width='1600'/></media:group>":                "https://i.example/l.jpg",
		"<media:content url='https://i.example/s.jpg' medium='image' width='140'/><media:content url='https://i.example/u.jpg' medium='image'/><media:content url='https://i.example/v.jpg' medium='image'/>": "https://i.example/u.jpg",
		"<media:thumbnail url='https://i.example/icon.png' width='16'/><itunes:image href='https://i.example/cover.png'/>":                                                                                    "https://i.example/cover.png",
		"<media:thumbnail url='https://i.example/t.png' width='75'/><media:thumbnail url='https://i.example/t2.png' width='150'/>":                                                                            "https://i.example/t2.png",
		"<enclosure url='https://i.example/d.png' type='image/png'/>":                                                                                                                                         "https://i.example/d.png",
		"<itunes:image href='https://i.example/e.png'/>":                                                                                                                                                      "https://i.example/e.png",
		html(`<img src="https://i.example/1.gif" width="1" height="1"><IMG src=https://i.example/f.png>`):                                                                                                     "https://i.example/f.png",
		html(`<img src="data:image/gif;base64,R0" data-src="https://i.example/g.png">`):                                                                                                                       "https://i.example/g.png",
		html(`<img src="https://i.example/1.png" width="49"><img src="https://i.example/2.png" height=" 49px"><img src="https://i.example/3.png" width="50" height="50">`):                                    "https://i.example/3.png",
		html(`<img src="https://i.example/4.png" width="100%" height="auto">`):                                                                                                                                "https://i.example/4.png",
		html(`<img src="/blank.png" data-lazy-src="/h.png">`):                                                                                                                                                 "https://notes.example/h.png",
		html(`<img src="/blank.png" data-original="/i.png">`):                                                                                                                                                 "https://notes.example/i.png",
		html(`<img class="wp-smiley" src="https://i.example/s.png">`):                                                                                                                                         "",
		html(`<img src="javascript:x"><img><img src="http://feeds.feedburner.com/~r/x">`):                                                                                                                     "",
	} {
		if got := articleOf(t, "<item><title>t</title>"+item+"</item>").Image; got != want {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
}

func TestTableLanguage(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"en-us": "en-US", "en_GB": "en-GB", "de": "de", "fr-ABCD9": "fr", "": "", "english language": "", "und": "", "<b>": ""} {
		if got := languageTag(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := articleOf(t, "<language>en</language><item><title>t</title><dc:language>ja</dc:language></item>").Lang; got != "ja" {
		t.Errorf("%q", got)
	}
}

func TestTableOnlyTheNewest(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("<rss><channel>")
	for i := range maxItems + 50 { // the oldest first
		at := noon().AddDate(-1, 0, 0).Add(time.Duration(i) * time.Hour / 2)
		fmt.Fprintf(&b, "<item><title>%d</title><guid>%d</guid><pubDate>%s</pubDate></item>", i, i, at.Format(time.RFC1123Z))
	}
	b.WriteString("</channel></rss>")
	as := articlesOf(t, b.String())
	if len(as) != maxItems || as[0].Title != fmt.Sprint(maxItems+49) {
		t.Errorf("%d articles, the first %q", len(as), as[0].Title)
	}
}

// XML that is not HTML is nothing to read.
func TestAtomContentOfOtherKinds(t *testing.T) {
	t.Parallel()
	for kind, content := range map[string]string{
		"application/xml": "", "image/svg+xml": "", "application/mathml+xml; charset=utf-8": "", "image/png": "",
		"application/xhtml+xml": "words", "html": "words", "text/html": "words",
	} {
		as := articlesOf(t, `<feed xmlns="http://www.w3.org/2005/Atom"><title>n</title><entry><id>1</id><title>One</title><summary>Sum.</summary>
<content type="`+kind+`"><div>words</div></content></entry></feed>`)
		if len(as) != 1 || as[0].Excerpt != "Sum." || as[0].Content != content {
			t.Errorf("%s: %+v", kind, as)
		}
	}
}

// Which items of a long feed are the newest, its dates tell in any of their forms; without dates new ones come at either end.
func TestTableNewestOfMany(t *testing.T) {
	t.Parallel()
	for name, date := range map[string]string{"odd dates": "<pubDate>2026年3月4日 %02d:%02d</pubDate>", "undated": "<!-- %d %d -->"} {
		var b strings.Builder
		for i := range maxItems + 50 { // the oldest first
			fmt.Fprintf(&b, "<item><title>%d</title>"+date+"</item>", i, i/100, i%100*6/10)
		}
		as := articlesOf(t, "<rss><channel>"+b.String()+"</channel></rss>")
		has := func(n int) bool {
			return slices.ContainsFunc(as, func(a digest.Article) bool { return a.Title == fmt.Sprint(n) })
		}
		if len(as) != maxItems || !has(maxItems+49) || has(0) != (name == "undated") {
			t.Errorf("%s: %d articles, %q first, %q last", name, len(as), as[0].Title, as[len(as)-1].Title)
		}
	}
}
