package templates

import (
	"html/template"
	"strings"
	"sync"
)

// mostFragments is how many a Set keeps: those of some hundred articles.
const mostFragments = 2048

// fragments keeps what templates made of articles: the variants of an issue have most of theirs in common. What a fragment is made of is
// all in its key, so none is ever stale.
type fragments struct {
	mu   sync.Mutex
	made map[fragmentKey]fragment
}

// fragment is a part of a message; its size is that of its encoded form.
type fragment struct {
	text string
	size int
}

type fragmentKey struct {
	template executer
	article
	elsewhere string
}

// of is what the template makes of an article.
func (f *fragments) of(t executer, a article, elsewhere *namesView) (fragment, error) {
	key := fragmentKey{t, a, elsewhere.key()}
	f.mu.Lock()
	made, ok := f.made[key]
	f.mu.Unlock()
	if ok {
		return made, nil
	}
	text, err := execute(t, &itemView{article: a, Elsewhere: elsewhere}, 1<<10)
	if err != nil {
		return fragment{}, err
	}
	made = fragment{text: string(text), size: encodedSize(text)}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.made == nil || len(f.made) >= mostFragments {
		f.made = map[fragmentKey]fragment{}
	}
	f.made[key] = made
	return made, nil
}

// key tells names apart that read differently.
func (n *namesView) key() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	for _, part := range n.Names {
		b.WriteString(part.Before + "\x00" + part.Name + "\x00" + part.URL + "\x00")
	}
	return n.Before + "\x00" + n.After + "\x00" + b.String()
}

// asHTML sets the HTML of a view's articles, in which they have no numbers.
func (s *Set) asHTML(seen view) error {
	return seen.articles(func(it *itemView, brief bool) error {
		html, err := s.htmlOf(it, brief)
		it.HTML = template.HTML(html.text) //nolint:gosec // html/template made it
		return err
	})
}

func (s *Set) htmlOf(it *itemView, brief bool) (fragment, error) {
	t, a := s.item, it.article
	if brief {
		t = s.brief
	}
	a.Number = ""
	return s.made.of(t, a, it.Elsewhere)
}

// asText sets the text of a view's articles.
func (s *Set) asText(seen view) error {
	return seen.articles(func(it *itemView, brief bool) error {
		t := s.textItem
		if brief {
			t = s.textBrief
		}
		text, err := s.made.of(t, it.article, it.Elsewhere)
		it.Text = text.text
		return err
	})
}

// articles calls visit with each article but the lead, and whether it is a brief, until there is an error.
func (v view) articles(visit func(it *itemView, brief bool) error) error {
	for _, s := range v.Sections {
		for _, it := range s.Full {
			if err := visit(it, false); err != nil {
				return err
			}
		}
		for _, it := range s.Briefs {
			if err := visit(it, true); err != nil {
				return err
			}
		}
	}
	return nil
}
