package config

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// field is a key of a mapping, as the tags of its struct say.
type field struct {
	index    int
	key      string
	doc      string
	initial  string // as written; empty: none
	enum     []string
	min, max string
	need     bool
	form     string // short, alone, single or nothing
}

// fieldsOf reads the tags of a struct.
func fieldsOf(t reflect.Type) []field {
	fields := make([]field, t.NumField())
	for i := range fields {
		f := t.Field(i)
		fields[i] = field{
			index: i, key: f.Tag.Get("yaml"), doc: f.Tag.Get("doc"), initial: f.Tag.Get("default"),
			min: f.Tag.Get("min"), max: f.Tag.Get("max"),
			need: f.Tag.Get("need") == "true", form: f.Tag.Get("form"),
		}
		if enum := f.Tag.Get("enum"); enum != "" {
			fields[i].enum = strings.Split(enum, ",")
		}
	}
	return fields
}

// withForm is the field of the form; ok is false if there is none.
func withForm(fields []field, form string) (field, bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.form == form })
	if i < 0 {
		return field{}, false
	}
	return fields[i], true
}

// keysOf are the keys that a struct knows, for "did you mean".
func keysOf(fields []field) []string {
	keys := make([]string, len(fields))
	for i, f := range fields {
		keys[i] = f.key
	}
	return keys
}

// outside says how a number or a duration misses the bounds of its field; empty if it does not.
func (f field) outside(v reflect.Value) string {
	var value, least, most int64
	switch x := v.Interface().(type) {
	case int:
		value = int64(x)
		least, _ = strconv.ParseInt(f.min, 10, 64)
		most, _ = strconv.ParseInt(f.max, 10, 64)
	case span:
		value, least, most = int64(x), int64(spanOf(f.min)), int64(spanOf(f.max))
	default:
		return ""
	}
	switch {
	case f.min != "" && value < least:
		return "must be at least " + f.min
	case f.max != "" && value > most:
		return "must be at most " + f.max
	}
	return ""
}

func spanOf(text string) time.Duration {
	var s span
	if s.parse(text) != nil {
		return 0
	}
	return time.Duration(s)
}
