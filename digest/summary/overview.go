package summary

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// Pick is a sentence of one of several sources.
type Pick struct {
	Source   int // its index
	Sentence string
}

const (
	longestOver = 220 // runes of a sentence that stands over others
	fewSources  = 3   // fewer have one sentence over them
	overWords   = 7   // fewer say too little
	said        = .9  // cosine of a sentence of another article that says the same: a phrase that the feed repeats
)

// Overview picks a sentence or two that say what several articles are about, each of another article, in the order of the sources: what the
// others take up counts, and how early it stands in its own. shown is the summaries that stand below: what they or a title say is not said over
// them, nor does a sentence stand there that leans on one before. A single article needs none, and sometimes nothing is left to say.
func Overview(sources []Source, shown []string) []Pick {
	if len(sources) < 2 {
		return nil
	}
	o := newOverview(sources, shown)
	if len(o.picks) == 0 {
		return nil
	}
	first := o.best(-1)
	picks := []Pick{o.picks[first]}
	if len(sources) >= fewSources {
		if second := o.best(first); second >= 0 {
			picks = append(picks, o.picks[second])
		}
	}
	slices.SortFunc(picks, func(a, b Pick) int { return a.Source - b.Source })
	return picks
}

// overview is the sentences that may stand over several articles.
type overview struct {
	*ranking
	picks []Pick
	order []int // of each in its article
}

func newOverview(sources []Source, shown []string) *overview {
	o := &overview{}
	each := max(1, maxRanked/len(sources))
	titles := make([]string, len(sources))
	for i, s := range sources {
		titles[i] = s.Title
	}
	below := newHeard(sources[0].language(), slices.Concat(titles, shown))
	for i, s := range sources {
		for k, sentence := range s.opening(each) {
			if utf8.RuneCountInString(sentence) <= longestOver && endsSentence(sentence) && countWords(sentence) >= overWords && len(o.picks) < maxRanked &&
				leanOf(sentence, s.language()) == standsAlone && !below.has(sentence) {
				o.picks = append(o.picks, Pick{i, sentence})
				o.order = append(o.order, k)
			}
		}
	}
	sentences := make([]string, len(o.picks))
	for i, p := range o.picks {
		sentences[i] = p.Sentence
	}
	if len(sentences) == 0 {
		return o
	}
	title := strings.Join(titles, "\n")
	o.ranking = newRanking(sentences, title, sources[0].language())
	o.rescore()
	return o
}

// opening is the first sentences of what a summary of the source is made from.
func (s Source) opening(n int) []string {
	lang := s.language()
	for _, text := range []string{s.Content, s.Page, s.Excerpt, s.Description} {
		if p := s.passage(text, lang); len(p.sentences) > 0 {
			return p.sentences[:min(n, len(p.sentences))]
		}
	}
	return nil
}

// rescore gives the sentences what they are worth over all articles.
func (o *overview) rescore() {
	centrality := make([]float64, len(o.picks))
	for i, p := range o.picks {
		for j, q := range o.picks {
			if p.Source != q.Source && o.similarity(i, j) < said {
				centrality[i] += o.similarity(i, j)
			}
		}
	}
	scale(centrality)
	for i, p := range o.picks {
		alike := o.vectors[i].cosine(o.vectors[len(o.picks)])
		worth := centralityWeight*centrality[i] + positionWeight*math.Exp(-float64(o.order[i])/positionDecay) + titleWeight*alike
		o.score[i] = steady(worth * prior(p.Sentence, alike))
	}
}

// best is the best sentence, of another article than the one that is there already, and not its like; -1 if there is none.
func (o *overview) best(there int) int {
	const worth = .7
	next, top := -1, math.Inf(-1)
	for i, score := range o.score {
		v := score
		if there >= 0 {
			alike := o.similarity(i, there)
			if o.picks[i].Source == o.picks[there].Source || alike >= said {
				continue
			}
			v = steady(worth*score - (1-worth)*alike)
		}
		if v > top {
			next, top = i, v
		}
	}
	return next
}

// heard is the terms of each sentence that a reader of a section sees in any case.
type heard struct {
	lang      string
	sentences [][]uint64
}

func newHeard(lang string, texts []string) heard {
	h := heard{lang: lang}
	for _, text := range texts {
		for _, sentence := range appendSentences(nil, text, lang) {
			h.sentences = append(h.sentences, h.terms(sentence))
		}
	}
	return h
}

func (h heard) terms(sentence string) []uint64 {
	terms := appendTerms(nil, sentence, h.lang)
	slices.Sort(terms)
	return slices.Compact(terms)
}

// has tells whether one of the sentences says nearly all that this one says.
func (h heard) has(sentence string) bool {
	const nearly = .8 // of the terms
	terms := h.terms(sentence)
	return slices.ContainsFunc(h.sentences, func(other []uint64) bool {
		both := 0
		for _, t := range terms {
			if _, ok := slices.BinarySearch(other, t); ok {
				both++
			}
		}
		return float64(both) >= nearly*float64(len(terms))
	})
}
