package run

import (
	"cmp"
	"slices"
	"strings"

	"tidings/digest"
)

// story is an article with its copies in other feeds: printed once.
type story struct {
	digest.Tagged
	copies []digest.Article
}

// stories puts together the articles of different feeds that have the same canonical link. The one with the longest text leads, and
// has the tags of all. Order, and which of two equals leads, follow the order of the articles.
func stories(tagged []digest.Tagged, order []string) []story {
	all := make([]story, 0, len(tagged))
	at := map[string]int{}
	shared := sharedLinks(tagged)
	for _, t := range tagged {
		link := linkKey(t.Article)
		i, seen := at[link]
		if !seen || !shared[link] {
			at[link] = len(all)
			all = append(all, story{Tagged: t})
			continue
		}
		all[i].join(t)
	}
	rank := rankOf(order)
	for i := range all {
		slices.SortStableFunc(all[i].Tags, func(a, b string) int { return cmp.Compare(rank[digest.Fold(a)], rank[digest.Fold(b)]) })
	}
	return all
}

// join adds a copy, which leads from now on if it says more.
func (s *story) join(t digest.Tagged) {
	tags := slices.Clone(s.Tags)
	for _, tag := range t.Tags {
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	other := t.Article
	if len(other.Body()) > len(s.Article.Body()) {
		other, s.Article = s.Article, other
	}
	s.Tags = tags
	s.copies = append(s.copies, other)
}

// sharedLinks are the links that several feeds have, and none of them twice: a link that one feed gives to several articles, such as its
// front page, tells nothing apart.
func sharedLinks(tagged []digest.Tagged) map[string]bool {
	feeds := map[string]map[string]int{}
	for _, t := range tagged {
		if link := linkKey(t.Article); link != "" {
			if feeds[link] == nil {
				feeds[link] = map[string]int{}
			}
			feeds[link][t.Feed]++
		}
	}
	shared := map[string]bool{}
	for link, times := range feeds {
		most := 0
		for _, n := range times {
			most = max(most, n)
		}
		shared[link] = len(times) > 1 && most == 1
	}
	return shared
}

// linkKey is the canonical link of an article; empty if it has none.
func linkKey(a digest.Article) string {
	for _, k := range a.Keys {
		if strings.HasPrefix(k, "link:") {
			return k
		}
	}
	return ""
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
