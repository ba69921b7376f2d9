package templates

import (
	"slices"

	"golang.org/x/text/language"
)

// tongues lists the languages, the one that stands in for all others first.
func tongues() []words {
	return []words{
		english(), german(), french(), spanish(), portuguese(), italian(), dutch(), polish(), swedish(), japanese(), chinese(), arabic(),
	}
}

// Languages lists what Newsletter.Language may be, as BCP 47 tags in alphabetical order. A regional variant
// such as de-AT goes by its language.
func Languages() []string {
	var codes []string
	for _, w := range tongues() {
		codes = append(codes, w.Tag.String())
	}
	slices.Sort(codes)
	return codes
}

// speakers are the languages, ready to be picked from.
type speakers struct {
	all   []words
	match language.Matcher
}

func newSpeakers() speakers {
	s := speakers{all: tongues()}
	tags := make([]language.Tag, len(s.all))
	for i, w := range s.all {
		tags[i] = w.Tag
	}
	s.match = language.NewMatcher(tags)
	return s
}

// speak picks the language that somebody who asks for a BCP 47 tag reads best (CLDR): English for en-GB, German for Swiss
// German. For what is close to none it is the first.
func (s speakers) speak(lang string) *words {
	tag, err := language.Parse(lang)
	if err != nil {
		return &s.all[0]
	}
	_, i, _ := s.match.Match(tag) // without a match it is the first
	return &s.all[i]
}

// dialect is the tag that an issue in the language lang names: lang itself with its region and script, by which a screen
// reader picks its voice and a browser its glyphs, if this is how the language is written.
func (w *words) dialect(lang string) string {
	tag, err := language.Parse(lang)
	if err != nil {
		return w.Tag.String()
	}
	base, script, region := tag.Raw()
	if own, _ := w.Tag.Base(); base != own {
		return w.Tag.String()
	}
	plain, err := language.Compose(base, script, region)
	if err != nil {
		return w.Tag.String()
	}
	return plain.String()
}

// direction is the value of the attribute dir.
func (w *words) direction() string {
	if w.RTL {
		return "rtl"
	}
	return "ltr"
}

// RestName names the section of articles that have no section of their own.
func (s *Set) RestName(lang string) string { return s.words.speak(lang).Rest }
