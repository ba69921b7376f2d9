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
)

// executer is a template of either edition.
type executer interface {
	Name() string
	Execute(w io.Writer, data any) error
}

// execute is what a template makes of data, about size bytes.
func execute(t executer, data any, size int) ([]byte, error) {
	out := output{of: t.Name()}
	out.Grow(size)
	err := t.Execute(&out, data)
	return out.Bytes(), err
}

// output ends a template that does not come to an end by itself.
type output struct {
	bytes.Buffer
	of     string // the template's name
	writes int
}

// Write adds to the output, up to its bounds.
func (o *output) Write(p []byte) (int, error) {
	if o.writes++; o.writes > mostWrites {
		return 0, fmt.Errorf("the template %q comes to no end within %d steps; does a range go on without end?", o.of, mostWrites)
	}
	if o.Len()+len(p) > mostOutput {
		return 0, fmt.Errorf("the template %q makes more than %d MiB; does a range go on without end?", o.of, mostOutput>>20)
	}
	return o.Buffer.Write(p)
}
