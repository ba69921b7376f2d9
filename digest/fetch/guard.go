package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"time"
)

// What a document may cost. Real feeds stay far below each of these.
const (
	maxDepth      = 200             // elements within elements; each costs the parser a stack frame
	maxNamespaces = 250             // declared in one place; the parser copies them for every element there
	maxElements   = 300_000         // each costs the parser some hundred bytes
	maxObjects    = 100_000         // of JSON
	maxItemTags   = 20_000          // items or entries, which cost a thousand bytes each
	parseBudget   = 2 * time.Second // of wall time
	piece         = 4096            // bytes handed to the parser at a time
)

var errBudget = errors.New("the document takes too long to read, as if it were made to; it was given up")

// checkXML walks over the tags as encoding/xml (not strict) will see them, and refuses a document that would cost too much. Where
// the two differ, this sees more elements than the parser does, never fewer. It tells what is wrong with the order of the tags.
func checkXML(b []byte) (f flaws, err error) {
	var (
		open     [maxDepth]openTag
		depth    int
		elements int
		items    int
	)
	for {
		t, rest, ok := nextTag(b)
		if !ok {
			return f, nil
		}
		b = rest
		if t.end {
			left, isOpen := closeTag(open[:depth], t.name)
			f.strays = f.strays || !isOpen && depth > 0
			depth = left
			continue
		}
		elements++
		if isItem(t.name) {
			items++
			f.unended = f.unended || depth > 0 && !t.empty && bytes.Equal(open[depth-1].name, t.name)
		}
		if depth == 1 && string(t.name) == channel && !t.empty {
			f.channels++
		}
		declared := t.namespaces()
		if depth > 0 {
			declared += open[depth-1].declared
		}
		switch {
		case items > maxItemTags:
			return f, excess("has", maxItemTags, "items")
		case elements > maxElements:
			return f, excess("has", maxElements, "elements")
		case declared > maxNamespaces:
			return f, excess("declares", maxNamespaces, "namespaces")
		case t.empty:
			continue
		case depth == maxDepth:
			return f, excess("nests", maxDepth, "elements in one another")
		}
		open[depth] = openTag{t.name, declared}
		depth++
	}
}

// checkJSON refuses a document of too many or too deep objects.
func checkJSON(b []byte) error {
	depth, objects := 0, 0
	for _, c := range brackets(b) {
		switch c {
		case '{':
			objects++
			depth++
		case '[':
			depth++
		default:
			depth--
		}
		switch {
		case objects > maxObjects:
			return excess("has", maxObjects, "objects")
		case depth > maxDepth:
			return excess("nests", maxDepth, "objects in one another")
		}
	}
	return nil
}

func excess(does string, limit int, what string) error {
	return fmt.Errorf("the document %s more than %d %s, as no feed does; it was given up", does, limit, what)
}

type openTag struct {
	name     []byte
	declared int // namespaces in force within it
}

// closeTag is the depth after an end tag: the parser closes every element down to the one of that name, and all of
// them if there is none; ok is false then.
func closeTag(open []openTag, name []byte) (depth int, ok bool) {
	for i := len(open) - 1; i >= 0; i-- {
		if bytes.Equal(open[i].name, name) {
			return i, true
		}
	}
	return 0, false
}

// guarded runs a parse of b that ends when its time is up: the reader fails then, and a parser cannot go on without
// bytes. What the parser panics about becomes its error.
func guarded[T any](b []byte, end time.Time, parse func(io.Reader) (T, error)) (result T, read int, err error) {
	r := &budgetReader{b: b, end: end, start: time.Now()}
	defer func() {
		read = r.off
		if p := recover(); p != nil {
			err = fmt.Errorf("the document breaks the parser: %s", bounded(fmt.Sprint(p), 200))
		}
	}()
	result, err = parse(r)
	return result, r.off, err
}

// budgetReader hands out bytes until its time is up. A piece that comes late is small: text in many fragments costs the
// parser more with each of them.
type budgetReader struct {
	b          []byte
	off        int
	start, end time.Time
}

func (r *budgetReader) Read(p []byte) (int, error) {
	if r.off >= len(r.b) {
		return 0, io.EOF
	}
	left := time.Until(r.end)
	if left <= 0 {
		return 0, errBudget
	}
	size := piece
	if left < r.end.Sub(r.start)/2 {
		size = piece / 16
	}
	n := copy(p[:min(len(p), size)], r.b[r.off:])
	r.off += n
	return n, nil
}
