package fetch

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
	"golang.org/x/net/html"
)

const (
	pictureSearch = 256 << 10 // bytes of a text in which its first picture is looked for
	iconSize      = 50        // pixels; anything that says it is smaller is an icon, or counts readers
	maxAlt        = 300       // runes
)

// image is the picture of the item: the one that the feed names, else the first in its text.
func (r *reader) image(s source) (address, alt string) {
	for _, ref := range s.images() {
		if u := webURL(r.base, ref); u != "" {
			return u, ""
		}
	}
	for _, markup := range []string{s.Content, s.Description} {
		if address, alt = firstPicture(r.doc.texts.text(markup), r.base); address != "" {
			return address, r.oneLine(plainAsHTML(alt), maxAlt)
		}
	}
	return "", ""
}

// images lists the pictures that the feed names for the item, the best first.
func (s source) images() []string {
	refs := mediaImages(s.Extensions["media"])
	for _, e := range s.Enclosures {
		if strings.HasPrefix(strings.ToLower(e.Type), "image/") {
			refs = append(refs, e.URL)
		}
	}
	if s.json != nil {
		refs = append(refs, s.json.Image, s.json.BannerImage)
	}
	return append(refs, s.itunes().image)
}

// mediaImages lists the pictures of Media RSS: its contents, then its thumbnails, here and in groups; of either, the widest first, since they are
// often the same in several sizes. What does not say how wide it is, is taken for as wide as a picture has to be. Icons are none.
func mediaImages(media map[string][]ext.Extension) []string {
	var contents, thumbnails []ext.Extension
	look := func(in map[string][]ext.Extension) {
		for _, c := range in["content"] {
			if strings.HasPrefix(c.Attrs["type"], "image/") || c.Attrs["medium"] == "image" {
				contents = append(contents, c)
			}
			thumbnails = append(thumbnails, c.Children["thumbnail"]...)
		}
		thumbnails = append(thumbnails, in["thumbnail"]...)
	}
	look(media)
	for _, group := range media["group"] {
		look(group.Children)
	}
	return append(byWidth(contents), byWidth(thumbnails)...)
}

// byWidth is the addresses of pictures, the widest first, without icons.
func byWidth(pictures []ext.Extension) (refs []string) {
	width := func(e ext.Extension) int {
		if n, err := strconv.Atoi(e.Attrs["width"]); err == nil && n > 0 {
			return n
		}
		return pictureLeast
	}
	slices.SortStableFunc(pictures, func(a, b ext.Extension) int { return cmp.Compare(width(b), width(a)) })
	for _, p := range pictures {
		if width(p) >= iconSize {
			refs = append(refs, p.Attrs["url"])
		}
	}
	return refs
}

// firstPicture finds the first <img> that shows something, as an absolute address.
func firstPicture(markup string, base *url.URL) (address, alt string) {
	if !strings.Contains(markup, "<img") && !strings.Contains(markup, "<IMG") {
		return "", ""
	}
	z := html.NewTokenizer(strings.NewReader(limitBytes(markup, pictureSearch)))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return "", ""
		case html.StartTagToken, html.SelfClosingTagToken:
		default:
			continue
		}
		if name, more := z.TagName(); string(name) != "img" || !more {
			continue
		}
		if src, alt, ok := picture(z); ok {
			if u := webURL(base, src); u != "" {
				return u, alt
			}
		}
	}
}

// picture reads the attributes of an <img>; ok is false if it is a pixel, an icon or an emoji.
func picture(z *html.Tokenizer) (src, alt string, ok bool) {
	ok = true
	lazy := ""
	for {
		key, value, more := z.TagAttr()
		v := string(value)
		switch string(key) {
		case "src":
			src = v
		case "data-src", "data-lazy-src", "data-original":
			lazy = v
		case "alt":
			alt = v
		case "width", "height":
			if n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(v), "px")); err == nil && n < iconSize {
				ok = false
			}
		case "class":
			if strings.Contains(v, "emoji") || strings.Contains(v, "smiley") || strings.Contains(v, "avatar") {
				ok = false
			}
		}
		if !more {
			break
		}
	}
	if lazy != "" {
		src = lazy
	}
	return src, alt, ok && !countsReaders(src)
}

// countsReaders tells whether an address is one of those that feeds carry to count their readers.
func countsReaders(src string) bool {
	for _, part := range []string{
		"data:", "feeds.feedburner.com/~", "feedsportal.com", "stats.wordpress.com", "pixel.wp.com", "/pixel.",
		"doubleclick.net", "b.scorecardresearch.com", "/emoji/", "feedads", "tracking_pixel", "google-analytics.com",
	} {
		if strings.Contains(src, part) {
			return true
		}
	}
	return false
}
