package templates

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const (
	longWord  = 40 // runes: a longer word gets places to break
	softPiece = 20 // runes between two of them, which a phone's width holds in the largest type
)

// soft gives words too long for a phone a place to break, a zero-width space, for the clients that have no
// word-break (Yahoo, Outlook for Windows): after a slash or the like if there is one in reach, else anywhere between two
// characters.
func soft(s string) string {
	if !hasLongWord(s) {
		return s
	}
	words := strings.Split(s, " ")
	for i, w := range words {
		if len(w) > longWord && utf8.RuneCountInString(w) > longWord {
			words[i] = softWord(w)
		}
	}
	return strings.Join(words, " ")
}

func hasLongWord(s string) bool {
	for len(s) > longWord {
		i := strings.IndexByte(s, ' ')
		if i < 0 || i > longWord {
			return true
		}
		s = s[i+1:]
	}
	return false
}

func softWord(w string) string {
	var b strings.Builder
	run := 0
	for state := -1; w != ""; {
		var cluster string
		var width int
		cluster, w, width, state = uniseg.FirstGraphemeClusterInString(w, state)
		b.WriteString(cluster)
		run++
		switch {
		case width == 2 || w == "": // wide scripts break by themselves
			run = 0
		case run >= softPiece, run > 8 && strings.ContainsAny(cluster, "/._-?&="):
			b.WriteRune('\u200b')
			run = 0
		}
	}
	return b.String()
}

// wholeGraphemes takes from cut, the beginning of s, a last character of which s has more.
func wholeGraphemes(cut, s string) string {
	end := 0
	for state, rest := -1, s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if end+len(cluster) > len(cut) {
			break
		}
		end += len(cluster)
	}
	if end == 0 { // one endless cluster
		return cut
	}
	return cut[:end]
}
