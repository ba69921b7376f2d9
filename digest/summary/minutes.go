package summary

import "math"

// Minutes is how long a text takes to read, in whole minutes, at 230 words or 500 Chinese or Japanese characters a minute; 0 if
// it has less than about 100 words, which is no full text.
func Minutes(text string) int {
	const (
		wordsPerMinute      = 230
		charactersPerMinute = 500
		shortest            = 100.0 / wordsPerMinute
	)
	words, characters := 0, 0
	inWord := false
	for _, r := range text {
		switch {
		case isUnspaced(r):
			characters++
			inWord = false
		case isWordRune(r):
			if !inWord {
				words++
			}
			inWord = true
		case r != '\'' && r != '’' && r != '-':
			inWord = false
		}
	}
	minutes := float64(words)/wordsPerMinute + float64(characters)/charactersPerMinute
	if minutes < shortest {
		return 0
	}
	return int(max(1, math.Round(minutes)))
}
