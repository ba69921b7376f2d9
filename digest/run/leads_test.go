package run

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

func TestSectionLeads(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	news := rss("The News", item("A", time.Hour, "Go"), item("B", 2*time.Hour, "Go"), item("C", 3*time.Hour, "Go"), item("D", 4*time.Hour, "Mill"), item("E", 5*time.Hour, "Mill", "Go"))
	h.feeds.set("/news.xml", strings.ReplaceAll(news, "It goes on", "The article goes on"))
	h.collect()
	if is := h.compose(ComposeOptions{Draft: true}).Issue; is.Leads != nil {
		t.Errorf("leads that nobody wants: %v", is.Leads)
	}
	h.Newsletters[0].SectionLeads, h.Newsletters[0].Summary = true, digest.Budget{Sentences: 1}
	is := h.compose(ComposeOptions{Draft: true}).Issue
	if len(is.Leads["Go"]) == 0 {
		t.Fatalf("%v", is.Leads)
	}
	for tag, over := range is.Leads {
		for _, o := range over {
			i := slices.IndexFunc(is.Items, func(it digest.Item) bool { return it.Article == o.Article })
			if i < 0 || is.Items[i].URL != o.URL || o.Text != "The article goes on with a second sentence." || strings.Contains(is.Items[i].Summary, o.Text) {
				t.Errorf("%s: %+v", tag, o)
			}
		}
	}
	e, _ := is.Edition(digest.Selection{Tags: []string{"Go"}})
	if len(e.Sections) != 1 || len(e.Sections[0].Lead) != len(is.Leads["Go"]) {
		t.Errorf("%+v", e.Sections)
	}
	is.Items = slices.DeleteFunc(is.Items, func(it digest.Item) bool { return it.Article == is.Leads["Go"][0].Article })
	if e, _ := is.Edition(digest.Selection{}); len(e.Sections[0].Lead) != len(is.Leads["Go"])-1 {
		t.Errorf("a sentence of an article that is not there: %+v", e.Sections[0].Lead)
	}
}
