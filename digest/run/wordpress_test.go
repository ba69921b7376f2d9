package run

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// wordpress is an item as that program writes them: the teaser as description and again at the head of the content, captions with
// credits, a link to itself, and a line that names the blog.
func wordpress(title, slug, tag, teaser, body string) string {
	post := fmt.Sprintf(`<p>The post <a rel="nofollow" href="https://blog.example/%s/">%s</a> appeared first on <a rel="nofollow" href="https://blog.example">The Harbour Blog</a>.</p>`, slug, title)
	return fmt.Sprintf(`<item><title>%s</title><link>https://blog.example/%s/?utm_source=rss</link><dc:creator><![CDATA[The Editors]]></dc:creator>
<pubDate>%s</pubDate><category><![CDATA[%s]]></category><guid isPermaLink="false">https://blog.example/?p=%d</guid>
<description><![CDATA[<p>%s [&#8230;]</p> <a href="https://blog.example/%s/" class="more-link">Read More</a>
%s]]></description>
<content:encoded><![CDATA[<figure class="wp-block-image"><img src="https://blog.example/pic.jpg" alt=""/><figcaption>A boat at the quay. Photo: J. Doe / Agency Pictures</figcaption></figure>
<p><strong>%s</strong></p>
<p>%s</p>
<p><a href="https://blog.example/%s/#more" class="more-link">Read More</a></p>
<div class="sharedaddy"><h3>Share this:</h3><ul><li>Twitter</li><li>Facebook</li></ul></div>
%s]]></content:encoded></item>`,
		title, slug, friday().Add(-time.Hour).Format(time.RFC1123Z), tag, len(slug)*31+len(title), teaser, slug, post, teaser, body, slug, post)
}

func TestAWordPressFeed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bodies := []string{
		"The crane had stood on the north pier since the yard was built, and nobody had asked it for work in years. On Tuesday a crew of four took it down in one tide.",
		"Tickets are sold on board from the first of the month. Those who live on the island ride for half the price, as they did under the old company.",
		"The net was found by a diver who looked for something else. It will hang in the market hall until the autumn, and then in the museum.",
	}
	h.feeds.set("/news.xml", strings.Replace(rss("The Harbour Blog",
		wordpress("The Last Crane Comes Down", "last-crane", "Harbour", "After forty years the last of the harbour's cranes is gone.", bodies[0]),
		wordpress("A Ferry for the Islands", "ferry", "Harbour", "The council has bought a second boat for the crossing.", bodies[1]),
		wordpress("A Net from Another Century", "net", "Museum", "What a diver pulled from the basin is older than the town.", bodies[2]),
	), `version="2.0"`, `version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"`, 1))
	h.Tags = digest.Taxonomy{Rules: []digest.TagRule{{Name: "Port", Also: []string{"harbour"}}, {Name: "Museum"}}}
	r := h.send(SendOptions{})
	if got := outline(r.Composed.Issue); got != "Port: *A Ferry for the Islands The Last Crane Comes Down; Museum: A Net from Another Century" {
		t.Errorf("sections: %s", got)
	}
	for _, it := range r.Composed.Issue.Items {
		if it.Summary == "" || it.Author != "The Editors" {
			t.Errorf("%+v", it)
		}
	}
	l := readLetter(t, h.smtp.Messages()[0].Data)
	for _, text := range []string{l.text, l.html} {
		for _, junk := range []string{"appeared first on", "Read More", "Agency Pictures", "Photo:", "Share this", "Facebook", "[…]", "[&#8230;]", "Twitter", "more-link"} {
			if strings.Contains(text, junk) {
				t.Errorf("%q came through:\n%s", junk, text)
			}
		}
	}
	flat := strings.Join(strings.Fields(l.text), " ")
	for _, once := range []string{"After forty years the last of the harbour's cranes is gone.", "The council has bought a second boat", "is older than the town"} {
		if n := strings.Count(strings.ReplaceAll(flat, "’", "'"), once); n != 1 {
			t.Errorf("%q stands there %d times:\n%s", once, n, l.text)
		}
	}
}
