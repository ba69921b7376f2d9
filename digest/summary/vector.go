package summary

import (
	"math"
	"slices"
)

// vector is the terms of a text, each with its weight, in the order of their numbers; its length is 1, or 0 without terms.
type vector []weight

type weight struct {
	term  int32
	value float64
}

// vectorize gives the sentences, and last the title, as vectors: a term weighs more the more often its sentence has it, and the fewer
// sentences have it (tf-idf). The title has only terms that a sentence has.
func vectorize(sentences []string, title, lang string) []vector {
	n := len(sentences)
	numbers := make(map[uint64]int32, 16*n)
	frequency := make([]int32, 0, 16*n) // sentences that have a term
	vectors := make([]vector, n+1)
	backing := make([]weight, 0, 20*(n+1))
	var terms []uint64
	for i := range vectors {
		text := title
		if i < n {
			text = sentences[i]
		}
		terms = appendTerms(terms[:0], text, lang)
		from := len(backing)
		for _, term := range terms {
			number, ok := numbers[term]
			if !ok {
				if i == n {
					continue
				}
				number = int32(len(frequency))
				numbers[term] = number
				frequency = append(frequency, 0)
			}
			backing = append(backing, weight{number, 1})
		}
		v := merged(backing[from:])
		backing = backing[:from+len(v)]
		vectors[i] = v
		if i < n {
			for _, w := range v {
				frequency[w.term]++
			}
		}
	}
	for _, v := range vectors {
		v.weigh(frequency, n)
	}
	return vectors
}

// merged sorts weights by term and adds up those of one term.
func merged(weights []weight) vector {
	slices.SortFunc(weights, func(a, b weight) int { return int(a.term) - int(b.term) })
	v := weights[:0]
	for _, w := range weights {
		if len(v) > 0 && v[len(v)-1].term == w.term {
			v[len(v)-1].value++
		} else {
			v = append(v, w)
		}
	}
	return v
}

// weigh turns counts into weights and makes the vector's length 1.
func (v vector) weigh(frequency []int32, n int) {
	sum := 0.0
	for i, w := range v {
		v[i].value = (1 + math.Log(w.value)) * math.Log(1+float64(n)/float64(frequency[w.term]))
		sum += v[i].value * v[i].value
	}
	for i := range v {
		v[i].value /= math.Sqrt(sum)
	}
}

// cosine is how alike two vectors are, from 0 to 1.
func (v vector) cosine(o vector) float64 {
	sum := 0.0
	for i, j := 0, 0; i < len(v) && j < len(o); {
		switch {
		case v[i].term == o[j].term:
			sum += v[i].value * o[j].value
			i++
			j++
		case v[i].term < o[j].term:
			i++
		default:
			j++
		}
	}
	return sum
}
