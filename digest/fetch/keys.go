package fetch

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"tidings/digest"
)

// id is the item's guid, atom:id or JSON id, else its rdf:about, else its dc:identifier: exactly as the feed gives it.
func (s source) id() string {
	id := cmp.Or(s.GUID, s.about)
	if id == "" && s.DublinCoreExt != nil && len(s.DublinCoreExt.Identifier) > 0 {
		id = s.DublinCoreExt.Identifier[0]
	}
	if len(id) > maxGUID {
		return "sha256:" + hash([]byte(id))
	}
	return id
}

// identity is all that an article can be recognised by; what it has not is empty.
type identity struct {
	id        string
	link      string // canonical
	section   string // canonical, with its fragment
	enclosure string // canonical
	text      string // hash of title, date and text as they came
	title     string // hash of the title
	dated     string // hash of title and date; empty if there is no date
}

// identities gives the articles of one document their keys.
type identities struct {
	all   []identity
	home  string // canonical: of the site; a link to it is none to an article
	known map[string]bool
	count map[string]int // how many articles of the document have an id, a link or another key
	room  []byte         // to hash in
}

// common is how many articles of a document share an id that is none: it identifies nothing.
const common = 3

func newIdentities(n int, home string) *identities {
	return &identities{all: make([]identity, 0, n), home: canonical(home, true), known: map[string]bool{}, count: map[string]int{}}
}

// add notes what the article can be recognised by. It tells whether the document did not have the same article before. The articles that
// are added are those to be resolved, in their order.
func (ids *identities) add(a digest.Article, s source) bool {
	id := identity{
		id:      a.GUID,
		link:    canonical(a.URL, false),
		section: canonical(a.URL, true),
		text:    ids.hash(a.Title, s.Published, a.Excerpt, a.Content),
		title:   ids.hash(digest.Fold(a.Title)),
	}
	if !a.Published.IsZero() {
		id.dated = ids.hash(a.Title, s.Published)
	}
	if len(s.Enclosures) > 0 {
		id.enclosure = canonical(strings.TrimSpace(s.Enclosures[0].URL), false)
	}
	if id.section == ids.home {
		id.link, id.section = "", ""
	}
	sameness := id.sameness()
	if ids.known[sameness] {
		return false
	}
	ids.known[sameness] = true
	ids.all = append(ids.all, id)
	ids.count["id:"+id.id]++
	ids.count["page:"+id.link]++
	ids.count["link:"+id.section]++
	return true
}

// sameness is equal for two items of a document that are one article.
func (id identity) sameness() string {
	if id.id+id.section+id.enclosure == "" {
		return id.text
	}
	return strings.Join([]string{id.id, id.section, id.enclosure, id.title}, "\x00")
}

// resolve sets the keys of the articles, strongest first. The first key is the one that an article is: no two articles of
// a document have the same. The others, its aliases, are those that it shares with no other.
func (ids *identities) resolve(articles []digest.Article) {
	keys := make([][]string, len(articles))
	count := map[string]int{}
	for i, id := range ids.all {
		keys[i] = ids.keys(id)
		for _, k := range append(keys[i], "dated:"+id.dated) {
			count[k]++
		}
	}
	taken := map[string]bool{}
	for i := range articles {
		primary := free(taken, keys[i], "title:"+ids.all[i].title)
		taken[primary] = true
		articles[i].Keys = []string{primary}
		aliases := keys[i][1:]
		if dated := ids.all[i].dated; len(aliases) == 0 && dated != "" { // of an article that goes by its words the text may be edited
			aliases = []string{"dated:" + dated}
		}
		for _, k := range aliases {
			if count[k] == 1 {
				articles[i].Keys = append(articles[i].Keys, k)
			}
		}
	}
}

// keys lists what identifies an article in this document, strongest first. Articles that share a page are told apart by the
// fragment; what many share tells nobody apart.
func (ids *identities) keys(id identity) []string {
	var keys []string
	if id.id != "" && ids.count["id:"+id.id] < common {
		keys = append(keys, "id:"+id.id)
	}
	switch {
	case id.link == "":
	case ids.count["page:"+id.link] == 1 && id.link != ids.home:
		keys = append(keys, "link:"+id.link)
	case ids.count["link:"+id.section] == 1:
		keys = append(keys, "link:"+id.section)
	}
	if id.enclosure != "" {
		keys = append(keys, "enclosure:"+id.enclosure)
	}
	return append(keys, "text:"+id.text)
}

// free is the first key if nobody has it yet, else it with the next ones added until nobody has it. The text is the last resort,
// after the title: an article may be edited.
func free(taken map[string]bool, keys []string, title string) string {
	key, last := keys[0], keys[len(keys)-1]
	more := append(slices.Clone(keys[min(1, len(keys)-1):len(keys)-1]), title, last)
	for _, k := range more {
		if !taken[key] {
			break
		}
		key += " " + k
	}
	return key
}

// hash is that of the parts with NUL between them.
func (ids *identities) hash(parts ...string) string {
	ids.room = ids.room[:0]
	for i, part := range parts {
		if i > 0 {
			ids.room = append(ids.room, 0)
		}
		ids.room = append(ids.room, part...)
	}
	return hash(ids.room)
}

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}
