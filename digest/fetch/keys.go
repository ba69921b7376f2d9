package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"tidings/digest"
)

// id is the item's guid, atom:id or JSON id, else its dc:identifier: exactly as the feed gives it.
func (s source) id() string {
	id := s.GUID
	if id == "" && s.DublinCoreExt != nil && len(s.DublinCoreExt.Identifier) > 0 {
		id = s.DublinCoreExt.Identifier[0]
	}
	if len(id) > maxGUID {
		return "sha256:" + hash(id)
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
}

// identities gives the articles of one document their keys.
type identities struct {
	all    []identity
	shared map[string]int // how many articles of the document have a link or a key
}

func newIdentities(n int) *identities {
	return &identities{all: make([]identity, 0, n), shared: map[string]int{}}
}

// add notes what the article can be recognised by. Articles are added in the order in which they are resolved.
func (ids *identities) add(a *digest.Article, s source) {
	id := identity{
		id:      a.GUID,
		link:    canonical(a.URL, false),
		section: canonical(a.URL, true),
		text:    hash(a.Title + "\x00" + s.Published + "\x00" + a.Excerpt + "\x00" + a.Content),
		title:   hash(digest.Fold(a.Title)),
	}
	if len(s.Enclosures) > 0 {
		id.enclosure = canonical(strings.TrimSpace(s.Enclosures[0].URL), false)
	}
	ids.all = append(ids.all, id)
	if id.link != "" {
		ids.shared[id.link]++
	}
}

// resolve sets the keys, strongest first, and leaves out articles that are in the document twice. The first key is the one that an
// article is: no two articles of a document have the same. The others, its aliases, are those that it shares with no other.
func (ids *identities) resolve(articles []digest.Article) []digest.Article {
	keys := make([][]string, len(articles))
	for i, id := range ids.all {
		keys[i] = id.keys(ids.shared[id.link] > 1)
		for _, k := range keys[i] {
			ids.shared[k]++
		}
	}
	taken := map[string]bool{}
	kept := articles[:0]
	for i, a := range articles {
		primary, ok := free(taken, keys[i], "title:"+ids.all[i].title)
		if !ok {
			continue
		}
		taken[primary] = true
		a.Keys = []string{primary}
		for _, k := range keys[i][1:] {
			if ids.shared[k] == 1 {
				a.Keys = append(a.Keys, k)
			}
		}
		kept = append(kept, a)
	}
	return kept
}

// keys lists what the article has, strongest first. Articles that share a page are told apart by the fragment.
func (id identity) keys(sharedPage bool) []string {
	link := id.link
	if sharedPage {
		link = id.section
	}
	var keys []string
	for _, k := range []struct{ kind, value string }{{"id:", id.id}, {"link:", link}, {"enclosure:", id.enclosure}, {"text:", id.text}} {
		if k.value != "" {
			keys = append(keys, k.kind+k.value)
		}
	}
	return keys
}

// free is the first key if nobody has it yet, else it with the next ones added until nobody has it. The text is not among them, since
// an article may be edited; its title is the last.
func free(taken map[string]bool, keys []string, title string) (string, bool) {
	key := keys[0]
	if !taken[key] {
		return key, true
	}
	for _, k := range append(keys[1:len(keys):len(keys)], title) {
		if strings.HasPrefix(k, "text:") {
			continue
		}
		if key += " " + k; !taken[key] {
			return key, true
		}
	}
	return "", false
}

func hash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
