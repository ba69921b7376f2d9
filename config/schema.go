package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Schema is the JSON Schema (draft 2020-12) of tidings.yaml, for editors: it completes and explains the keys and finds most
// mistakes while they are typed. Keys not yet supported are not in it.
func Schema() ([]byte, error) {
	s := schemaOf(reflect.TypeFor[document](), field{})
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "tidings.yaml"
	s["description"] = "The configuration of Tidings, which turns feeds into a newsletter."
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return append(out, '\n'), nil
}

type schema = map[string]any

// schemaOf describes the values of a type, as the tags of its field bound them.
func schemaOf(t reflect.Type, f field) schema {
	var s schema
	switch value, isScalar := reflect.New(t).Interface().(scalar); {
	case isScalar:
		s = schemaOfScalar(value)
	case t.Kind() == reflect.Struct:
		s = schemaOfStruct(t)
	case t.Kind() == reflect.Slice:
		items := schemaOf(t.Elem(), field{})
		s = schema{"type": []string{"array", "null"}, "items": items}
		if f.form == "single" {
			s = schema{"anyOf": []schema{items, {"type": "array", "items": items, "minItems": 1}}}
		}
	case t.Kind() == reflect.Map:
		s = schema{"type": "object", "additionalProperties": schemaOf(t.Elem(), field{})}
	case t.Kind() == reflect.Bool:
		s = schema{"type": "boolean"}
	case t.Kind() == reflect.Int:
		s = schema{"type": "integer"}
		if n, err := strconv.Atoi(f.min); err == nil {
			s["minimum"] = n
		}
		if n, err := strconv.Atoi(f.max); err == nil {
			s["maximum"] = n
		}
	default:
		s = schema{"type": "string", "enum": f.enum}
	}
	describe(s, t, f)
	return s
}

// describe adds what the field says in words, and its default.
func describe(s schema, t reflect.Type, f field) {
	if f.doc != "" {
		s["description"] = f.doc
	}
	if f.initial == "" {
		return
	}
	s["default"] = f.initial
	switch t.Kind() {
	case reflect.Bool:
		s["default"] = f.initial == "true"
	case reflect.Int:
		if n, err := strconv.Atoi(f.initial); err == nil {
			s["default"] = n
		}
	}
}

// fromEnvironment lets ${NAME} stand for any text that would have to match a pattern.
const fromEnvironment = `\$\{[A-Za-z_][A-Za-z0-9_]*\}`

func schemaOfScalar(value scalar) schema {
	s := schema{"type": []string{"string", "number"}, "title": value.wants()}
	pattern := ""
	switch value.(type) {
	case *languageTag:
		pattern = "(" + strings.Join(Languages(), "|") + ")(-[A-Za-z0-9]{1,8})*"
	case *span:
		pattern = `([0-9.]+(ms|s|m|h|d|w))+`
	case *feedURL, *modelURL:
		pattern = `https?://.+`
	case *siteURL:
		pattern = `https?://[^?#]+`
	case *rate:
		pattern = `[0-9_]+ */ *(s|sec|second|m|min|minute|h|hour|d|day)`
	case *slug:
		pattern = `[A-Za-z0-9][A-Za-z0-9_-]{0,59}`
	case *address, *mailbox:
		pattern = `.*@.+`
	}
	if pattern != "" {
		s["type"] = "string"
		s["pattern"] = "^(" + pattern + "|.*" + fromEnvironment + ".*)$"
	}
	return s
}

// schemaOfStruct describes a mapping: its short form, its variants with one key alone, and the full one.
func schemaOfStruct(t reflect.Type) schema {
	var variants []schema
	properties, required := schema{}, []string{}
	for _, f := range fieldsOf(t) {
		s := schemaOf(t.Field(f.index).Type, f)
		switch f.form {
		case "alone":
			variants = append(variants, object(schema{f.key: s}, []string{f.key}))
			continue
		case "short":
			variants = append(variants, s)
		}
		properties[f.key] = s
		if f.need {
			required = append(required, f.key)
		}
	}
	full := object(properties, required)
	if len(variants) == 0 {
		return full
	}
	return schema{"anyOf": append(variants, full)}
}

func object(properties schema, required []string) schema {
	s := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}
