package fetch

import (
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"

	"tidings/digest"
)

// How much of one document is kept, in runes where nothing else is said.
const (
	maxItems      = 2000 // the newest
	maxTitle      = 500
	maxText       = 200_000
	maxAuthor     = 200
	maxGUID       = 2000 // bytes; a longer one is hashed
	maxCategories = 50
	maxCategory   = 100
	maxMarkup     = 2 << 20 // bytes of one field that are read
	firstWords    = 80
)

// reader makes articles of the items of a document.
type reader struct {
	feed string // digest.Feed.URL
	doc  *document
	base *url.URL
	text func(html string) string
	now  time.Time
	made time.Time // when the server made the answer, by its own clock; zero if it does not say
}

// source is one item: as gofeed translated it, and as it stood in its format; two of rss, atom and json are nil.
type source struct {
	*gofeed.Item
	rss   *rss.Item
	atom  *atom.Entry
	json  *json.Item
	about string // rdf:about
}

// articles is what the document holds, in its order.
func (r *reader) articles() []digest.Article {
	items := newest(r.sources(), maxItems, r.now)
	articles := make([]digest.Article, 0, len(items))
	ids := newIdentities(len(items), r.doc.home(r.base.String()))
	stamped := r.stamped(items)
	for _, s := range items {
		if stamped {
			s.undate()
		}
		runtime.Gosched() // who waits for the network goes first: its next request may be under way meanwhile
		if a, ok := r.article(s); ok && ids.add(a, s) {
			articles = append(articles, a)
		}
	}
	ids.resolve(articles)
	return articles
}

// sources pairs each item with its original. The translators of gofeed keep number and order.
func (r *reader) sources() []source {
	out := make([]source, len(r.doc.Items))
	for i, item := range r.doc.Items {
		out[i].Item = item
		switch f := r.doc.OriginalFeed().(type) {
		case *rss.Feed:
			out[i].rss = f.Items[i]
			if len(r.doc.abouts) == len(out) {
				out[i].about = r.doc.abouts[i]
			}
		case *atom.Feed:
			out[i].atom = f.Entries[i]
			item.Title, item.Description, item.Content = unprefixed(item.Title), unprefixed(item.Description), unprefixed(item.Content)
		case *json.Feed:
			out[i].json = f.Items[i]
		}
	}
	return out
}

// newest keeps n items, if there are more: those with the latest dates, whichever way the feed is sorted; without dates those at either end, since new
// ones come at one of them.
func newest(items []source, n int, now time.Time) []source {
	if len(items) <= n {
		return items
	}
	type dated struct {
		source
		at time.Time
	}
	byDate, none := make([]dated, len(items)), true
	for i, s := range items {
		byDate[i] = dated{s, s.published(now)}
		none = none && byDate[i].at.IsZero()
	}
	if none {
		return append(items[:n/2:n/2], items[len(items)-(n-n/2):]...)
	}
	slices.SortStableFunc(byDate, func(a, b dated) int { return b.at.Compare(a.at) })
	kept := make([]source, n)
	for i := range kept {
		kept[i] = byDate[i].source
	}
	return kept
}

// article makes an article of an item; ok is false if there is nothing in it to show.
func (r *reader) article(s source) (a digest.Article, ok bool) {
	a = digest.Article{
		Feed:       r.feed,
		GUID:       s.id(),
		URL:        r.link(s),
		Author:     r.author(s),
		Excerpt:    r.plain(s.excerpt()),
		Content:    r.plain(s.content()),
		Lang:       r.lang(s),
		Categories: r.categories(s),
		Published:  s.published(r.now),
	}
	if a.Content == a.Excerpt {
		a.Content = ""
	}
	a.Image, a.ImageAlt = r.image(s)
	a.Title = r.title(s, a)
	return a, a.Title != ""
}

// plain is a field of HTML, or text, as lines of bounded size.
func (r *reader) plain(markup string) string {
	if markup == "" {
		return ""
	}
	return cut(r.text(limitBytes(r.doc.texts.text(markup), maxMarkup)), maxText)
}

// oneLine is a short field of HTML, or text, as one line.
func (r *reader) oneLine(markup string, runes int) string {
	if markup == "" {
		return ""
	}
	return bounded(digest.OneLine(r.text(limitBytes(markup, 40*runes))), runes)
}

// title is what the item calls itself, else its first words, else its address.
func (r *reader) title(s source, a digest.Article) string {
	for _, t := range []string{s.Title, s.itunes().title, s.extension("media", "title")} {
		if t = titleText(limitBytes(t, 40*maxTitle)); t != "" {
			return t
		}
	}
	body := a.Excerpt
	if body == "" {
		body = a.Content
	}
	line, _, _ := strings.Cut(body, "\n")
	if line = wordsOf(digest.OneLine(line), firstWords); line != "" {
		return line
	}
	_, address, _ := strings.Cut(a.URL, "://")
	return bounded(digest.OneLine(address), maxTitle)
}

// author names the people of the item, else those of the feed. Addresses of mail are nobody's name.
func (r *reader) author(s source) string {
	var names []string
	add := func(name string) {
		if name = r.oneLine(name, maxAuthor); name != "" && !namesNobody(name) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if s.DublinCoreExt != nil && (s.rss == nil || s.rss.Author == "") {
		for _, name := range firstOf(s.DublinCoreExt.Creator, 10) {
			add(name)
		}
	}
	for _, people := range [][]*gofeed.Person{s.Authors, r.doc.Authors} {
		if len(names) > 0 {
			break
		}
		for _, p := range firstOf(people, 10) {
			if p != nil {
				add(p.Name)
			}
		}
	}
	return bounded(strings.Join(names, ", "), maxAuthor)
}

// namesNobody tells whether there is an address of mail in a name, or what Blogger writes for none. A handle such as @ada is a name.
func namesNobody(name string) bool {
	return name == "Unknown" || slices.ContainsFunc(strings.Fields(name), func(word string) bool { return strings.Index(word, "@") > 0 })
}

// lang is the language of the item, else of the feed.
func (r *reader) lang(s source) string {
	lang := ""
	switch {
	case s.json != nil:
		lang = languageTag(s.json.Language)
	case s.DublinCoreExt != nil && len(s.DublinCoreExt.Language) > 0:
		lang = languageTag(s.DublinCoreExt.Language[0])
	}
	if lang == "" {
		lang = r.doc.lang()
	}
	return lang
}

// excerpt is the description or summary, as markup.
func (s source) excerpt() string {
	for _, t := range []string{s.Description, s.Custom["summary"], s.extension("media", "description"), s.itunes().subtitle} {
		if strings.TrimSpace(t) != "" {
			return t
		}
	}
	return ""
}

// content is the full text, as markup.
func (s source) content() string {
	switch {
	case s.atom != nil && s.atom.Content != nil && isNoText(s.atom.Content.Type):
		return ""
	case s.json != nil && s.json.ContentHTML == "":
		return plainAsHTML(s.json.ContentText)
	case s.Content != "":
		return s.Content
	case s.Custom["content"] != "":
		return s.Custom["content"]
	}
	if bodies := s.Extensions["xhtml"]["body"]; len(bodies) > 0 {
		return paragraphs(bodies[0], 0)
	}
	return ""
}

// unprefixed takes the prefix off the elements of an XHTML text (RFC 4287 §3.1.1.3): HTML knows none.
func unprefixed(markup string) string {
	prefix, rest, ok := strings.Cut(strings.TrimSpace(limitBytes(markup, 100)), ":div")
	if !ok || rest == "" || len(prefix) < 2 || prefix[0] != '<' || strings.ContainsAny(prefix[1:], "</>&\"' \t\r\n") {
		return markup
	}
	return strings.NewReplacer(prefix+":", "<", "</"+prefix[1:]+":", "</").Replace(markup)
}

// isNoText tells whether a content is nothing to read: a picture, a sound, or XML that is not HTML (RFC 4287 §4.1.3.3).
func isNoText(contentType string) bool {
	media, _, _ := strings.Cut(strings.ToLower(contentType), ";")
	kind, subtype, _ := strings.Cut(strings.TrimSpace(media), "/")
	return kind == "image" || kind == "audio" || kind == "video" || subtype == "xml" || strings.HasSuffix(subtype, "+xml") && subtype != "xhtml+xml"
}

// plainAsHTML lets a text that is known to be plain pass for what it is, where it looks like markup.
func plainAsHTML(s string) string {
	if !strings.ContainsAny(s, "<&") {
		return s
	}
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
}

// paragraphs is the text of an embedded XHTML body. gofeed keeps an element's children by name, so only blocks of one kind are
// in order: those are what most bodies hold.
func paragraphs(e ext.Extension, depth int) string {
	var b strings.Builder
	b.WriteString("<p>" + plainAsHTML(e.Value) + "</p>")
	if depth > 8 {
		return b.String()
	}
	for _, name := range []string{"p", "div", "section", "article", "blockquote", "ul", "ol", "li"} {
		for _, child := range e.Children[name] {
			b.WriteString(paragraphs(child, depth+1))
		}
	}
	return b.String()
}

// extension is the text of the first element of this name, in its namespace's usual prefix, or in a media:group.
func (s source) extension(prefix, name string) string {
	if e := s.Extensions[prefix][name]; len(e) > 0 {
		return e[0].Value
	}
	if g := s.Extensions[prefix]["group"]; len(g) > 0 {
		if e := g[0].Children[name]; len(e) > 0 {
			return e[0].Value
		}
	}
	return ""
}

// itunesFields are the fields of a podcast that gofeed keeps apart.
type itunesFields struct{ title, subtitle, image, keywords string }

func (s source) itunes() itunesFields {
	f := itunesFields{title: s.extension("itunes", "title")}
	if s.ITunesExt != nil {
		f.subtitle, f.image, f.keywords = s.ITunesExt.Subtitle, s.ITunesExt.Image, s.ITunesExt.Keywords
	}
	return f
}

func firstOf[T any](list []T, n int) []T { return list[:min(len(list), n)] }
