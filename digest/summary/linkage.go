package summary

import "slices"

// tellStories joins groups that tell one story, the most alike first.
//
// Two groups join if their tellings are alike on the average, each pair counted (average linkage). One pair that is alike is not enough: a
// chain of articles, each like the next, would join the first with the last, which have nothing in common.
func tellStories(groups []*group) []*group {
	slices.SortFunc(groups, func(g, o *group) int { return compareTellings(g.fullest(), o.fullest()) })
	tellings := make([]*telling, len(groups))
	for i, g := range groups {
		tellings[i] = g.fullest()
	}
	c := newComparison(tellings)
	pairs := c.pairs()
	l := newLinkage(groups, pairs)
	for _, p := range pairs {
		if p.likeness < c.threshold {
			break
		}
		l.link(l.find(p.a), l.find(p.b), c.threshold)
	}
	return slices.DeleteFunc(groups, func(g *group) bool { return len(g.tellings) == 0 })
}

// linkage is groups that join, and how alike they are.
type linkage struct {
	groups []*group
	parent []int             // the group that a group joined; itself if none
	size   []int             // how many of the first groups a group holds
	sums   []map[int]float64 // the likeness of each pair between two groups, added up
}

func newLinkage(groups []*group, pairs []pair) *linkage {
	n := len(groups)
	l := &linkage{groups: groups, parent: make([]int, n), size: make([]int, n), sums: make([]map[int]float64, n)}
	for i := range n {
		l.parent[i], l.size[i], l.sums[i] = i, 1, map[int]float64{}
	}
	for _, p := range pairs {
		l.sums[p.a][p.b] = p.likeness
		l.sums[p.b][p.a] = p.likeness
	}
	return l
}

// find is the group that a group is part of by now.
func (l *linkage) find(i int) int {
	for l.parent[i] != i {
		l.parent[i] = l.parent[l.parent[i]]
		i = l.parent[i]
	}
	return i
}

// link joins two groups if they are alike on the average and share no feed.
func (l *linkage) link(a, b int, threshold float64) {
	if a == b || l.sums[a][b] < threshold*float64(l.size[a]*l.size[b]) || !l.groups[a].mayJoin(l.groups[b]) {
		return
	}
	if len(l.sums[a]) < len(l.sums[b]) {
		a, b = b, a
	}
	for other, sum := range l.sums[b] {
		delete(l.sums[other], b)
		if other != a {
			l.sums[a][other] += sum
			l.sums[other][a] += sum
		}
	}
	l.parent[b], l.size[a], l.sums[b] = a, l.size[a]+l.size[b], nil
	l.groups[a].join(l.groups[b])
	l.groups[b].tellings = nil
}
