package config

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// expand puts the environment's values for ${NAME}. It works on the value of one scalar, so that what a variable holds is
// never read as YAML. names are the ones that were put in, as written.
func expand(text string, lookup func(string) (string, bool)) (expanded string, names []string, err error) {
	if !strings.Contains(text, "${") {
		return text, nil, nil
	}
	var errs []error
	expanded = regexp.MustCompile(`\$\{[^}]*\}?`).ReplaceAllStringFunc(text, func(ref string) string {
		name, ok := strings.CutSuffix(ref[2:], "}")
		if !ok || !isVariable(name) {
			errs = append(errs, fmt.Errorf("%q is no environment variable: write ${NAME}", ref))
			return ref
		}
		value, ok := lookup(name)
		if !ok {
			errs = append(errs, fmt.Errorf("the environment variable %s is not set", name))
		}
		names = append(names, ref)
		return value
	})
	return expanded, names, errors.Join(errs...)
}

func isVariable(name string) bool {
	for i, r := range name {
		if r != '_' && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}
