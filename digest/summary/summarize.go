package summary

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tidings/digest"
)

// Source is what a summary is made from. Excerpt, Content and Page are lines of text as Text gives them.
type Source struct {
	Title       string
	Excerpt     string                 // the publisher's description
	Content     string                 // the full text, if the feed has it
	Description string                 // what the article's page says of itself, if that was read
	Page        string                 // the article on its page, if that was read
	PageFirst   bool                   // the page goes before what the feed says
	Lang        string                 // BCP 47; empty is guessed
	Boilerplate func(line string) bool // lines that the feed repeats (see Learn); may be nil
}

const (
	defaultChars    = 300  // the budget if none is set
	shortestExcerpt = 80   // runes of a description that is taken as it is
	longestExcerpt  = 400  //
	shortestContent = 600  // runes of a content that is taken for the full text
	shortestPage    = 250  // runes of a page that is taken for the article
	longestSentence = 1000 // runes, where the budget counts sentences
)

// Summarize is the summary of an article within the budget: one line of whole sentences of its own, in their order, without markup,
// captions, bylines and calls to read on. It is empty if the article says nothing beyond its title.
//
// A description that is a good summary is taken as it is; otherwise the sentences come from the feed's full text, if there is one, or else from
// the page: its own description, if that is good, or its text. If even the first sentence is too long, it is cut, with "…". The same source
// gives the same summary everywhere.
func Summarize(s Source, b digest.Budget) string {
	if b.Chars <= 0 && b.Sentences <= 0 {
		b.Chars = defaultChars
	}
	lang := s.language()
	pairs := [2]texts{{s.Excerpt, s.Content, shortestContent}, {s.Description, s.Page, shortestPage}}
	if s.PageFirst {
		pairs[0], pairs[1] = pairs[1], pairs[0]
	}
	var fullest passage
	for _, pair := range pairs {
		excerpt := s.passage(pair.excerpt, lang)
		if excerpt.isGood() && len(excerpt.sentences) >= b.Sentences {
			return fit(excerpt.sentences, b)
		}
		content := s.passage(pair.content, lang)
		if content.runes >= pair.enough {
			fullest = content
			break
		}
		for _, p := range []passage{content, excerpt} {
			if p.runes > fullest.runes {
				fullest = p
			}
		}
	}
	if len(fullest.sentences) == 0 {
		return fit(fullest.fragments, b)
	}
	return fit(choose(fullest.sentences, s.Title, lang, b), b)
}

// texts are a description and the text that it describes.
type texts struct {
	excerpt, content string
	enough           int // runes of a content that is taken for the full text
}

func (s Source) language() string {
	if lang := baseLanguage(s.Lang); lang != "" {
		return lang
	}
	return guessLanguage(s.longest())
}

func (s Source) longest() string {
	longest := s.Excerpt
	for _, text := range []string{s.Content, s.Page} {
		if len(text) > len(longest) {
			longest = text
		}
	}
	return longest
}

// passage is a text that was cleaned and split.
type passage struct {
	sentences []string
	fragments []string // lines that are no sentence: headings, the items of lists
	runes     int
	cut       bool
}

func (s Source) passage(text, lang string) passage {
	if text == "" {
		return passage{}
	}
	c := clean(text, s, lang)
	if len(c.lines) == 0 && s.Boilerplate != nil { // an article that came three times is no boilerplate
		s.Boilerplate = nil
		c = clean(text, s, lang)
	}
	p := passage{cut: c.cut, sentences: make([]string, 0, 4*len(c.lines))}
	for _, line := range c.lines {
		p.runes += utf8.RuneCountInString(line)
		if len(p.sentences) >= maxRanked { // no more are looked at
			continue
		}
		before := len(p.sentences)
		p.sentences = appendSentences(p.sentences, line, lang)
		if len(p.sentences) == before+1 && !endsSentence(line) {
			p.sentences = p.sentences[:before]
			p.fragments = append(p.fragments, line)
		}
	}
	p.sayOnce(s.Title)
	return p
}

// sayOnce drops the sentences that repeat another, or the title, which stands over them, and those that nobody looks at.
func (p *passage) sayOnce(title string) {
	p.sentences = p.sentences[:min(len(p.sentences), 2*maxRanked)]
	once := distinct(p.sentences)
	once = slices.DeleteFunc(once, func(s string) bool { return sameWords(s, title) })
	if len(once) == len(p.sentences) {
		return
	}
	p.runes -= runesOf(p.sentences) - runesOf(once)
	p.sentences = once
}

// runesOf is how long sentences are, with a space behind each.
func runesOf(sentences []string) int {
	n := len(sentences)
	for _, s := range sentences {
		n += utf8.RuneCountInString(s)
	}
	return n
}

// isGood tells whether a description is a summary already: neither a fragment nor a whole article, and complete.
func (p passage) isGood() bool {
	n := len(p.sentences)
	return n > 0 && !p.cut && p.runes >= shortestExcerpt && p.runes <= longestExcerpt && endsSentence(p.sentences[n-1])
}

// fit joins the leading sentences that the budget has room for, at least one.
func fit(sentences []string, b digest.Budget) string {
	if len(sentences) == 0 {
		return ""
	}
	limit := b.Chars
	if b.Sentences > 0 {
		limit = longestSentence
		sentences = sentences[:min(len(sentences), b.Sentences)]
	}
	var out strings.Builder
	used := 0
	for i, sentence := range sentences {
		if b.Sentences > 0 {
			sentence = shorten(sentence, limit)
		}
		if i > 0 && needsSpace(sentences[i-1], sentence) {
			sentence = " " + sentence
		}
		n := utf8.RuneCountInString(sentence)
		switch {
		case i == 0 && n > limit:
			return shorten(sentence, limit)
		case b.Sentences == 0 && i > 0 && used+n > limit:
			return out.String()
		}
		out.WriteString(sentence)
		used += n
	}
	return out.String()
}
