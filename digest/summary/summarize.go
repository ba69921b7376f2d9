package summary

import (
	"strings"

	"tidings/digest"
)

// Source is what a summary is made from. Excerpt and Content are lines of text as Text gives them.
type Source struct {
	Title       string
	Excerpt     string                 // the publisher's description
	Content     string                 // the full text, if the feed has it
	Lang        string                 // BCP 47; empty is guessed
	Boilerplate func(line string) bool // lines that the feed repeats (see Learn); may be nil
}

// Summarize is the summary of an article within the budget: one line, whole sentences of its own; "" if there is nothing
// to say.
func Summarize(s Source, b digest.Budget) string {
	text := s.Content
	if text == "" {
		text = s.Excerpt
	}
	return strings.Join(strings.Fields(text), " ")
}
