package templates

import (
	"bytes"
	"fmt"
	"io"
)

// The bounds of what a template makes: far more than any message or page, and far less than a template that counts to a billion.
const (
	mostOutput = 8 << 20 // bytes
	mostWrites = 2 << 20 // pieces of text, and turns of a range
	manyWrites = 1 << 16 // no message has so many
)

// executer is a template of either edition.
type executer interface {
	Name() string
	Execute(w io.Writer, data any) error
}

// execute is what a template makes of data, about size bytes. An error names the file and the line.
func execute(t executer, data any, size int) ([]byte, error) {
	out := output{of: t.Name()}
	out.Grow(size)
	err := t.Execute(&out, data)
	return out.Bytes(), plain(err)
}

// output ends a template that does not come to an end by itself.
type output struct {
	bytes.Buffer
	of     string // the template's name
	writes int
	turns  map[string]int // of the ranges, by their places; counted from manyWrites on
}

// Write adds to the output, up to its bounds.
func (o *output) Write(p []byte) (int, error) {
	if o.writes++; o.writes > manyWrites && len(p) == 0 {
		o.turn(p)
	}
	if o.writes > mostWrites {
		return 0, fmt.Errorf("%sthe template comes to no end within %d steps; does a range go on without end?", o.place(), mostWrites)
	}
	if o.Len()+len(p) > mostOutput {
		return 0, fmt.Errorf("%sthe template makes more than %d MiB; does a range go on without end?", o.place(), mostOutput>>20)
	}
	return o.Buffer.Write(p)
}

// turn counts a turn of a range.
func (o *output) turn(mark []byte) {
	if place, ok := placeOf(mark); ok {
		if o.turns == nil {
			o.turns = map[string]int{}
		}
		o.turns[place]++
	}
}

// place begins an error: with the range that took most turns, else with the template.
func (o *output) place() string {
	place, most := o.of, 0
	for at, n := range o.turns {
		if n > most {
			place, most = at, n
		}
	}
	return place + ": "
}
