package digest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// item makes an item whose title says its tags: "a Go Databases".
func item(name string, tags ...string) digest.Item {
	return digest.Item{Article: name, Title: name, URL: "https://a.example/" + name, Source: "S", Summary: "Text.", Tags: tags, Minutes: 1}
}

// layout is an edition in short: "tag: full, … | briefs, … +more" a section, the lead before them.
func layout(e digest.Edition) []string {
	names := func(items []digest.Item) string {
		var s []string
		for _, it := range items {
			s = append(s, it.Title)
		}
		return strings.Join(s, " ")
	}
	var out []string
	if e.Lead != nil {
		out = append(out, "lead "+e.Lead.Title+" of "+e.LeadTag)
	}
	for _, s := range e.Sections {
		line := fmt.Sprintf("%s: %s | %s", s.Tag, names(s.Full), names(s.Briefs))
		if s.More > 0 {
			line += fmt.Sprintf(" +%d", s.More)
		}
		out = append(out, line)
	}
	return out
}

func TestEdition(t *testing.T) {
	t.Parallel()
	bare := item("bare", "Go")
	bare.Summary = ""
	pictured := item("pic", "Art", "Painting")
	pictured.Image = "https://a.example/p.jpg"
	is := digest.Issue{
		Order: []string{"Databases", "Go", "Art"}, Rest: "Elsewhere",
		Items: []digest.Item{item("both", "Go", "Databases"), item("go", "Go"), bare, pictured, item("stray"), item("odd", "Cooking"), item("mixed", "Cooking", "Baking")},
	}
	for _, c := range []struct {
		name string
		sel  digest.Selection
		want []string
	}{
		{"everything", digest.Selection{}, []string{"lead pic of Art", "Databases: both | ", "Go: go | bare", "Art:  | ", "Elsewhere: stray odd mixed | "}},
		{"one section takes an article that another would", tags("go"), []string{"lead both of Go", "Go: go | bare"}},
		{"the rest", tags("ELSEWHERE"), []string{"lead stray of Elsewhere", "Elsewhere: odd mixed | "}},
		{"a tag without a section of its own", tags("cooking"), []string{"lead odd of Elsewhere", "Elsewhere: mixed | "}},
		{"a tag of an article that stands in another's section", tags("painting"), []string{"lead pic of Elsewhere", "Elsewhere:  | "}},
		{"all but a section", but("go"), []string{"lead pic of Art", "Databases: both | ", "Art:  | ", "Elsewhere: stray odd mixed | "}},
		{"all but a section, whose article has another tag", but("ART"), []string{"lead pic of Elsewhere", "Databases: both | ", "Go: go | bare", "Elsewhere: stray odd mixed | "}},
		{"all but a section, and that tag", but("art", "painting"), []string{"lead both of Databases", "Databases:  | ", "Go: go | bare", "Elsewhere: stray odd mixed | "}},
		{"all but a tag without a section of its own", but("COOKING"), []string{"lead pic of Art", "Databases: both | ", "Go: go | bare", "Art:  | ", "Elsewhere: stray mixed | "}},
		{"all but what nothing else follows", but("cooking", "baking"), []string{"lead pic of Art", "Databases: both | ", "Go: go | bare", "Art:  | ", "Elsewhere: stray | "}},
		{"all but the rest", but("elsewhere"), []string{"lead pic of Art", "Databases: both | ", "Go: go | bare", "Art:  | "}},
		{"the rest but for a tag", digest.Selection{Tags: []string{"Elsewhere"}, Muted: []string{"Cooking"}}, []string{"lead stray of Elsewhere", "Elsewhere: mixed | "}},
	} {
		e, ok := is.Edition(c.sel)
		if d := cmp.Diff(c.want, layout(e)); !ok || d != "" {
			t.Errorf("%s: ok %v (-want +got):\n%s", c.name, ok, d)
		}
	}
	for _, sel := range []digest.Selection{tags("Sailing"), {Tags: []string{"Go"}, Muted: []string{"GO"}}} {
		if e, ok := is.Edition(sel); ok || e.Articles != 0 {
			t.Errorf("%s: got %v", sel, layout(e))
		}
	}
}

func tags(tags ...string) digest.Selection { return digest.Selection{Tags: tags} }

func but(muted ...string) digest.Selection { return digest.Selection{Muted: muted} }

func TestEditionLimits(t *testing.T) {
	t.Parallel()
	is := digest.Issue{Order: []string{"A", "B"}, Limit: digest.Limit{Articles: 5, PerTag: 4}}
	for i := range 9 {
		is.Items = append(is.Items, item(fmt.Sprintf("a%d", i), "A"))
	}
	is.Items = append(is.Items, item("b0", "B"), item("b1", "B"))
	e, _ := is.Edition(digest.Selection{})
	if d := cmp.Diff([]string{"lead a0 of A", "A: a1 a2 |  +6", "B: b0 b1 | "}, layout(e)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if e.Articles != 5 || e.More != 6 || e.Minutes != 5 || e.Sources != 1 {
		t.Errorf("%d articles, %d more, %d minutes, %d sources", e.Articles, e.More, e.Minutes, e.Sources)
	}
	if whole := is.Complete(); whole.Articles != 11 || whole.More != 0 || len(whole.Sections[0].Full) != digest.FullPerSection {
		t.Errorf("complete: %v", layout(whole))
	}
	if is.Limit.PerTag != 4 {
		t.Error("Complete changed the issue")
	}
}

func TestHeadline(t *testing.T) {
	t.Parallel()
	quiet := item("quiet", "A")
	quiet.Summary = ""
	is := digest.Issue{Title: "The Reading Room", Order: []string{"A"}, Items: []digest.Item{quiet}}
	e, _ := is.Edition(digest.Selection{})
	if h := e.Headline(); e.Lead != nil || h.Lead.Title != "quiet" || h.Count != 1 || h.Title != "The Reading Room" {
		t.Errorf("lead %v, headline %+v", e.Lead, h)
	}
}

// TestEditionsShareTheIssue holds that laying out one reader's edition leaves the next one's material alone.
func TestEditionsShareTheIssue(t *testing.T) {
	t.Parallel()
	is := digest.Issue{Order: []string{"A"}, Items: []digest.Item{item("1", "A", "B"), item("2", "A")}}
	before := fmt.Sprintf("%+v", is)
	for range 3 {
		e, _ := is.Edition(digest.Selection{})
		e.Lead.Title = "changed"
		e.Lead.Others("A")
	}
	if after := fmt.Sprintf("%+v", is); after != before {
		t.Errorf("the issue changed:\n%s\n%s", before, after)
	}
}

func TestCompareItems(t *testing.T) {
	t.Parallel()
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	old := digest.Item{URL: "a", Published: day}
	fresh := digest.Item{URL: "b", Published: day.AddDate(0, 0, 1)}
	wide := digest.Item{URL: "c", Published: day.AddDate(0, 0, -1), Elsewhere: []digest.Link{{Name: "x"}}}
	for _, c := range []struct{ first, second digest.Item }{{wide, fresh}, {fresh, old}, {old, digest.Item{URL: "b", Published: day}}} {
		if digest.CompareItems(c.first, c.second) >= 0 || digest.CompareItems(c.second, c.first) <= 0 {
			t.Errorf("%s should come before %s", c.first.URL, c.second.URL)
		}
	}
}

// The reading time that an edition tells is never that of a few of its articles alone.
func TestReadingTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		minutes  [2][]int // of the articles of each section; 0 is unknown
		sections [2]int
		all      int
	}{
		{"all known", [2][]int{{2, 3}, {1, 4}}, [2]int{5, 5}, 10},
		{"one unknown is taken for an average one", [2][]int{{2, 3}, {0, 4}}, [2]int{5, 8}, 12},
		{"half of them", [2][]int{{2, 4}, {0, 0}}, [2]int{6, 0}, 12},
		{"most unknown", [2][]int{{2, 0, 0}, {0, 0}}, [2]int{0, 0}, 0},
		{"all unknown", [2][]int{{0}, {0}}, [2]int{0, 0}, 0},
	} {
		is := digest.Issue{Order: []string{"Go", "Art"}}
		for i, section := range c.minutes {
			for j, n := range section {
				it := item(fmt.Sprint(i, j), is.Order[i])
				it.Minutes = n
				is.Items = append(is.Items, it)
			}
		}
		e, _ := is.Edition(digest.Selection{})
		if got := [2]int{e.Sections[0].Minutes, e.Sections[1].Minutes}; got != c.sections || e.Minutes != c.all {
			t.Errorf("%s: %d minutes in sections and %d in all, want %d and %d", c.name, got, e.Minutes, c.sections, c.all)
		}
	}
}
