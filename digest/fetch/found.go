package fetch

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"tidings/digest"
)

// Found is a feed that was found, fetched and read.
type Found struct {
	URL      string // to be asked for
	Title    string // its own
	Home     string // the site that it belongs to; may be empty
	Kind     string // such as "RSS 2.0"
	Articles int
	Newest   time.Time // when the newest of them was published; zero if none says
	Named    bool      // the address given is this feed, or a page that names it; else it was looked for where feeds usually are
}

const (
	maxFound = 12 // how many addresses of a kind are tried
	patience = 4  // how many times the time of one feed all of them may take
)

// Discover finds the feeds of an address: itself, or those that its page names, or else those at the paths where feeds usually are. Each is
// fetched and read, and one that stands at several addresses is found once. With an error there is none: it says, in one sentence, what
// became of the address.
func (c *Client) Discover(ctx context.Context, address string, now time.Time) ([]Found, error) {
	home, err := parseHTTP(address)
	if err != nil {
		return nil, err
	}
	home.Fragment = ""
	s := search{Client: c, now: now, known: map[string]bool{}, digests: map[[sha256.Size]byte]bool{}}
	found, err := s.try(ctx, home.String())
	if err == nil {
		found.Named = true
		return []Found{found}, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	var page *pageError
	if !errors.As(err, &page) {
		return nil, fmt.Errorf("%s: %s", cleanURL(address), bounded(explainOnce(err, now), 1000))
	}
	timed, cancel := context.WithTimeout(ctx, patience*c.Timeout)
	defer cancel()
	all := s.tryAll(timed, page.feeds)
	for i := range all {
		all[i].Named = true
	}
	named := s.first
	if len(all) == 0 {
		all = s.tryAll(timed, usualPlaces(home))
	}
	switch {
	case len(all) > 0:
		return all, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case named != nil:
		return nil, fmt.Errorf("%s: the page names the feed %s, but %w", cleanURL(address), cleanURL(page.feeds[0]), named)
	}
	return nil, fmt.Errorf("%s: the page names no feed, and there is none where feeds usually are; look for its address on the page", cleanURL(address))
}

// search is one discovery.
type search struct {
	*Client
	now     time.Time
	known   map[string]bool // addresses that were tried, or that answered
	digests map[[sha256.Size]byte]bool
	first   error // what became of the first feed that was named
}

func (s *search) tryAll(ctx context.Context, addresses []string) (all []Found) {
	for _, address := range firstOf(addresses, maxFound) {
		if s.known[address] || ctx.Err() != nil {
			continue
		}
		found, err := s.try(ctx, address)
		switch {
		case err == nil:
			all = append(all, found)
		case s.first == nil && !errors.Is(err, errKnown):
			s.first = errors.New(bounded(explainOnce(err, s.now), 1000))
		}
	}
	return all
}

// errKnown is the error for a feed that was found at another address.
var errKnown = errors.New("it was found before")

// try fetches and reads one feed.
func (s *search) try(ctx context.Context, address string) (Found, error) {
	s.known[address] = true
	f := digest.Feed{URL: address}
	ans, doc, err := s.getFeed(ctx, f, digest.FeedState{URL: address}, s.now)
	if err != nil {
		return Found{}, err
	}
	sum := sha256.Sum256(ans.body)
	if s.digests[sum] || ans.url != address && s.known[ans.url] {
		return Found{}, errKnown
	}
	s.digests[sum], s.known[ans.url] = true, true
	found := Found{URL: address, Title: doc.title(), Home: doc.home(ans.url), Kind: doc.kindName()}
	for _, a := range doc.articles {
		found.Articles++
		if a.Published.After(found.Newest) {
			found.Newest = a.Published
		}
	}
	return found, nil
}

// usualPlaces are where a site has its feeds that does not say so: beside the page, and at the top.
func usualPlaces(page *url.URL) []string {
	var places []string
	beside, file := path.Split(page.EscapedPath())
	beside = strings.TrimSuffix(beside, "/")
	if file != "" && !strings.Contains(file, ".") {
		beside += "/" + file // a directory, written without its slash
	}
	for _, dir := range []string{beside, ""} {
		for _, name := range []string{"feed", "feed.xml", "rss.xml", "atom.xml", "index.xml", "feed.json"} {
			u, err := page.Parse(dir + "/" + name)
			if err != nil {
				continue
			}
			u.RawQuery = ""
			if place := u.String(); !slices.Contains(places, place) {
				places = append(places, place)
			}
		}
	}
	return places
}

// kindName is the format of the feed, for people.
func (d *document) kindName() string {
	switch version := d.FeedVersion; {
	case d.FeedType == "json":
		if _, number, ok := strings.Cut(version, "/version/"); ok {
			return "JSON Feed " + bounded(digest.OneLine(number), 10)
		}
		return "JSON Feed"
	case d.FeedType == "atom":
		return "Atom"
	default:
		return strings.TrimSpace("RSS " + bounded(digest.OneLine(version), 10))
	}
}

// LinkKey is the key that an article with this address has; empty if it is no address. See digest.Article.Keys.
func LinkKey(address string) string {
	if link := canonical(strings.TrimSpace(address), false); link != "" {
		return "link:" + link
	}
	return ""
}
