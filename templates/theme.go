package templates

import (
	"fmt"
	"html/template"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// theme holds the custom properties of theme.css: every colour and font by name, such as --ink.
type theme struct {
	light, dark map[string]string
	css         string // the file, for pages in browsers
	file        string // its name
}

// hues is how many section colours a theme has: --sa to --se.
const hues = 5

// parseTheme reads theme.css: one :root block, and one within the query for dark schemes.
func parseTheme(file, css string) (theme, error) {
	t := theme{css: css, file: file}
	plain := blankComments(css)
	query := strings.Index(plain, "@media")
	if query < 0 {
		return t, fmt.Errorf("%s: there is no “@media (prefers-color-scheme:dark)” block for the dark colours", file)
	}
	t.light, t.dark = properties(plain[:query]), properties(plain[query:])
	for _, name := range slices.Sorted(maps.Keys(t.light)) {
		if strings.HasPrefix(t.light[name], "#") && t.dark[name] == "" {
			return t, fmt.Errorf("%s:%d: %s has no dark colour", file, lineAt(css, strings.Index(css, name)), name)
		}
	}
	for hue := range hues {
		if name := hueName(hue); t.light[name] == "" {
			return t, fmt.Errorf("%s: %s, the colour of section %d, is missing", file, name, hue+1)
		}
	}
	return t, nil
}

// line is where a property is set.
func (t theme) line(name string, dark bool) int {
	plain := blankComments(t.css)
	at, end := 0, strings.Index(plain, "@media")
	if dark {
		at, end = end, len(plain)
	}
	if i := strings.Index(plain[at:end], name+":"); i >= 0 {
		at += i
	}
	return lineAt(plain, at)
}

func properties(css string) map[string]string {
	m := map[string]string{}
	for _, p := range regexp.MustCompile(`(--[a-z][a-z0-9-]*)\s*:([^;}]+)[;}]`).FindAllStringSubmatch(css, -1) {
		m[p[1]] = strings.TrimSpace(p[2])
	}
	return m
}

// hueName is the property that holds the colour of a section; hueLetter ends the classes that use it.
func hueName(hue int) string   { return "--s" + hueLetter(hue) }
func hueLetter(hue int) string { return string(rune('a' + (hue%hues+hues)%hues)) }

// color is the light colour of a section. It comes from theme.css, never from a feed.
func (t theme) color(hue int) template.CSS { return template.CSS(t.light[hueName(hue)]) }

// resolve writes the light values into declarations, for clients without custom properties.
func (t theme) resolve(css string) (string, error) {
	var missing string
	css = varReference().ReplaceAllStringFunc(css, func(m string) string {
		name := m[len("var(") : len(m)-1]
		if t.light[name] == "" {
			missing = name
		}
		return t.light[name]
	})
	if missing != "" {
		return "", fmt.Errorf("%s is not in theme.css", missing)
	}
	return css, nil
}

func varReference() *regexp.Regexp { return regexp.MustCompile(`var\(--[a-z][a-z0-9-]*\)`) }

// darkRules is what a dark scheme changes: for each declaration, such as “color:#A0A6AF”, the classes that take it.
type darkRules struct {
	text, fill map[string][]string
	classes    map[string]bool // all of them: they must stay on the elements
}

// darken derives the dark overrides of a stylesheet from its use of the theme's colours.
func (t theme) darken(rules []rule) darkRules {
	d := darkRules{text: map[string][]string{}, fill: map[string][]string{}, classes: map[string]bool{}}
	for _, r := range rules {
		if r.class == "" {
			continue
		}
		for decl := range strings.SplitSeq(r.source, ";") {
			property, value, _ := strings.Cut(strings.TrimSpace(decl), ":")
			name := strings.TrimSuffix(strings.TrimPrefix(varReference().FindString(value), "var("), ")")
			dark := t.dark[name]
			if dark == "" || dark == t.light[name] {
				continue
			}
			set := d.text
			switch {
			case property == "background-color":
				set = d.fill
			case strings.HasPrefix(property, "border"):
				property += "-color"
			case property != "color":
				continue
			}
			key := property + ":" + dark
			set[key] = append(set[key], "."+r.class)
			d.classes[r.class] = true
		}
	}
	return d
}

// media is the block for clients that know the query for dark schemes.
func (d darkRules) media() string {
	return ":root{color-scheme:light dark}\n@media (prefers-color-scheme:dark){\n" + emit(d.fill, "") + emit(d.text, "") + "}\n"
}

// outlook is the block for Outlook.com and Outlook's apps, which mark what they darken. It stands alone: Gmail drops a whole
// block for an attribute selector in it.
func (d darkRules) outlook() string {
	return emit(d.fill, "[data-ogsb] ") + emit(d.text, "[data-ogsc] ")
}

func emit(rules map[string][]string, within string) string {
	var b strings.Builder
	for _, decl := range slices.Sorted(maps.Keys(rules)) {
		b.WriteString(within + strings.Join(rules[decl], ","+within) + "{" + decl + "!important}\n")
	}
	return b.String()
}
