package demo

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html/template"
	"strings"
	texttemplate "text/template"
	"time"
)

// formatted is a feed as it goes over the wire.
type formatted struct {
	mediaType string
	body      []byte
}

// format writes a source as the feed it says it is. base is the address of the sample site, without a final slash.
func (s source) format(base string, now time.Time) (formatted, error) {
	switch s.Format {
	case "rss":
		return s.xml("rss", rssTemplate, "application/rss+xml; charset=utf-8", base, now)
	case "wordpress":
		return s.xml("wordpress", wordpressTemplate, "text/xml; charset=UTF-8", base, now)
	case "atom":
		return s.xml("atom", atomTemplate, "application/atom+xml", base, now)
	case "latin1":
		f, err := s.xml("rss", rssTemplate, "text/xml", base, now)
		f.body = latin1(bytes.Replace(f.body, []byte("UTF-8"), []byte("ISO-8859-1"), 1))
		return f, err
	case "json":
		body, err := s.json(base, now)
		return formatted{"application/feed+json", body}, err
	}
	return formatted{}, fmt.Errorf("sample feed %s has an unknown format %q", s.Slug, s.Format)
}

func (s source) xml(name, text, mediaType, base string, now time.Time) (formatted, error) {
	t, err := texttemplate.New(name).Funcs(texttemplate.FuncMap{
		"x":       escapeXML,
		"cdata":   func(h template.HTML) string { return "<![CDATA[" + string(h) + "]]>" },
		"link":    func(p post) string { return s.link(base, p) },
		"picture": func(p post) string { return base + "/pictures/" + p.Image + ".png" },
		"lead":    post.lead,
		"rfc822":  func(p post) string { return published(p, now).Format(time.RFC1123Z) },
		"rfc3339": func(p post) string { return published(p, now).Format(time.RFC3339) },
	}).Parse(text)
	if err != nil {
		return formatted{}, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, struct {
		source
		Base string
	}{s, base})
	return formatted{mediaType, b.Bytes()}, err
}

// json follows the JSON Feed, version 1.1.
func (s source) json(base string, now time.Time) ([]byte, error) {
	type author struct {
		Name string `json:"name"`
	}
	type item struct {
		ID        string    `json:"id"`
		URL       string    `json:"url"`
		Title     string    `json:"title"`
		HTML      string    `json:"content_html"`
		Summary   string    `json:"summary,omitempty"`
		Image     string    `json:"image,omitempty"`
		Published time.Time `json:"date_published"`
		Authors   []author  `json:"authors"`
		Tags      []string  `json:"tags"`
	}
	items := make([]item, len(s.Posts))
	for i, p := range s.Posts {
		items[i] = item{
			ID: s.link(base, p), URL: s.link(base, p), Title: p.Title, HTML: string(p.Body), Summary: p.Excerpt,
			Published: published(p, now), Authors: []author{{p.Author}}, Tags: p.Tags,
		}
		if p.Image != "" {
			items[i].Image = base + "/pictures/" + p.Image + ".png"
		}
	}
	return json.MarshalIndent(map[string]any{
		"version": "https://jsonfeed.org/version/1.1", "title": s.Title, "description": s.Description, "language": s.Lang,
		"home_page_url": base + "/" + s.Slug + "/", "feed_url": base + "/" + s.Slug + "/feed", "items": items,
	}, "", "  ")
}

func (s source) link(base string, p post) string { return base + "/" + s.Slug + "/" + p.Slug }

// published is when a post came out, to the minute, so that it is the same at each request of a run.
func published(p post, now time.Time) time.Time { return now.Add(-p.Age).Truncate(time.Minute).UTC() }

func escapeXML(s string) (string, error) {
	var b strings.Builder
	err := xml.EscapeText(&b, []byte(s))
	return b.String(), err
}

// latin1 encodes what ISO 8859-1 holds; the sample texts hold nothing else.
func latin1(utf8 []byte) []byte {
	var b []byte
	for _, r := range string(utf8) {
		b = append(b, byte(r))
	}
	return b
}

const rssTemplate = `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
<title>{{x .Title}}</title>
<link>{{.Base}}/{{.Slug}}/</link>
<description>{{x .Description}}</description>
<language>{{.Lang}}</language>
{{- range .Posts}}
<item>
<title>{{x .Title}}</title>
<link>{{link .}}</link>
<guid isPermaLink="true">{{link .}}</guid>
<pubDate>{{rfc822 .}}</pubDate>
<dc:creator>{{x .Author}}</dc:creator>
{{- range .Tags}}
<category>{{x .}}</category>
{{- end}}
{{- if .Image}}
<media:content url="{{picture .}}" medium="image" type="image/png"><media:description>{{x .Alt}}</media:description></media:content>
{{- end}}
<content:encoded>{{cdata .Body}}</content:encoded>
</item>
{{- end}}
</channel>
</rss>
`

const atomTemplate = `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="{{.Lang}}">
<id>{{.Base}}/{{.Slug}}/</id>
<title>{{x .Title}}</title>
<subtitle>{{x .Description}}</subtitle>
<link rel="alternate" type="text/html" href="{{.Base}}/{{.Slug}}/"/>
<link rel="self" href="{{.Base}}/{{.Slug}}/feed"/>
{{- with index .Posts 0}}
<updated>{{rfc3339 .}}</updated>
{{- end}}
{{- range .Posts}}
<entry>
<id>{{link .}}</id>
<title type="text">{{x .Title}}</title>
<link rel="alternate" type="text/html" href="{{link .}}"/>
<published>{{rfc3339 .}}</published>
<updated>{{rfc3339 .}}</updated>
<author><name>{{x .Author}}</name></author>
{{- range .Tags}}
<category term="{{x .}}"/>
{{- end}}
{{- if .Image}}
<media:content url="{{picture .}}" medium="image" type="image/png"><media:description>{{x .Alt}}</media:description></media:content>
{{- end}}
<content type="html">{{x (printf "%s" .Body)}}</content>
</entry>
{{- end}}
</feed>
`

// wordpressTemplate does what many sites do: a teaser given twice, captions with the agency's credit, a link back to the
// site at the end, "Read More", and an item that comes twice.
const wordpressTemplate = `<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
	xmlns:content="http://purl.org/rss/1.0/modules/content/"
	xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
	<title>{{x .Title}}</title>
	<link>{{.Base}}/{{.Slug}}/</link>
	<description>{{x .Description}}</description>
	<language>{{.Lang}}</language>
	<sy:updatePeriod>hourly</sy:updatePeriod>
	<generator>https://wordpress.org/?v=6.8</generator>
{{- define "item"}}
	<item>
		<title>{{x .Title}}</title>
		<link>{{link .}}</link>
		<dc:creator><![CDATA[{{.Author}}]]></dc:creator>
		<pubDate>{{rfc822 .}}</pubDate>
		{{- range .Tags}}
		<category><![CDATA[{{.}}]]></category>
		{{- end}}
		<guid isPermaLink="false">{{link .}}?p=1</guid>
		<description><![CDATA[<p>{{lead .}} [&#8230;]</p>
<p>The post <a href="{{link .}}">{{.Title}}</a> appeared first on <a href="/">The Cold Frame</a>.</p>
]]></description>
		<content:encoded><![CDATA[<p>{{lead .}}</p>
{{- if .Image}}
<figure class="wp-block-image"><img src="{{picture .}}" alt="{{.Alt}}" width="1200" height="600"/><figcaption>{{.Caption}} {{.Credit}}</figcaption></figure>
{{- end}}
{{.Body}}
<p><a class="more-link" href="{{link .}}">Read More</a></p>
<div class="sharedaddy"><p>Share this: <a href="#">Print</a> <a href="#">Email</a></p></div>
<p>The post <a href="{{link .}}">{{.Title}}</a> appeared first on <a href="/">The Cold Frame</a>.</p>
]]></content:encoded>
	</item>
{{- end}}
{{- range .Posts}}{{template "item" .}}{{end}}
{{- with index .Posts 0}}{{template "item" .}}{{end}}
</channel>
</rss>
`
