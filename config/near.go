package config

import (
	"fmt"

	"tidings/digest"
)

// didYouMean is the hint for a word that is not among the known ones; empty if none is near.
func didYouMean(word string, known []string) string {
	best, least := "", 0
	for _, k := range known {
		d := distance([]rune(digest.Fold(word)), []rune(digest.Fold(k)))
		if n := len([]rune(k)); d <= max(1, n/3) && d < n && (best == "" || d < least) {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", best)
}

// distance is the Damerau-Levenshtein distance in its restricted form: how many insertions, deletions,
// substitutions and swaps of neighbours make b of a.
func distance(a, b []rune) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	var two, one, row []int
	one = make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := range a {
		row = make([]int, len(b)+1)
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, one[j+1]+1, one[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], two[j-1]+1)
			}
		}
		two, one = one, row
	}
	return one[len(b)]
}
