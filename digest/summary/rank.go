package summary

import (
	"math"
	"slices"
	"unicode/utf8"

	"tidings/digest"
)

const maxRanked = 60 // sentences; what comes later is seldom news

// choose picks the sentences of an article that its summary is made of, in their order.
//
// A sentence counts by what later sentences take up from it, by how early it stands, and by what it shares with the title; less if it
// is short, long, a question or a quotation. The best comes first, then those that add most to what is chosen.
func choose(sentences []string, title, lang string, b digest.Budget) []string {
	sentences = distinct(sentences[:min(len(sentences), maxRanked)])
	if len(sentences) < 2 {
		return sentences
	}
	r := newRanking(sentences, title, lang)
	picked := r.pick(b)
	chosen := make([]string, 0, len(picked))
	for i, sentence := range sentences {
		if slices.Contains(picked, i) {
			chosen = append(chosen, sentence)
		}
	}
	return chosen
}

// distinct drops the sentences that stand there already.
func distinct(sentences []string) []string {
	seen := make(map[string]bool, len(sentences))
	kept := make([]string, 0, len(sentences))
	for _, s := range sentences {
		if !seen[s] {
			seen[s] = true
			kept = append(kept, s)
		}
	}
	return kept
}

// ranking holds the sentences of one article and how they relate.
type ranking struct {
	sentences []string
	score     []float64
	similar   []float64 // n×n cosines
}

func (r *ranking) similarity(i, j int) float64 { return r.similar[i*len(r.sentences)+j] }

func newRanking(sentences []string, title, lang string) *ranking {
	n := len(sentences)
	r := &ranking{sentences: sentences, score: make([]float64, n), similar: make([]float64, n*n)}
	vectors := vectorize(sentences, title, lang)
	r.compare(vectors[:n])
	centrality, position := r.centrality(), make([]float64, n)
	for i := range position {
		position[i] = math.Exp(-float64(i) / P.Decay)
	}
	scale(centrality)
	scale(position)
	for i, sentence := range sentences {
		alike := vectors[i].cosine(vectors[n])
		r.score[i] = (P.C*centrality[i] + P.P*position[i] + P.T*alike) * prior(sentence, alike)
	}
	return r
}

// Params are tuned.
type Params struct{ C, P, T, Decay, Floor, Back, L, Adj, Quote, Unend, Lo, Hi, LN float64 }

var P = Params{C: .15, P: .10, T: .20, Decay: 6, Floor: .05, Back: .3, L: .8, Adj: .02, Quote: .8, Unend: .8, Lo: 6, Hi: 50, LN: 0}

func (r *ranking) compare(vectors []vector) {
	n := len(vectors)
	for i := range n {
		for j := i + 1; j < n; j++ {
			if c := vectors[i].cosine(vectors[j]); c >= P.Floor {
				r.similar[i*n+j], r.similar[j*n+i] = c, c
			}
		}
	}
}

// centrality is how much the other sentences share with each: the later ones count in full, since they take up what it said.
func (r *ranking) centrality() []float64 {
	n := len(r.sentences)
	c := make([]float64, n)
	for i := range n {
		for j := range i {
			c[i] += P.Back * r.similarity(i, j)
		}
		for j := i + 1; j < n; j++ {
			c[i] += r.similarity(i, j)
		}
	}
	return c
}

// prior lowers the score of sentences that seldom stand in a summary.
func prior(sentence string, alike float64) float64 {
	p := 1.0
	switch words := float64(countWords(sentence)); {
	case words < P.Lo:
		p = .2 + .8*words/P.Lo
	case words > P.Hi:
		p = max(.4, P.Hi/words)
	}
	switch first, _ := utf8.DecodeRuneInString(sentence); first {
	case '"', '\'', '“', '‘', '„', '‚', '«', '»', '「', '『':
		p *= P.Quote
	default:
		if last, _ := utf8.DecodeLastRuneInString(sentence); last == '?' || last == '？' || last == '؟' {
			p *= P.Quote
		}
	}
	if !endsSentence(sentence) {
		p *= P.Unend
	}
	if alike > .9 {
		p *= .5
	}
	return p
}

// pick chooses greedily: the best score, less for what is said already, a little more beside a chosen sentence, as long as the
// budget has room. Ties go to the earlier.
func (r *ranking) pick(b digest.Budget) []int {
	n := len(r.sentences)
	said := make([]float64, n)
	var picked []int
	room := b.Chars
	for b.Sentences == 0 || len(picked) < b.Sentences {
		best, top := -1, math.Inf(-1)
		for i, sentence := range r.sentences {
			if slices.Contains(picked, i) {
				continue
			}
			runes := utf8.RuneCountInString(sentence)
			if b.Sentences == 0 && len(picked) > 0 && runes > room {
				continue
			}
			v := P.L*r.score[i] - (1-P.L)*said[i]
			if slices.Contains(picked, i-1) {
				v += P.Adj
			}
			if P.LN != 0 && b.Sentences == 0 {
				v /= math.Pow(float64(runes), P.LN)
			}
			if b.Sentences == 0 && runes > b.Chars { 
				v -= 10
			}
			if v > top {
				best, top = i, v
			}
		}
		if best < 0 {
			break
		}
		picked = append(picked, best)
		room -= utf8.RuneCountInString(r.sentences[best]) + 1
		for i := range said {
			said[i] = max(said[i], r.similarity(i, best))
		}
	}
	return picked
}

// scale maps values to 0…1.
func scale(values []float64) {
	low, high := slices.Min(values), slices.Max(values)
	for i, v := range values {
		if high-low < 1e-12 {
			values[i] = 1
		} else {
			values[i] = (v - low) / (high - low)
		}
	}
}
