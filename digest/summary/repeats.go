package summary

import (
	"unicode"
	"unicode/utf8"
)

// sameWords tells whether two texts have the same letters and digits in the same order, without regard to case.
func sameWords(a, b string) bool {
	end, ok := afterWords(a, b)
	return ok && b != "" && nextLetter(a[end:]) == len(a[end:])
}

// afterWords tells whether text begins with the letters and digits of prefix, and where they end in it.
func afterWords(text, prefix string) (end int, ok bool) {
	for _, p := range prefix {
		if !isWordRune(p) {
			continue
		}
		end += nextLetter(text[end:])
		r, n := utf8.DecodeRuneInString(text[end:])
		if n == 0 || r != p && unicode.ToLower(r) != unicode.ToLower(p) {
			return 0, false
		}
		end += n
	}
	return end, end > 0
}

// nextLetter is where the next letter or digit stands in s; its length if there is none.
func nextLetter(s string) int {
	for i, r := range s {
		if isWordRune(r) {
			return i
		}
	}
	return len(s)
}

// withoutTitle takes the title from the beginning of a line: it is the line, alone or with the name of the site, or stands before the
// first sentence. A sentence that merely begins with the same words stays.
func withoutTitle(line, title string) string {
	const (
		longestSite = 40 // bytes after the title
		shortest    = 25 // bytes of a title that is no chance
	)
	if title == "" {
		return line
	}
	end, ok := afterWords(line, title)
	if !ok {
		return line
	}
	rest := line[end:]
	next := rest[nextLetter(rest):]
	gap := rest[:len(rest)-len(next)]
	switch {
	case next == "":
		return ""
	case len(next) <= longestSite && !endsSentence(next) && gap != " " && gap != "":
		return "" // "Title - Example News"
	case len(title) >= shortest && startsUpper(next) && separates(gap, next):
		return line[end+len(gap)-len(opening(gap)):]
	}
	return line
}

// separates tells whether the gap after a title sets it apart from the text: a mark or a quotation does, a space alone only
// before a word that starts sentences. "Mayor opens bridge Monday" goes on.
func separates(gap, next string) bool {
	for _, r := range gap {
		switch r {
		case '.', '!', '?', '…', '。', '！', '？', ':', '：', '|', '—', '–', '"', '“', '„', '«', '»', '「':
			return true
		}
	}
	return gap == " " && isStarter(firstWord(next), "")
}

// opening is the part of the gap between two sentences that belongs to the second: what follows the last space.
func opening(gap string) string {
	for i := len(gap); i > 0; {
		r, n := utf8.DecodeLastRuneInString(gap[:i])
		if !isOpener(r) || r == '-' || r == '–' || r == '—' {
			return gap[i:]
		}
		i -= n
	}
	return gap
}

// dropTeasers drops, of the first lines, those that the following lines begin with again: a teaser above the text that it was taken
// from; and any line that stands twice.
func dropTeasers(lines []string) []string {
	const (
		top      = 4  // lines
		shortest = 30 // bytes: shorter ones begin alike by chance
	)
	kept := lines[:0]
	for i, line := range lines {
		repeated := false
		if i < top && len(line) >= shortest {
			for j := i + 1; j < len(lines) && j <= i+top && !repeated; j++ {
				repeated = linesBegin(lines[j:], line)
			}
		}
		for k := 0; k < len(kept) && k < 60 && !repeated; k++ {
			repeated = kept[k] == line
		}
		if !repeated {
			kept = append(kept, line)
		}
	}
	return kept
}

// linesBegin tells whether the lines, read as one text, begin with the words of s.
func linesBegin(lines []string, s string) bool {
	for i, line := range lines {
		if i == 6 {
			return false
		}
		if _, ok := afterWords(line, s); ok {
			return true
		}
		end, ok := afterWords(s, line) // the teaser goes on into the next line
		if !ok {
			return false
		}
		if s = s[end:]; nextLetter(s) == len(s) {
			return true
		}
	}
	return false
}
