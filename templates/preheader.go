package templates

import (
	"strings"
	"unicode/utf8"
)

// How long the line is that inboxes show beside the subject.
const (
	preheaderLeast = 40
	preheaderMost  = 160
)

// preheader is the other headlines. Where there are few, the beginning of the lead's summary follows, then what the issue
// holds: an inbox that found less would go on with the links at the top. It is the same for every reader.
func (v *viewer) preheader(out view, overview string) string {
	var s string
	add := func(next string) {
		switch {
		case next == "" || utf8.RuneCountInString(s) >= preheaderMost:
		case s == "":
			s = next
		default:
			s += " · " + next
		}
	}
	for _, section := range out.Sections {
		for _, items := range [][]*itemView{section.Full, section.Briefs} {
			for _, it := range items {
				add(it.Title)
			}
		}
	}
	rest := []string{overview, out.Title, out.Dateline}
	if out.Lead != nil {
		rest = append([]string{out.Lead.Summary}, rest...)
	}
	for _, next := range rest {
		if utf8.RuneCountInString(s) < preheaderLeast {
			add(next)
		}
	}
	return strings.TrimRight(shorten(s, preheaderMost-10), " ·")
}
