package fetch

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"slices"
	"time"
)

// salvageXML cuts a broken document after the last complete item or entry that ends at or before limit, and closes what is open there.
// It returns where it cut, so that the next try can cut earlier; whole is nil if there is no such item.
func salvageXML(b []byte, limit int) (whole []byte, cut int) {
	var open [][]byte // names of the elements that are open, prefixes and all
	var closing [][]byte
	for rest := b; ; {
		t, next, ok := nextTag(rest)
		at := len(b) - len(next)
		if !ok || at > limit {
			break
		}
		rest = next
		switch {
		case t.empty:
		case !t.end:
			open = append(open, fullName(t.all[1:]))
		default:
			name := fullName(t.all[2:])
			if i := lastIndex(open, name); i >= 0 {
				open = open[:i]
			}
			if isItem(t.name) {
				cut, closing = at, append(closing[:0], open...)
			}
		}
	}
	if cut == 0 {
		return nil, 0
	}
	whole = slices.Clone(b[:cut])
	for _, name := range slices.Backward(closing) {
		whole = append(append(append(whole, "</"...), name...), '>')
	}
	return whole, cut
}

// withoutBroken leaves out the items that no parser can read, so that each costs itself alone; nil if there is none, or none but those, or time
// is up.
func withoutBroken(b []byte, end time.Time) []byte {
	m := mends{b: b}
	begun := -1 // where the item begins that is open
	sound := 0
	for rest := b; time.Now().Before(end); {
		t, next, ok := nextTag(rest)
		if !ok && sound > 0 {
			return m.mended()
		}
		if !ok {
			return nil
		}
		rest = next
		switch to := len(b) - len(next); {
		case !isItem(t.name) || t.empty:
		case !t.end && begun < 0:
			begun = to - len(t.all) - 1
		case t.end && begun >= 0:
			if isSound(b[begun:to]) {
				sound++
			} else {
				m.replace(begun, to, "")
			}
			begun = -1
		}
	}
	return nil
}

// isSound tells whether the parser finds nothing wrong with the text of an element.
func isSound(b []byte) bool {
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict = false
	for {
		if _, err := d.RawToken(); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

func fullName(b []byte) []byte {
	if i := bytes.IndexAny(b, " \t\r\n/>"); i >= 0 {
		return b[:i]
	}
	return b
}

func lastIndex(names [][]byte, name []byte) int {
	for i, n := range slices.Backward(names) {
		if bytes.Equal(n, name) {
			return i
		}
	}
	return -1
}

func isItem(name []byte) bool {
	return bytes.EqualFold(name, []byte("item")) || bytes.EqualFold(name, []byte("entry"))
}

// salvageJSON cuts a JSON feed after its last complete item and closes it; nil if there is none, or the end is not what is missing.
func salvageJSON(b []byte) []byte {
	var (
		depth, cut int
		list       bool // whether what was opened last within the root is an array
	)
	for i, c := range brackets(b) {
		switch c {
		case '{', '[':
			if depth == 1 {
				list = c == '['
			}
			depth++
			continue
		}
		if depth--; c == '}' && depth == 2 && list {
			cut = i + 1
		}
	}
	if cut == 0 || depth <= 0 {
		return nil
	}
	return append(slices.Clone(b[:cut]), "]}"...)
}

// rootAlone is the JSON object at the start of b, without what stands behind it; b if it has no end.
func rootAlone(b []byte) []byte {
	depth := 0
	for i, c := range brackets(b) {
		switch c {
		case '{', '[':
			depth++
		default:
			if depth--; depth <= 0 {
				return b[:i+1]
			}
		}
	}
	return b
}

// brackets yields the brackets of a JSON document that stand outside of strings, with their places.
func brackets(b []byte) iter.Seq2[int, byte] {
	return func(yield func(int, byte) bool) {
		for i := 0; i < len(b); i++ {
			switch c := b[i]; c {
			case '"':
				i = stringEnd(b, i+1)
			case '{', '[', '}', ']':
				if !yield(i, c) {
					return
				}
			}
		}
	}
}

// stringEnd is where the quote stands that ends a JSON string whose text begins at from; the end of b if there is none.
func stringEnd(b []byte, from int) int {
	for at := from; ; at++ {
		n := bytes.IndexByte(b[at:], '"')
		if n < 0 {
			return len(b)
		}
		at += n
		slashes := 0
		for at-slashes > from && b[at-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at
		}
	}
}
