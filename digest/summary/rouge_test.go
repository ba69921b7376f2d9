package summary

import (
	"math"
	"strings"
	"testing"
)

// rouge holds F1 scores (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004), over stemmed words.
type rouge struct{ one, two, long float64 }

func (r rouge) mean() float64 { return (r.one + r.two + r.long) / 3 }

func (r rouge) plus(o rouge) rouge { return rouge{r.one + o.one, r.two + o.two, r.long + o.long} }

func (r rouge) times(f float64) rouge { return rouge{r.one * f, r.two * f, r.long * f} }

// score compares a summary with its reference.
func score(summary, reference string) rouge {
	s, r := rougeWords(summary), rougeWords(reference)
	return rouge{
		one:  f1(overlap(grams(s, 1), grams(r, 1)), len(s), len(r)),
		two:  f1(overlap(grams(s, 2), grams(r, 2)), len(s)-1, len(r)-1),
		long: f1(commonSubsequence(s, r), len(s), len(r)),
	}
}

// rougeWords are the words of a text as the reference implementation cuts them: runs of ASCII letters and digits, in lower case, stemmed
// if longer than three letters. Letters beyond ASCII count as letters here, so that other languages can be scored.
func rougeWords(text string) []string {
	words := strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !isWordRune(r) })
	for i, w := range words {
		if len(w) > 3 {
			words[i] = porter(w)
		}
	}
	return words
}

func grams(words []string, n int) map[string]int {
	count := map[string]int{}
	for i := 0; i+n <= len(words); i++ {
		count[strings.Join(words[i:i+n], " ")]++
	}
	return count
}

func overlap(a, b map[string]int) int {
	n := 0
	for gram, count := range a {
		n += min(count, b[gram])
	}
	return n
}

// commonSubsequence is the length of the longest common subsequence.
func commonSubsequence(a, b []string) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		diagonal := 0
		for j, y := range b {
			above := row[j+1]
			if x == y {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(above, row[j])
			}
			diagonal = above
		}
	}
	return row[len(b)]
}

func f1(common, a, b int) float64 {
	if common == 0 {
		return 0
	}
	precision, recall := float64(common)/float64(a), float64(common)/float64(b)
	return 2 * precision * recall / (precision + recall)
}

// Worked by hand.
func TestScore(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		summary, reference string
		want               rouge
	}{
		{"the cat sat", "the cat sat", rouge{1, 1, 1}},
		{"the cat", "a dog", rouge{}},
		{"", "a dog", rouge{}},
		// Stems: 2 of 2 words in 3: P 1, R 2/3, F 4/5. 1 of 1 pair in 2: P 1, R 1/2, F 2/3.
		{"Bridges opened.", "The bridge opened", rouge{4.0 / 5, 2.0 / 3, 4.0 / 5}},
		// Words: the, cat, mat of 5 in 4 (the counts once): P 3/5, R 3/4, F 2/3. Pairs: "the cat" of 4 in 3: P 1/4, R 1/3, F 2/7.
		// Longest: the cat mat = 3: F 2/3.
		{"the cat ate the mat", "the cat on mat", rouge{2.0 / 3, 2.0 / 7, 2.0 / 3}},
		// The order counts for the longest: words 3/3, pairs 1 of 2 ("dog bit"), longest 2 of 3.
		{"dog bit man", "man dog bit", rouge{1, 1.0 / 2, 2.0 / 3}},
	} {
		got := score(tc.summary, tc.reference)
		if math.Abs(got.one-tc.want.one)+math.Abs(got.two-tc.want.two)+math.Abs(got.long-tc.want.long) > 1e-9 {
			t.Errorf("score(%q, %q) = %v, want %v", tc.summary, tc.reference, got, tc.want)
		}
	}
}
