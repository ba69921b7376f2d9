package fetch

import (
	"cmp"
	"html"
	"strings"

	"tidings/digest"
)

// categories is how the feed tags the item: trimmed, unescaped, without repeats. Only keywords are lists
// with commas; a category may hold one.
func (r *reader) categories(s source) []string {
	var set labels
	for _, c := range s.ownCategories() {
		set.add(c)
	}
	for _, name := range []string{"keywords", "category"} {
		value := s.extension("media", name)
		if name == "keywords" {
			set.addList(value)
		} else {
			set.add(value)
		}
	}
	set.addList(s.itunes().keywords)
	return set.list
}

// ownCategories is what gofeed gathered, without the keywords that it splits for us.
func (s source) ownCategories() []string {
	if s.atom == nil {
		return s.Categories
	}
	var out []string
	for _, c := range s.atom.Categories {
		out = append(out, cmp.Or(c.Label, c.Term))
	}
	if e := s.Extensions["dc"]["subject"]; len(e) > 0 {
		for _, subject := range e {
			out = append(out, subject.Value)
		}
	}
	return out
}

// labels is a list of tags without repeats, of bounded size. An address is no tag: Blogger has one for what kind of thing an entry is.
type labels struct {
	list []string
	seen map[string]bool
}

func (l *labels) addList(commas string) {
	for _, c := range strings.SplitN(commas, ",", 2*maxCategories) {
		l.add(c)
	}
}

func (l *labels) add(label string) {
	if len(l.list) == maxCategories {
		return
	}
	label = bounded(digest.OneLine(html.UnescapeString(limitBytes(label, 10*maxCategory))), maxCategory)
	key := digest.Fold(label)
	if key == "" || l.seen[key] || strings.HasPrefix(key, "http://") || strings.HasPrefix(key, "https://") {
		return
	}
	if l.seen == nil {
		l.seen = map[string]bool{}
	}
	l.seen[key] = true
	l.list = append(l.list, label)
}
