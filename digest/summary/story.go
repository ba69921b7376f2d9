package summary

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Document is an article among others, of which some may tell the same story.
type Document struct {
	Source
	Feed      string    // an article of each feed at most tells a story
	Published time.Time // or first seen
	Keys      []string  // what says by itself that two documents are one: the canonical link, the enclosure
}

// Stories puts together the documents that tell one story: copies of one text, and what several feeds write about one event in their own
// words. Each group holds the indexes of its documents, the one with the longest clean text first, the others by date. Every document is
// in one group, alone if no other tells its story. The groups are in the order of their first documents in docs, and what is grouped does
// not depend on that order.
//
// A feed has one document in a group at most. It knows its own articles: two of them that sound alike are a story and its sequel, or two
// of a series, and both are meant to be read.
//
// How rare a word is, and so how much it tells, is counted in docs: there is no other background. The more documents, the better.
func Stories(docs []Document) [][]int {
	tellings := make([]*telling, len(docs))
	for i := range docs {
		tellings[i] = newTelling(&docs[i], i)
	}
	slices.SortFunc(tellings, compareTellings)
	groups := tellStories(copiesOf(tellings))
	out := make([][]int, len(groups))
	for i, g := range groups {
		out[i] = g.indexes()
	}
	slices.SortFunc(out, func(a, b []int) int { return cmp.Compare(slices.Min(a), slices.Min(b)) })
	return out
}

// headLength is how many runes of a text are looked at, before it is cleaned: the first 400 words and more.
const headLength = 3500

// telling is a document as it is compared with others.
type telling struct {
	*Document
	index int    // of the document
	lang  string // as its words tell: feeds are often wrong about it, and two texts would be alike in their articles and pronouns
	head  string // the clean beginning of the text
	title string // in the form under which titles compare
	print fingerprint
}

func newTelling(d *Document, index int) *telling {
	t := &telling{Document: d, index: index, title: titleKey(d.Title)}
	text := firstRunes(d.longest(), headLength)
	t.lang = guessLanguage(d.Title + "\n" + text)
	if text != "" {
		t.head = strings.Join(clean(text, d.Source, t.lang).lines, "\n")
	}
	t.print = newFingerprint(t.head)
	return t
}

// titleKey is a title without regard to case, marks and spaces.
func titleKey(title string) string {
	words := strings.FieldsFunc(strings.ToLower(title), func(r rune) bool { return !isWordRune(r) })
	return strings.Join(words, " ")
}

// compareTellings orders documents by what they are, never by where they stood: by date, feed and words.
func compareTellings(a, b *telling) int {
	return cmp.Or(
		a.Published.Compare(b.Published),
		cmp.Compare(a.Feed, b.Feed),
		cmp.Compare(a.Document.Title, b.Document.Title),
		cmp.Compare(a.Content, b.Content),
		cmp.Compare(a.Excerpt, b.Excerpt),
		slices.Compare(a.Keys, b.Keys),
	)
}

// group is the tellings of one story, in the order of compareTellings.
type group struct {
	tellings []*telling
	feeds    map[string]bool
}

func newGroup(t *telling) *group {
	return &group{tellings: []*telling{t}, feeds: map[string]bool{t.Feed: true}}
}

// mayJoin tells whether no feed would have two documents in the group that the two would make.
func (g *group) mayJoin(o *group) bool {
	if len(o.feeds) > len(g.feeds) {
		g, o = o, g
	}
	for feed := range o.feeds {
		if g.feeds[feed] {
			return false
		}
	}
	return true
}

func (g *group) join(o *group) {
	g.tellings = append(g.tellings, o.tellings...)
	for feed := range o.feeds {
		g.feeds[feed] = true
	}
}

// fullest is the telling that stands for the others of the group: the one that says most in what was looked at.
func (g *group) fullest() *telling {
	best := g.tellings[0]
	for _, t := range g.tellings[1:] {
		if len(t.head) > len(best.head) {
			best = t
		}
	}
	return best
}

// indexes lists the documents of the group, the one with the longest clean text first.
func (g *group) indexes() []int {
	slices.SortFunc(g.tellings, compareTellings)
	if len(g.tellings) > 1 {
		at, longest := 0, -1
		for i, t := range g.tellings {
			if runes := max(t.passage(t.Content, t.lang).runes, t.passage(t.Excerpt, t.lang).runes, t.passage(t.Page, t.lang).runes); runes > longest {
				at, longest = i, runes
			}
		}
		leader := g.tellings[at]
		g.tellings = slices.Insert(slices.Delete(g.tellings, at, at+1), 0, leader)
	}
	indexes := make([]int, len(g.tellings))
	for i, t := range g.tellings {
		indexes[i] = t.index
	}
	return indexes
}
