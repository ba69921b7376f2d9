package fetch

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/text/encoding/charmap"
)

// corpus is documents of the kinds and sizes that feeds come in, of our own making.
func corpus() map[string][]byte {
	prose := func(n int) string {
		const sentence = "The harbour office said on Tuesday that the “old pier” would close for repairs until the end of the month. "
		return strings.Repeat(sentence, n)
	}
	html := func(paragraphs int) string {
		return strings.Repeat(`<p>`+prose(2)+`<a href="https://notes.example/a?b=1&amp;c=2">Read on</a>.</p>`+"\n", paragraphs) +
			`<img src="https://notes.example/pier.jpg" alt="The pier" width="600"/>`
	}
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	rss := func(items int, body string) string {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
	xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>Notes</title><link>https://notes.example/</link>
	<atom:link href="https://notes.example/feed" rel="self" type="application/rss+xml"/><description>Of the harbour</description><sy:updatePeriod>hourly</sy:updatePeriod>`)
		for i := range items {
			fmt.Fprintf(&b, `
	<item><title>Story %d of the pier</title><link>https://notes.example/%d</link><dc:creator><![CDATA[Ada]]></dc:creator><pubDate>Wed, 04 Mar 2026 09:%02d:00 +0000</pubDate>
		<category><![CDATA[Harbour]]></category><category><![CDATA[Repairs]]></category><guid isPermaLink="false">https://notes.example/?p=%d</guid>
		%s</item>`, i, i, i%60, i, body)
		}
		return b.String() + "\n</channel></rss>\n"
	}
	var atom, json strings.Builder
	atom.WriteString(`<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><link href="https://notes.example/"/><id>tag:notes.example</id><updated>2026-03-04T09:00:00Z</updated>`)
	json.WriteString(`{"version":"https://jsonfeed.org/version/1.1","title":"Notes","items":[`)
	for i := range 40 {
		fmt.Fprintf(&atom, `<entry><id>tag:notes.example,%d</id><title type="html">Story %d</title><link rel="alternate" href="https://notes.example/%d"/><author><name>Ada</name></author>
			<updated>2026-03-04T09:%02d:00Z</updated><category term="harbour"/><summary>%s</summary><content type="html">%s</content></entry>`, i, i, i, i%60, prose(1), escaped.Replace(html(5)))
		if i > 0 {
			json.WriteString(",")
		}
		fmt.Fprintf(&json, `{"id":"%d","url":"https://notes.example/%d","title":"Story %d","date_published":"2026-03-04T09:%02d:00Z","tags":["harbour"],"content_html":%q}`, i, i, i, i%60, html(5))
	}
	atom.WriteString("</feed>")
	json.WriteString("]}")
	description := "<description>" + escaped.Replace(prose(2)) + "</description>"
	full := "<description><![CDATA[" + prose(2) + "]]></description><content:encoded><![CDATA[" + html(8) + "]]></content:encoded>"
	cyrillic := strings.Replace(strings.ReplaceAll(rss(40, "<description>"+strings.Repeat("Старый причал закрыт на ремонт до конца месяца. ", 20)+"</description>"), "UTF-8", "windows-1251"), "“", `"`, 1)
	encoded, err := charmap.Windows1251.NewEncoder().String(cyrillic)
	if err != nil {
		encoded = err.Error()
	}
	return map[string][]byte{
		"rss-10-short":       []byte(rss(10, description)),
		"rss-30-full":        []byte(rss(30, full)),
		"rss-500-full":       []byte(rss(500, full)),
		"rss-40-escaped":     []byte(rss(40, "<description>"+escaped.Replace(html(8))+"</description>")),
		"rss-40-windows1251": []byte(encoded),
		"atom-40":            []byte(atom.String()),
		"json-40":            []byte(json.String()),
	}
}

// BenchmarkGuardAndParse reports what guard and parse together take of the time that gofeed takes with its defaults, for the same bytes:
// x-gofeed. The two take turns, so that whatever else the machine does meets both.
func BenchmarkGuardAndParse(b *testing.B) {
	for name, body := range corpus() {
		b.Run(name, func(b *testing.B) {
			var ours, theirs time.Duration
			for b.Loop() {
				start := time.Now()
				doc, err := parse(&answer{url: "https://notes.example/feed", body: bytes.Clone(body)})
				ours += time.Since(start)
				if err != nil {
					b.Fatal(err)
				}
				start = time.Now()
				feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
				theirs += time.Since(start)
				if err != nil || len(feed.Items) != len(doc.Items) {
					b.Fatalf("%d items, gofeed has %d, %v", len(doc.Items), len(feed.Items), err)
				}
			}
			b.ReportMetric(float64(ours)/float64(theirs), "x-gofeed")
			b.ReportMetric(ours.Seconds()*1e6/float64(b.N), "µs/ours")
			b.ReportMetric(theirs.Seconds()*1e6/float64(b.N), "µs/gofeed")
			b.ReportMetric(0, "ns/op")
		})
	}
}
