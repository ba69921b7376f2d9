package summary

import (
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

// The weights were measured with TestQuality on news with references; each stands on a plateau, where its neighbours score alike.
const (
	maxRanked = 60 // sentences; what comes later is seldom news

	centralityWeight = .15
	positionWeight   = .10
	titleWeight      = .20

	positionDecay = 5.0 // sentences after which the position counts 1/e
	leastSimilar  = .05 // cosine; what is less alike is so by chance
	lookingBack   = .3  // how much an earlier sentence counts for a later one's centrality
)

// choose picks the sentences of an article that its summary is made of, in their order.
//
// A sentence counts by what later sentences take up from it, by how early it stands, and by what it shares with the title; less if it
// is short, long, a question or a quotation.
func choose(sentences []string, title, lang string, b digest.Budget) []string {
	sentences = sentences[:min(len(sentences), maxRanked)]
	if len(sentences) < 2 || haveRoom(sentences, b) {
		return sentences
	}
	r := newRanking(sentences, title, lang)
	if b.Sentences > 0 {
		return pickedFrom(sentences, r.best(b.Sentences))
	}
	if b.Fill {
		return cutTo(pickedFrom(sentences, r.filling(b.Chars)), b.Chars)
	}
	return cutTo(pickedFrom(sentences, r.pack(b.Chars)), b.Chars)
}

func pickedFrom(sentences []string, picked []int) []string {
	chosen := make([]string, len(picked))
	for i, p := range picked {
		chosen[i] = sentences[p]
	}
	return chosen
}

// cutTo cuts the sentence at which a number of runes is reached, and drops what follows it. What would be left of it must say something.
func cutTo(sentences []string, runes int) []string {
	const shortest = 30 // runes
	for i, s := range sentences {
		n := utf8.RuneCountInString(s)
		if n <= runes {
			runes -= n + 1
			continue
		}
		if i > 0 && runes < shortest {
			return sentences[:i]
		}
		sentences[i] = shorten(s, runes)
		return sentences[:i+1]
	}
	return sentences
}

// haveRoom tells whether the budget has room for all of them.
func haveRoom(sentences []string, b digest.Budget) bool {
	if b.Sentences > 0 {
		return len(sentences) <= b.Sentences
	}
	runes := len(sentences) - 1
	for _, s := range sentences {
		runes += utf8.RuneCountInString(s)
	}
	return runes <= b.Chars
}

// distinct drops the sentences that stood there already, in the same words.
func distinct(sentences []string) []string {
	kept := make([]string, 0, len(sentences))
	for _, s := range sentences {
		if !slices.ContainsFunc(kept, func(k string) bool { return sameWords(k, s) }) {
			kept = append(kept, s)
		}
	}
	return kept
}

// ranking holds the sentences of one article, what each is worth, and how they relate.
type ranking struct {
	sentences []string
	vectors   []vector  // of the sentences, and of the title
	leaning   []float64 // what each is worth without the one before
	score     []float64
	similar   []float64 // n×n cosines
}

func (r *ranking) similarity(i, j int) float64 { return r.similar[i*len(r.sentences)+j] }

func newRanking(sentences []string, title, lang string) *ranking {
	n := len(sentences)
	r := &ranking{
		sentences: sentences, vectors: vectorize(sentences, title, lang),
		leaning: make([]float64, n), score: make([]float64, n), similar: make([]float64, n*n),
	}
	r.compare()
	centrality, position := r.centrality(), make([]float64, n)
	for i := range position {
		position[i] = math.Exp(-float64(i) / positionDecay)
	}
	scale(centrality)
	scale(position)
	for i, sentence := range sentences {
		r.leaning[i] = leanOf(sentence, lang).worth()
		alike := r.vectors[i].cosine(r.vectors[n])
		r.score[i] = steady(prior(sentence, alike) * (centralityWeight*centrality[i] + positionWeight*position[i] + titleWeight*alike))
	}
	return r
}

// opens tells whether a sentence may open a summary: it stands alone, or opens the article itself.
func (r *ranking) opens(i int) bool {
	return i == 0 || r.leaning[i] == 1 && isBalanced(r.sentences[i]) && isSingleBalanced(r.sentences[i])
}

func (r *ranking) compare() {
	n := len(r.sentences)
	for i := range n {
		for j := i + 1; j < n; j++ {
			if c := r.vectors[i].cosine(r.vectors[j]); c >= leastSimilar {
				r.similar[i*n+j], r.similar[j*n+i] = steady(c), steady(c)
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
			c[i] += lookingBack * r.similarity(i, j)
		}
		for j := i + 1; j < n; j++ {
			c[i] += r.similarity(i, j)
		}
	}
	return c
}

// prior lowers the score of sentences that seldom stand in a summary. alike is how much the sentence repeats the title.
func prior(sentence string, alike float64) float64 {
	const (
		short, long = 6.0, 50.0 // words
		quoted      = .8        // also questions
		halfQuoted  = .6        // one end of a quotation
		unfinished  = .8
		theTitle    = .9
	)
	p := 1.0
	switch words := float64(countWords(sentence)); {
	case words < short:
		p = .2 + .8*words/short
	case words > long:
		p = max(.4, long/words)
	}
	if opensQuoted(sentence) || asks(sentence) {
		p *= quoted
	}
	if !endsSentence(sentence) {
		p *= unfinished
	}
	if !isBalanced(sentence) {
		p *= halfQuoted
	}
	if alike > theTitle {
		p /= 2
	}
	return p
}

func opensQuoted(sentence string) bool {
	switch first, _ := utf8.DecodeRuneInString(sentence); first {
	case '"', '\'', '“', '‘', '„', '‚', '«', '»', '「', '『':
		return true
	}
	return false
}

func asks(sentence string) bool {
	last, _ := utf8.DecodeLastRuneInString(sentence)
	return last == '?' || last == '？' || last == '؟'
}

// scale maps values to 0…1.
func scale(values []float64) {
	low, high := slices.Min(values), slices.Max(values)
	for i, v := range values {
		values[i] = 1
		if high-low > 1e-12 {
			values[i] = (v - low) / (high - low)
		}
	}
}

// steady rounds away the last digits, in which machines differ that fuse multiplication and addition: without it, a tie could go one way
// here and another way there.
func steady(v float64) float64 { return math.Round(v*1e9) / 1e9 }

// isBalanced tells whether a sentence has both ends of its quotations in double marks.
func isBalanced(sentence string) bool {
	curly, straight := 0, 0
	for _, r := range sentence {
		switch r {
		case '"':
			straight++
		case '“', '„', '”', '«', '»':
			curly++
		}
	}
	return curly%2 == 0 && straight%2 == 0
}

// isSingleBalanced is isBalanced for single marks, which stand for apostrophes too.
func isSingleBalanced(sentence string) bool {
	open := 0
	before := ' '
	for i, r := range sentence {
		if r == '\'' || r == '‘' || r == '’' {
			next, n := utf8.DecodeRuneInString(sentence[i+utf8.RuneLen(r):])
			open += singleQuote(r, before, next, n == 0, open > 0)
		}
		before = r
	}
	return open == 0
}

// singleQuote is 1 for a mark that opens a quotation, -1 for one that closes it, and 0 for an apostrophe. open tells whether one is open.
func singleQuote(r, before, next rune, last, open bool) int {
	switch {
	case isWordRune(before):
		if open && !isWordRune(next) {
			return -1
		}
		return 0 // "the council's", "the members' vote"
	case isStop(before), before == ',', isCloser(before):
		return -1
	case r == '’', last, unicode.IsDigit(next):
		return 0 // "the ’90s"
	}
	return 1
}
