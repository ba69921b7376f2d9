package templates

import (
	"slices"
	"strings"
)

// notes are the quiet lines near the end: what was shortened, and what could not be read.
func (v *viewer) notes(shortened int) []string {
	var notes []string
	if shortened > 0 {
		notes = append(notes, sentence(v.spell(v.Shortened, shortened)))
	}
	if n := len(v.edition.Broken); n > 0 && !v.web {
		const most = 8
		var names []string
		for _, b := range v.edition.Broken[:min(n, most)] {
			if name := sourceName(b); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if n > most {
			names = append(names, v.count(v.MoreNames, n-most))
		}
		notes = append(notes, sentence(v.spell(v.Broken, n, "names", strings.Join(names, v.Comma))))
	}
	return notes
}

// choices are the reader's own pages: what to follow, a pause, the way out.
func (v *viewer) choices() []nameView {
	var all []nameView
	if page := link(v.reader.Preferences); page != "" {
		all = append(all, nameView{Name: v.ChooseTopics, URL: page}, nameView{Name: v.PauseMail, URL: page + "#pause"})
	}
	if page := link(v.reader.Unsubscribe); page != "" {
		all = append(all, nameView{Name: v.Unsubscribe, URL: page})
	}
	return all
}

// leaveByMail is a mail to whoever answers replies.
func (v *viewer) leaveByMail() *leaveView {
	address := v.edition.ReplyTo.Address
	if address == "" {
		address = v.edition.From.Address
	}
	address = line(address, 2*maxName)
	if address == "" {
		return nil
	}
	return &leaveView{URL: mailto(address, "unsubscribe"), Name: v.LeaveLink, Sentence: fill(v.LeaveByMail, "address", apart(address, v.RTL))}
}
