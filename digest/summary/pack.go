package summary

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// pack picks the sentences that are worth most together within so many runes: of the best dozen every combination is weighed, then
// the room that is left is filled with others. If none fits, it is the best one. They come in text order, and the first of them leans on none.
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
		if p.size[i] <= runes && p.mayJoin(i) {
			p.best = append(p.best, i)
			runes -= p.size[i] + 1
		}
	}
	if len(p.best) == 0 { // what fits leans on what does not
		return r.best(1)
	}
	slices.Sort(p.best)
	return p.best
}

// mayJoin tells whether a sentence may fill the room that is left: not if it leans on one that is not there, nor if it is so short that it says little
// by itself.
func (p *packer) mayJoin(i int) bool {
	const short = 12 // words
	if slices.Contains(p.best, i-1) {
		return true
	}
	return countWords(p.sentences[i]) >= short && (p.opens(i) || p.leaning[i] == 1 && len(p.best) > 0 && slices.Min(p.best) < i)
}

// packer tries the combinations of its candidates. One is worth the scores of its sentences, and the terms of the article that it
// covers: a term counts once, so that nothing is said twice.
type packer struct {
	*ranking
	size       []int     // runes of each sentence
	worth      []float64 // of each sentence by itself
	weight     []float64 // of each term, in all 1
	covered    []int     // how many chosen sentences have a term
	candidates []int     // in text order
	chosen     []int
	best       []int
	top        float64
}

func newPacker(r *ranking) *packer {
	n := len(r.sentences)
	p := &packer{ranking: r, size: make([]int, n), worth: make([]float64, n), weight: r.termWeights()}
	p.covered = make([]int, len(p.weight))
	for i, sentence := range r.sentences {
		p.size[i] = utf8.RuneCountInString(sentence)
		// What a sentence says grows with its length, but not in proportion.
		p.worth[i] = steady(r.score[i] * math.Pow(float64(p.size[i])/100, .75))
	}
	return p
}

// termWeights is how much each term matters to the article: it does if two sentences or more have it, and the more the earlier
// they stand.
func (r *ranking) termWeights() []float64 {
	const decay = 4.0 // sentences
	terms := 0
	for _, v := range r.vectors {
		if len(v) > 0 {
			terms = max(terms, int(v[len(v)-1].term)+1)
		}
	}
	weight, sentences := make([]float64, terms), make([]int, terms)
	for i := range r.sentences {
		early := math.Exp(-float64(i) / decay)
		for _, w := range r.vectors[i] {
			weight[w.term] += early
			sentences[w.term]++
		}
	}
	sum := 0.0
	for t := range weight {
		if sentences[t] < 2 {
			weight[t] = 0
		}
		sum += weight[t]
	}
	for t := range weight {
		weight[t] = steady(weight[t] / max(sum, 1e-9))
	}
	return weight
}

// fitting is the sentences that so many runes have room for, the best first, without those of a few words, which say nothing
// out of their place.
func (p *packer) fitting(runes int) []int {
	const shortest = 8 // words
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
		if p.size[i] > room || len(p.chosen) == 0 && !p.opens(i) {
			continue
		}
		added := p.add(i)
		p.search(k+1, room-p.size[i]-1, steady(value+added))
		p.remove(i)
	}
}

// add chooses a sentence and tells what it adds to those chosen.
func (p *packer) add(i int) float64 {
	const coverage = 2
	v := p.worth[i]
	if n := len(p.chosen); n > 0 && p.chosen[n-1] == i-1 {
		v += adjacent
	} else if i > 0 {
		v *= p.leaning[i]
	}
	for _, w := range p.vectors[i] {
		if p.covered[w.term] == 0 {
			v += coverage * p.weight[w.term]
		}
		p.covered[w.term]++
	}
	p.chosen = append(p.chosen, i)
	return v
}

func (p *packer) remove(i int) {
	for _, w := range p.vectors[i] {
		p.covered[w.term]--
	}
	p.chosen = p.chosen[:len(p.chosen)-1]
}
