package templates

import (
	"embed"
	"fmt"
	"html/template"
	"io/fs"
	"strings"
	texttemplate "text/template"
)

//go:embed *.tmpl *.css
var builtin embed.FS

// Set is everything that renders. It is ready for use by any number of goroutines.
type Set struct {
	html  *template.Template
	text  *texttemplate.Template
	page  *template.Template
	theme theme
	words speakers
}

// Load reads the built-in templates: it writes the styles onto the elements, parses, and renders a sample issue in every
// language. An error names the file and the line.
func Load() (*Set, error) { return load(builtin) }

func load(files fs.FS) (*Set, error) {
	s := &Set{words: newSpeakers()}
	for _, step := range []func(fs.FS) error{s.loadTheme, s.loadHTML, s.loadText, s.loadPage} {
		if err := step(files); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	if err := s.try(); err != nil {
		return nil, fmt.Errorf("templates: a sample issue does not render: %w", err)
	}
	return s, nil
}

func read(files fs.FS, name string) (string, error) {
	b, err := fs.ReadFile(files, name)
	return strings.ReplaceAll(string(b), "\r\n", "\n"), err
}

func (s *Set) loadTheme(files fs.FS) error {
	css, err := read(files, "theme.css")
	if err != nil {
		return err
	}
	s.theme, err = parseTheme("theme.css", css)
	return err
}

func (s *Set) loadHTML(files fs.FS) error {
	const file = "digest.html.tmpl"
	source, err := read(files, file)
	if err != nil {
		return err
	}
	inlineCSS, err := read(files, "inline.css")
	if err != nil {
		return err
	}
	headCSS, err := read(files, "head.css")
	if err != nil {
		return err
	}
	rules, err := parseStylesheet("inline.css", inlineCSS, s.theme)
	if err != nil {
		return err
	}
	head, err := s.theme.resolve(strings.TrimSpace(blankComments(headCSS)))
	if err != nil {
		return fmt.Errorf("head.css: %w", err)
	}
	dark := s.theme.darken(rules)
	keep := dark.classes
	for _, c := range classNames(head) {
		keep[c] = true
	}
	keep["wide"] = true // the conditional <style> for Outlook names it
	ready, verbatim, err := inline(file, source, rules, keep)
	if err != nil {
		return err
	}
	style := func(css string) func() template.CSS {
		return func() template.CSS { return template.CSS("\n" + css) } //nolint:gosec // from our own stylesheets
	}
	s.html, err = template.New(file).Funcs(template.FuncMap{
		"soft":           soft,
		"verbatim":       func(i int) template.HTML { return verbatim[i] },
		"headcss":        style(head + "\n"),
		"darkcss":        style(dark.media()),
		"outlookdarkcss": style(dark.outlook()),
	}).Parse(ready)
	return err
}

func (s *Set) loadText(files fs.FS) error {
	const file = "digest.txt.tmpl"
	source, err := read(files, file)
	if err != nil {
		return err
	}
	s.text, err = texttemplate.New(file).Funcs(texttemplate.FuncMap{"wrap": wrap}).Parse(source)
	return err
}

func (s *Set) loadPage(files fs.FS) error {
	const file = "page.html.tmpl"
	source, err := read(files, file)
	if err != nil {
		return err
	}
	s.page, err = template.New(file).Funcs(template.FuncMap{
		"themecss": func() template.CSS { return template.CSS(s.theme.css) }, //nolint:gosec // from our own stylesheet
	}).Parse(source)
	return err
}
