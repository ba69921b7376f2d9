package summary

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

// What a model's answer must be.
const (
	shortestAnswer = 40  // runes
	longestAnswer  = 600 //
	knownNames     = .8  // of its names, that occur in the article
	knownTerms     = .5  // of its words that tell something: who says other things summarises something else
)

// Accept takes a model's answer for the summary of the article that it was asked about, or says why it cannot be: a model invents, and an article
// may have told it what to say. What is more than the budget is left out, in whole sentences.
func (q Question) Accept(r Reply) (string, error) {
	text := strings.TrimSpace(r.Text)
	runes := utf8.RuneCountInString(text)
	source := q.text
	lang := guessLanguage(source)
	switch {
	case !r.Ended:
		return "", errors.New("it was cut off")
	case runes < shortestAnswer:
		return "", fmt.Errorf("it has %d characters, fewer than %d", runes, shortestAnswer)
	case runes > longestAnswer:
		return "", fmt.Errorf("it has %d characters, more than %d", runes, longestAnswer)
	case strings.ContainsAny(text, "\n\r"):
		return "", errors.New("it is more than one paragraph")
	case text != digest.OneLine(text):
		return "", errors.New("it holds characters that have no place in a summary")
	case hasMarkup(text):
		return "", errors.New("it holds markup")
	case hasLink(text):
		return "", errors.New("it holds a link")
	case !endsSentence(text):
		return "", errors.New("it ends within a sentence")
	case isPreamble(text):
		return "", errors.New("it speaks of itself, the article or the reader before it comes to the matter")
	case guessLanguage(text) != lang:
		return "", errors.New("it is in another language than the article")
	}
	if n, ok := inventedNumber(text, source, lang); ok {
		return "", fmt.Errorf("the number %s is not in the article", n)
	}
	if no, ok := turned(text, source, lang); ok {
		return "", fmt.Errorf("%q turns round what the article says", no)
	}
	if err := inventedWords(text, source, lang); err != nil {
		return "", err
	}
	summary := fit(appendSentences(nil, text, lang), q.budget)
	if strings.HasSuffix(summary, ellipsis) && !strings.HasSuffix(text, ellipsis) {
		return "", errors.New("its first sentence is longer than the summary may be")
	}
	return summary, nil
}

func hasMarkup(text string) bool {
	return hasTags(text) || hasAny(text, "**", "__", "](", "`", "<", ">") || strings.HasPrefix(text, "#") || strings.HasPrefix(text, "- ") ||
		strings.HasPrefix(text, "* ") || strings.HasPrefix(text, "• ") || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "1. ")
}

// hasLink tells whether a text holds an address of the web or of mail.
func hasLink(text string) bool {
	for word := range strings.FieldsSeq(strings.ToLower(text)) {
		word = strings.Trim(word, `.,;:!?()[]"'“”‘’«»„`)
		if strings.Contains(word, "://") || strings.HasPrefix(word, "www.") || strings.Contains(strings.Trim(word, "@"), "@") {
			return true
		}
		host, _, path := strings.Cut(word, "/")
		dot := strings.LastIndexByte(host, '.')
		if dot < 1 || dot == len(host)-1 || strings.IndexFunc(host[dot+1:], func(r rune) bool { return r < 'a' || r > 'z' }) >= 0 {
			continue
		}
		if path || isDomain(host[dot+1:]) || hasAny(host[dot+1:], "example", "test", "dev", "app", "xyz", "shop", "news", "online", "site") {
			return true
		}
	}
	return false
}

// isPreamble tells whether a text begins with what models say before they come to the matter, or instead of it.
func isPreamble(text string) bool {
	_, found := follows(strings.ReplaceAll(strings.ToLower(text), "’", "'"),
		"here is", "here's", "here are", "sure", "certainly", "of course", "okay", "ok", "summary", "tl;dr", "in summary", "this article", "the article", "this text",
		"the text", "the following", "as an ai", "as a language model", "i'm sorry", "i am sorry", "sorry", "i cannot", "i can't", "i'm unable", "i am unable", "i will not",
		"ignore", "hier ist", "hier eine", "zusammenfassung", "der artikel", "dieser artikel", "der text", "gerne", "es tut mir leid", "voici", "bien sûr", "résumé", "cet article",
		"l'article", "désolé", "aquí", "claro", "resumen", "este artículo", "el artículo", "lo siento", "ecco", "riassunto", "questo articolo", "l'articolo")
	return found
}

// inventedNumber is a number, in digits or words, that the article does not have. How thousands are separated does not count: it differs from
// country to country.
func inventedNumber(text, source, lang string) (number string, found bool) {
	known := map[string]bool{}
	for _, n := range numerals(source, lang) {
		known[n.value], known[n.scaled] = true, true
		for _, p := range n.parts {
			known[p] = true
		}
	}
	for _, n := range numerals(text, lang) {
		apart := len(n.parts) > 1 && len(n.parts) < 4 && !slices.ContainsFunc(n.parts, func(p string) bool { return !known[p] }) // "two three-year-olds", a date
		if !known[n.scaled] && !apart && !n.isOne() {
			return n.said, true
		}
	}
	return "", false
}

// inventedWords says which names, and how many words, the article does not have, if those are too many.
func inventedWords(text, source, lang string) error {
	on := termsOf(source, lang)
	var unknown []string
	names := 0
	for _, name := range namesOf(text, lang) {
		names++
		terms := appendTerms(nil, name, "")
		if len(terms) > 0 && !on[terms[0]] {
			unknown = append(unknown, name)
		}
	}
	if float64(names-len(unknown)) < knownNames*float64(names) {
		return fmt.Errorf("the article does not have the names %q", unknown)
	}
	terms, known := termsOf(text, lang), 0
	for term := range terms {
		if on[term] {
			known++
		}
	}
	if float64(known) < knownTerms*float64(len(terms)) {
		return fmt.Errorf("only %d of its %d words are the article's", known, len(terms))
	}
	return nil
}

// namesOf are the words in capitals, but for those that only begin a sentence.
func namesOf(text, lang string) []string {
	var names []string
	for _, sentence := range appendSentences(nil, text, lang) {
		words := strings.FieldsFunc(sentence, func(r rune) bool { return !isWordRune(r) })
		for i, word := range words {
			first, n := utf8.DecodeRuneInString(word)
			if !unicode.IsUpper(first) || n == len(word) {
				continue
			}
			if i == 0 {
				if len(words) < 2 {
					continue
				}
				if next, _ := utf8.DecodeRuneInString(words[1]); !unicode.IsUpper(next) {
					continue
				}
			}
			names = append(names, word)
		}
	}
	return names
}
