package fetch

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestLooseJSONKeepsTheRest(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ feed, item string }{
		"tags of numbers":         {item: `"tags":[3,"go",{"a":1},null]`},
		"tags that are a text":    {item: `"tags":"go"`},
		"tags that are an object": {item: `"tags":{"go":true}`},
		"a mere name":             {item: `"author":"Joe"`},
		"mere names":              {item: `"authors":["Joe",7,null,{"name":["x"]}]`},
		"an author of no kind":    {item: `"author":[true]`},
		"attachments of numbers":  {item: `"attachments":[{"url":3},4,null,{"url":"https://n.example/a.mp3","mime_type":5,"size_in_bytes":"7"}]`},
		"an image that is a map":  {item: `"image":{"url":"https://n.example/a.png"}`},
		"texts of other kinds":    {item: `"content_html":false,"summary":["x"],"url":7,"language":1`},
		"a title that is a list":  {feed: `"title":["Notes"]`, item: `"language":"en"`},
		"a feed's author":         {feed: `"author":"Joe","authors":{"name":"Joe"}`, item: `"language":"en"`},
		"a version of no kind":    {feed: `"version":1.1`, item: `"language":"en"`},
	} {
		if tt.feed == "" {
			tt.feed = `"version":"https://jsonfeed.org/version/1.1"`
		}
		as := articlesOf(t, `{`+tt.feed+`,"items":["a text",7,[],true,{"id":1,"title":"One",`+tt.item+`},null,{"id":"two","title":"Two <b"}]}`)
		if len(as) != 2 || as[0].GUID != "1" || as[0].Title != "One" || as[1].GUID != "two" || as[1].Title != "Two <b" {
			t.Errorf("%s: %+v", name, as)
		}
	}
}

func TestLooseJSONTakesWhatIsMeant(t *testing.T) {
	t.Parallel()
	doc := mustParse(t, `{"version":"https://jsonfeed.org/version/1.1","title":2026,"items":[{"id":12345678901234567890,"title":404,"date_published":20260304,
		"author":"Joe","tags":"go"},{"id":2,"content_text":"Two","authors":["Ada",{"name":"Grace"}],"date_published":"2026-03-04T09:00:00Z","tags":[3,"go"]}]}`)
	if got := doc.Title; got != "2026" {
		t.Errorf("the feed's title is %q", got)
	}
	as := (&reader{doc: doc, base: doc.baseURL("https://n.example/"), text: plainText, now: noon()}).articles()
	if len(as) != 2 {
		t.Fatalf("%+v", as)
	}
	if a := as[0]; a.GUID != "12345678901234567890" || a.Title != "404" || a.Author != "Joe" || !slices.Equal(a.Categories, []string{"go"}) {
		t.Errorf("%+v", a)
	}
	if a := as[1]; a.Author != "Ada, Grace" || !slices.Equal(a.Categories, []string{"3", "go"}) || !a.Published.Equal(time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", a)
	}
}

func TestLooseJSONCutOff(t *testing.T) {
	t.Parallel()
	doc := mustParse(t, `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"title":"One","tags":[3]},{"id":2,"ti`)
	if len(doc.Items) != 1 || !doc.salvaged || !doc.cut {
		t.Errorf("%+v", doc)
	}
}

func TestLooseJSONErrorsAreForPeople(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		`{"items":[1,2]}`, `{"items":7}`, `{"items":{"a":"b"}`, `{"version":{},"items":"x"}`, `{"title":3,"items":[{"id":1]}`, `{"error":{"code":4}}`,
	} {
		_, err := parse(&answer{url: "https://n.example/", body: []byte(body)})
		if err == nil {
			t.Errorf("%s was read", body)
			continue
		}
		for _, word := range []string{"Go ", "struct", "alias", "unmarshal", "loose"} {
			if strings.Contains(err.Error(), word) {
				t.Errorf("%s: %v", body, err)
			}
		}
	}
}

// What stands before or behind the object costs nothing: what a server warns of, what keeps browsers from running it, a call, a cache's comment.
func TestLooseJSONAlone(t *testing.T) {
	t.Parallel()
	const feed = `{"version":"https:\/\/jsonfeed.org\/version\/1.1","items":[{"id":"1","title":"One {\"}"},{"id":"https://n.example/2","content_text":"Two"}]}`
	for _, feed := range []string{feed, strings.ReplaceAll(feed, `\/`, "/")} {
		for _, around := range [][2]string{
			{"", "\n<!-- cached -->"},
			{"", ";"},
			{"", "\x00\x00"},
			{"", "{}]"},
			{")]}',\n", ""},
			{"/* callback */cb(", ");"},
			{"<br />\n<b>Warning</b>: mkdir() in <b>/var/www/feed.php</b> on line 3<br />\n", ""},
		} {
			as := articlesOf(t, around[0]+feed+around[1])
			if len(as) != 2 || as[0].Title != `One {"}` || as[1].URL != "https://n.example/2" || as[0].URL != "" {
				t.Errorf("%q: %+v", around, as)
			}
		}
	}
	if as := articlesOf(t, feed[:len(feed)-2]); len(as) != 2 {
		t.Errorf("without its end: %+v", as)
	}
}
