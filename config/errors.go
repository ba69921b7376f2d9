package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/width"
)

// Problem is one mistake in a configuration file, or in a file that it names.
type Problem struct {
	File    string
	Line    int    // from 1; 0 if the mistake is the file itself
	Column  int    // in characters, from 1; 0 if the whole line is meant
	Source  string // the line as written, its secrets masked
	Message string // one sentence
	Hint    string // what to do; may be empty
}

// Errors are all the mistakes of a configuration, in the order of their files and lines.
type Errors []Problem

// Error shows every problem with its line and a caret under the place.
func (es Errors) Error() string {
	shown := make([]string, len(es))
	for i, p := range es {
		shown[i] = p.String()
	}
	return strings.Join(shown, "\n")
}

// String is the problem as people see it: place and message, the line, a caret, the hint.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.Place() + ": " + p.Message)
	if strings.TrimSpace(p.Source) != "" {
		text, caret := window([]rune(p.Source), p.Column)
		fmt.Fprintf(&b, "\n%5d | %s", p.Line, text)
		if p.Column > 0 {
			fmt.Fprintf(&b, "\n      | %s^", caret)
		}
	}
	if p.Hint != "" {
		b.WriteString("\n        " + p.Hint)
	}
	return b.String()
}

// Place is the file, with the line and the column as far as they are known.
func (p Problem) Place() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// window cuts a long line down to what surrounds the column, and returns the blank text that brings a caret under it.
func window(line []rune, column int) (text, blank string) {
	const most, before = 120, 60
	at := min(max(column-1, 0), len(line))
	start := 0
	if len(line) > most {
		start = min(max(at-before, 0), len(line)-most)
	}
	end := min(start+most, len(line))
	lead, tail := "", ""
	if start > 0 {
		lead = "…"
	}
	if end < len(line) {
		tail = "…"
	}
	return lead + string(line[start:end]) + tail, blankOf(lead + string(line[start:at]))
}

// blankOf is white space as wide as the text.
func blankOf(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\t':
			b.WriteByte('\t')
		case width.LookupRune(r).Kind() == width.EastAsianWide, width.LookupRune(r).Kind() == width.EastAsianFullwidth:
			b.WriteString("  ")
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// sorted puts the problems of each file into the order of its lines; files come as they were first read.
func sorted(es Errors, files []string) Errors {
	order := make(map[string]int, len(files))
	for i, f := range files {
		order[f] = i
	}
	slices.SortStableFunc(es, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(order[a.File], order[b.File]), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return es
}
