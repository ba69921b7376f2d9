package config

import (
	"time"

	"tidings/digest"
)

// defaultChars is the budget of a summary for which neither chars nor sentences is given.
const defaultChars = 300

// buildNewsletters takes over the newsletters. Names differ by more than their case, since they become parts of
// addresses (List-Id).
func (l *loader) buildNewsletters(docs []newsletterDoc) {
	seen := map[string]place{}
	for i := range docs {
		d := &docs[i]
		if key := digest.Fold(string(d.Name)); key != "" {
			if before, ok := seen[key]; ok {
				l.refuse(&d.Name, "", "the newsletter %q is given twice: first on line %d", l.written(&d.Name), before.line)
			}
			seen[key] = l.where(&d.Name)
		}
		if d.Summary.Chars > 0 && d.Summary.Sentences > 0 {
			l.refuse(&d.Summary.Sentences, "keep one of them", "chars and sentences are both there")
		}
		l.config.Newsletters = append(l.config.Newsletters, l.newsletter(d))
	}
}

func (l *loader) newsletter(d *newsletterDoc) digest.Newsletter {
	n := digest.Newsletter{
		Name: string(d.Name), Title: string(d.Title), From: d.From.Address, ReplyTo: d.ReplyTo.Address,
		Subject: string(d.Subject), Schedule: string(d.Schedule), Location: d.Timezone.Location,
		MaxLateness: time.Duration(d.MaxLateness), Tags: l.picks(d.Tags), MinArticles: d.MinArticles,
		Limit:   digest.Limit{Articles: d.Limit.Articles, PerTag: d.Limit.PerTag},
		Summary: digest.Budget{Chars: d.Summary.Chars, Sentences: d.Summary.Sentences},
		Images:  digest.ImageMode(d.Images), Language: string(d.Language), Private: d.Private,
	}
	if d.Templates != "" {
		n.Templates = l.openFolder(&d.Templates)
	}
	n.SectionLeads = d.Sections.Lead
	n.Model = l.model(&d.Summary.Model)
	if n.Summary == (digest.Budget{}) {
		n.Summary.Chars = defaultChars
	}
	if n.From.Name == "" {
		n.From.Name = n.Title
	}
	return n
}

// model is zero where none is given.
func (l *loader) model(d *modelDoc) digest.Model {
	if !l.given(d) {
		return digest.Model{}
	}
	m := digest.Model{URL: string(d.URL), Name: string(d.Name), CallsPerDay: d.CallsPerDay, TokensPerDay: d.TokensPerDay}
	if d.KeyFile != "" {
		m.Key = l.secretOf(&d.KeyFile)
	}
	return m
}

// newsletterNames are the names of the newsletters.
func (l *loader) newsletterNames() []string {
	names := make([]string, len(l.config.Newsletters))
	for i, n := range l.config.Newsletters {
		names[i] = n.Name
	}
	return names
}
