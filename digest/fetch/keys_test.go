package fetch

import (
	"slices"
	"strings"
	"testing"
)

func TestIdentityCanonicalLink(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"https://Example.ORG:443/A?b=2&a=1#top":                      "example.org/A?a=1&b=2",
		"http://example.org:80":                                      "example.org/",
		"http://example.org:8080/":                                   "example.org:8080/",
		"https://example.org/a?utm_source=x&UTM_medium=y&fbclid=z":   "example.org/a",
		"https://example.org/a?id=3&gclid=1&utm_campaign=&pk_kwd=no": "example.org/a?id=3",
		"https://example.org/%7Euser/a%2Fb":                          "example.org/%7Euser/a%2Fb",
		"/relative":                                                  "",
		"":                                                           "",
	} {
		if got := canonical(in, false); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

// keysOf lists the first key of each article; the ends of hashes are left out.
func keysOf(t *testing.T, items string) (primary []string, all [][]string) {
	t.Helper()
	for _, a := range articlesOf(t, "<rss><channel>"+items+"</channel></rss>") {
		all = append(all, a.Keys)
		words := strings.Fields(a.Keys[0])
		for i, w := range words {
			if kind, _, _ := strings.Cut(w, ":"); kind == "text" || kind == "title" {
				words[i] = kind + ":…"
			}
		}
		primary = append(primary, strings.Join(words, " "))
	}
	return primary, all
}

func TestIdentityKeys(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		items string
		want  []string
	}{
		"by id, whatever its case": {"<item><title>a</title><guid> X </guid></item><item><title>b</title><guid>x</guid></item>", []string{"id:X", "id:x"}},
		"by link":                  {"<item><title>a</title><link>https://a.example/1?utm_source=feed</link></item>", []string{"link:a.example/1"}},
		"by enclosure":             {"<item><title>a</title><guid isPermaLink='false'></guid><enclosure url='urn:x'/><enclosure url='https://a.example/1.mp3'/></item>", []string{"text:…"}},
		"by text":                  {"<item><title>a</title></item><item><title>b</title></item>", []string{"text:…", "text:…"}},
		"two with one id": {
			"<item><title>a</title><guid>1</guid><link>https://a.example/1</link></item><item><title>b</title><guid>1</guid><link>https://a.example/2</link></item>",
			[]string{"id:1", "id:1 link:a.example/2"},
		},
		"many with one id and one link": {
			strings.Repeat("<item><title>a</title><guid>0</guid><link>https://a.example/</link></item>", 2) +
				"<item><title>b</title><guid>0</guid><link>https://a.example/</link></item><item><title>c</title><guid>0</guid><link>https://a.example/</link></item>",
			[]string{"text:…", "text:…", "text:…"},
		},
		"one page": {
			"<item><title>a</title><link>https://a.example/log#1</link></item><item><title>b</title><link>https://a.example/log#2</link></item>",
			[]string{"link:a.example/log#1", "link:a.example/log#2"},
		},
		"twice the same": {"<item><title>a</title></item><item><title>a</title></item>", []string{"text:…"}},
		"two with one id and one link": {
			"<item><title>a</title><guid>1</guid><link>https://a.example/</link></item><item><title>b</title><guid>1</guid><link>https://a.example/</link></item>",
			[]string{"id:1", "id:1 title:…"},
		},
		"one link for all": {"<item><title>a</title><link>https://a.example/</link></item><item><title>b</title><link>https://a.example/</link></item>", []string{"text:…", "text:…"}},
	} {
		if got, _ := keysOf(t, tt.items); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

// A link to the site is no link to an article: each day's saying is another, whether it stands alone or not.
func TestIdentityLinkToTheSite(t *testing.T) {
	t.Parallel()
	const home = "<link>http://a.example</link>"
	saying := func(s string) string {
		return "<item><title>" + s + "</title><link>https://a.example/?utm_source=rss</link></item>"
	}
	alone, _ := keysOf(t, home+saying("one"))
	both, _ := keysOf(t, home+saying("two")+saying("one"))
	section, _ := keysOf(t, home+"<item><title>a</title><link>https://a.example/#1</link></item>")
	if !slices.Equal(alone, []string{"text:…"}) || !slices.Equal(both, []string{"text:…", "text:…"}) || !slices.Equal(section, []string{"link:a.example/#1"}) {
		t.Errorf("%q, %q, %q", alone, both, section)
	}
}

func TestIdentityAliasesAreOnesOwn(t *testing.T) {
	t.Parallel()
	_, all := keysOf(t, "<item><title>a</title><guid>1</guid><link>https://a.example/</link></item><item><title>b</title><guid>2</guid><link>https://a.example/</link></item>"+
		"<item><title>c</title><guid>3</guid><link>https://a.example/c</link></item>"+
		"<item><title>d</title><guid>4</guid><enclosure url='https://a.example/x.mp3'/></item><item><title>e</title><guid>5</guid><enclosure url='https://a.example/x.mp3'/></item>")
	has := func(keys []string, prefix string) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.HasPrefix(k, prefix) })
	}
	if has(all[0], "link:") || has(all[1], "link:") {
		t.Errorf("two articles go by one link: %q", all[:2])
	}
	if has(all[3], "enclosure:") || has(all[4], "enclosure:") {
		t.Errorf("two articles go by one enclosure: %q", all[3:])
	}
	if !has(all[2], "link:a.example/c") || !has(all[2], "text:") {
		t.Errorf("aliases %q", all[2])
	}
}

// An article that goes by its words is known by its title and date too, unless it shares them.
func TestIdentityTitleAndDate(t *testing.T) {
	t.Parallel()
	const date = "<pubDate>Wed, 04 Mar 2026 09:00:00 GMT</pubDate>"
	_, first := keysOf(t, "<item><title>a</title><description>one</description>"+date+"</item>")
	_, second := keysOf(t, "<item><title>a</title><description>two</description>"+date+"</item><item><title>a</title><description>one</description></item>")
	_, shared := keysOf(t, "<item><title>a</title><description>one</description>"+date+"</item><item><title>a</title><description>two</description>"+date+"</item>"+
		"<item><title>a</title><guid>1</guid>"+date+"</item>")
	if len(first[0]) != 2 || len(second[0]) != 2 || first[0][0] == second[0][0] || first[0][1] != second[0][1] || !strings.HasPrefix(first[0][1], "dated:") {
		t.Errorf("%q, %q", first, second)
	}
	if len(second[1]) != 1 || len(shared[0]) != 1 || len(shared[1]) != 1 || len(shared[2]) != 2 {
		t.Errorf("%q, %q", second, shared)
	}
}

func TestIdentityLongIDs(t *testing.T) {
	t.Parallel()
	_, all := keysOf(t, "<item><title>a</title><guid>"+strings.Repeat("x", 100_000)+"</guid></item>")
	if len(all[0][0]) > 100 {
		t.Errorf("a key of %d bytes", len(all[0][0]))
	}
}

// Two items of one document with one id: the first keeps it, and the later ones are told apart by id and link, in every fetch.
func TestIdentityTwoItemsOneID(t *testing.T) {
	t.Parallel()
	one := "<item><title>a</title><guid>1</guid><link>https://a.example/1</link></item>"
	two := "<item><title>b</title><guid>1</guid><link>https://a.example/2</link></item>"
	u := serveBody(t, "text/xml", "<rss><channel>"+one+two+"</channel></rss>")
	for range 2 {
		r := fetchOne(t, client(Options{}), u)
		wantArticles(t, r, 2)
		if first, second := r.Articles[0].Keys[0], r.Articles[1].Keys[0]; first != "id:1" || second != "id:1 link:a.example/2" {
			t.Errorf("keys %q and %q", first, second)
		}
	}
}

// The first of these that an article has is what it is.
func TestIdentityStrongestKey(t *testing.T) {
	t.Parallel()
	for item, want := range map[string]string{
		"<guid>X</guid><link>https://a.example/1</link><enclosure url='https://a.example/1.mp3'/>": "id:X",
		"<link>https://A.example:443/1?b=2&amp;utm_source=x&amp;a=1#top</link>":                    "link:a.example/1?a=1&b=2",
		"<dc:identifier xmlns:dc='http://purl.org/dc/elements/1.1/'>doi:10/1</dc:identifier>":      "id:doi:10/1",
		"<description>Nothing but text.</description>":                                             "text:…",
	} {
		if got, _ := keysOf(t, "<item><title>t</title>"+item+"</item>"); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", item, got, want)
		}
	}
}

// RSS 1.0 gives the id of an item in rdf:about.
func TestIdentityRDFAbout(t *testing.T) {
	t.Parallel()
	const head = `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
		<channel rdf:about="https://notes.example/"><title>Notes</title><items><rdf:Seq><rdf:li rdf:resource="https://notes.example/1"/></rdf:Seq></items></channel>`
	items := `<item rdf:about="urn:one?a=1&amp;b=2"><title>One</title><link>https://notes.example/1</link><dc:identifier>x</dc:identifier></item>` +
		`<item><title>Two</title><link>https://notes.example/2</link><dc:identifier>two</dc:identifier></item>` +
		`<item rdf:about='urn:three'><title>Three</title></item>`
	for _, end := range []string{"</rdf:RDF>", "<item rdf:about='urn:four'><ti"} {
		var ids []string
		for _, a := range articlesOf(t, head+items+end) {
			ids = append(ids, a.GUID)
		}
		if want := []string{"urn:one?a=1&b=2", "two", "urn:three"}; !slices.Equal(ids, want) {
			t.Errorf("%q, want %q", ids, want)
		}
	}
}
