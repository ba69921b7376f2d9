package templates

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"

	"tidings/digest"
)

// subjectLength is how many characters of a subject most inboxes show: 60, less one, because a subject that is encoded may begin
// on a line of its own, whose leading space some programs count.
const subjectLength = 59

// Subject is that of a message with the edition.
func (s *Set) Subject(e digest.Edition) (string, error) {
	return subject(e.Subject, s.headline(e, s.words.speak(e.Lang)))
}

// checkSubject tells what is wrong with the template of a newsletter's subject, a text/template over digest.Headline;
// nil if nothing is.
func checkSubject(tmpl string) error {
	sample := digest.Headline{Title: "The Reading Room", Number: 1, Count: 3, Lead: digest.Item{Title: "A headline", Source: "A source"}}
	_, err := runSubject(tmpl, sample)
	return err
}

// subject renders the subject of an edition: one line, cut at a word if an inbox would cut it. An empty template names the
// newsletter and its lead; an empty result falls back to the newsletter's title. A template that is right, but asks for what this
// lead lacks, as the first of no other sources, costs nobody the issue: it counts as empty.
func subject(tmpl string, h digest.Headline) (string, error) {
	s, err := runSubject(tmpl, h)
	if err != nil && checkSubject(tmpl) == nil {
		s, err = runSubject("", h)
	}
	if err != nil {
		return "", err
	}
	s = shorten(strings.TrimRight(line(s, 1000), " :–—-"), subjectLength)
	if s == "" {
		s = shorten(line(h.Title, maxTitle), subjectLength)
	}
	return s, nil
}

func runSubject(tmpl string, h digest.Headline) (string, error) {
	if strings.TrimSpace(tmpl) == "" {
		tmpl = "{{.Title}}: {{.Lead.Title}}"
	}
	t, err := template.New("subject").Parse(tmpl)
	if err != nil {
		return "", fmt.Errorf("subject %q: %w", tmpl, err)
	}
	var b bytes.Buffer
	if err := t.Execute(&b, h); err != nil {
		return "", fmt.Errorf("subject %q: %w", tmpl, err)
	}
	return b.String(), nil
}
