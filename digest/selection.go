package digest

import (
	"slices"
	"strings"
)

// Selection is what a reader takes of an issue: the zero value is everything. An article is theirs by any tag that they follow, whatever other tags it has.
type Selection struct {
	Tags  []string // followed; none: all
	Muted []string // left out of those
}

// Follows tells whether the reader wants a section.
func (s Selection) Follows(tag string) bool {
	return (len(s.Tags) == 0 || containsFold(s.Tags, tag)) && !containsFold(s.Muted, tag)
}

// Everything tells whether nothing is left out.
func (s Selection) Everything() bool { return len(s.Tags)+len(s.Muted) == 0 }

// Key is the same for selections that are the same but for order, case and repetition; empty for everything.
func (s Selection) Key() string {
	if s.Everything() {
		return ""
	}
	return foldedSet(s.Tags) + "\x00\x00" + foldedSet(s.Muted)
}

func foldedSet(tags []string) string {
	keys := make([]string, len(tags))
	for i, t := range tags {
		keys[i] = Fold(t)
	}
	slices.Sort(keys)
	return strings.Join(slices.Compact(keys), "\x00")
}

// String names the selection: "Go, Databases", or "everything but Sport".
func (s Selection) String() string {
	text := "everything"
	if len(s.Tags) > 0 {
		text = OneLine(strings.Join(s.Tags, ", "))
	}
	if len(s.Muted) > 0 {
		text += " but " + OneLine(strings.Join(s.Muted, ", "))
	}
	return text
}

// Topics are the tags of an issue, and its rest: all that a reader may follow of it.
type Topics map[string]bool

// Topics are those of this issue.
func (is *Issue) Topics() Topics {
	t := Topics{Fold(is.Rest): true}
	for _, tag := range is.Order {
		t[Fold(tag)] = true
	}
	for _, it := range is.Items {
		for _, tag := range it.Tags {
			t[Fold(tag)] = true
		}
	}
	return t
}

// Selection is what the subscriber takes of an issue with these topics. What they unfollowed elsewhere is no part of it, so that they share an edition with
// others.
func (s Subscriber) Selection(of Topics) Selection {
	sel := Selection{Tags: s.Tags}
	for _, tag := range s.Muted {
		if of[Fold(tag)] {
			sel.Muted = append(sel.Muted, tag)
		}
	}
	return sel
}
