package run

import (
	"cmp"
	"slices"

	"tidings/digest"
	"tidings/digest/summary"
)

// maxItems is how many articles an issue holds. Beyond, nobody reads, and the page of the issue would not load.
const maxItems = 500

// items makes the stories of a layout what an issue shows; sources is what their summaries were made from. cut is how many there were over maxItems.
func (s *Service) items(n digest.Newsletter, l layout, states map[string]digest.FeedState, boilerplate map[string]func(string) bool) (items []digest.Item, sources []summary.Source, cut int) {
	names, langs, pageFirst := map[string]string{}, map[string]string{}, map[string]bool{}
	for _, f := range s.Feeds {
		names[f.URL], langs[f.URL], pageFirst[f.URL] = f.Name(states[f.URL]), states[f.URL].Lang, f.FullText == digest.FullTextAlways
	}
	all := make([]digest.Item, len(l.stories))
	articles := make(map[string]digest.Article, len(l.stories))
	for i, st := range l.stories {
		all[i] = itemOf(st, names)
		articles[st.ID] = st.Article
	}
	slices.SortStableFunc(all, digest.CompareItems)
	items = fairShare(all, l, maxItems)
	sources = make([]summary.Source, len(items))
	for i := range items {
		a := articles[items[i].Article]
		items[i].Lang = cmp.Or(a.Lang, langs[a.Feed])
		sources[i] = sourceOf(a)
		sources[i].Lang, sources[i].PageFirst, sources[i].Boilerplate = items[i].Lang, pageFirst[a.Feed], boilerplate[a.Feed]
		items[i].Summary = summary.Summarize(sources[i], n.Summary)
		items[i].Minutes = cmp.Or(summary.Minutes(a.Content), summary.Minutes(a.Page.Text))
		if n.Images == digest.ImagesNone {
			items[i].Image, items[i].ImageAlt = "", ""
		}
	}
	return items, sources, len(all) - len(items)
}

// itemOf is a story without what takes time: its summary.
func itemOf(st story, names map[string]string) digest.Item {
	it := digest.Item{
		Article: st.ID, Title: st.Title, URL: st.URL, Source: names[st.Feed], Author: st.Author, Published: st.Published,
		Image: st.Image, ImageAlt: st.ImageAlt, Tags: st.Tags,
	}
	if it.Published.IsZero() {
		it.Published = st.Seen
	}
	for _, other := range st.copies {
		copied := digest.Link{Name: names[other.Feed], URL: other.URL}
		if copied.URL == it.URL {
			copied.URL = "" // it leads to the same page
		}
		if copied != (digest.Link{Name: it.Source}) && !slices.Contains(it.Elsewhere, copied) {
			it.Elsewhere = append(it.Elsewhere, copied)
		}
	}
	slices.SortFunc(it.Elsewhere, func(a, b digest.Link) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.URL, b.URL)) })
	return it
}

// fairShare keeps at most limit items, the first of every section before the second of any, in the order they came in.
func fairShare(items []digest.Item, l layout, limit int) []digest.Item {
	if len(items) <= limit {
		return items
	}
	probe := digest.Issue{Order: l.order, Rest: l.rest, Items: items, Limit: digest.Limit{Articles: limit}}
	e, _ := probe.Edition(digest.Selection{})
	kept := map[string]bool{}
	if e.Lead != nil {
		kept[e.Lead.Article] = true
	}
	for _, section := range e.Sections {
		for _, it := range slices.Concat(section.Full, section.Briefs) {
			kept[it.Article] = true
		}
	}
	return slices.DeleteFunc(items, func(it digest.Item) bool { return !kept[it.Article] })
}

// boilerplateOf learns the lines that each feed repeats from the articles there are of it.
func boilerplateOf(articles []digest.Article) map[string]func(string) bool {
	texts := map[string][]string{}
	for _, a := range articles {
		texts[a.Feed] = append(texts[a.Feed], a.Excerpt+"\n"+a.Content+"\n"+a.Page.Text)
	}
	known := make(map[string]func(string) bool, len(texts))
	for feed, of := range texts {
		known[feed] = summary.Learn(of)
	}
	return known
}
