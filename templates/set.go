package templates

import (
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"
)

// Set is everything that renders. It is ready for use by any number of goroutines.
type Set struct {
	html  *template.Template
	text  *texttemplate.Template
	page  *template.Template
	theme theme
	words speakers
}

// Load reads the built-in templates and over them the files of the folder of the same names, if it is not "": it writes the styles onto
// the elements, parses, and renders a sample issue in every language. An error names the file and the line.
func Load(dir string) (*Set, error) {
	s, f := &Set{words: newSpeakers()}, folder(dir)
	if err := f.check(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, step := range []func(folder) error{s.loadTheme, s.loadHTML, s.loadText, s.loadPage} {
		if err := step(f); err != nil {
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	if err := s.try(); err != nil {
		return nil, fmt.Errorf("templates: a sample issue does not render: %w", err)
	}
	return s, nil
}

func (s *Set) loadTheme(f folder) error {
	css, err := f.read("theme.css")
	if err != nil {
		return err
	}
	s.theme, err = parseTheme(css.path, css.text)
	return err
}

func (s *Set) loadHTML(f folder) error {
	source, err := f.read("digest.html.tmpl")
	if err != nil {
		return err
	}
	inlineCSS, err := f.read("inline.css")
	if err != nil {
		return err
	}
	headCSS, err := f.read("head.css")
	if err != nil {
		return err
	}
	rules, err := parseStylesheet(inlineCSS.path, inlineCSS.text, s.theme)
	if err != nil {
		return err
	}
	head, err := s.theme.resolve(strings.TrimSpace(blankComments(headCSS.text)))
	if err != nil {
		return fmt.Errorf("%s: %w", headCSS.path, err)
	}
	dark := s.theme.darken(rules)
	keep := dark.classes
	for _, c := range classNames(head) {
		keep[c] = true
	}
	keep["wide"] = true // the conditional <style> for Outlook names it
	ready, verbatim, err := inline(source.path, source.text, rules, keep)
	if err != nil {
		return err
	}
	style := func(css string) func() template.CSS {
		return func() template.CSS { return template.CSS("\n" + css) } //nolint:gosec // from our own stylesheets
	}
	s.html, err = template.New(source.path).Funcs(template.FuncMap{
		"soft":           soft,
		"verbatim":       func(i int) template.HTML { return verbatim[i] },
		"headcss":        style(head + "\n"),
		"darkcss":        style(dark.media()),
		"outlookdarkcss": style(dark.outlook()),
	}).Parse(ready)
	return err
}

func (s *Set) loadText(f folder) error {
	source, err := f.read("digest.txt.tmpl")
	if err != nil {
		return err
	}
	s.text, err = texttemplate.New(source.path).Funcs(texttemplate.FuncMap{"wrap": wrap}).Parse(source.text)
	return err
}

func (s *Set) loadPage(f folder) error {
	source, err := f.read("page.html.tmpl")
	if err != nil {
		return err
	}
	s.page, err = template.New(source.path).Funcs(template.FuncMap{
		"themecss": func() template.CSS { return template.CSS(s.theme.css) }, //nolint:gosec // from our own stylesheet
	}).Parse(source.text)
	return err
}
