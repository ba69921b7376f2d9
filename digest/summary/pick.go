package summary

import (
	"math"
	"slices"
)

// adjacent is the bonus of a sentence that goes on where a chosen one ends: it reads better.
const adjacent = .02

// best picks n sentences greedily: the best score, less for what is said already. Ties go to the earlier. They come in text order.
func (r *ranking) best(n int) []int {
	const worth = .7 // of the score, against what is said already
	said := make([]float64, len(r.sentences))
	picked := make([]int, 0, min(n, len(r.sentences)))
	for len(picked) < cap(picked) {
		next, top := -1, math.Inf(-1)
		for i := range r.sentences {
			if slices.Contains(picked, i) {
				continue
			}
			v := worth*r.score[i] - (1-worth)*said[i]
			if slices.Contains(picked, i-1) {
				v += adjacent
			}
			if v = steady(v); v > top {
				next, top = i, v
			}
		}
		picked = append(picked, next)
		for i := range said {
			said[i] = max(said[i], r.similarity(i, next))
		}
	}
	slices.Sort(picked)
	return picked
}
