package templates

import (
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"
)

// Set is everything that renders. It is ready for use by any number of goroutines.
type Set struct {
	html, item, brief         *template.Template // of a message, and of its articles
	text, textItem, textBrief *texttemplate.Template
	letter                    *template.Template
	textLetter                *texttemplate.Template
	page                      *template.Template
	theme                     theme
	dark                      darkRules
	words                     speakers
	made                      fragments
	frame                     frame
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
			return nil, fmt.Errorf("templates: %w", plain(err))
		}
	}
	for _, trial := range []func() error{s.try, s.measure} {
		if err := trial(); err != nil {
			return nil, fmt.Errorf("templates: a sample issue does not render: %w", err)
		}
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("templates: %w", err)
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

// loadHTML reads the stylesheets, and the HTML template of a message with the parts that it is made of.
func (s *Set) loadHTML(f folder) error {
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
	head, err := s.theme.parseHead(headCSS)
	if err != nil {
		return err
	}
	s.dark = s.theme.darken(rules)
	in := &inliner{rules: rules, keep: s.dark.classes}
	for _, c := range append(classNames(head), "wide") { // the conditional <style> for Outlook names the last
		in.keep[c] = true
	}
	style := func(css string) func() template.CSS {
		return func() template.CSS { return template.CSS("\n" + css) } //nolint:gosec // from our own stylesheets
	}
	root := template.New("").Funcs(template.FuncMap{
		"soft":           soft,
		"verbatim":       func(i int) template.HTML { return in.verbatim[i] },
		"headcss":        style(head + "\n"),
		"darkcss":        style(s.dark.media()),
		"outlookdarkcss": style(s.dark.outlook()),
	})
	err = parts(f, ".html.tmpl", func(part string, source file) error {
		ready, err := in.inline(source)
		if err != nil {
			return err
		}
		t, err := root.New(source.path).Parse(ready)
		if err == nil {
			_, err = root.AddParseTree(part, t.Tree)
		}
		return err
	})
	if err != nil {
		return err
	}
	called := calls{}
	for _, t := range root.Templates() {
		called.add(t.Name(), t.Tree)
	}
	s.html, s.item, s.brief = root.Lookup("digest"), root.Lookup("item"), root.Lookup("brief")
	s.letter = root.Lookup("letter")
	return called.check()
}

// loadText reads the text template of a message with the parts that it is made of.
func (s *Set) loadText(f folder) error {
	root := texttemplate.New("").Funcs(texttemplate.FuncMap{"wrap": wrap})
	err := parts(f, ".txt.tmpl", func(part string, source file) error {
		t, err := root.New(source.path).Parse(source.text)
		if err == nil {
			_, err = root.AddParseTree(part, t.Tree)
		}
		return err
	})
	if err != nil {
		return err
	}
	called := calls{}
	for _, t := range root.Templates() {
		called.add(t.Name(), t.Tree)
	}
	s.text, s.textItem, s.textBrief = root.Lookup("digest"), root.Lookup("item"), root.Lookup("brief")
	s.textLetter = root.Lookup("letter")
	return called.check()
}

// parts calls parse with the files that the template of a message is made of, and the names by which they call each other:
// {{template "item" .}} stands for what item.html.tmpl makes, or item.txt.tmpl.
func parts(f folder, suffix string, parse func(part string, source file) error) error {
	for _, name := range Files() {
		part, ok := strings.CutSuffix(name, suffix)
		if !ok || strings.HasPrefix(part, "page") {
			continue
		}
		source, err := f.read(name)
		if err != nil {
			return err
		}
		if part != "digest" && part != "letter" {
			source = source.part()
		}
		if err := parse(part, source); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) loadPage(f folder) error {
	source, err := f.read("page.html.tmpl")
	if err != nil {
		return err
	}
	s.page, err = template.New(source.path).Funcs(template.FuncMap{
		"themecss": func() template.CSS { return template.CSS(strings.TrimSpace(blankComments(s.theme.css))) }, //nolint:gosec // from our own stylesheet
	}).Parse(source.text)
	if err != nil {
		return err
	}
	called := calls{}
	for _, t := range s.page.Templates() {
		called.add(t.Name(), t.Tree)
	}
	return called.check()
}
