package config

import (
	"net/url"
	"strings"
	"time"

	"tidings/digest"
)

// buildFeeds takes over the feeds, those of OPML files among them. A feed stands once.
func (l *loader) buildFeeds(docs []feedDoc) {
	for i := range docs {
		d := &docs[i]
		if d.OPML != "" {
			for _, f := range l.readOPML(&d.OPML) {
				l.addFeed(f)
			}
			continue
		}
		l.addFeed(d)
	}
}

func (l *loader) addFeed(d *feedDoc) {
	if d.URL == "" { // already refused
		return
	}
	key := feedKey(string(d.URL))
	if before, ok := l.feeds[key]; ok {
		l.refuse(&d.URL, "keep one of them", "the feed %s is given twice: first at %s:%d", l.written(&d.URL), before.src.name, before.line)
		return
	}
	l.feeds[key] = l.where(&d.URL)
	f := digest.Feed{
		URL: string(d.URL), Title: string(d.Title), Tags: l.labels(d.Tags),
		Include: patterns(d.Include), Exclude: patterns(d.Exclude),
		UserAgent: string(d.UserAgent), Every: time.Duration(d.Every), Timeout: time.Duration(d.Timeout),
		FullText: digest.FullText(or(d.FullText, string(digest.FullTextAuto))),
	}
	for name, value := range d.Headers {
		if f.Headers == nil {
			f.Headers = map[string]string{}
		}
		f.Headers[string(name)] = string(value)
	}
	l.config.Feeds = append(l.config.Feeds, f)
}

// feedKey is the URL under which two spellings of it are one feed: without regard to the case of the host, to the
// scheme's own port, or to a fragment.
func feedKey(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.Fragment, u.RawFragment = "", ""
	u.Host = strings.ToLower(u.Host)
	if port := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; port != "" {
		u.Host = strings.TrimSuffix(u.Host, port)
	}
	if u.Path == "" {
		u.Path = "/"
	}
	return u.String()
}

func patterns(ps []pattern) []digest.Pattern {
	var out []digest.Pattern
	for _, p := range ps {
		out = append(out, p.Pattern)
	}
	return out
}

// labels takes over a list of tags, each of which stands once.
func (l *loader) labels(docs []line) []string {
	var out []string
	seen := map[string]bool{}
	for i := range docs {
		key := digest.Fold(string(docs[i]))
		switch {
		case key == "": // already refused
		case seen[key]:
			l.refuse(&docs[i], "", "%q is in this list twice", l.written(&docs[i]))
		default:
			seen[key] = true
			out = append(out, string(docs[i]))
		}
	}
	return out
}
