package templates

import (
	"bytes"
	"fmt"
	"io"
)

// mostOutput bounds what a template makes, in bytes: far more than any message or page, and far less than a template that counts to a billion.
const mostOutput = 8 << 20

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
	of string // the template's name
}

// Write adds to the output, up to its bound.
func (o *output) Write(p []byte) (int, error) {
	if o.Len()+len(p) > mostOutput {
		return 0, fmt.Errorf("the template %q makes more than %d MiB; does a range go on without end?", o.of, mostOutput>>20)
	}
	return o.Buffer.Write(p)
}
