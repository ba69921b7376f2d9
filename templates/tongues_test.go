package templates

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"

	"tidings/digest"
)

// The normal issue in each language, to be read over.
func TestTongueGolden(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, lang := range Languages() {
		is := normalIssue(lang)
		is.Rest = s.RestName(lang)
		out, err := s.Digest(edition(is), reader)
		if err != nil {
			t.Fatal(err)
		}
		checkEdition(t, out)
		if lang != "en" && lang != "de" { // which have goldens of both editions
			golden(t, "normal-"+lang+".txt", out.Text)
		}
	}
}

// What languages share with English, as they may. "unsubscribe" is the subject of a mail, for whoever sorts it; Atom is a format.
func sharedWith(lang string) []string {
	shared := map[string]string{
		"de": "an das die feed im in link links mail minute name newsletter online pause per test war was",
		"es": "no",
		"fr": "change confirmation mail message minute minutes on page pages pause pixel six source sources",
		"it": "come email feed in link mail newsletter pixel zero",
		"nl": "feed in is link links mail nu of online open was week",
		"pl": "do link mail newsletter ten to",
		"pt": "do feed link links mail no",
		"sv": "in",
	}
	return append(strings.Fields(shared[lang]), "unsubscribe", "min", "atom")
}

// No language has left something in English.
func TestNoEnglishCrumbs(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	address := regexp.MustCompile(`https?://\S+`)
	english := tableWords(reflect.ValueOf(english()))
	for _, w := range tongues() {
		lang := w.Tag.String()
		if lang == "en" {
			continue
		}
		own := tableWords(reflect.ValueOf(w))
		for word := range own {
			if english[word] && !slices.Contains(sharedWith(lang), word) {
				t.Errorf("%s: its table holds the English word %q", lang, word)
			}
		}
		for _, text := range everythingSaid(t, s, lang) {
			for _, word := range lowerWords(address.ReplaceAllString(text, "")) {
				if english[word] && !own[word] {
					t.Errorf("%s: an issue holds the English word %q: %s", lang, word, text)
				}
			}
		}
	}
}

// everythingSaid is the texts of issues that hold every phrase, about articles in no language.
func everythingSaid(t *testing.T, s *Set, lang string) (texts []string) {
	t.Helper()
	is := normalIssue(lang)
	is.Title, is.Subject, is.Order, is.Rest = "Xx", "{{.Title}}", []string{"Yy", "Zz"}, s.RestName(lang)
	is.Limit, is.Leads = digest.Limit{PerTag: 2}, nil
	for i := range is.Items {
		it := &is.Items[i]
		it.Title, it.Summary, it.Source, it.Author, it.ImageAlt = fmt.Sprint("Qq ", i), "Qqq qqq.", "Xq", "Qx", "Qqq"
		if it.Tags = []string{"Yy", "Zz"}; i%3 == 0 {
			it.Tags = nil
		}
		for j := range it.Elsewhere {
			it.Elsewhere[j].Name = fmt.Sprint("Xqq", j)
		}
	}
	is.Items[3].Title, is.Items[3].URL, is.Items[3].Summary = "", "", ""
	is.Broken = slices.Repeat([]string{"Qz"}, 10)
	here, bare := Reader{Email: "q@q.example", Name: "Q", Online: "https://q.example/", Unsubscribe: "https://q.example/2", Preferences: "https://q.example/3"}, Reader{Email: "q@q.example"}
	for _, r := range []Reader{here, bare} {
		out, err := s.Digest(edition(is), r)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, out.Text)
		texts = append(texts, htmlTexts(t, out.HTML)...)
	}
	remote := s.viewer(scene{edition: edition(is), reader: here}, s.words.speak(lang)).view(edition(is), 3)
	return append(append(texts, remote.Notes...), remote.Dateline, remote.Preheader)
}

// htmlTexts is what a browser shows or reads out.
func htmlTexts(t *testing.T, page string) (texts []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" {
			texts = append(texts, n.Data)
		}
		for _, a := range n.Attr {
			if slices.Contains([]string{"alt", "title", "aria-label", "aria-roledescription"}, a.Key) {
				texts = append(texts, a.Val)
			}
		}
	}
	return texts
}

// tableWords is the words of a table of phrases, but not the names in their braces.
func tableWords(v reflect.Value) map[string]bool {
	all := map[string]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			for _, w := range lowerWords(fill(v.String())) {
				all[w] = true
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; name != "Tag" && name != "Lang" && name != "Months" && name != "Weekdays" {
					walk(v.Field(i))
				}
			}
		case reflect.Slice, reflect.Array:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		}
	}
	walk(v)
	return all
}

func lowerWords(s string) []string {
	words := strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) })
	return slices.DeleteFunc(words, func(w string) bool { return len(w) < 2 })
}
