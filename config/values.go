package config

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// decodeScalar reads one word or text, with the environment's values in it.
func (d *decoder) decodeScalar(n ast.Node, v reflect.Value, f field, p place) {
	text, ok := scalarText(n)
	_, isBool := n.(*ast.BoolNode)
	if !ok || isBool && v.Kind() != reflect.Bool {
		d.wrongType(n, p, f.key, wants(v, f))
		return
	}
	p.written = text
	text, names, err := expand(text, d.lookup)
	p.variables = names
	d.at[v.Addr().Interface()] = p
	if err != nil {
		d.add(p, f.key+": "+err.Error(), unsetHint(err))
		return
	}
	d.set(v, f, text, p)
}

// unsetHint says what to do about a variable that is not set.
func unsetHint(err error) string {
	if !strings.Contains(err.Error(), "is not set") {
		return ""
	}
	return "set it before tidings starts, such as with export NAME=value, or in its service's environment"
}

// set gives v, which is addressable, the value that a text means.
func (d *decoder) set(v reflect.Value, f field, text string, p place) bool {
	err := parseInto(v, f, text)
	if err == nil {
		if out := f.outside(v); out != "" {
			err = errors.New(out)
		}
	}
	if err == nil {
		return true
	}
	message := err.Error()
	if len(p.variables) > 0 { // the value may be a secret
		message = fmt.Sprintf("what %s holds is not valid here: expected %s", strings.Join(p.variables, ", "), wants(v, f))
	}
	if f.key != "" {
		message = f.key + ": " + message
	}
	d.add(p, message, or(didYouMean(text, f.enum), ""))
	return false
}

func parseInto(v reflect.Value, f field, text string) error {
	if s, ok := v.Addr().Interface().(scalar); ok {
		return s.parse(text)
	}
	switch v.Kind() {
	case reflect.Int:
		n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
		switch {
		case errors.Is(err, strconv.ErrRange):
			return fmt.Errorf("%s is beyond all bounds", text)
		case err != nil:
			return fmt.Errorf("%q is no whole number", text)
		}
		v.SetInt(int64(n))
	case reflect.Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
		v.SetBool(text == "true")
	default:
		if !slices.Contains(f.enum, text) {
			return fmt.Errorf("%q is none of %s", text, strings.Join(f.enum, ", "))
		}
		v.SetString(text)
	}
	return nil
}

func (d *decoder) wrongType(n ast.Node, p place, key, want string) {
	got := "text"
	switch n.(type) {
	case *ast.MappingNode:
		got = "keys and their values"
	case *ast.SequenceNode:
		got = "a list"
	case *ast.NullNode, nil:
		got = "nothing"
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		got = "a number"
	case *ast.BoolNode:
		got = "true or false"
	}
	if key != "" {
		key += ": "
	}
	d.add(p, fmt.Sprintf("%sexpected %s, not %s", key, want, got), d.typeHint(n, p, want))
}

// typeHint says what is often meant where a value of another kind stands.
func (d *decoder) typeHint(n ast.Node, p place, want string) string {
	text, _ := scalarText(n)
	_, keys := n.(*ast.MappingNode)
	written := ""
	if p.line >= 1 && p.line <= len(d.src.lines) {
		written = d.src.lines[p.line-1]
	}
	switch {
	case want == "a list" && (keys || strings.HasPrefix(text, "-")):
		return itemHint
	case want == "a list":
		return "write it as [one, another], or each item on a line of its own behind a dash and a space"
	case strings.HasSuffix(want, "keys and their values") && strings.Contains(text, ":"):
		return "a colon has a space behind it"
	case strings.HasSuffix(want, "keys and their values") && isNothing(n):
		return "its keys stand below it, further in; if it has none, remove it"
	case isNothing(n) && strings.Contains(written, " #"):
		return "# behind a space begins a comment: text that holds one is put into quotes"
	}
	return ""
}

func isNothing(n ast.Node) bool { return n == nil || isNull(n) }

func wants(v reflect.Value, f field) string {
	if s, ok := v.Addr().Interface().(scalar); ok {
		return s.wants()
	}
	switch v.Kind() {
	case reflect.Int:
		return "a whole number"
	case reflect.Bool:
		return "true or false"
	}
	return "one of " + strings.Join(f.enum, ", ")
}

func isScalar(v reflect.Value) bool {
	_, ok := v.Addr().Interface().(scalar)
	return ok
}

func isNull(n ast.Node) bool {
	_, ok := n.(*ast.NullNode)
	return ok
}

// scalarText is a scalar as written, without its quotes; numbers keep their zeros.
func scalarText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}
