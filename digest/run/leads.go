package run

import (
	"slices"

	"tidings/digest"
	"tidings/digest/summary"
)

// leadsOf is a sentence or two over each section of an issue, by its tag. The sources are those of the issue's items, in their order.
func leadsOf(is *digest.Issue, sources []summary.Source) map[string][]digest.Highlight {
	source := make(map[string]summary.Source, len(sources))
	for i, it := range is.Items {
		source[it.Article] = sources[i]
	}
	over := map[string][]digest.Highlight{}
	e := is.Complete()
	for _, section := range e.Sections {
		items := slices.Concat(section.Full, section.Briefs)
		if e.Lead != nil && e.LeadTag == section.Tag {
			items = slices.Insert(items, 0, *e.Lead)
		}
		from, shown := make([]summary.Source, len(items)), make([]string, len(items))
		for i, it := range items {
			from[i], shown[i] = source[it.Article], it.Summary
		}
		for _, p := range summary.Overview(from, shown) {
			it := items[p.Source]
			over[section.Tag] = append(over[section.Tag], digest.Highlight{Article: it.Article, Text: p.Sentence, URL: it.URL})
		}
	}
	return over
}
