package fetch

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tidings/digest"
)

// Truncated at 30, 60 and 90 %, a feed of any kind keeps every complete item.
func TestSalvageCutOff(t *testing.T) {
	t.Parallel()
	var atom, json, full strings.Builder
	atom.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title>`)
	json.WriteString(`{"version":"https://jsonfeed.org/version/1.1","title":"Notes","items":[`)
	full.WriteString(`<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>`)
	prose := strings.Repeat("<p>The old pier</item></entry>{[ is closed.</p>", 20)
	for i := range 100 {
		fmt.Fprintf(&atom, `<entry><id>%d</id><title>Story %d</title><content type="html"><![CDATA[%s]]></content></entry>`, i, i, prose)
		fmt.Fprintf(&json, `{"id":"%d","title":"Story %d","content_html":%q,"authors":[{"name":"Ada"}]}`, i, i, prose)
		if i < 99 {
			json.WriteString(",")
		}
		fmt.Fprintf(&full, `<item><guid>%d</guid><title>Story %d</title><content:encoded><![CDATA[%s]]></content:encoded></item>`, i, i, prose)
	}
	for _, tt := range []struct{ name, whole, end string }{
		{"RSS", rssFeed(100), "</item>"},
		{"RSS with full texts", full.String() + "</channel></rss>", "]]></content:encoded></item>"},
		{"Atom", atom.String() + "</feed>", "]]></content></entry>"},
		{"JSON", json.String() + "]}", `"authors":[{"name":"Ada"}]}`},
	} {
		for _, percent := range []int{30, 60, 90} {
			part := tt.whole[:len(tt.whole)*percent/100]
			complete := strings.Count(part, tt.end)
			if complete < percent-2 {
				t.Fatalf("%s: the test has %d complete items at %d %%", tt.name, complete, percent)
			}
			u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("ETag", `"whole"`)
				w.Header().Set("Content-Length", fmt.Sprint(len(tt.whole)))
				_, _ = w.Write([]byte(part))
			})
			r := fetchOne(t, client(Options{}), u)
			wantArticles(t, r, complete)
			if !strings.Contains(r.State.Note, "cut off") || r.State.ETag != "" {
				t.Errorf("%s, %d %%: note %q, ETag %q: the rest would never come", tt.name, percent, r.State.Note, r.State.ETag)
			}
			if !r.State.Partial {
				t.Errorf("%s, %d %%: what the next document adds would all be news", tt.name, percent)
			}
			known := client(Options{}).Fetch(t.Context(), r.Feed, digest.FeedState{LastSuccess: noon(), First: noon()}, noon())
			if known.State.Partial {
				t.Errorf("%s, %d %%: a whole document was known, so what the next one adds is news", tt.name, percent)
			}
			// The same bytes as all there is.
			r = fetchOne(t, client(Options{}), serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("ETag", `"part"`)
				_, _ = w.Write([]byte(part))
			}))
			wantArticles(t, r, complete)
			if r.State.ETag != "" {
				t.Errorf("%s, %d %%, served so: ETag %q: the rest would never come", tt.name, percent, r.State.ETag)
			}
		}
		// What was cut off may be behind the end that the parser sees.
		r := fetchOne(t, client(Options{}), serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"whole"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(tt.whole)+1000))
			_, _ = w.Write([]byte(tt.whole))
		}))
		wantArticles(t, r, 100)
		if r.State.ETag != "" {
			t.Errorf("%s: ETag %q of an answer that was cut off", tt.name, r.State.ETag)
		}
		wantError(t, fetchOne(t, client(Options{}), serveBody(t, "", tt.whole[:120])), "cannot be read")
	}
}

// What people write into XML by hand costs nothing: it is mended, and no article is lost.
func TestSalvageMends(t *testing.T) {
	t.Parallel()
	const head = `<rss xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Notes</title>`
	for name, tt := range map[string]struct{ body, title string }{
		"a lone <":                   {head + `<item><title>x < y && z <= 3 <3 <</title></item><item><title>after</title></item></channel></rss>`, "x < y && z <= 3 <3 <"},
		"a comment with --":          {head + `<!-- made -- by hand --><item><title>a<!-- -- -->b</title></item><item><title>after</title></item></channel></rss>`, "ab"},
		"a comment of three -":       {head + `<item><title>a</title></item><!-- x ---><item><title>after</title></item></channel></rss>`, "a"},
		"< in a section":             {head + `<item><title>1 < 2</title><content:encoded><![CDATA[<!-- -- -->3 < 4]]></content:encoded></item><item><title>after</title></item></channel></rss>`, "1 < 2"},
		"an end tag too many":        {head + `<item><title>a</title><description>x</p> y</description></item><item><title>after</title></item></channel></rss>`, "a"},
		"crossed tags":               {head + `<item><title>a</title><description><b>x <i>y</b></i> z</description></item><item><title>after</title></item></channel></rss>`, "a"},
		"a mistyped end":             {head + `<item><title>a</tittle></item><item><title>after</Title></item></channel></rss>`, "a"},
		"an end of no section":       {head + `<item><title>a ]]> b</title></item><item><title>after</title></item></channel></rss>`, "a ]]> b"},
		"a section in another":       {head + `<item><title>a</title><description><![CDATA[x <![CDATA[y]]> z]]></description></item><item><title>after</title></item></channel></rss>`, "a"},
		"a section in small letters": {head + `<item><title><![cdata[a & <b>]]></title></item><item><title>after</title></item></channel></rss>`, "a & <b>"},
		"attributes without quotes":  {`<rss version=2.0><channel><item><title>a</title><description><img src=a.png alt="x = y"></description></item><item><title>after</title></item></channel></rss>`, "a"},
		"a < that tags follow":       {head + `<item><title>Story <b</title></item><item><title>after</title></item></channel></rss>`, "Story <b"},
		"an item without its end":    {head + `<item><title>a</title><link>https://n.example/a</link><item><title>after</title></item></channel></rss>`, "a"},
		"an entry without its end":   {`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:title>a</a:title><a:entry><a:title>after</a:title></a:entry></a:feed>`, "a"},
		"items in items":             {head + `<item><title>a</title><item><title>after</title></item></item></channel></rss>`, "a"},
		"two channels":               {head + `<item><title>a</title></item></channel> <channel><title>More</title><item><title>after</title></item></channel></rss>`, "a"},
		"JSON, a comma too many":     {`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a,]","tags":["x",],},{"id":"2","title":"after"}, ],}`, "a,]"},
		"JSON, lines in a text":      {"{\"version\":\"https://jsonfeed.org/version/1.1\",\n\"items\":[{\"id\":\"1\",\"title\":\"a\tb\nc\"},{\"id\":\"2\",\"title\":\"after\"}]}", "a b c"},
		"RDF": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel>` +
			`<item rdf:about="urn:1"><title>1 < 2</title></item><item rdf:about="urn:2"><title>after</title></item></rdf:RDF>`, "1 < 2"},
	} {
		doc := mustParse(t, tt.body)
		as := (&reader{doc: doc, base: doc.baseURL("https://n.example/"), text: plainText, now: noon()}).articles()
		if len(as) != 2 || as[0].Title != tt.title || as[1].Title != "after" || doc.salvaged || doc.cut || !strings.Contains(doc.note, "could be mended") {
			t.Errorf("%s: %+v, note %q", name, as, doc.note)
			continue
		}
		if name == "< in a section" && !strings.Contains(as[0].Content, "3 < 4") {
			t.Errorf("%s: %q", name, as[0].Content)
		}
		if name == "RDF" && as[1].GUID != "urn:2" {
			t.Errorf("%s: id %q", name, as[1].GUID)
		}
	}
	// What stands behind the end is nobody's.
	if doc := mustParse(t, head+"<item><title>a</title></item></channel></rss></body></html>"); len(doc.Items) != 1 || doc.note != "" {
		t.Errorf("%d items, note %q", len(doc.Items), doc.note)
	}
	// What stood between the quotes of no tag is looked at again.
	if _, err := parsed(t, `<rss><channel><item><3 "`+strings.Repeat("<a>", 1000)+`"></item></channel></rss>`, ""); err == nil {
		t.Error("mending led round the guard")
	}
	if b := mendXML([]byte(strings.Repeat("< ", maxMends+1))); b != nil {
		t.Errorf("%d bytes of faults alone were mended", len(b))
	}
	doc, err := parsed(t, head+"<item><title>1 < 2</title></item><item><title>cut", "")
	if err != nil || len(doc.Items) != 1 || !doc.cut || !strings.Contains(doc.note, "cut off") {
		t.Errorf("mended and cut off: %+v, %v", doc, err)
	}
}

func TestSalvageBroken(t *testing.T) {
	t.Parallel()
	const atomEnd = "</a:entry></a:feed>"
	for name, tt := range map[string]struct {
		body  string
		items int
	}{
		"broken in the middle":   {strings.Replace(rssFeed(10), "Story 7", "Story <b c=' d", 1), 10},
		"broken at the top":      {strings.Replace(rssFeed(10), "Story 0", `<a 1="">`, 1), 9},
		"broken, and cut off":    {strings.Replace(rssFeed(10), "Story 7", `<a 1="">`, 1)[:2000], 8},
		"three items are broken": {strings.NewReplacer("Story 0", `<a 1="">`, "Story 4", `<a 1="">`, "Story 9", `<a 1="">`).Replace(rssFeed(10)), 7},
		"prefixed atom":          {strings.TrimSuffix(`<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id></a:entry><a:entry><a:id>2</a:id>`+atomEnd, atomEnd), 1},
		"rdf": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>t</title></channel>` +
			`<item><title>a</title></item><item><title>b</title></item><item><ti`, 2},
		"item's end in a section":           {`<rss><channel><item><title>a</title></item><item><title><![CDATA[</item>]]>`, 1},
		"JSON":                              {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1","title":"a}]"},{"id":"2","author":{"name":"x"}},{"id":"3","tit`, 2},
		"JSON, an extension of objects cut": {`{"version":"https://jsonfeed.org/version/1","items":[{"id":"1"},{"id":"2"}],"_more":{"a":{"b":1},"c":{"d":2},"e":`, 2},
		"JSON, an object before the items":  {`{"version":"https://jsonfeed.org/version/1","_more":{"a":{"b":1}},"items":[{"id":"1"},{"id":"2"},{`, 2},
	} {
		doc, err := parsed(t, tt.body, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if len(doc.Items) != tt.items || doc.note == "" {
			t.Errorf("%s: %d items, note %q", name, len(doc.Items), doc.note)
		}
	}
}
