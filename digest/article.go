package digest

import "time"

// Article is what a feed said about one thing it published, as text: no markup is left in any field.
//
// FirstFetch marks what must not flood the readers because we see it for the first time: everything that came with the first fetch of
// the feed that ever succeeded, or after empty ones with the first of several articles; and, where a document came from another address than
// the one before, gave its articles new ids or addresses, or followed upon documents that could only be salvaged, what stands in it behind
// the last article that we knew. What stands before that, the feed has added since.
type Article struct {
	ID         string   // ours: unguessable, given when stored
	Feed       string   // Feed.URL
	Keys       []string // what identifies it within its feed, strongest first: of "id:", "link:", "enclosure:", "text:" and "dated:" those it has
	GUID       string   // guid or atom:id, else rdf:about or dc:identifier, as given
	URL        string   // absolute http or https; empty if there is none
	Title      string   // one line
	Author     string
	Excerpt    string    // the description, as lines: one block element a line
	Content    string    // the full content, as lines; empty if the feed has none
	Page       Page      // what its page said, if that was read
	Image      string    // absolute http or https URL; empty if there is none
	ImageAlt   string    //
	Lang       string    // BCP 47; empty if unknown
	Categories []string  // the feed's own tags of it, trimmed, in order, without repeats
	Published  time.Time // zero if the feed does not say; never later than Seen
	Seen       time.Time // when it was first stored
	FirstFetch bool      // it need not be new, only new to us: news only if its date says so
}

// Page is what the page of an article says of it, as text.
type Page struct {
	Description string // the page's own, og:description or else meta description: one line
	Text        string // the article on the page, as lines
}

// Body is the longest text there is of the article.
func (a Article) Body() string {
	if len(a.Content) > len(a.Excerpt) {
		return a.Content
	}
	return a.Excerpt
}
