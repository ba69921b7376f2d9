// Package digest holds the nouns of Tidings and the rules over them: what a feed, an
// article, a tag, a newsletter, an issue, a subscriber, a delivery and a message are, which
// section an article belongs to, who gets which edition of an issue, and what the reply of a
// mail server means.
//
// Nothing here does I/O, logs, or reads a clock; it imports the standard library and
// golang.org/x/text alone.
package digest
