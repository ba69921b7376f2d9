package summary

// WantsPage tells whether a summary would gain by the article's page: the feed gives neither a good description nor the full text.
func WantsPage(s Source) bool {
	lang := s.language()
	return !s.passage(s.Excerpt, lang).isGood() && s.passage(s.Content, lang).runes < shortestContent
}

// IsArticle tells whether a text from the article's page is the article, not what a site shows to those it does not let in: it is long enough,
// and resembles what the feed says.
func IsArticle(page string, s Source) bool {
	return s.passage(page, s.language()).runes >= shortestPage && Resembles(page, s)
}

// Resembles tells whether a text has, of the words that tell something in what the feed says of the article, at least three in ten. Where the
// feed says next to nothing, the title's words count too.
func Resembles(text string, s Source) bool {
	const (
		shared = .3
		few    = 4 // terms: fewer tell nothing
	)
	s.Description, s.Page = "", ""
	lang := s.language()
	terms := termsOf(s.longest(), lang)
	if len(terms) < few {
		terms = termsOf(s.Title+"\n"+s.longest(), lang)
	}
	on := termsOf(text, lang)
	found := 0
	for term := range terms {
		if on[term] {
			found++
		}
	}
	return float64(found) >= shared*float64(len(terms))
}

// termsOf is the set of the terms of a text.
func termsOf(text, lang string) map[uint64]bool {
	set := map[uint64]bool{}
	for _, term := range appendTerms(nil, text, lang) {
		set[term] = true
	}
	return set
}
