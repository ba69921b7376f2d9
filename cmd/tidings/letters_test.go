package main

import (
	"encoding/xml"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/cmd/tidings/demo"
)

// letters is where the messages that TestLetters looks at are kept, for other programs to look at too.
var letters = flag.String("letters", "", "keep the messages of TestLetters in this folder")

// letter is a message as send --dry-run writes it: base.eml, base.html and base.txt.
type letter struct{ name, base string }

// writeLetters makes the messages: of the demo's feeds; of 60 articles in 12 tags; and of a feed with what feeds should not say.
func writeLetters(t *testing.T) []letter {
	t.Helper()
	dir := *letters
	if dir == "" {
		dir = t.TempDir()
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	return append(demoLetters(t, filepath.Join(dir, "demo")),
		feedLetter(t, filepath.Join(dir, "large"), "en", largeFeed()),
		feedLetter(t, filepath.Join(dir, "hostile"), "en", hostileFeed()),
		feedLetter(t, filepath.Join(dir, "hostile-ar"), "ar", hostileFeed()))
}

// demoLetters is every variant of both newsletters of the demo.
func demoLetters(t *testing.T, dir string) []letter {
	t.Helper()
	var site http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { site.ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	sample, err := demo.NewSite(server.URL, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	site = sample.Handler()
	text, err := demo.Config(demo.Setting{Pages: "https://news.example", Listen: freeAddress(t), SMTP: 25, Feeds: sample.Feeds()})
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	write(t, filepath.Join(home, "tidings.yaml"), string(text))
	for _, newsletter := range []string{"weekly", "wochenblatt"} {
		dryRun(t, home, newsletter, dir)
	}
	found, err := filepath.Glob(filepath.Join(dir, "*.eml"))
	if err != nil || len(found) < 4 {
		t.Fatalf("%q, %v", found, err)
	}
	var all []letter
	for _, f := range found {
		base := strings.TrimSuffix(f, ".eml")
		all = append(all, letter{"demo/" + filepath.Base(base), base})
	}
	return all
}

// feedLetter is the message of one feed.
func feedLetter(t *testing.T, dir, lang, feed string) letter {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = fmt.Fprint(w, feed)
	}))
	t.Cleanup(server.Close)
	home := t.TempDir()
	write(t, filepath.Join(home, "tidings.yaml"), fmt.Sprintf(`site: {url: "https://news.example", address: 14 Quay Street}
store: tidings.db
fetch: {allow_private: true}
feeds: ["%s/feed.xml"]
newsletters: [{name: weekly, title: The Reading Room, from: news@example.com, schedule: "0 7 * * MON", limit: {articles: 0}, language: %s}]
subscribers: [{email: ada@reader.example, name: Ada}]
`, server.URL, lang))
	dryRun(t, home, "weekly", dir)
	return letter{filepath.Base(dir), filepath.Join(dir, "weekly-all")}
}

func dryRun(t *testing.T, home, newsletter, dir string) {
	t.Helper()
	out, err := tidings(t.Context(), t, home, "send", newsletter, "--dry-run", "--since", "all", "--out", dir).CombinedOutput()
	if err != nil && !strings.Contains(string(out), "nothing was sent") { // the demo has a broken feed, on purpose
		t.Fatalf("%v\n%s", err, out)
	}
}

// entry is an article of a feed.
type entry struct{ title, link, author, text, lang, tag string }

func feedOf(entries []entry) string {
	escape := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(s))
		return b.String()
	}
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A feed</title><link>https://a.example/</link>`)
	for i, e := range entries {
		at := time.Now().Add(-time.Duration(i+1) * time.Minute).UTC().Format(time.RFC1123Z)
		fmt.Fprintf(&b, "<item><pubDate>%s</pubDate>", at)
		for _, f := range []struct{ name, value string }{
			{"title", e.title}, {"link", e.link}, {"dc:creator", e.author}, {"dc:language", e.lang}, {"description", e.text}, {"category", e.tag},
		} {
			if f.value != "" {
				fmt.Fprintf(&b, "<%s>%s</%[1]s>", f.name, escape(f.value))
			}
		}
		b.WriteString("</item>")
	}
	return b.String() + "</channel></rss>"
}

// largeFeed is 60 articles in 12 tags.
func largeFeed() string {
	var all []entry
	for i := range 60 {
		tag := strings.Fields("Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima")[i%12]
		all = append(all, entry{
			title: fmt.Sprintf("Story %d of %s: what happened, and what it means for everybody else", i/12+1, tag),
			link:  fmt.Sprintf("https://a.example/2026/11/a-story-with-a-longish-address-%d", i), author: "Somebody Something", tag: tag,
			text: fmt.Sprintf("<p>The first sentence of story %d says what it is about, as the first sentence should. The second adds the number %d that everybody will quote. "+
				"The third, which is somewhat longer than it had to be, tells why one should care about it at all, or not.</p>", i, 17*i+3),
		})
	}
	return feedOf(all)
}

// hostileFeed is what breaks messages: scripts, script, length, and what is missing.
func hostileFeed() string {
	long := "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	return feedOf([]entry{
		{"<script>alert(1)</script> & “quotes”", `https://a.example/?q=<script>&x='"`, "<img src=x onerror=alert(1)>", "</style></title><script>alert(1)</script> Some text -- ~~~~~~~~~~ and its end.", `en" onload="x`, "Go"},
		{"", "https://only-a-link.example/some/path/", "", "", "", ""},
		{strings.Repeat("a title of 300 letters ", 13) + "x", "https://a.example/long", strings.Repeat("author ", 40), strings.Repeat("<p>A sentence that is much like the one before it, and ends. </p>", 60), "en", "Go"},
		{long, "https://a.example/" + strings.Repeat("a", 120), "", "https://example.org/a/really/long/url/that/cannot/break/anywhere/because/it/has/no/spaces/at/all?and=a&long=query&string=0123456789abcdef " + long, "de", `<script>alert(1)</script>`},
		{"جامع نفايات ينام حين تنام خدمتك: ملاحظات من الإنتاج", "https://runtime.example/ar/idle-gc?utm=1&x=2", "ملاحظات", "معظم الخدمات تبقى خاملة بين الدفعات، ومع ذلك يبقي الجامع عماله في حالة استعداد. تغيير صغير يسمح لهم بالتوقف.", "ar", `<script>alert(1)</script>`},
		{"ガベージコレクタが眠るとき、サービスも眠る：実運用からの記録と学び、そしてこれからの課題", "https://例え.example/テスト?q=日本", "実行時ノート", "ほとんどのサービスは、要求の合間には何もしていません。それでも回収器は待機し続けます。小さな変更で、二回の静かな周期の後に休めるようになりました。", "ja", "数据库与存储引擎"},
		{"让一切变慢的索引：一次生产事故的完整复盘", "https://planner.example/zh/slow-index", "", "一个覆盖索引让仪表盘从九百毫秒降到四十毫秒，却让整个集群的写入延迟翻倍。罪魁祸首是不再可能发生的仅堆元组更新。", "zh", "数据库与存储引擎"},
		{"Unsubscribe", "https://evil.example/", "Evil", "", "", "Unsubscribe"},
		{"Read online", "https://evil.example/2", "Evil", "", "", "Unsubscribe"},
		{"Same title", "https://a.example/1", "A", "", "", "Read online"},
		{"Same title", "https://a.example/2", "A", "", "", "Read online"},
		{"More", "https://a.example/3", "A", "", "", "More"},
		{"Family 👩‍👩‍👧 की बात", "https://a.example/emoji", "", "Emoji and हिन्दी पाठ, which some count in other ways than others do, wherever the line may happen to end 👩‍🚀 today.", "hi", ""},
		{"Not a link", "javascript:alert(1)", "", "Nothing to see here, as the address leads nowhere that a reader should go.", "", "Go"},
	})
}

// TestLetters holds what is true of every message, whatever feeds say.
func TestLetters(t *testing.T) {
	t.Parallel()
	for _, l := range writeLetters(t) {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			var text [3]string
			for i, ending := range []string{".eml", ".html", ".txt"} {
				b, err := os.ReadFile(l.base + ending)
				if err != nil {
					t.Fatal(err)
				}
				text[i] = string(b)
			}
			checkMail(t, []byte(text[0]))
			checkHTML(t, text[1])
			checkText(t, text[2], text[1])
		})
	}
}
