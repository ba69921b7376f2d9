package fetch

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// What is put aside comes back where it was: the articles are the same as when the parser sees all of it, which is when CDATA comes in two.
func TestStowedTextsComeBack(t *testing.T) {
	t.Parallel()
	long := "<p>" + strings.Repeat("The old pier &amp; the new one. ", 20) + `</p><img src="/pier.jpg" width="600">`
	lone := func(s string) string { return "\n<![CDATA[" + s + "]]> " }
	split := func(s string) string { return "\n<![CDATA[" + s[:40] + "]]><![CDATA[" + s[40:] + "]]> " }
	documents := map[string]func(cdata func(string) string) string{
		"rss": func(cdata func(string) string) string {
			return `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd">
				<channel><title>Notes</title><description>` + cdata(long) + `</description><!-- <description><![CDATA[ -->
				<item><guid>1</guid><title>One</title><description>` + cdata("Short: "+long) + `</description><content:encoded>` + cdata(long) + `</content:encoded></item>
				<item><guid>2</guid><title>Two</title><media:description>` + cdata(long) + `</media:description></item>
				<item><guid>3</guid><title>` + cdata(long) + `</title><description/></item>
				<item><guid>4</guid><description>` + cdata(long) + `</description></item>
				<item><guid>5</guid><title>Five</title><itunes:summary>` + cdata(long) + `</itunes:summary></item>
				</channel></rss>`
		},
		"atom": func(cdata func(string) string) string {
			return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
				<entry><id>1</id><title>One</title><summary>` + cdata(long) + `</summary><content type="html">` + cdata(long+"More.") + `</content></entry>
				<entry><id>2</id><title>Two</title><content type="xhtml">` + cdata(long) + `</content></entry>
				<entry><id>3</id><title>Three</title><content type="html" xml:lang="de">` + cdata(long) + `</content></entry></feed>`
		},
		"atom with a base": func(cdata func(string) string) string {
			return `<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>
				<entry xml:base="https://other.example/"><id>1</id><title>One</title><content type="html">` + cdata(long) + `</content></entry></feed>`
		},
	}
	for name, document := range documents {
		read := func(body string) []digest.Article {
			doc, err := parse(&answer{url: "https://notes.example/feed", body: []byte(body)})
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if stowedSome := len(doc.texts) > 0; stowedSome != (body == document(lone) && name != "atom with a base") {
				t.Errorf("%s: %d texts were put aside", name, len(doc.texts))
			}
			r := reader{feed: "f", doc: doc, base: doc.baseURL("https://notes.example/feed"), text: plainText, now: noon()}
			return r.articles()
		}
		if diff := cmp.Diff(read(document(split)), read(document(lone))); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestStowedMarksLeadNowhereElse(t *testing.T) {
	t.Parallel()
	s := stowed{"text"}
	for field, want := range map[string]string{
		markStart + "0" + markEnd: "text", " " + markStart + "0" + markEnd + "\n": "text",
		markStart + "1" + markEnd: "", markStart + "-1" + markEnd: "", markStart + markEnd: "", markStart + "0": "", "a" + markStart + "0" + markEnd: "",
	} {
		if want == "" {
			want = field
		}
		if got := s.text(field); got != want {
			t.Errorf("%q became %q", field, got)
		}
	}
}

// A feed that is cut off after texts that were put aside keeps them.
func TestStowedTextsOfACutFeed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("The old pier is closed. ", 20)
	body := "<rss><channel><item><title>One</title><description><![CDATA[" + long + "]]></description></item><item><description><![CDATA[" + long
	got := articlesOf(t, body)
	if len(got) != 1 || !strings.Contains(got[0].Excerpt, "closed") {
		t.Errorf("%+v", got)
	}
}
