package fetch

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

const (
	pageHead   = 512 << 10 // how far into a page its feeds are looked for
	pageFeeds  = 20        // how many of them are of interest
	feedOfTalk = "comments"
)

// discover lists the feeds that a page names in <link rel="alternate">, as absolute addresses in their order, those of comments last.
func discover(page []byte, pageURL string) []string {
	base, err := url.Parse(pageURL)
	if err != nil {
		return nil
	}
	var feeds, talk []string
	z := html.NewTokenizer(bytes.NewReader(page[:min(len(page), pageHead)]))
	for z.Next() != html.ErrorToken && len(feeds)+len(talk) < pageFeeds {
		t := z.Token()
		if t.Type != html.StartTagToken && t.Type != html.SelfClosingTagToken {
			continue
		}
		switch t.Data {
		case "base":
			if u, err := base.Parse(attr(t, "href")); err == nil && attr(t, "href") != "" {
				base = u
			}
		case "link":
			address := feedLink(t, base)
			switch {
			case address == "" || slices.Contains(feeds, address) || slices.Contains(talk, address):
			case strings.Contains(strings.ToLower(attr(t, "title")+address), feedOfTalk):
				talk = append(talk, address)
			default:
				feeds = append(feeds, address)
			}
		}
	}
	return append(feeds, talk...)
}

// feedLink is the address of the feed that a <link> names; empty if it names none.
func feedLink(t html.Token, base *url.URL) string {
	rel := strings.Fields(strings.ToLower(attr(t, "rel")))
	if !slices.Contains(rel, "alternate") || attr(t, "href") == "" {
		return ""
	}
	media, _, _ := strings.Cut(strings.ToLower(attr(t, "type")), ";")
	switch strings.TrimSpace(media) {
	case "application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml":
	default:
		return ""
	}
	return webURL(base, attr(t, "href"))
}

func attr(t html.Token, key string) string {
	for _, a := range t.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}
