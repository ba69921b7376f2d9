package templates

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// rule is one selector of inline.css with its declarations.
type rule struct {
	tag, class string // either may be empty, not both
	source     string // declarations as written, with var()
	decls      string // declarations with the light values
}

func (r rule) matches(tag string, classes []string) bool {
	return (r.tag == "" || r.tag == tag) && (r.class == "" || slices.Contains(classes, r.class))
}

// specificity orders rules as CSS does: a class outweighs a tag.
func (r rule) specificity() int {
	n := 0
	if r.class != "" {
		n += 2
	}
	if r.tag != "" {
		n++
	}
	return n
}

// parseStylesheet reads inline.css into rules, the weakest first. What cannot be written onto elements (a selector other
// than tag, .class and tag.class, an @-rule) is an error with its line, so that no style is lost silently.
func parseStylesheet(file, css string, t theme) ([]rule, error) {
	selector := regexp.MustCompile(`^([a-z][a-z0-9]*)?(?:\.([A-Za-z][\w-]*))?$`)
	plain := blankComments(css)
	var rules []rule
	for at := 0; ; {
		start := at + len(plain[at:]) - len(strings.TrimLeft(plain[at:], " \t\r\n"))
		if start == len(plain) {
			break
		}
		fail := func(format string, args ...any) ([]rule, error) {
			return nil, fmt.Errorf("%s:%d: "+format, append([]any{file, lineAt(css, start)}, args...)...)
		}
		head, rest, opened := strings.Cut(plain[start:], "{")
		body, _, closed := strings.Cut(rest, "}")
		if !opened || !closed || strings.Contains(body, "{") {
			return fail("a rule must read “selector {declarations}”; @-rules belong in head.css")
		}
		source := strings.Trim(strings.Join(strings.Fields(body), " "), "; ")
		decls, err := t.resolve(source)
		if err != nil {
			return fail("%w", err)
		}
		for s := range strings.SplitSeq(head, ",") {
			s = strings.TrimSpace(s)
			m := selector.FindStringSubmatch(s)
			if s == "" || m == nil {
				return fail("selector %q cannot be written onto elements: use tag, .class or tag.class", s)
			}
			rules = append(rules, rule{tag: m[1], class: m[2], source: source, decls: decls})
		}
		at = start + len(head) + len(body) + 2
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return cmp.Compare(a.specificity(), b.specificity()) })
	return rules, nil
}

// parseHead reads head.css, which is printed into a <style> with the light values. What would make a mail program drop all of it, or ask
// somebody else's server for something, is an error with its line.
func (t theme) parseHead(source file) (string, error) {
	plain := blankComments(source.text)
	for _, bad := range []struct{ pattern, why string }{
		{`\[`, "an attribute selector makes Gmail drop the whole <style>"},
		{`(?i)@import|@font-face|url\(`, "nothing may be loaded from elsewhere: it would tell when a message is read"},
		{`<`, "a < cannot stand in a <style>"},
	} {
		if at := regexp.MustCompile(bad.pattern).FindStringIndex(plain); at != nil {
			return "", fmt.Errorf("%s:%d: %s", source.path, lineAt(plain, at[1]-1), bad.why)
		}
	}
	depth := 0
	for i, c := range plain {
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		case '@':
			if depth > 0 {
				return "", fmt.Errorf("%s:%d: an @-rule within an @-rule makes Gmail drop the whole <style>", source.path, lineAt(plain, i))
			}
		}
	}
	var css strings.Builder
	number := 0
	for line := range strings.Lines(plain) {
		number++
		resolved, err := t.resolve(line)
		if err != nil {
			return "", fmt.Errorf("%s:%d: %w", source.path, number, err)
		}
		css.WriteString(resolved)
	}
	return strings.TrimSpace(css.String()), nil
}

// mergeDeclarations joins declarations so that a later one of the same property wins.
func mergeDeclarations(decls []string) string {
	var order []string
	value := map[string]string{}
	for d := range strings.SplitSeq(strings.Join(decls, ";"), ";") {
		property, v, ok := strings.Cut(strings.TrimSpace(d), ":")
		if !ok {
			continue
		}
		if _, again := value[property]; again {
			order = slices.DeleteFunc(order, func(p string) bool { return p == property })
		}
		order = append(order, property)
		value[property] = strings.ReplaceAll(strings.TrimSpace(v), `"`, `'`)
	}
	for i, p := range order {
		order[i] = p + ":" + value[p]
	}
	return strings.Join(order, ";")
}

// classNames lists the classes that a stylesheet speaks of.
func classNames(css string) []string {
	var names []string
	for _, m := range regexp.MustCompile(`\.([A-Za-z][\w-]*)`).FindAllStringSubmatch(css, -1) {
		names = append(names, m[1])
	}
	return names
}

// blankComments empties comments and leaves every line where it is.
func blankComments(css string) string {
	return regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllStringFunc(css, func(c string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, c)
	})
}

// lineAt is the line, from 1, that the byte at the offset is on.
func lineAt(s string, offset int) int { return 1 + strings.Count(s[:max(offset, 0)], "\n") }
