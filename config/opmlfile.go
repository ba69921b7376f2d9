package config

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"tidings/digest"
)

// ReadOPML reads the feeds of an OPML file (opml.org, version 2), as `opml:` in the configuration would: the folders around a feed and its
// category become its tags. A feed that stands in several folders has the tags of all. Problems are what in the file is no feed, although
// it should be one; if it is no OPML at all, there are no feeds. name is the file in the problems.
func ReadOPML(name string, r io.Reader) (feeds []NewFeed, problems Errors, err error) {
	data, err := io.ReadAll(io.LimitReader(r, maxOPML+1))
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("%s cannot be read: %w", name, reason(err))
	case len(data) > maxOPML:
		return nil, nil, fmt.Errorf("%s is larger than %d MB; split it", name, maxOPML>>20)
	}
	l := &loader{decoder: decoder{report: &report{}, at: map[any]place{}, lookup: os.LookupEnv}}
	at := map[string]int{}
	for _, d := range l.parseOPML(name, data).feeds {
		if d.URL == "" {
			continue // a problem tells why
		}
		f := NewFeed{URL: string(d.URL), Title: string(d.Title)}
		if f.Title == f.URL {
			f.Title = ""
		}
		for _, t := range d.Tags {
			f.Tags = append(f.Tags, string(t))
		}
		if i, ok := at[feedKey(f.URL)]; ok {
			feeds[i].Tags = union(feeds[i].Tags, f.Tags)
			continue
		}
		at[feedKey(f.URL)] = len(feeds)
		feeds = append(feeds, f)
	}
	return feeds, sorted(l.problems, nil), nil
}

func union(tags, more []string) []string {
	for _, t := range more {
		if !slices.ContainsFunc(tags, func(have string) bool { return digest.Fold(have) == digest.Fold(t) }) {
			tags = append(tags, t)
		}
	}
	return tags
}

// Subscription is a feed as an OPML file lists it.
type Subscription struct {
	NewFeed
	Home string // the site that the feed belongs to; may be empty
}

// WriteOPML writes the feeds as OPML 2.0, each in the folder of its first tag. Its other tags are its category, but for those which a category
// cannot hold: they are folders within. ReadOPML gives the same tags back.
func WriteOPML(w io.Writer, title string, feeds []Subscription) error {
	top := &folder{}
	for _, f := range feeds {
		at := top
		var category []string
		for i, tag := range f.Tags {
			if i == 0 || strings.ContainsAny(tag, ",/") {
				at = at.within(tag)
			} else {
				category = append(category, tag)
			}
		}
		name := or(f.Title, f.URL)
		at.outlines = append(at.outlines, outline{
			Type: "rss", Text: name, Title: name, URL: f.URL, Home: f.Home, Category: strings.Join(category, ","),
		})
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	doc := opmlDocument{Version: "2.0", Title: title, Body: top.all()}
	if err := e.Encode(doc); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

type opmlDocument struct {
	XMLName xml.Name  `xml:"opml"`
	Version string    `xml:"version,attr"`
	Title   string    `xml:"head>title"`
	Body    []outline `xml:"body>outline"`
}

type outline struct {
	Type     string    `xml:"type,attr,omitempty"`
	Text     string    `xml:"text,attr"`
	Title    string    `xml:"title,attr,omitempty"`
	URL      string    `xml:"xmlUrl,attr,omitempty"`
	Home     string    `xml:"htmlUrl,attr,omitempty"`
	Category string    `xml:"category,attr,omitempty"`
	Outlines []outline `xml:"outline"`
}

// folder is a tag with its feeds and the folders in it, in the order in which they came.
type folder struct {
	name     string
	folders  []*folder
	outlines []outline
}

func (f *folder) within(tag string) *folder {
	i := slices.IndexFunc(f.folders, func(sub *folder) bool { return digest.Fold(sub.name) == digest.Fold(tag) })
	if i < 0 {
		i = len(f.folders)
		f.folders = append(f.folders, &folder{name: tag})
	}
	return f.folders[i]
}

func (f *folder) all() []outline {
	all := f.outlines
	for _, sub := range f.folders {
		all = append(all, outline{Text: sub.name, Title: sub.name, Outlines: sub.all()})
	}
	return all
}
