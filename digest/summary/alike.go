package summary

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

const (
	storyWindow = 72 * time.Hour // between two tellings of one story
	titleWindow = 48 * time.Hour // between two under the same title

	alike        = .25 // cosine of two tellings of one story
	alikeAmong   = .35 // the same, while few documents are known: every word looks rare
	fewDocuments = 50  //
	alikeTitled  = .15 // cosine of the texts alone, under the same title
	titleWords   = 5   // of a title that says something by itself
	leastShared  = 5   // terms: fewer are alike by chance

	comparedRunes = 1000 // of a text
	maxPartners   = 64   // for which a story is compared closely, of all that share its rarer words
)

// comparison holds the terms of the documents whose stories are compared: one for each group of copies, by date.
type comparison struct {
	tellings  []*telling
	whole     []vector // of the title, twice, and the beginning of the text
	texts     []vector // of the text alone, where another document has the same title
	frequency []int32  // tellings that have a term
	threshold float64
}

// newComparison weighs the terms of the tellings: the fewer of them have a term, the more it tells.
func newComparison(tellings []*telling) *comparison {
	n := len(tellings)
	c := &comparison{tellings: tellings, whole: make([]vector, n), texts: make([]vector, n), threshold: alike}
	if n < fewDocuments {
		c.threshold = alikeAmong
	}
	titles := map[string]int{}
	for _, t := range tellings {
		titles[t.title]++
	}
	numbers := map[uint64]int32{}
	count := func(terms []uint64) vector {
		v := make(vector, 0, len(terms))
		for _, term := range terms {
			number, ok := numbers[term]
			if !ok {
				number = int32(len(c.frequency))
				numbers[term] = number
				c.frequency = append(c.frequency, 0)
			}
			v = append(v, weight{number, 1})
		}
		return merged(v)
	}
	for i, t := range tellings {
		terms := appendTerms(nil, t.Title, t.lang)
		terms = append(terms, terms...)
		title := len(terms)
		terms = appendTerms(terms, firstRunes(t.head, comparedRunes), t.lang)
		c.whole[i] = count(terms)
		if t.title != "" && titles[t.title] > 1 {
			c.texts[i] = count(terms[title:])
		}
		for _, w := range c.whole[i] {
			c.frequency[w.term]++
		}
	}
	for i := range tellings {
		c.whole[i].weigh(c.frequency, n)
		c.texts[i].weigh(c.frequency, n)
	}
	return c
}

// likeness is how much two tellings speak of one thing, from 0 to 1. Under the same title the texts decide alone: "Week 47 in review" is no
// story, and "v1.2.0" is none.
func (c *comparison) likeness(i, j int) float64 {
	a, b := c.tellings[i], c.tellings[j]
	apart := a.Published.Sub(b.Published).Abs()
	if apart > storyWindow || a.Feed == b.Feed {
		return 0
	}
	if a.title == "" || a.title != b.title {
		if c.whole[i].shared(c.whole[j]) < leastShared {
			return 0
		}
		return steady(c.whole[i].cosine(c.whole[j]))
	}
	if c.texts[i].shared(c.texts[j]) < leastShared {
		return 0
	}
	texts := steady(c.texts[i].cosine(c.texts[j]))
	if texts >= alikeTitled && apart <= titleWindow && strings.Count(a.title, " ")+1 >= titleWords {
		return max(texts, steady(c.whole[i].cosine(c.whole[j])))
	}
	return texts
}

// shared counts the terms that two vectors have in common.
func (v vector) shared(o vector) int {
	n := 0
	for i, j := 0, 0; i < len(v) && j < len(o); {
		switch {
		case v[i].term == o[j].term:
			n++
			i++
			j++
		case v[i].term < o[j].term:
			i++
		default:
			j++
		}
	}
	return n
}

// pair is two tellings and how alike they are.
type pair struct {
	a, b     int
	likeness float64
}

// comparePairs orders the most alike first.
func comparePairs(p, q pair) int {
	return cmp.Or(cmp.Compare(q.likeness, p.likeness), cmp.Compare(p.a, q.a), cmp.Compare(p.b, q.b))
}

// pairs are the tellings that are at least half as alike as those of one story, the most alike first. They are found by the terms they
// share, in an index; terms that very many have lead nowhere.
func (c *comparison) pairs() []pair {
	const few, most = 50, 200
	common := int32(min(max(few, len(c.tellings)/10), most))
	index := make([][]posting, len(c.frequency)) // of the tellings before, by term
	sums := make([]float64, len(c.tellings))
	var all []pair
	var found []int
	var near []pair
	for i, v := range c.whole {
		from := c.tellings[i].Published.Add(-storyWindow)
		for _, w := range v {
			if c.frequency[w.term] > common {
				continue
			}
			before := index[w.term]
			for k := len(before) - 1; k >= 0; k-- {
				p := before[k]
				if c.tellings[p.telling].Published.Before(from) {
					break
				}
				if sums[p.telling] == 0 {
					found = append(found, p.telling)
				}
				sums[p.telling] += w.value * p.value
			}
			index[w.term] = append(before, posting{i, w.value})
		}
		near = near[:0]
		for _, j := range found {
			if sum := steady(sums[j]); sum >= c.threshold/2 {
				near = append(near, pair{j, i, sum})
			}
			sums[j] = 0
		}
		found = found[:0]
		all = append(all, c.closest(near)...)
	}
	slices.SortFunc(all, comparePairs)
	return all
}

// posting is a telling that has a term, and what the term weighs in it.
type posting struct {
	telling int
	value   float64
}

// closest keeps those of the pairs that are alike, of those that share the most.
func (c *comparison) closest(near []pair) []pair {
	slices.SortFunc(near, comparePairs)
	near = near[:min(len(near), maxPartners)]
	for i, p := range near {
		near[i].likeness = c.likeness(p.a, p.b)
	}
	return slices.DeleteFunc(near, func(p pair) bool { return p.likeness < c.threshold/2 })
}
