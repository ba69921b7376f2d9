package config

import (
	"fmt"
	"regexp"
	"strings"
	"text/template"

	"tidings/digest"
)

// subject is a text/template over digest.Headline.
type subject string

func (s *subject) parse(text string) error {
	text, err := oneLine(text)
	if err != nil {
		return err
	}
	t, err := template.New("subject").Parse(text)
	if err == nil {
		err = t.Execute(new(strings.Builder), digest.Headline{Title: "Title", Number: 1, Count: 1, Lead: digest.Item{Title: "Headline"}})
	}
	if err != nil {
		return fmt.Errorf("%q is no template: %s", text, templateMistake(err))
	}
	*s = subject(text)
	return nil
}

func (*subject) wants() string { return "a template like {{.Title}}: {{.Lead.Title}}" }

// templateMistake says what package template says, without the places and the types, which mean something to programmers alone.
func templateMistake(err error) string {
	what := regexp.MustCompile(`^template: subject:\d+(:\d+)?: (executing "subject" at <.*?>: )?`).ReplaceAllString(err.Error(), "")
	if field := regexp.MustCompile(`can't evaluate field (\w+) in type (.*)`).FindStringSubmatch(what); field != nil {
		known := []string{".Title", ".Number", ".Count", ".Lead.Title"}
		return fmt.Sprintf("it has no .%s; what it has is %s", field[1], strings.Join(known, ", "))
	}
	if function := regexp.MustCompile(`function "(\w+)" not defined`).FindStringSubmatch(what); function != nil {
		return "there is no function " + function[1]
	}
	switch {
	case strings.Contains(what, "unclosed action"), strings.Contains(what, "unterminated"):
		return "{{ has no }} behind it"
	case strings.Contains(what, "unexpected EOF"):
		return "an {{if}}, {{range}} or {{with}} has no {{end}}"
	}
	return what
}
