package templates

import (
	"cmp"
	"fmt"
	"slices"

	"tidings/digest"
)

// sizeLimit bounds the HTML of a message in bytes, as it is and as quoted-printable encodes it (RFC 2045 §6.7): Gmail cuts
// what comes near 102 KB, headers and all.
const sizeLimit = 80 << 10

// withinBudget renders the HTML of the edition, reduced as little as its size allows: what its articles take tells how much has to
// go.
func (v *viewer) withinBudget() (seen view, html []byte, err error) {
	cuts := reductions(v.edition)
	seen = v.view(v.edition, 0)
	over, err := v.set.frame.over(v, seen)
	for cut := 0; err == nil; {
		for ; over > 0 && cut < len(cuts) && err == nil; cut++ {
			var saved int
			saved, err = v.saved(cuts[cut])
			over -= saved
		}
		if err != nil {
			break
		}
		if cut > 0 {
			seen = v.view(reduce(v.edition, cuts[:cut]))
		}
		html, err = v.set.renderHTML(seen)
		over = encodedSize(html) - sizeLimit
		if over <= 0 || err != nil {
			return seen, html, err
		}
		if cut == len(cuts) {
			err = fmt.Errorf("its HTML has %d bytes, of which at most %d may be left, even without its articles: shorten its title or its tags", len(html), sizeLimit)
		}
	}
	return seen, nil, err
}

// frame is about how large a message is without its articles: by itself, with each section, and with the way out of each.
type frame struct{ fixed, section, unfollow int }

// over is by how much a view is too large, about; 0 if that is too close to tell.
func (f frame) over(v *viewer, seen view) (int, error) {
	const slack = 2 << 10
	size := f.fixed + f.section*len(seen.Sections) - sizeLimit
	if v.reader.Preferences != "" {
		size += f.unfollow * len(seen.Sections)
	}
	err := seen.articles(func(it *itemView, brief bool) error {
		html, err := v.set.htmlOf(it, brief)
		size += html.size
		return err
	})
	if size < slack {
		return 0, err
	}
	const note = 768 // that something was left out
	return size + note, err
}

// measure learns the frame from a sample issue: whole, with a section less, and without the ways out.
func (s *Set) measure() error {
	is, r := sampleIssue("en"), sampleReader()
	whole, n, err := s.frameOf(is, r)
	if err != nil {
		return err
	}
	r.Preferences = ""
	bare, _, err := s.frameOf(is, r)
	if err != nil {
		return err
	}
	is.Rest = ""
	less, _, err := s.frameOf(is, r)
	s.frame = frame{section: bare - less, unfollow: (whole - bare) / n}
	s.frame.fixed = bare - n*s.frame.section
	return err
}

// frameOf is how large the HTML of an issue is without its articles, and how many sections it has.
func (s *Set) frameOf(is *digest.Issue, r Reader) (size, sections int, err error) {
	e := is.Complete()
	seen := s.viewer(scene{edition: e, reader: r}, s.words.speak(is.Lang)).view(e, 0)
	html, err := s.renderHTML(seen)
	if err != nil {
		return 0, 0, err
	}
	size = encodedSize(html)
	err = seen.articles(func(it *itemView, _ bool) error {
		size -= encodedSize(it.HTML)
		return nil
	})
	return size, len(seen.Sections), err
}

// saved is about how many bytes a reduction takes off the HTML.
func (v *viewer) saved(r reduction) (int, error) {
	if r.kind == bareLead {
		return 1, nil
	}
	it := v.items[r.section][r.row]
	brief, err := v.set.htmlOf(it, true)
	if err != nil || r.kind == leaveOut {
		return max(1, brief.size), err
	}
	full, err := v.set.htmlOf(it, false)
	return max(1, full.size-brief.size), err
}

// encodedSize is how long quoted-printable makes a text (RFC 2045 §6.7), or a little more: what is not ASCII, an equals sign and a space
// at the end of a line take three bytes, a line end two, and a line longer than 76 is parted by three.
func encodedSize[T ~[]byte | ~string](text T) int {
	n := len(text)
	if n > 0 && text[n-1] == ' ' {
		n += 2
	}
	for i := range len(text) {
		c := text[i]
		if c-' ' <= '~'-' ' && c != '=' { // as it is; what is less than a space is beyond the tilde here
			continue
		}
		n += 2
		switch {
		case c == '\n' && i > 0 && text[i-1] == ' ':
			n++ // the space is encoded, the line end is not
		case c == '\n':
			n--
		}
	}
	const least = 73 // on a line, where a sequence of three no longer fits
	return n + 3*(n/least)
}

// rank is the place of an article in its edition: the row within its section first, so that sections are reduced evenly.
type rank struct{ row, section int }

// reduction takes one thing away from an edition.
type reduction struct {
	rank
	kind
}

// kind is what a reduction takes.
type kind int

// The kinds of reductions.
const (
	toBrief  kind = iota // a summary: a full article becomes a brief
	leaveOut             // a brief: it is then found online
	bareLead             // what the lead has besides its headline
)

// reductions lists what can be taken away from an edition, in this order: summaries, articles, and at last the lead's summary, each
// from the lowest rank up.
func reductions(e digest.Edition) []reduction {
	var all []reduction
	full, listed := ranks(e)
	for _, r := range full {
		all = append(all, reduction{r, toBrief})
	}
	for _, r := range listed {
		all = append(all, reduction{r, leaveOut})
	}
	if e.Lead != nil {
		all = append(all, reduction{kind: bareLead})
	}
	return all
}

// reduce takes these things away from an edition. It also returns how many articles are left without the summary that they had. The
// edition it is given stays as it is.
func reduce(e digest.Edition, cuts []reduction) (digest.Edition, int) {
	e.Sections = slices.Clone(e.Sections)
	bared := map[rank]bool{}
	for _, c := range cuts {
		switch c.kind {
		case toBrief:
			s := &e.Sections[c.section]
			last := len(s.Full) - 1
			s.Full, s.Briefs = s.Full[:last], slices.Concat(s.Full[last:], s.Briefs)
			bared[c.rank] = true
		case leaveOut:
			drop(&e, &e.Sections[c.section])
			delete(bared, c.rank)
		case bareLead:
			lead := *e.Lead
			lead.Summary, lead.Elsewhere, lead.Image, lead.Picture = "", nil, "", ""
			e.Lead = &lead
			bared[c.rank] = true
		}
	}
	if e.More > 0 {
		e.Sources = sources(e)
	}
	return e, len(bared)
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

// drop leaves out the last article of a section, and counts it as one that the edition does not show.
func drop(e *digest.Edition, s *digest.Section) {
	last := len(s.Briefs) - 1
	it := s.Briefs[last]
	s.Briefs = s.Briefs[:last]
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
