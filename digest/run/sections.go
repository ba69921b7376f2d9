package run

import (
	"slices"

	"tidings/digest"
)

// layout is the sections that the stories of a newsletter form, and the stories that stand in them.
type layout struct {
	order   []string // tags that make a section
	rest    string   // the section of what none of them took; empty: there is none
	stories []story
}

// layOut picks the sections of a newsletter. order is the tags of the taxonomy.
func (s *Service) layOut(n digest.Newsletter, all []story, order []string) layout {
	l := layout{order: picked(n, order)}
	switch {
	case len(s.Tags.Rules) > 0:
		l.rest = s.Tags.Rest
	case len(n.Tags) > 0:
		l.rest = s.Templates.For(n.Name).RestName(n.Language)
	default:
		l.order, l.rest = frequent(all, order), s.Templates.For(n.Name).RestName(n.Language)
	}
	if len(n.Tags) > 0 && !hasFold(n.Tags, l.rest) {
		l.rest = ""
	}
	for _, st := range all {
		if l.takes(st, len(s.Tags.Rules) > 0) {
			if len(s.Tags.Rules) > 0 || len(n.Tags) > 0 {
				st.Tags = slices.DeleteFunc(st.Tags, func(t string) bool { return !hasFold(l.order, t) })
			}
			l.stories = append(l.stories, st)
		}
	}
	return l
}

// takes tells whether a story has a section. The rest is for what no rule took; without rules, for what no section took.
func (l layout) takes(st story, ruled bool) bool {
	if slices.ContainsFunc(st.Tags, func(t string) bool { return hasFold(l.order, t) }) {
		return true
	}
	return l.rest != "" && (!ruled || len(st.Tags) == 0)
}

// section is the one in which a story with these tags stands, for whoever reads all of the newsletter.
func (l layout) section(tags []string) string {
	for _, tag := range l.order {
		if hasFold(tags, tag) {
			return tag
		}
	}
	return l.rest
}

// picked is the tags that the newsletter has, in its own order and spelling, or else all.
func picked(n digest.Newsletter, order []string) []string {
	if len(n.Tags) == 0 {
		return order
	}
	return slices.DeleteFunc(slices.Clone(n.Tags), func(tag string) bool { return !hasFold(order, tag) })
}

// frequent is the tags that two or more stories stand under, when each stands under the first of its tags that has a section.
func frequent(all []story, order []string) []string {
	having := map[string][]int{} // stories by tag
	for i, st := range all {
		for _, tag := range st.Tags {
			having[tag] = append(having[tag], i)
		}
	}
	placed := make([]bool, len(all))
	var kept []string
	for _, tag := range order {
		free := slices.DeleteFunc(having[tag], func(i int) bool { return placed[i] })
		if len(free) < 2 {
			continue
		}
		kept = append(kept, tag)
		for _, i := range free {
			placed[i] = true
		}
	}
	return kept
}

func hasFold(tags []string, tag string) bool {
	if tag == "" {
		return false
	}
	key := digest.Fold(tag)
	return slices.ContainsFunc(tags, func(t string) bool { return digest.Fold(t) == key })
}
