package summary

import (
	"math"
	"slices"
	"unicode/utf8"
)

// adjacent is the bonus of a sentence that goes on where a chosen one ends: it reads better.
const adjacent = .02

// best picks n sentences greedily: the best score, less for what is said already, and for a sentence that leans on one that is not there.
// Ties go to the earlier. They come in text order, and the first of them leans on none.
func (r *ranking) best(n int) []int {
	p := newPicker(r)
	p.alone = n == 1
	p.pickUntil(func() bool { return len(p.picked) >= n })
	return p.picked
}

// filling picks the sentences of a summary of so many runes: as best does, until they fill it.
//
// What it picked seldom fits whole. If the others without one of them fill most of the room, that one is left out; else all
// of them come, and the last in text order is to be cut.
func (r *ranking) filling(runes int) []int {
	const (
		full   = .90 // of the room
		enough = .85 // whole sentences read better than a few words more
	)
	p := newPicker(r)
	p.choosy = true
	p.pickUntil(func() bool { return float64(p.size) >= full*float64(runes) })
	if p.size <= runes {
		return p.picked
	}
	without, longest := -1, int(enough*float64(runes))
	for k, i := range p.picked {
		opens := k > 0 || len(p.picked) > 1 && p.opens(p.picked[1])
		if left := p.size - 1 - p.runes(i); opens && left <= runes && left >= longest {
			without, longest = k, left
		}
	}
	if without >= 0 {
		return slices.Delete(p.picked, without, without+1)
	}
	return p.picked
}

// picker picks sentences one after the other.
type picker struct {
	*ranking
	picked []int  // in text order
	barred []bool // sentences that would open the summary, and lean
	choosy bool   // nothing but the first is picked only to fill the room
	alone  bool   // one sentence is all there will be: it has to say much
	size   int    // runes of those picked, with a space between two
}

func newPicker(r *ranking) *picker {
	return &picker{ranking: r, picked: make([]int, 0, 8), barred: make([]bool, len(r.sentences)), size: -1}
}

func (p *picker) runes(i int) int { return utf8.RuneCountInString(p.sentences[i]) }

// pickUntil picks until there is enough, or nothing is left. If the first in text order leans on what is not there, another takes its place.
func (p *picker) pickUntil(enough func() bool) {
	for {
		for !enough() && p.pick() {
		}
		if len(p.picked) == 0 || p.opens(p.picked[0]) {
			return
		}
		first := p.picked[0]
		p.barred[first] = true
		p.picked = slices.Delete(p.picked, 0, 1)
		p.size -= 1 + p.runes(first)
	}
}

// pick picks one more, if there is one that may be.
func (p *picker) pick() bool {
	const worth = .7 // of the score, against what is said already
	next, top := -1, math.Inf(-1)
	for i, score := range p.score {
		if p.barred[i] || slices.Contains(p.picked, i) || p.choosy && len(p.picked) > 0 && p.isScrap(i) {
			continue
		}
		v := worth * score
		if p.alone {
			v *= p.substance(i)
		}
		if slices.Contains(p.picked, i-1) {
			v += adjacent
		} else if i > 0 {
			v *= p.leaning[i]
		}
		if v = steady(v - (1-worth)*p.said(i)); v > top {
			next, top = i, v
		}
	}
	if next < 0 {
		return false
	}
	at, _ := slices.BinarySearch(p.picked, next)
	p.picked = slices.Insert(p.picked, at, next)
	p.size += 1 + p.runes(next)
	return true
}

// substance is how much a sentence tells that stands for the whole article: it grows with its length, but not in proportion. The first of an
// article is short for a purpose.
func (p *picker) substance(i int) float64 {
	const usual, most, opening = 100, 250, 1.35
	s := math.Pow(float64(min(p.runes(i), most))/usual, .75)
	if i == 0 {
		return max(s, opening)
	}
	return s
}

// said is how much of a sentence those picked say.
func (p *picker) said(i int) float64 {
	said := 0.0
	for _, k := range p.picked {
		said = max(said, p.similarity(i, k))
	}
	return said
}

// isScrap tells whether a sentence says too little where it would stand: it has few words, or not many and leans on one that is not there.
func (p *picker) isScrap(i int) bool {
	const few, some = 10, 15 // words
	words := countWords(p.sentences[i])
	return words < few || words < some && i > 0 && p.leaning[i] < 1 && !slices.Contains(p.picked, i-1)
}
