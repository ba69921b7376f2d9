package templates

import (
	"net/url"
	"strconv"
	"strings"

	"tidings/digest"
)

// sections lays out the sections that show an article, without their articles.
func (v *viewer) sections(e digest.Edition, of view) []sectionView {
	var out []sectionView
	total := 0
	for _, s := range e.Sections {
		total += weight(s)
	}
	for i, s := range e.Sections {
		if s.Count == 0 {
			continue
		}
		sv := sectionView{
			Number: len(out) + 1, Mark: of.Mark, Anchor: "s" + strconv.Itoa(i+1), Tag: apart(line(s.Tag, maxName), v.RTL),
			Hue: hueLetter(s.Hue), Color: v.set.theme.color(s.Hue), Share: max(1, 100*weight(s)/max(total, 1)),
			Lead: v.over(s.Lead), More: v.more(s.More, of.Online), index: i,
		}
		if len(sv.Lead) > 0 {
			_, sv.LeadDir = v.foreign("", sv.Lead[0].Name)
		}
		sv.AlsoIn = fill(v.AlsoIn, "tag", sv.Tag)
		sv.Stats = v.stats(s, " · ", "\u00a0")
		sv.TextStats = v.stats(s, v.Pause, " ")
		sv.HasLead = s.Count > len(s.Full)+len(s.Briefs)
		sv.Open = len(s.Full)+len(s.Briefs) > 0 || s.More > 0
		sv.Contents = v.links.distinct(sv.Tag, v.count(v.Stories, s.Count), "#"+sv.Anchor)
		sv.Unfollow = v.unfollow(s.Tag, sv.Tag)
		out = append(out, sv)
	}
	return out
}

// over is the sentences over a section, each a link to its article.
func (v *viewer) over(highlights []digest.Highlight) (over []nameView) {
	for _, h := range highlights {
		if text := line(h.Text, maxSummary); text != "" {
			over = append(over, nameView{Name: text, URL: link(h.URL)})
		}
	}
	return over
}

// weight is a section's part of the bar: its reading time, where two minutes stand for an unknown one.
func weight(s digest.Section) int { return max(s.Minutes, 2*s.Count) }

func (v *viewer) stats(s digest.Section, between, space string) string {
	stats := v.count(v.Stories, s.Count)
	if s.Minutes > 0 {
		stats += between + v.count(v.Minutes, s.Minutes)
	}
	return strings.ReplaceAll(stats, " ", space)
}

// unfollow is the way to the reader's own page to be rid of a section.
func (v *viewer) unfollow(tag, shown string) *nameView {
	page := link(v.reader.Preferences)
	if page == "" || v.web {
		return nil
	}
	at := page + "?unfollow=" + url.QueryEscape(tag)
	return &nameView{Name: v.links.distinct(fill(v.Unfollow, "tag", shown), "", at), URL: at}
}

// fill gives a section its articles.
func (v *viewer) fill(sv *sectionView, s digest.Section) {
	if v.items[sv.index] == nil {
		v.items[sv.index] = v.listed(v.edition.Sections[sv.index])
	}
	shown := v.items[sv.index][:len(s.Full)+len(s.Briefs)]
	for i, it := range shown {
		it.Number = strconv.Itoa(sv.Number) + "." + strconv.Itoa(i+1)
	}
	sv.Full, sv.Briefs = shown[:len(s.Full)], shown[len(s.Full):]
}

// listed is all articles of a section, named late, so that the lead's link is named first.
func (v *viewer) listed(s digest.Section) []*itemView {
	out := make([]*itemView, 0, len(s.Full)+len(s.Briefs))
	for _, items := range [][]digest.Item{s.Full, s.Briefs} {
		for _, it := range items {
			listed := v.item(it, s.Tag)
			v.name(&listed)
			out = append(out, &listed)
		}
	}
	return out
}

// hidden counts what the sections that show no article leave out.
func hidden(e digest.Edition) int {
	n := 0
	for _, s := range e.Sections {
		if s.Count == 0 {
			n += s.More
		}
	}
	return n
}

func (v *viewer) more(n int, online string) *moreView {
	switch {
	case n == 0:
		return nil
	case online == "":
		return &moreView{Text: v.count(v.MoreHidden, n)}
	}
	return &moreView{Text: v.count(v.MoreOnline, n), URL: online}
}
