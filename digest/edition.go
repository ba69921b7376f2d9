package digest

import (
	"cmp"
	"slices"
)

// FullPerSection is how many articles of a section stand with their summary; the others are briefs.
const FullPerSection = 5

// Edition is what one reader sees of an issue: the sections that the reader follows, each article once.
type Edition struct {
	*Issue
	Lead     *Item // the top story, which its section does not repeat; nil if no article has a summary
	LeadTag  string
	Sections []Section
	Articles int // shown, the lead among them
	Sources  int // distinct feeds of those
	Minutes  int // to read them all, about; 0 is unknown
	More     int // over the limits: to be found online
}

// Section is a tag and its articles in one edition.
type Section struct {
	Tag     string
	Lead    []Highlight // a sentence or two over its articles; may be empty
	Hue     int         // 0–4: the colour of the section
	Full    []Item
	Briefs  []Item
	Count   int // shown, the lead among them
	Minutes int // to read them all, about; 0 is unknown
	More    int // over the limits
}

// Headline is what a subject template sees.
type Headline struct {
	Title  string // of the newsletter
	Number int
	Lead   Item // the lead story, else the first article
	Count  int  // articles in the edition
}

// Edition is the issue for a reader who takes the given selection of it. ok is false if nothing is left.
func (is *Issue) Edition(sel Selection) (e Edition, ok bool) {
	sections := is.place(sel)
	more := trim(sections, is.Limit)
	e = Edition{Issue: is}
	e.pickLead(sections)
	sources := map[string]bool{}
	var read readingTime
	for i, p := range sections {
		s := Section{Tag: p.tag, Lead: is.highlights(p), Hue: i % 5, Count: len(p.items), More: more[i]}
		var section readingTime
		for _, it := range p.items {
			sources[it.Source] = true
			section.add(it)
			read.add(it)
			switch {
			case e.Lead != nil && it.Article == e.Lead.Article:
			case it.Summary != "" && len(s.Full) < FullPerSection:
				s.Full = append(s.Full, it)
			default:
				s.Briefs = append(s.Briefs, it)
			}
		}
		s.Minutes = section.about()
		e.Articles += s.Count
		e.More += s.More
		e.Sections = append(e.Sections, s)
	}
	e.Sources = len(sources)
	e.Minutes = read.about()
	return e, e.Articles > 0
}

// readingTime sums up the minutes of articles, some of which are unknown: of those, the feed gives an excerpt alone.
type readingTime struct{ minutes, known, articles int }

func (r *readingTime) add(it Item) {
	r.articles++
	if it.Minutes > 0 {
		r.known++
		r.minutes += it.Minutes
	}
}

// about is the sum with unknown articles taken to be as long as the others are on average, or 0 if most are unknown.
func (r *readingTime) about() int {
	if 2*r.known < r.articles || r.known == 0 {
		return 0
	}
	return (r.minutes*r.articles + r.known/2) / r.known
}

// highlights are the sentences over a section that its articles say.
func (is *Issue) highlights(p placed) (over []Highlight) {
	for _, h := range is.Leads[p.tag] {
		if slices.ContainsFunc(p.items, func(it Item) bool { return it.Article == h.Article }) {
			over = append(over, h)
		}
	}
	return over
}

// Complete is the issue for everybody, without limits: what its page shows.
func (is *Issue) Complete() Edition {
	whole := *is
	whole.Limit = Limit{}
	e, _ := whole.Edition(Selection{})
	e.Issue = is
	return e
}

// Headline is what the subject template of the edition sees.
func (e *Edition) Headline() Headline {
	h := Headline{Title: e.Title, Number: e.Number, Count: e.Articles}
	switch {
	case e.Lead != nil:
		h.Lead = *e.Lead
	case len(e.Sections) > 0:
		h.Lead = slices.Concat(e.Sections[0].Full, e.Sections[0].Briefs)[0]
	}
	return h
}

// placed is a section before it is laid out.
type placed struct {
	tag   string
	items []Item
}

// place puts each item into the first of its sections that the reader follows, or else into the rest.
func (is *Issue) place(sel Selection) []placed {
	sections := make([]placed, 0, len(is.Order)+1)
	index := map[string]int{}
	for _, tag := range is.Order {
		if sel.Follows(tag) {
			index[Fold(tag)] = len(sections)
			sections = append(sections, placed{tag: tag})
		}
	}
	rest := placed{tag: is.Rest}
	for _, it := range is.Items {
		at := -1
		for _, tag := range it.Tags {
			if i, ok := index[Fold(tag)]; ok && (at < 0 || i < at) {
				at = i
			}
		}
		switch {
		case at >= 0:
			sections[at].items = append(sections[at].items, it)
		case is.inRest(it, sel):
			rest.items = append(rest.items, it)
		}
	}
	sections = append(sections, rest)
	return slices.DeleteFunc(sections, func(p placed) bool { return len(p.items) == 0 })
}

// inRest tells whether an item that none of the reader's sections took stands in the rest. Whoever names tags has there what has one of these, and, if
// the rest is among them, what has no section at all. For whoever takes all but some tags, it is what has another one or none.
func (is *Issue) inRest(it Item, sel Selection) bool {
	muted := func(tag string) bool { return containsFold(sel.Muted, tag) }
	homeless := !slices.ContainsFunc(it.Tags, func(tag string) bool { return containsFold(is.Order, tag) })
	switch {
	case is.Rest == "", len(it.Tags) > 0 && !slices.ContainsFunc(it.Tags, func(tag string) bool { return !muted(tag) }):
		return false
	case len(sel.Tags) == 0:
		return !muted(is.Rest)
	}
	return slices.ContainsFunc(it.Tags, sel.Follows) || homeless && sel.Follows(is.Rest)
}

// trim cuts the sections down to the limits and returns how many items each lost. The total is shared out a row at
// a time, so that no section starves the ones below it.
func trim(sections []placed, limit Limit) (lost []int) {
	lost = make([]int, len(sections))
	keep := make([]int, len(sections))
	left := limit.Articles
	for row, more := 0, true; more; row++ {
		more = false
		for i, p := range sections {
			if row >= len(p.items) || limit.PerTag > 0 && row >= limit.PerTag || limit.Articles > 0 && left == 0 {
				continue
			}
			keep[i]++
			left--
			more = true
		}
	}
	for i := range sections {
		lost[i] = len(sections[i].items) - keep[i]
		sections[i].items = sections[i].items[:keep[i]]
	}
	return lost
}

// pickLead chooses the first story that has a summary, by preference one with a picture.
func (e *Edition) pickLead(sections []placed) {
	for _, p := range sections {
		for i := range p.items {
			it := &p.items[i]
			if it.Summary == "" {
				continue
			}
			pictured := it.Image != "" || it.Picture != ""
			if e.Lead == nil || pictured {
				lead := *it
				e.Lead, e.LeadTag = &lead, p.tag
			}
			if pictured {
				return
			}
		}
	}
}

// Others names the tags of an item besides the one it stands under.
func (it Item) Others(under string) []string {
	return slices.DeleteFunc(slices.Clone(it.Tags), func(t string) bool { return Fold(t) == Fold(under) })
}

// CompareItems orders the articles of a section: the most widely carried first, then the newest, then by address.
func CompareItems(a, b Item) int {
	return cmp.Or(
		cmp.Compare(len(b.Elsewhere), len(a.Elsewhere)),
		b.Published.Compare(a.Published),
		cmp.Compare(a.URL, b.URL),
		cmp.Compare(a.Title, b.Title))
}

func containsFold(tags []string, tag string) bool {
	key := Fold(tag)
	return slices.ContainsFunc(tags, func(t string) bool { return Fold(t) == key })
}
