package config

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// place is where a value stands, and what is written there.
type place struct {
	src       *source
	line, col int
	key       string // the key that it stands under; empty at the top
	written   string // a scalar as written, with its ${NAME}; empty for others
	variables []string
}

// decoder turns nodes into the structs of document.go, and notes where each value stood, by its address.
type decoder struct {
	*report
	src    *source
	lookup func(string) (string, bool)
	at     map[any]place
}

// decode reads a node into v, which is addressable; under is the place of what holds it.
func (d *decoder) decode(n ast.Node, v reflect.Value, f field, under place) {
	p := d.place(n, under)
	d.at[v.Addr().Interface()] = p
	if what := unsupported(n); what != "" {
		d.add(p, what, "")
		return
	}
	if _, ok := v.Addr().Interface().(scalar); ok {
		d.decodeScalar(n, v, f, p)
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.decodeStruct(n, v, f, p)
	case reflect.Slice:
		d.decodeSlice(n, v, f, p)
	case reflect.Map:
		d.decodeMap(n, v, f, p)
	default:
		d.decodeScalar(n, v, f, p)
	}
}

// place is where a node begins.
func (d *decoder) place(n ast.Node, under place) place {
	p := under
	p.src, p.written, p.variables = d.src, "", nil
	if m, ok := n.(*ast.MappingNode); ok && !m.IsFlowStyle && len(m.Values) > 0 {
		n = m.Values[0].Key
	}
	if n != nil {
		if tk := n.GetToken(); tk != nil && tk.Position != nil {
			p.line, p.col = d.src.begin(tk)
		}
	}
	return p
}

// unsupported says what of YAML a node uses that we leave out; empty if nothing.
func unsupported(n ast.Node) string {
	switch n.(type) {
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "anchors (&), aliases (*) and merge keys (<<) are not supported: write the value out"
	case *ast.TagNode:
		return "YAML tags (!) are not supported: put text that begins with ! into quotes"
	}
	return ""
}

func (d *decoder) decodeStruct(n ast.Node, v reflect.Value, f field, p place) {
	fields := fieldsOf(v.Type())
	short, hasShort := withForm(fields, "short")
	if _, ok := n.(ast.ScalarNode); ok && hasShort && !isNull(n) {
		d.decode(n, v.Field(short.index), short, p)
		d.fill(v, fields, map[string]place{short.key: p}, p)
		return
	}
	m, ok := n.(*ast.MappingNode)
	if !ok {
		want := "keys and their values"
		if hasShort {
			want = v.Field(short.index).Addr().Interface().(scalar).wants() + ", or " + want
		}
		d.wrongType(n, p, f.key, want)
		d.fill(v, fields, nil, p)
		return
	}
	given := map[string]place{}
	for _, pair := range m.Values {
		key, kp, ok := d.key(pair, p, given)
		if !ok {
			continue
		}
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i < 0 {
			d.add(kp, fmt.Sprintf("unknown key %q", key), or(didYouMean(key, keysOf(fields)), "known here: "+strings.Join(keysOf(fields), ", ")))
			continue
		}
		d.decode(pair.Value, v.Field(fields[i].index), fields[i], kp)
	}
	d.fill(v, fields, given, p)
}

// key reads the key of a pair and refuses one that was there before.
func (d *decoder) key(pair *ast.MappingValueNode, under place, given map[string]place) (string, place, bool) {
	p := d.place(pair.Key, under)
	if what := unsupported(pair.Key); what != "" {
		d.add(p, what, "")
		return "", p, false
	}
	key, ok := scalarText(pair.Key)
	if !ok {
		d.add(p, "a key must be a word", "")
		return "", p, false
	}
	p.key = key
	if before, ok := given[key]; ok {
		d.add(p, fmt.Sprintf("the key %q is given twice", key), fmt.Sprintf("first on line %d", before.line))
		return "", p, false
	}
	given[key] = p
	return key, p, true
}

// fill sees to the keys that are not there: defaults are set, needed ones asked for, and variants kept apart.
func (d *decoder) fill(v reflect.Value, fields []field, given map[string]place, p place) {
	for _, f := range fields {
		at, ok := given[f.key]
		if f.form == "alone" && ok {
			for _, other := range fields {
				if o, ok := given[other.key]; ok && other.key != f.key {
					d.add(o, fmt.Sprintf("%q does not go with %q on line %d", other.key, f.key, at.line), "make it an entry of its own")
				}
			}
			return
		}
	}
	for _, f := range fields {
		if _, ok := given[f.key]; ok {
			continue
		}
		target := v.Field(f.index)
		switch {
		case f.need && given != nil:
			d.add(p, fmt.Sprintf("%q is missing here", f.key), f.doc)
		case f.initial != "":
			d.set(target, f, f.initial, p)
		case target.Kind() == reflect.Struct && !isScalar(target):
			d.fill(target, fieldsOf(target.Type()), nil, p)
		}
	}
}

func (d *decoder) decodeSlice(n ast.Node, v reflect.Value, f field, p place) {
	var items []ast.Node
	switch n := n.(type) {
	case *ast.SequenceNode:
		items = n.Values
	case *ast.NullNode: // a key whose items are all commented out
	case *ast.MappingNode:
		if f.form != "single" {
			d.wrongType(n, p, f.key, "a list")
			return
		}
		items = []ast.Node{n}
	default:
		if f.form != "single" || !isScalar(reflect.New(v.Type().Elem()).Elem()) {
			d.wrongType(n, p, f.key, "a list")
			return
		}
		items = []ast.Node{n}
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		d.decode(item, v.Index(i), field{key: f.key}, p)
	}
}

func (d *decoder) decodeMap(n ast.Node, v reflect.Value, f field, p place) {
	m, ok := n.(*ast.MappingNode)
	if !ok {
		d.wrongType(n, p, f.key, "keys and their values")
		return
	}
	v.Set(reflect.MakeMap(v.Type()))
	given := map[string]place{}
	for _, pair := range m.Values {
		key, kp, ok := d.key(pair, p, given)
		if !ok {
			continue
		}
		name := reflect.New(v.Type().Key()).Elem()
		value := reflect.New(v.Type().Elem()).Elem()
		if !d.set(name, field{}, key, kp) {
			continue
		}
		if v.MapIndex(name).IsValid() {
			d.add(kp, fmt.Sprintf("the key %q is given twice", key), "")
			continue
		}
		d.decode(pair.Value, value, field{key: key}, kp)
		v.SetMapIndex(name, value)
	}
}

// or is the first text, or the second where that is empty.
func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
