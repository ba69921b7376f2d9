package config

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"tidings/digest"
)

// buildSubscribers takes over the subscribers, those of CSV files among them. An address stands once, whatever its case.
func (l *loader) buildSubscribers(docs []subscriberDoc) {
	seen := map[string]place{}
	for i := range docs {
		d := &docs[i]
		if d.File != "" {
			for _, s := range l.readCSV(&d.File) {
				l.addSubscriber(s, seen)
			}
			continue
		}
		l.addSubscriber(d, seen)
	}
}

func (l *loader) addSubscriber(d *subscriberDoc, seen map[string]place) {
	names := l.newsletterNames()
	s := digest.Subscriber{Email: string(d.Email), Name: string(d.Name), Newsletters: l.labels(d.Newsletters), Tags: l.picks(d.Tags)}
	if d.Timezone.Location != nil {
		s.Timezone = d.Timezone.String()
	}
	for i := range d.Newsletters {
		if name := string(d.Newsletters[i]); name != "" && !slices.Contains(names, name) {
			l.refuse(&d.Newsletters[i], or(didYouMean(l.written(&d.Newsletters[i]), names), "the list under newsletters: names them"),
				"there is no newsletter %q", l.written(&d.Newsletters[i]))
		}
	}
	if d.Email == "" { // already refused
		return
	}
	key := digest.AddressKey(s.Email)
	if before, ok := seen[key]; ok {
		l.refuse(&d.Email, "keep one of them", "the subscriber %s is given twice: first at %s:%d", l.written(&d.Email), before.src.name, before.line)
		return
	}
	seen[key] = l.where(&d.Email)
	l.config.Subscribers = append(l.config.Subscribers, s)
}

// readCSV reads a file of subscribers (RFC 4180): a header that names the columns in any order, and a row for each. Every
// row that is wrong is noted.
func (l *loader) readCSV(p *filePath) []*subscriberDoc {
	path, data, ok := l.open(p, maxCSV)
	if !ok {
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\xEF\xBB\xBF"))
	src := newSource(path, data)
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = -1
	var columns []field
	var read []*subscriberDoc
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if bad, ok := errors.AsType[*csv.ParseError](err); ok {
			l.add(place{src: src, line: bad.Line, col: bad.Column}, "CSV: "+bad.Err.Error(), "a cell that holds quotes is put into quotes, and each of them doubled")
			if columns == nil {
				return nil
			}
			continue
		}
		if columns == nil {
			if columns = l.csvHeader(src, rows, cells); columns == nil {
				return nil
			}
			continue
		}
		if line, _ := rows.FieldPos(0); len(cells) > len(columns) {
			l.add(place{src: src, line: line}, fmt.Sprintf("this row has %d cells, more than the %d columns of the header", len(cells), len(columns)),
				"several newsletters or tags in a cell are separated by semicolons")
			continue
		}
		read = append(read, l.csvRow(src, rows, columns, cells))
	}
	if columns == nil {
		l.add(place{src: src, line: 1}, "the file has no header", "its first line is email,name,newsletters,tags,timezone")
	}
	return read
}

// csvHeader finds the field of each column; nil, with the problems noted, if one is not known.
func (l *loader) csvHeader(src *source, rows *csv.Reader, cells []string) []field {
	known := slices.DeleteFunc(fieldsOf(reflect.TypeFor[subscriberDoc]()), func(f field) bool { return f.form == "alone" })
	columns := make([]field, len(cells))
	good, seen := true, map[string]bool{}
	for i, cell := range cells {
		name := digest.Fold(cell)
		at := place{src: src}
		at.line, at.col = csvPosition(src, rows, i)
		j := slices.IndexFunc(known, func(f field) bool { return f.key == name })
		switch {
		case j < 0 && strings.ContainsAny(cell, ";\t"):
			l.add(at, fmt.Sprintf("unknown column %q", cell), "cells are separated by commas: save the file as CSV with commas")
			good = false
		case j < 0:
			l.add(at, fmt.Sprintf("unknown column %q", cell), or(didYouMean(name, keysOf(known)), "the header is email,name,newsletters,tags,timezone"))
			good = false
		case seen[name]:
			l.add(at, fmt.Sprintf("the column %q is there twice", cell), "")
			good = false
		default:
			columns[i], seen[name] = known[j], true
		}
	}
	if good && !seen["email"] {
		l.add(place{src: src, line: 1}, "the header has no column email", "the header is email,name,newsletters,tags,timezone")
		good = false
	}
	if !good {
		return nil
	}
	return columns
}

func (l *loader) csvRow(src *source, rows *csv.Reader, columns []field, cells []string) *subscriberDoc {
	d := &subscriberDoc{}
	v := reflect.ValueOf(d).Elem()
	row, _ := rows.FieldPos(0)
	emailSeen := false
	for i, cell := range cells {
		f := columns[i]
		p := place{src: src, key: f.key}
		p.line, p.col = csvPosition(src, rows, i)
		switch target := v.Field(f.index); {
		case strings.TrimSpace(cell) == "":
		case f.later:
			l.add(p, fmt.Sprintf("%q is not yet supported in this version", f.key), "leave the cell empty")
		case target.Kind() == reflect.Slice:
			l.csvList(target, f, cell, p)
		default:
			emailSeen = emailSeen || f.key == "email"
			l.setText(target, f, cell, p)
		}
	}
	if !emailSeen {
		l.add(place{src: src, line: row}, "this row has no address", "")
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

// csvPosition is where a cell begins, its column in characters.
func csvPosition(src *source, rows *csv.Reader, i int) (line, col int) {
	line, at := rows.FieldPos(i)
	if line < 1 || line > len(src.lines) {
		return line, 0
	}
	text := src.lines[line-1]
	return line, 1 + len([]rune(text[:min(max(at-1, 0), len(text))]))
}
