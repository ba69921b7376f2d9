package templates

import (
	"cmp"
	"fmt"
	"mime/quotedprintable"
	"slices"
	"sort"

	"tidings/digest"
)

// sizeLimit bounds the HTML of a message in bytes, as it is and as quoted-printable encodes it (RFC 2045 §6.7): Gmail cuts
// what comes near 102 KB, headers and all.
const sizeLimit = 80 << 10

// attempt is an edition with some of it taken away, rendered.
type attempt struct {
	built
	html []byte
}

// withinBudget renders the HTML of an edition, reduced as little as its size allows.
func (s *Set) withinBudget(sc scene, w *words) (attempt, error) {
	try := func(cut int) (attempt, error) {
		reduced := sc
		reduced.edition, reduced.shortened = reduce(sc.edition, cut)
		b := s.build(reduced, w)
		html, err := s.renderHTML(b)
		return attempt{b, html}, err
	}
	best, err := try(0)
	if err != nil || fits(best.html) {
		return best, err
	}
	found := false
	sort.Search(reductions(sc.edition), func(i int) bool {
		a, tryErr := try(i + 1)
		if tryErr != nil {
			err = tryErr
			return true
		}
		if !fits(a.html) {
			return false
		}
		best, found = a, true // the least cut that fits is the last to be found
		return true
	})
	if err == nil && !found {
		err = fmt.Errorf("its HTML has %d bytes, of which at most %d may be left, even without its articles: shorten its title or its tags", len(best.html), sizeLimit)
	}
	return best, err
}

// fits tells whether the HTML is within the limit, plain and encoded.
func fits(html []byte) bool {
	if len(html) > sizeLimit {
		return false
	}
	if len(html) <= sizeLimit/4 { // encoding at most triples it, and soft line ends add a little
		return true
	}
	var n counter
	q := quotedprintable.NewWriter(&n)
	_, err := q.Write(html)
	return err == nil && q.Close() == nil && n <= sizeLimit
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

// rank is the place of an article in its edition: the row within its section first, so that sections are reduced evenly.
type rank struct{ row, section int }

// reductions is how often reduce can take something away: each summary, each article, and at last the lead's summary.
func reductions(e digest.Edition) int {
	n := 0
	for _, s := range e.Sections {
		n += 2*len(s.Full) + len(s.Briefs)
	}
	if e.Lead != nil {
		n++
	}
	return n
}

// reduce takes so many things away from an edition, from the lowest rank up: first summaries, so that full articles become
// briefs, then briefs, which are then found online, and at last what the lead has besides its headline. It also
// returns how many articles are left without the summary that they had. The edition it is given stays as it is.
func reduce(e digest.Edition, cut int) (digest.Edition, int) {
	if cut == 0 {
		return e, 0
	}
	e.Sections = slices.Clone(e.Sections)
	full, all := ranks(e)
	shorten := min(cut, len(full))
	for _, r := range full[:shorten] {
		s := &e.Sections[r.section]
		last := len(s.Full) - 1
		s.Briefs = slices.Concat([]digest.Item{s.Full[last]}, s.Briefs)
		s.Full = s.Full[:last]
	}
	drop := min(cut-shorten, len(all))
	dropped := map[rank]bool{}
	for _, r := range all[:drop] {
		s := &e.Sections[r.section]
		last := len(s.Briefs) - 1
		leaveOut(&e, s, s.Briefs[last])
		s.Briefs = s.Briefs[:last]
		dropped[r] = true
	}
	shortened := 0
	for _, r := range full[:shorten] {
		if !dropped[r] {
			shortened++
		}
	}
	if e.Lead != nil && cut > shorten+drop {
		lead := *e.Lead
		lead.Summary, lead.Elsewhere, lead.Image, lead.Picture = "", nil, "", ""
		e.Lead = &lead
		shortened++
	}
	if drop > 0 {
		e.Sources = sources(e)
	}
	return e, shortened
}

// ranks lists the places of the full articles and of all but the lead, each from the lowest rank up.
func ranks(e digest.Edition) (full, all []rank) {
	for i, s := range e.Sections {
		for row := range len(s.Full) + len(s.Briefs) {
			all = append(all, rank{row, i})
			if row < len(s.Full) {
				full = append(full, rank{row, i})
			}
		}
	}
	lowestFirst := func(a, b rank) int { return cmp.Or(cmp.Compare(b.row, a.row), cmp.Compare(b.section, a.section)) }
	slices.SortFunc(full, lowestFirst)
	slices.SortFunc(all, lowestFirst)
	return full, all
}

// leaveOut counts an article as one that the edition does not show.
func leaveOut(e *digest.Edition, s *digest.Section, it digest.Item) {
	s.Minutes = without(s.Minutes, s.Count, it)
	e.Minutes = without(e.Minutes, e.Articles, it)
	s.Count--
	s.More++
	e.Articles--
	e.More++
}

// without is the minutes that so many articles take, after one of them is taken away. What was unknown stays unknown.
func without(minutes, articles int, it digest.Item) int {
	if minutes == 0 {
		return 0
	}
	return max(1, minutes-cmp.Or(it.Minutes, minutes/articles))
}

func sources(e digest.Edition) int {
	seen := map[string]bool{}
	if e.Lead != nil {
		seen[e.Lead.Source] = true
	}
	for _, s := range e.Sections {
		for _, it := range slices.Concat(s.Full, s.Briefs) {
			seen[it.Source] = true
		}
	}
	return len(seen)
}
