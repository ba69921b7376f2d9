package config

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"reflect"
	"slices"
	"strings"

	"tidings/digest"
)

// csvColumns are what SubscriberWriter writes.
const csvColumns = "email,name,newsletters,tags,timezone"

// ReadSubscribers reads a CSV file of subscribers as the configuration does, row by row: each is a subscriber, or an Errors with all that is wrong
// with it. Mistakes call the file by the name. Newsletters and tags are those of c. What is held in memory does not grow with the file.
func (c *Config) ReadSubscribers(name string, r io.Reader) iter.Seq2[digest.Subscriber, error] {
	return func(yield func(digest.Subscriber, error) bool) {
		l := c.checker(name)
		for d := range l.csvRows(l.src, r) {
			if d != nil {
				l.addSubscriber(d, map[string]place{})
			}
			var sub digest.Subscriber
			var err error
			if len(l.problems) > 0 {
				err = l.problems
			} else {
				sub = l.config.Subscribers[0]
			}
			if !yield(sub, err) {
				return
			}
			l.problems, l.config.Subscribers = nil, nil
			clear(l.at)
		}
		if len(l.problems) > 0 {
			yield(digest.Subscriber{}, l.problems)
		}
	}
}

// csvRows reads a table of subscribers (RFC 4180, with each row on a line of its own): a header that names the columns in any order, and a row for each,
// which is nil where it cannot be read. What is wrong is noted.
func (l *loader) csvRows(src *source, r io.Reader) iter.Seq[*subscriberDoc] {
	return func(yield func(*subscriberDoc) bool) {
		t := newTable(src, r)
		var columns []field
		for {
			cells, err := t.next()
			if errors.Is(err, io.EOF) {
				break
			}
			var d *subscriberDoc
			switch bad, wrong := errors.AsType[*csv.ParseError](err); {
			case wrong:
				l.add(place{src: src, line: t.line, col: bad.Column}, "the quotation marks of this row do not match",
					"a row is one line; a cell that holds quotes is put into quotes, and each of them doubled")
			case errors.Is(err, bufio.ErrBufferFull):
				l.add(place{src: src, line: t.line}, fmt.Sprintf("this row is longer than %d KB", maxRow>>10), "each row is a line of its own")
			case err != nil:
				l.add(place{src: src, line: t.line}, fmt.Sprintf("the file cannot be read: %v", reason(err)), "")
				return
			case columns == nil:
				if columns = l.csvHeader(t, cells); columns == nil {
					return
				}
				continue
			default:
				d = l.csvRow(t, columns, cells)
			}
			if columns == nil || !yield(d) {
				return
			}
		}
		if columns == nil {
			l.add(place{src: src, line: 1}, "the file has no header", "its first line is "+csvColumns)
		}
	}
}

// csvHeader finds the field of each column; nil, with the problems noted, if one is not known.
func (l *loader) csvHeader(t *table, cells []string) []field {
	known := slices.DeleteFunc(fieldsOf(reflect.TypeFor[subscriberDoc]()), func(f field) bool { return f.form == "alone" })
	columns := make([]field, len(cells))
	good, seen := true, map[string]bool{}
	if len(cells) > maxColumns {
		l.add(place{src: t.src, line: t.line}, fmt.Sprintf("this is no list of subscribers: its first line has %d cells", len(cells)), "the header is "+csvColumns)
		return nil
	}
	for i, cell := range cells {
		name := digest.Fold(cell)
		at := t.place(i)
		j := slices.IndexFunc(known, func(f field) bool { return f.key == name })
		switch {
		case j < 0 && strings.ContainsAny(cell, ";\t"):
			l.add(at, fmt.Sprintf("unknown column %q", cell), "cells are separated by commas: save the file as CSV with commas")
			good = false
		case j < 0:
			l.add(at, fmt.Sprintf("unknown column %q", cell), or(didYouMean(name, keysOf(known)), "the header is "+csvColumns))
			good = false
		case seen[name]:
			l.add(at, fmt.Sprintf("the column %q is there twice", cell), "")
			good = false
		default:
			columns[i], seen[name] = known[j], true
		}
	}
	if good && !seen["email"] {
		l.add(place{src: t.src, line: t.line}, "the header has no column email", "the header is "+csvColumns)
		good = false
	}
	if !good {
		return nil
	}
	return columns
}

// csvRow takes over a row; nil if it has too many cells.
func (l *loader) csvRow(t *table, columns []field, cells []string) *subscriberDoc {
	if len(cells) > len(columns) {
		l.add(place{src: t.src, line: t.line}, fmt.Sprintf("this row has %d cells, more than the %d columns of the header", len(cells), len(columns)),
			"several newsletters or tags in a cell are separated by semicolons")
		return nil
	}
	d := &subscriberDoc{}
	v := reflect.ValueOf(d).Elem()
	emailSeen := false
	for i, cell := range cells {
		f := columns[i]
		p := t.place(i)
		p.key = f.key
		cell = fromSpreadsheet(cell)
		switch target := v.Field(f.index); {
		case strings.TrimSpace(cell) == "":
		case target.Kind() == reflect.Slice:
			l.csvList(target, f, cell, p)
		default:
			emailSeen = emailSeen || f.key == "email"
			l.setText(target, f, cell, p)
		}
	}
	if !emailSeen {
		l.add(place{src: t.src, line: t.line}, "this row has no address", "")
	}
	return d
}

// csvList sets a list from the parts of a cell.
func (l *loader) csvList(target reflect.Value, f field, cell string, p place) {
	var parts []string
	for part := range strings.SplitSeq(cell, ";") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	target.Set(reflect.MakeSlice(target.Type(), len(parts), len(parts)))
	for i, part := range parts {
		l.setText(target.Index(i), f, part, p)
	}
}

// setText sets a value of a file that is not YAML, where nothing is taken from the environment.
func (l *loader) setText(target reflect.Value, f field, text string, p place) {
	p.written = text
	l.at[target.Addr().Interface()] = p
	l.set(target, f, text, p)
}

// SubscriberWriter writes subscribers as the CSV that ReadSubscribers and the configuration read.
type SubscriberWriter struct{ rows *csv.Writer }

// NewSubscriberWriter begins with the header.
func NewSubscriberWriter(w io.Writer) *SubscriberWriter {
	rows := csv.NewWriter(w)
	_ = rows.Write(strings.Split(csvColumns, ",")) // Flush tells
	return &SubscriberWriter{rows}
}

// Write adds a row.
func (w *SubscriberWriter) Write(s digest.Subscriber) error {
	cells := []string{s.Email, s.Name, strings.Join(s.Newsletters, ";"), strings.Join(s.Tags, ";"), s.Timezone}
	for i := range cells {
		cells[i] = forSpreadsheet(cells[i])
	}
	return w.rows.Write(cells)
}

// Flush writes what is not written yet.
func (w *SubscriberWriter) Flush() error {
	w.rows.Flush()
	return w.rows.Error()
}

// formula is what a cell begins with that a spreadsheet would compute. What strangers call themselves must not be.
const formula = "=+-@\t\r"

// forSpreadsheet puts an apostrophe, which says that it is text, before a cell that a spreadsheet would compute.
func forSpreadsheet(cell string) string {
	if cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

// fromSpreadsheet undoes forSpreadsheet.
func fromSpreadsheet(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && strings.ContainsRune(formula, rune(cell[1])) {
		return cell[1:]
	}
	return cell
}
