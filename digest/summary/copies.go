package summary

import (
	"maps"
	"slices"
)

// copiesOf groups the copies of one document: those that share a key, then those whose texts are nearly the same, whatever their dates. The
// tellings are in the order of compareTellings, and the groups too, by their first.
func copiesOf(tellings []*telling) []*group {
	groups := make([]*group, len(tellings))
	of := make(map[*telling]*group, len(tellings))
	for i, t := range tellings {
		groups[i] = newGroup(t)
		of[t] = groups[i]
	}
	merge := func(g, o *group) {
		for _, t := range o.tellings {
			of[t] = g
		}
		g.join(o)
		o.tellings = nil
	}
	shared := sharedKeys(tellings)
	for _, key := range slices.Sorted(maps.Keys(shared)) {
		first := shared[key][0]
		for _, t := range shared[key][1:] {
			if g, o := of[first], of[t]; g != o && g.mayJoin(o) {
				merge(g, o)
			}
		}
	}
	// A text is compared with the first that a group has of its kind, so that no chain of small changes joins two that differ.
	var seen []*telling
	for _, t := range tellings {
		if !t.print.tells {
			continue
		}
		near := slices.IndexFunc(seen, func(s *telling) bool {
			return t.print.near(s.print) && (of[s] == of[t] || of[s].mayJoin(of[t]))
		})
		if near < 0 {
			seen = append(seen, t)
		} else if g, o := of[seen[near]], of[t]; g != o {
			merge(g, o)
		}
	}
	return slices.DeleteFunc(groups, func(g *group) bool { return len(g.tellings) == 0 })
}

// sharedKeys are the keys that several feeds have, and none of them twice, with the documents that have them: what a feed gives to
// several articles, such as the link to its front page, tells nothing apart.
func sharedKeys(tellings []*telling) map[string][]*telling {
	having := map[string][]*telling{}
	for _, t := range tellings {
		for _, key := range slices.Compact(slices.Sorted(slices.Values(t.Keys))) {
			if key != "" {
				having[key] = append(having[key], t)
			}
		}
	}
	maps.DeleteFunc(having, func(_ string, of []*telling) bool {
		feeds := map[string]bool{}
		for _, t := range of {
			feeds[t.Feed] = true
		}
		return len(of) < 2 || len(feeds) < len(of)
	})
	return having
}
