package run

import (
	"cmp"
	"slices"
	"strings"

	"tidings/digest"
	"tidings/digest/summary"
)

// story is an article with what other feeds tell of the same: printed once.
type story struct {
	digest.Tagged
	copies []digest.Article // by date
}

// stories puts together the articles that tell one story in different feeds (see summary.Stories). The one with the longest clean text
// leads, and has the tags of all. The order of the stories follows the order of the articles.
func stories(tagged []digest.Tagged, order []string, boilerplate map[string]func(string) bool) []story {
	docs := make([]summary.Document, len(tagged))
	for i, t := range tagged {
		docs[i] = documentOf(t.Article, boilerplate[t.Feed])
	}
	groups := summary.Stories(docs)
	rank := rankOf(order)
	all := make([]story, len(groups))
	for i, group := range groups {
		all[i] = story{Tagged: tagged[group[0]]}
		for _, other := range group[1:] {
			all[i].join(tagged[other])
		}
		slices.SortStableFunc(all[i].Tags, func(a, b string) int { return cmp.Compare(rank[digest.Fold(a)], rank[digest.Fold(b)]) })
	}
	return all
}

// documentOf is an article as the search for stories sees it.
func documentOf(a digest.Article, boilerplate func(string) bool) summary.Document {
	d := summary.Document{Source: sourceOf(a), Feed: a.Feed, Published: a.Published}
	d.Boilerplate = boilerplate
	if d.Published.IsZero() {
		d.Published = a.Seen
	}
	for _, key := range a.Keys {
		if strings.HasPrefix(key, "link:") || strings.HasPrefix(key, "enclosure:") {
			d.Keys = append(d.Keys, key)
		}
	}
	return d
}

// join adds another telling of the story, and its tags.
func (s *story) join(t digest.Tagged) {
	tags := slices.Clone(s.Tags)
	for _, tag := range t.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	s.Tags = tags
	s.copies = append(s.copies, t.Article)
}

func rankOf(order []string) map[string]int {
	rank := make(map[string]int, len(order))
	for i, tag := range order {
		if key := digest.Fold(tag); rank[key] == 0 {
			rank[key] = i + 1
		}
	}
	return rank
}
