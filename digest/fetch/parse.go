package fetch

import (
	stdjson "encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/text/language"

	"tidings/digest"
)

// salvageTries is how many times a broken document is cut earlier.
const salvageTries = 6

// document is a feed as gofeed read it.
type document struct {
	*gofeed.Feed
	note     string           // what was odd about it
	xmlBase  string           // of its root element
	texts    stowed           // that the parser did not see
	abouts   []string         // the rdf:about of each item, which the parser drops
	articles []digest.Article // what its items say
	salvaged bool             // it is what could be read of a broken document …
	cut      bool             // … whose end is missing
}

// parse reads an answer as a feed, within bounds of size, depth and time. Of a document that is cut off or broken, it keeps
// what stands before the fault.
func parse(ans *answer) (*document, error) {
	k, b := kindOf(toUTF8(ans.body, ans.charset))
	if err := notAFeed(k, b, ans.url); err != nil {
		return nil, err
	}
	b = clean(b)
	end := time.Now().Add(parseBudget)
	if k == kindJSON {
		return parseJSON(b, end)
	}
	return parseXML(b, end, ans.cut)
}

func parseXML(b []byte, end time.Time, cut bool) (*document, error) {
	root, _, _ := nextTag(b)
	base := html.UnescapeString(root.attribute("xml:base"))
	b, texts := stow(asMeant(b))
	flaws, err := checkXML(b)
	if err != nil {
		return nil, err
	}
	doc := &document{texts: texts, xmlBase: base}
	if fault := flaws.String(); fault != "" {
		if mended := flaws.mend(b); doc.takes(mended, fault) {
			b = mended
		}
	}
	feed, read, fault := guarded(b, end, gofeedParse)
	if fault != nil && !errors.Is(fault, errBudget) {
		if mended := mendXML(b); doc.takes(mended, faultText(fault)) {
			b = mended
			feed, read, fault = guarded(b, end, gofeedParse)
		}
	}
	if fault != nil && !errors.Is(fault, errBudget) {
		if sound := withoutBroken(b, end); sound != nil {
			doc.salvaged, doc.note = true, "the document is broken ("+faultText(fault)+"); the articles that can be read were kept"
			b = sound
			feed, read, fault = guarded(b, end, gofeedParse)
		}
	}
	if fault == nil {
		doc.Feed, doc.abouts = feed, abouts(b)
		return doc, nil
	}
	limit := read
	for range salvageTries {
		if errors.Is(fault, errBudget) {
			return nil, errBudget
		}
		var whole []byte
		if whole, limit = salvageXML(b, limit); whole == nil {
			break
		}
		feed, _, err := guarded(whole, end, gofeedParse)
		if err == nil {
			doc.Feed, doc.abouts = feed, abouts(whole)
			doc.salvaged, doc.cut = true, cut || strings.Contains(fault.Error(), "EOF")
			doc.note = salvageNote(len(feed.Items), fault, doc.cut)
			return doc, nil
		}
		limit--
	}
	return nil, unreadable(fault, cut)
}

// takes tells whether a mended document may be read in the place of the broken one: if there is one, and it costs no more than a document may.
func (d *document) takes(mended []byte, fault string) bool {
	if mended == nil {
		return false
	}
	if _, err := checkXML(mended); err != nil {
		return false
	}
	d.note = mendedNote(fault)
	return true
}

func mendedNote(fault string) string {
	return "the document is broken (" + fault + "), and could be mended"
}

func parseJSON(b []byte, end time.Time) (*document, error) {
	b = rootAlone(b)
	if err := checkJSON(b); err != nil {
		return nil, err
	}
	feed, fault := gofeedParseJSON(b, end)
	doc := &document{}
	if fault != nil && !errors.Is(fault, errBudget) {
		if mended := mendJSON(b); mended != nil {
			b, doc.note = mended, mendedNote(faultText(fault))
			feed, fault = gofeedParseJSON(b, end)
		}
	}
	if fault != nil {
		whole := salvageJSON(b)
		if whole == nil {
			return nil, unreadable(fault, false)
		}
		var err error
		if feed, err = gofeedParseJSON(whole, end); err != nil {
			return nil, unreadable(fault, false)
		}
		doc.salvaged, doc.cut, doc.note = true, true, salvageNote(len(feed.Items), fault, true)
	}
	if len(feed.Items) == 0 && !strings.Contains(feed.FeedVersion, "jsonfeed.org") {
		return nil, errors.New("the answer is JSON, but no JSON Feed; check the address")
	}
	doc.Feed = feed
	return doc, nil
}

// gofeedParseJSON is gofeed without its refusal of a whole feed for one field of the wrong type. Few need the second reading.
func gofeedParseJSON(b []byte, end time.Time) (*gofeed.Feed, error) {
	feed, _, err := guarded(b, end, gofeedParse)
	if wrongType := (*stdjson.UnmarshalTypeError)(nil); !errors.As(err, &wrongType) {
		return feed, err
	}
	loosened, err := loosen(b, end)
	if err != nil {
		return nil, err
	}
	feed, _, err = guarded(loosened, end, gofeedParse)
	return feed, err
}

// gofeedParse is gofeed without what costs much or panics: its search for pictures, and null in JSON.
func gofeedParse(r io.Reader) (*gofeed.Feed, error) {
	p := gofeed.NewParser()
	p.KeepOriginalFeed = true
	p.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true}
	p.JSONTranslator = withoutNulls{}
	return p.Parse(r)
}

// withoutNulls translates a JSON feed after dropping the null items and authors, on which gofeed panics.
type withoutNulls struct{ gofeed.DefaultJSONTranslator }

func (t withoutNulls) Translate(feed any) (*gofeed.Feed, error) {
	if f, ok := feed.(*json.Feed); ok {
		noAuthor := func(a *json.Author) bool { return a == nil }
		f.Authors = slices.DeleteFunc(f.Authors, noAuthor)
		f.Items = slices.DeleteFunc(f.Items, func(i *json.Item) bool { return i == nil })
		for _, i := range f.Items {
			i.Authors = slices.DeleteFunc(i.Authors, noAuthor)
		}
	}
	return t.DefaultJSONTranslator.Translate(feed)
}

func salvageNote(kept int, fault error, cut bool) string {
	what := "the document is broken (" + faultText(fault) + ")"
	if cut {
		what = "the document was cut off"
	}
	return fmt.Sprintf("%s; the %d articles before that were kept", what, kept)
}

func unreadable(fault error, cut bool) error {
	if cut {
		return passingError("the answer was cut off before its first article ended")
	}
	return fmt.Errorf("the document cannot be read: %s; its publisher has to mend it", faultText(fault))
}

// faultText is a parser's error without its own prefixes.
func faultText(err error) string {
	s := err.Error()
	for _, prefix := range []string{"xpp: parser state desynced by DecodeElement error: ", "XML syntax error on "} {
		s = strings.TrimPrefix(s, prefix)
	}
	return bounded(digest.OneLine(s), 200)
}

// baseURL is what the links of the document are relative to: its xml:base, itself relative to where the document came from.
func (d *document) baseURL(final string) *url.URL {
	base, err := url.Parse(final)
	if err != nil {
		return &url.URL{}
	}
	if d.xmlBase != "" {
		if u, err := base.Parse(d.xmlBase); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
			return u
		}
	}
	return base
}

// title is the feed's name for itself.
func (d *document) title() string { return bounded(titleText(limitBytes(d.Title, 4*maxTitle)), 200) }

// home is the site that the feed belongs to; empty if it does not say.
func (d *document) home(final string) string {
	if d.Link == "" {
		return ""
	}
	return webURL(d.baseURL(final), d.Link)
}

// lang is the language of the feed; empty if it is unknown.
func (d *document) lang() string { return languageTag(d.Language) }

// languageTag is a language as BCP 47 writes it; empty if it is none.
func languageTag(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > 35 {
		return ""
	}
	t, err := language.Parse(s)
	if err != nil {
		base, _, _ := strings.Cut(strings.ReplaceAll(s, "_", "-"), "-")
		if t, err = language.Parse(base); err != nil {
			return ""
		}
	}
	if t == language.Und {
		return ""
	}
	return t.String()
}

// period is how long the document says that it stays as it is: RSS's ttl, in minutes, and the Syndication module; 0 if neither.
func (d *document) period() time.Duration {
	var period time.Duration
	if original, ok := d.OriginalFeed().(*rss.Feed); ok {
		if n, err := strconv.Atoi(strings.TrimSpace(original.TTL)); err == nil && n > 0 {
			period = time.Duration(min(n, 24*60)) * time.Minute
		}
	}
	return max(period, d.updatePeriod())
}

// updatePeriod reads sy:updatePeriod and sy:updateFrequency: so many times an hour, a day….
func (d *document) updatePeriod() time.Duration {
	value := func(name string) string {
		if e := d.Extensions["sy"][name]; len(e) > 0 {
			return strings.ToLower(strings.TrimSpace(e[0].Value))
		}
		return ""
	}
	var period time.Duration
	switch value("updatePeriod") {
	case "hourly":
		period = time.Hour
	case "daily":
		period = day
	case "weekly":
		period = 7 * day
	case "monthly":
		period = 30 * day
	case "yearly":
		period = 365 * day
	default:
		return 0
	}
	if n, err := strconv.Atoi(value("updateFrequency")); err == nil && n > 0 {
		period /= time.Duration(n)
	}
	return period
}
