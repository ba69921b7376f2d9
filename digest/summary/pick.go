package summary

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
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

// pack picks the sentences that are worth most together within so many runes: of the best dozen every combination is weighed, then
// the room that is left is filled with others. If none fits, it is the best one. They come in text order.
func (r *ranking) pack(runes int) []int {
	const candidates = 12
	p := newPacker(r)
	fitting := p.fitting(runes)
	if len(fitting) == 0 {
		return r.best(1)
	}
	p.candidates = slices.Sorted(slices.Values(fitting[:min(candidates, len(fitting))]))
	p.search(0, runes, 0)
	for _, i := range p.best {
		runes -= p.size[i] + 1
	}
	for _, i := range fitting[len(p.candidates):] {
		if p.size[i] <= runes {
			p.best = append(p.best, i)
			runes -= p.size[i] + 1
		}
	}
	slices.Sort(p.best)
	return p.best
}

// packer tries the combinations of its candidates.
type packer struct {
	*ranking
	size       []int // runes
	worth      []float64
	candidates []int // in text order
	chosen     []int
	best       []int
	top        float64
}

func newPacker(r *ranking) *packer {
	p := &packer{ranking: r, size: make([]int, len(r.sentences)), worth: make([]float64, len(r.sentences))}
	for i, sentence := range r.sentences {
		p.size[i] = utf8.RuneCountInString(sentence)
		// What a sentence says grows with its length, but not in proportion.
		p.worth[i] = steady(r.score[i] * math.Pow(float64(p.size[i])/100, .75))
	}
	return p
}

// fitting is the sentences that so many runes have room for, the best first, without those of a few words, which say nothing
// out of their place.
func (p *packer) fitting(runes int) []int {
	const shortest = 5 // words
	fitting := make([]int, 0, len(p.sentences))
	for i, sentence := range p.sentences {
		if p.size[i] <= runes && countWords(sentence) >= shortest {
			fitting = append(fitting, i)
		}
	}
	slices.SortStableFunc(fitting, func(a, b int) int { return cmp.Compare(p.score[b], p.score[a]) })
	return fitting
}

// search tries every combination of the candidates from k on with those chosen, whose value is given.
func (p *packer) search(k, room int, value float64) {
	if value > p.top || len(p.best) == 0 {
		p.top, p.best = value, append(p.best[:0], p.chosen...)
	}
	for ; k < len(p.candidates); k++ {
		i := p.candidates[k]
		if p.size[i] > room {
			continue
		}
		added := p.added(i)
		p.chosen = append(p.chosen, i)
		p.search(k+1, room-p.size[i]-1, steady(value+added))
		p.chosen = p.chosen[:len(p.chosen)-1]
	}
}

// added is what a sentence adds to those chosen.
func (p *packer) added(i int) float64 {
	const repetition = .4
	v := p.worth[i]
	for _, j := range p.chosen {
		if s := p.similarity(i, j); s > 0 {
			v -= repetition * s * math.Sqrt(p.worth[i]*p.worth[j])
		}
	}
	if n := len(p.chosen); n > 0 && p.chosen[n-1] == i-1 {
		v += adjacent
	}
	return v
}
