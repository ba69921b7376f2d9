package summary

import "strings"

// Text turns HTML or plain text into lines of text, one block element a line.
func Text(html string) string { return strings.TrimSpace(html) }
