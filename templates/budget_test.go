package templates

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tidings/digest"
)

// bigIssue has so many articles in so many tags, each with a summary of so many runes of the given text.
func bigIssue(tags, articles, runes int, of string) *digest.Issue {
	is := baseIssue("en")
	summary := string([]rune(strings.Repeat(of, runes))[:runes])
	for i := range tags * articles {
		tag := fmt.Sprintf("Tag %d", i%tags)
		if i < tags {
			is.Order = append(is.Order, tag)
		}
		is.Items = append(is.Items, digest.Item{
			Article: fmt.Sprint(i), Title: fmt.Sprintf("Story %d of %s", i/tags+1, tag), URL: fmt.Sprintf("https://a.example/%d", i),
			Source: "Source", Minutes: 1, Summary: summary, Tags: []string{tag},
		})
	}
	return is
}

// Whatever the size of an issue, both editions stay small, tell of every article, and say what was cut.
func TestBudget(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for _, c := range []struct {
		name                   string
		tags, articles, length int
		of                     string
		briefs, dropped        bool // what must be said
	}{
		{"small", 3, 4, 200, "word ", false, false},
		{"long summaries", 6, 5, 3000, "word ", true, false},
		{"many articles", 20, 40, 300, "word ", false, true},
		{"wide script", 10, 5, 1000, "字", true, false},
		{"escapes", 10, 5, 1500, `"<&= `, true, false},
		{"one huge", 1, 1, 100_000, "字", false, false},
		{"pictures", 1, 3, 4000, "🎉", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			is := bigIssue(c.tags, c.articles, c.length, c.of)
			for _, r := range []Reader{reader, {Email: "a@b.example"}} {
				out, err := s.Digest(edition(is), r)
				if err != nil {
					t.Fatal(err)
				}
				checkEdition(t, out)
				again, err := s.Digest(edition(is), r)
				if err != nil || !reflect.DeepEqual(out, again) {
					t.Errorf("a second run differs: %v", err)
				}
				for name, text := range map[string]string{"HTML": out.HTML, "text": strings.ReplaceAll(out.Text, " \n", " ")} {
					if got := strings.Contains(text, "without its summary") || strings.Contains(text, "without their summaries"); got != c.briefs && !c.dropped {
						t.Errorf("%s says that summaries are left out: %v", name, got)
					}
					if got := strings.Contains(text, " more online") || strings.Contains(text, " more that did not fit"); got != c.dropped {
						t.Errorf("%s says that articles are left out: %v", name, got)
					}
				}
			}
		})
	}
}

func FuzzEncodedSize(f *testing.F) {
	for _, s := range []string{"", "a", "=", "a \n", " \n", "\t\n", "\r\n", strings.Repeat("x", 200), strings.Repeat("字", 99), strings.Repeat("<p style=\"a\">\n", 40)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = strings.NewReplacer("\t", "", "\r", "").Replace(s) // no edition has them
		if got, least := encodedSize(s), quotedPrintable(t, s); got < least || got > least+least/12+8 {
			t.Errorf("encodedSize(%q) = %d, quoted-printable has %d", s, got, least)
		}
	})
}

// An edition that is reduced is not reduced by more than it has to be.
func TestBudgetIsUsed(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for i, is := range []*digest.Issue{largeIssue(), bigIssue(20, 40, 300, "word "), bigIssue(12, 5, 200, "字"), bigIssue(10, 9, 400, "<")} {
		out, err := s.Digest(edition(is), reader)
		if err != nil {
			t.Fatal(err)
		}
		if n := quotedPrintable(t, out.HTML); n < sizeLimit*9/10 {
			t.Errorf("%d: only %d bytes are used", i, n)
		}
	}
}

func TestReduce(t *testing.T) {
	t.Parallel()
	e := edition(bigIssue(2, 7, 50, "word "))
	before := fmt.Sprint(e)
	cuts := reductions(e)
	for cut := range len(cuts) + 1 {
		got, shortened := reduce(e, cuts[:cut])
		shown, more := 0, 0
		if got.Lead != nil {
			shown++
		}
		for _, s := range got.Sections {
			shown += len(s.Full) + len(s.Briefs)
			more += s.More
		}
		if shown != got.Articles || more != got.More || shown+more != 14 {
			t.Errorf("cut %d: %d shown, %d more, the edition says %d and %d", cut, shown, more, got.Articles, got.More)
		}
		if want := max(0, 10-cut); cut <= 10 && (shortened != cut || len(got.Sections[0].Full)+len(got.Sections[1].Full) != want) {
			t.Errorf("cut %d: %d are shortened", cut, shortened)
		}
		for _, s := range got.Sections { // what is left keeps its order
			for i, it := range append(append([]digest.Item{}, s.Full...), s.Briefs...) {
				if lead := s.Count - len(s.Full) - len(s.Briefs); !strings.HasPrefix(it.Title, fmt.Sprintf("Story %d ", i+1+lead)) {
					t.Errorf("cut %d: %q stands at %d", cut, it.Title, i)
				}
			}
		}
	}
	if fmt.Sprint(e) != before {
		t.Error("reduce changed the edition that it was given")
	}
}
