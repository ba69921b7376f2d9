package summary

import (
	"math"
	"slices"
	"unicode/utf8"
)

// adjacent is the bonus of a sentence that goes on where a chosen one ends: it reads better.
const adjacent = .02

// best picks n sentences greedily: the best score, less for what is said already, and for a sentence that leans on one that is not there.
// Ties go to the earlier. They come in text order.
func (r *ranking) best(n int) []int {
	p := newPicker(r)
	for len(p.picked) < min(n, len(r.sentences)) {
		p.pick()
	}
	return slices.Sorted(slices.Values(p.picked))
}

// filling picks the sentences of a summary of so many runes: as best does, until they fill it.
//
// What it picked seldom fits whole. If the others without one of them fill most of the room, that one is left out; else all
// of them come, and the last in text order is to be cut.
func (r *ranking) filling(runes int) []int {
	const (
		full   = .90 // of the room
		enough = .80 // whole sentences read better than a few words more
	)
	p := newPicker(r)
	for len(p.picked) < len(r.sentences) && float64(p.size) < full*float64(runes) {
		if p.choosy = len(p.picked) > 0; !p.pick() {
			break
		}
	}
	if p.size > runes {
		without, longest := -1, int(enough*float64(runes))
		for k, i := range p.picked {
			if left := p.size - 1 - p.runes(i); left <= runes && left >= longest {
				without, longest = k, left
			}
		}
		if without >= 0 {
			p.picked = slices.Delete(p.picked, without, without+1)
		}
	}
	return slices.Sorted(slices.Values(p.picked))
}

// picker picks sentences one after the other.
type picker struct {
	*ranking
	said   []float64 // how much of a sentence those picked say
	picked []int     // in the order of their choice
	choosy bool      // nothing is picked only to fill the room
	size   int       // runes of those picked, with a space between two
}

func newPicker(r *ranking) *picker {
	return &picker{ranking: r, said: make([]float64, len(r.sentences)), picked: make([]int, 0, 8), size: -1}
}

func (p *picker) runes(i int) int { return utf8.RuneCountInString(p.sentences[i]) }

// pick picks one more, if there is one that may be.
func (p *picker) pick() bool {
	const worth = .7 // of the score, against what is said already
	next, top := -1, math.Inf(-1)
	for i, score := range p.score {
		if slices.Contains(p.picked, i) || p.choosy && p.isScrap(i) {
			continue
		}
		v := worth * score
		if slices.Contains(p.picked, i-1) {
			v += adjacent
		} else if i > 0 {
			v *= p.leaning[i]
		}
		if v = steady(v - (1-worth)*p.said[i]); v > top {
			next, top = i, v
		}
	}
	if next < 0 {
		return false
	}
	p.picked = append(p.picked, next)
	p.size += 1 + p.runes(next)
	for i := range p.said {
		p.said[i] = max(p.said[i], p.similarity(i, next))
	}
	return true
}

// isScrap tells whether a sentence says too little where it would stand: it has few words, or not many and leans on one that is not there.
func (p *picker) isScrap(i int) bool {
	const few, some = 10, 15 // words
	words := countWords(p.sentences[i])
	return words < few || words < some && i > 0 && p.leaning[i] < 1 && !slices.Contains(p.picked, i-1)
}
