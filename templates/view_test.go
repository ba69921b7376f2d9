package templates

import (
	"html"
	"strings"
	"testing"
	"unicode/utf8"

	"tidings/digest"
)

func TestWithoutSite(t *testing.T) {
	t.Parallel()
	is := normalIssue("en")
	is.ReplyTo.Address = "editor+news@example.com"
	out, err := loaded(t).Digest(edition(is), Reader{Email: "ada@reader.example"})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`href="mailto:editor+news@example.com?subject=unsubscribe"`, "Unsubscribe by mail", "To leave, write to editor+news@example.com",
	} {
		if !strings.Contains(html.UnescapeString(out.HTML), want) {
			t.Errorf("HTML lacks %q", want)
		}
	}
	if !strings.Contains(out.Text, "To leave, write to editor+news@example.com with the subject") {
		t.Error("text does not say how to leave")
	}
	for _, bad := range []string{"Read online", "/u/", "/i/"} {
		if strings.Contains(out.HTML+out.Text, bad) {
			t.Errorf("a link without a page is printed: %q", bad)
		}
	}
}

func TestPictures(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	with := func(change func(*digest.Issue)) Rendered {
		is := normalIssue("en")
		change(is)
		out, err := s.Digest(edition(is), reader)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	lead := with(func(*digest.Issue) {})
	if !strings.Contains(lead.HTML, `src="cid:lead.jpg"`) || len(lead.Pictures) != 1 || lead.Pictures[0] != "lead.jpg" {
		t.Errorf("the lead's picture is missing: %q", lead.Pictures)
	}
	remote := with(func(is *digest.Issue) {
		is.Images, is.Items[0].Image = digest.ImagesRemote, "https://pics.example/a.jpg?x=1&y=2"
	})
	if !strings.Contains(remote.HTML, `src="https://pics.example/a.jpg?x=1&amp;y=2"`) || !strings.Contains(remote.HTML, "loaded from its publisher") || len(remote.Pictures) > 0 {
		t.Error("the publisher's picture is missing, or not told of")
	}
	for name, change := range map[string]func(*digest.Issue){
		"none":             func(is *digest.Issue) { is.Images = digest.ImagesNone },
		"not in the issue": func(is *digest.Issue) { is.Pictures = nil },
		"a bad name":       func(is *digest.Issue) { is.Items[0].Picture, is.Pictures[0].CID = `"x>`, `"x>` },
		"remote over http": func(is *digest.Issue) {
			is.Images, is.Items[0].Image = digest.ImagesRemote, "http://pics.example/a.jpg"
		},
	} {
		if out := with(change); strings.Contains(out.HTML, "<img") || len(out.Pictures) > 0 {
			t.Errorf("%s: there is a picture", name)
		}
	}
	decorative := with(func(is *digest.Issue) { is.Items[0].ImageAlt = "" })
	if strings.Contains(decorative.HTML, `class="picl"`) || !strings.Contains(decorative.HTML, `alt=""`) {
		t.Error("a picture without a description is a link without a name")
	}
}

func TestPreheader(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	one := baseIssue("de")
	one.Items = []digest.Item{{Article: "1", Title: "Kurz", URL: "https://a.example/1", Tags: []string{"Go"}}}
	one.Order = []string{"Go"}
	for name, is := range map[string]*digest.Issue{"normal": normalIssue("en"), "one": one, "hostile": hostileIssue("en"), "large": largeIssue()} {
		v := s.viewer(scene{edition: edition(is)}, s.words.speak(is.Lang)).view(edition(is), 0)
		if n := utf8.RuneCountInString(v.Preheader); n < preheaderLeast || n > preheaderMost {
			t.Errorf("%s: the preheader has %d characters: %q", name, n, v.Preheader)
		}
	}
}

// An article names every tag of its own but that of its section; in the rest, even if it has a single one.
func TestOtherTags(t *testing.T) {
	t.Parallel()
	is := baseIssue("en")
	is.Order, is.Rest = []string{"Go"}, "More"
	for i, tags := range [][]string{{"Go"}, {"Go", "Art"}, {"Transport"}, {"Ships", "Rivers"}, nil} {
		title := string(rune('A' + i))
		is.Items = append(is.Items, digest.Item{Article: title, Title: title, URL: "https://a.example/" + title, Source: "Source " + title, Tags: tags})
	}
	out, err := loaded(t).Digest(edition(is), reader)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Source A\n", "Source B, also Art\n", "Source C, also Transport\n", "Source D, also Ships, Rivers\n", "Source E\n"} {
		if !strings.Contains(out.Text, want) {
			t.Errorf("the text lacks %q", want)
		}
	}
}

// Whoever reads the digest learns nothing of a feed's address but its host: the rest may be what keeps the feed private.
func TestSourcesWithoutATitle(t *testing.T) {
	t.Parallel()
	const private = "https://user:SECRET@www.feeds.example/SECRET/feed?token=SECRET"
	is := normalIssue("en")
	is.Subject = "{{.Lead.Source}}"
	is.Broken = []string{private, private + "2", "HTTPS://b.example?SECRET"}
	for i := range is.Items {
		is.Items[i].Source = private
		is.Items[i].Elsewhere = []digest.Link{{Name: "http://c.example/%zz/SECRET", URL: "https://c.example/story"}}
	}
	s := loaded(t)
	out, err := s.Digest(edition(is), reader)
	if err != nil {
		t.Fatal(err)
	}
	page, err := s.Online(is.Complete(), digest.Site{URL: "https://news.example"})
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"HTML": out.HTML, "text": out.Text, "page": string(page), "subject": out.Subject} {
		if strings.Contains(text, "SECRET") || !strings.Contains(text, "feeds.example") {
			t.Errorf("%s shows more than the host of a feed without a title: %q", name, around(text, "SECRET"))
		}
	}
	if !strings.Contains(out.Text, "feeds.example, b.example.") {
		t.Error("two broken feeds of one host are not named once")
	}
}

func around(s, part string) string {
	i := strings.Index(s, part)
	if i < 0 {
		return ""
	}
	return s[max(0, i-60):min(len(s), i+60)]
}

// No two links that read alike lead to different places, whatever the articles are called.
func TestLinkNames(t *testing.T) {
	t.Parallel()
	n := linkNames{}
	n.claim("Unsubscribe", "https://news.example/u/x")
	for _, c := range []struct{ name, by, url, want string }{
		{"unsubscribe", "Evil", "https://evil.example/", "unsubscribe (Evil)"},
		{"unsubscribe", "Evil", "https://evil.example/2", "unsubscribe (2)"},
		{"Same", "A", "https://a.example/1", "Same"},
		{"Same", "A", "https://a.example/1", "Same"},
		{"same", "A", "https://a.example/2", "same (A)"},
		{"Same", "", "https://a.example/3", "Same (2)"},
	} {
		if got := n.distinct(c.name, c.by, c.url); got != c.want {
			t.Errorf("distinct(%q, %q) = %q, want %q", c.name, c.url, got, c.want)
		}
	}
}

func TestForeign(t *testing.T) {
	t.Parallel()
	en := english()
	v := viewer{words: &en}
	for _, c := range []struct{ lang, title, wantLang, wantDir string }{
		{"", "A title", "", ""},
		{"en-GB", "A title", "", ""},
		{"de", "Ein Titel", "de", "ltr"},
		{"ar", "جامع", "ar", "rtl"},
		{"", "جامع", "", "rtl"},
		{"en", "جامع", "", "rtl"},
		{`x" y`, "A title", "", ""},
		{"ja", "日本", "ja", "ltr"},
	} {
		if lang, dir := v.foreign(c.lang, c.title); lang != c.wantLang || dir != c.wantDir {
			t.Errorf("foreign(%q, %q) = %q, %q; want %q, %q", c.lang, c.title, lang, dir, c.wantLang, c.wantDir)
		}
	}
}

func TestTemplateActionsInFeedsStayText(t *testing.T) {
	t.Parallel()
	is := normalIssue("en")
	is.Items[0].Title = "{{.Address}} %s {{verbatim 0}}"
	out, err := loaded(t).Digest(edition(is), reader)
	if err != nil || !strings.Contains(out.HTML, "{{.Address}} %s {{verbatim 0}}") || !strings.Contains(out.Subject, "{{.Address}}") {
		t.Errorf("%q, %v", out.Subject, err)
	}
}
