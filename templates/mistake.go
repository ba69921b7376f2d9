package templates

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
)

// plain is what package text/template or html/template says of a mistake, as the author of the file sees it: the file, the line and perhaps the column, and
// what is wrong there. Other errors stay as they are.
func plain(err error) error {
	if err == nil {
		return nil
	}
	said := regexp.MustCompile(`(?s)^(?:html/)?template: ?(.+?:\d+(?::\d+)?): (?:executing ".*?" at <.*?>: )?(.*)$`).FindStringSubmatch(err.Error())
	if said == nil {
		return err
	}
	return &mistake{fmt.Sprintf("%s: %s", said[1], inWords(said[2])), err}
}

// mistake is an error in plain words.
type mistake struct {
	words string
	cause error
}

func (m *mistake) Error() string { return m.words }
func (m *mistake) Unwrap() error { return m.cause }

// inWords says what a template package says, without the names of its insides.
func inWords(what string) string {
	if field := regexp.MustCompile(`can't evaluate field (\w+) in type (.*)`).FindStringSubmatch(what); field != nil {
		known := fieldsOf(field[2])
		if len(known) == 0 {
			return fmt.Sprintf("there is no .%s here", field[1])
		}
		return fmt.Sprintf("there is no .%s here; there are %s", field[1], strings.Join(known, ", "))
	}
	if function := regexp.MustCompile(`function "(\w+)" not defined`).FindStringSubmatch(what); function != nil {
		return fmt.Sprintf("there is no function %s", function[1])
	}
	switch {
	case strings.Contains(what, "unclosed action"), strings.Contains(what, "unterminated quoted string"):
		return "{{ has no }} behind it"
	case strings.Contains(what, "bad character"), strings.Contains(what, "unexpected <"):
		return "within {{ }} stands what cannot; is a }} missing?"
	case strings.Contains(what, "unexpected EOF"):
		return "an {{if}}, {{range}}, {{with}} or {{define}} above has no {{end}}"
	}
	return what
}

// fieldsOf are what a template may print where the dot is of a type of ours, given as package reflect writes it.
func fieldsOf(name string) (fields []string) {
	seen := map[reflect.Type]bool{}
	var walk func(t reflect.Type)
	walk = func(t reflect.Type) {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || seen[t] {
			return
		}
		seen[t] = true
		for _, f := range reflect.VisibleFields(t) {
			if t.String() == strings.TrimPrefix(name, "*") && f.IsExported() && !f.Anonymous {
				fields = append(fields, "."+f.Name)
			}
			walk(f.Type)
		}
	}
	walk(reflect.TypeFor[view]())
	walk(reflect.TypeFor[pageView]())
	walk(reflect.TypeFor[Letter]())
	return fields
}
