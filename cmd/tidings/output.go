package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode"

	"github.com/dustin/go-humanize"
	"github.com/rivo/uniseg"

	"tidings/digest"
)

// safeWriter drops what could steer a terminal, or turn the text around it: titles and replies come from strangers.
type safeWriter struct{ w io.Writer }

// Write is for package io.
func (s safeWriter) Write(p []byte) (int, error) {
	if _, err := io.WriteString(s.w, strings.Map(harmless, string(p))); err != nil {
		return 0, err
	}
	return len(p), nil
}

func harmless(r rune) rune {
	switch {
	case r == '\n' || r == '\t':
		return r
	case unicode.IsControl(r), 0x200E <= r && r <= 0x200F, 0x202A <= r && r <= 0x202E, 0x2066 <= r && r <= 0x2069:
		return -1
	}
	return r
}

// printed remembers that something could not be printed.
type printed struct {
	w   io.Writer
	err error
}

// Write is for package io.
func (p *printed) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err != nil && p.err == nil {
		p.err = err
	}
	return n, err
}

// say prints a line for people.
func (a *app) say(format string, args ...any) {
	_, _ = fmt.Fprintf(a.stdout, format+"\n", args...)
}

// warn prints a line for people beside what a script would read.
func (a *app) warn(format string, args ...any) {
	_, _ = fmt.Fprintf(a.stderr, format+"\n", args...)
}

// printJSON prints a value for scripts.
func (a *app) printJSON(v any) error {
	e := json.NewEncoder(a.stdout)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// table prints rows under each other.
func (a *app) table(rows [][]string) {
	for _, line := range columns(rows) {
		a.say("%s", line)
	}
}

// columns are the lines of a table, indented, with columns as wide as their widest cell on a terminal.
func columns(rows [][]string) (lines []string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], uniseg.StringWidth(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString("  " + cell + strings.Repeat(" ", widths[i]-uniseg.StringWidth(cell)))
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return humanize.Comma(int64(n)) + " " + noun + "s"
}

// moment is a time as people write it, in its own zone.
func moment(t time.Time) string { return t.Format("Mon 2 Jan 2006 15:04 MST") }

// ago is the distance of a time from now.
func ago(t, now time.Time) string {
	const moments = 2 * time.Second
	if d := now.Sub(t); -moments < d && d < moments {
		return "just now"
	}
	return humanize.RelTime(t, now, "ago", "from now")
}

// nearest is the candidate that word was probably meant to be; empty if none is near.
func nearest(word string, candidates []string) string {
	best, least := "", len([]rune(word))/3+1
	for _, c := range candidates {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d <= least && (best == "" || d < least) {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to insert, drop or change between two words.
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, f := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, t := range to {
			change := diagonal
			if f != t {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(to)]
}

// orSuggest ends an error about an unknown name with what may have been meant, or with what there is.
func orSuggest(word string, candidates []string) string {
	if near := nearest(word, candidates); near != "" {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(candidates) == 0 {
		return "there is none at all"
	}
	return "there are: " + strings.Join(candidates, ", ")
}

// fileName makes a name for a file of foreign words: letters, digits and a few signs, in any language; never a path.
func fileName(s string) string {
	const longest = 60
	s = strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), r == '@', r == '.', r == '-', r == '_':
			return r
		}
		return '-'
	}, s), ".-")
	if runes := []rune(s); len(runes) > longest {
		s = string(runes[:longest])
	}
	if s == "" {
		return "message"
	}
	return s
}

// about says what went wrong with a feed, its name before it unless the sentence begins with that: an untitled feed is named by its address.
func about(name, sentence string) string {
	name, sentence = digest.OneLine(name), digest.OneLine(sentence)
	if strings.HasPrefix(sentence, name) {
		return sentence
	}
	return name + ": " + sentence
}
