package config

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
)

const (
	maxRow     = 64 << 10 // bytes
	maxColumns = 30
)

// table reads the rows of a CSV file, of which each is a line: so a quotation mark that nobody closed costs its own row, and not those up to the next one.
type table struct {
	src  *source
	line int // of the row that was read last
	in   *bufio.Reader
	rest []byte // of the line, for rows
	rows *csv.Reader
}

// newTable passes over a byte order mark, which spreadsheets write.
func newTable(src *source, r io.Reader) *table {
	t := &table{src: src, in: bufio.NewReaderSize(r, maxRow)}
	if start, err := t.in.Peek(3); err == nil && string(start) == "\xEF\xBB\xBF" {
		_, _ = t.in.Discard(3) // they are there
	}
	t.rows = csv.NewReader(t)
	t.rows.FieldsPerRecord = -1
	return t
}

// next returns the cells of the next row that is not empty. The error is a *csv.ParseError or bufio.ErrBufferFull for a row that cannot be read, after
// which others can, or io.EOF.
func (t *table) next() (cells []string, err error) {
	for {
		line, err := t.in.ReadSlice('\n')
		t.line++
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, errors.Join(err, t.skip())
		case err != nil && (!errors.Is(err, io.EOF) || len(line) == 0):
			return nil, err
		}
		t.rest = line
		cells, err := t.rows.Read()
		if t.rest = nil; !errors.Is(err, io.EOF) {
			return cells, err
		}
	}
}

// skip passes over the rest of a line.
func (t *table) skip() error {
	for {
		if _, err := t.in.ReadSlice('\n'); !errors.Is(err, bufio.ErrBufferFull) {
			if errors.Is(err, io.EOF) {
				err = nil // the next row says so
			}
			return err
		}
	}
}

// Read gives the line to the csv.Reader, and lets it end there.
func (t *table) Read(p []byte) (n int, err error) {
	if len(t.rest) == 0 {
		return 0, io.EOF
	}
	n = copy(p, t.rest)
	t.rest = t.rest[n:]
	return n, nil
}

// place is where a cell of the row begins, its column in characters.
func (t *table) place(cell int) place {
	p := place{src: t.src, line: t.line}
	if t.line <= len(t.src.lines) {
		_, at := t.rows.FieldPos(cell)
		text := t.src.lines[t.line-1]
		p.col = 1 + len([]rune(text[:min(max(at-1, 0), len(text))]))
	}
	return p
}
