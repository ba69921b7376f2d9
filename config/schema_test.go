package config

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestSchemaDescribesEveryKey(t *testing.T) {
	t.Parallel()
	described := map[string]bool{}
	describedKeys(schemaOf(reflect.TypeFor[document](), field{}), "", func(path string, s schema) {
		if text, _ := s["description"].(string); text == "" {
			t.Errorf("%s has no description", path)
		}
		described[path] = true
	})
	keysOfStruct(reflect.TypeFor[document](), "", func(path string, f typedField) {
		if !described[path] {
			t.Errorf("%s is not described", path)
		}
	})
	if !described["newsletters[].limit.per_tag"] || !described["feeds[].opml"] {
		t.Error("keys are missing", described)
	}
}

func TestSchemaIsJSON(t *testing.T) {
	t.Parallel()
	out, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Schema     string         `json:"$schema"`
		Properties map[string]any `json:"properties"`
	}
	if err := json.Unmarshal(out, &s); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.Schema, "2020-12") || s.Properties["feeds"] == nil {
		t.Errorf("%+v", s)
	}
}

// Every default is a value that its own key takes.
func TestDefaultsAreValid(t *testing.T) {
	t.Parallel()
	keysOfStruct(reflect.TypeFor[document](), "", func(path string, f typedField) {
		if f.initial == "" {
			return
		}
		v := reflect.New(f.typ).Elem()
		if err := parseInto(v, f.field, f.initial); err != nil || f.outside(v) != "" {
			t.Errorf("%s: default %q: %v %s", path, f.initial, err, f.outside(v))
		}
	})
}

// describedKeys visits the keys of a schema by their paths.
func describedKeys(s schema, path string, visit func(path string, s schema)) {
	if variants, ok := s["anyOf"].([]schema); ok {
		for _, v := range variants {
			describedKeys(v, path, visit)
		}
	}
	if items, ok := s["items"].(schema); ok {
		describedKeys(items, path+"[]", visit)
	}
	if properties, ok := s["properties"].(schema); ok {
		for key, p := range properties {
			at := strings.TrimPrefix(path+"."+key, ".")
			visit(at, p.(schema))
			describedKeys(p.(schema), at, visit)
		}
	}
}

type typedField struct {
	field
	typ reflect.Type
}

// keysOfStruct visits the keys of the structs by their paths.
func keysOfStruct(t reflect.Type, path string, visit func(path string, f typedField)) {
	for _, f := range fieldsOf(t) {
		at := strings.TrimPrefix(path+"."+f.key, ".")
		typ := t.Field(f.index).Type
		visit(at, typedField{f, typ})
		if _, isScalar := reflect.New(typ).Interface().(scalar); isScalar {
			continue
		}
		switch {
		case typ.Kind() == reflect.Slice && typ.Elem().Kind() == reflect.Struct && typ.Elem() != reflect.TypeFor[pattern]():
			keysOfStruct(typ.Elem(), at+"[]", visit)
		case typ.Kind() == reflect.Struct:
			keysOfStruct(typ, at, visit)
		}
	}
}
