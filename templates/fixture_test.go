package templates

import (
	"fmt"
	"net/mail"
	"strings"
	"time"

	"tidings/digest"
)

var reader = Reader{
	Email: "ada@reader.example", Name: "Ada", Address: "Reading Room Press, 14 Quay Street, Springfield",
	Online: "https://news.example/i/Zq3vT0b9", Unsubscribe: "https://news.example/u/9f3kq2x7v1m4", Preferences: "https://news.example/p/5h2mz8r4t6wq",
}

func monday() time.Time {
	return time.Date(2026, time.November, 23, 7, 0, 0, 0, time.FixedZone("CET", 3600))
}

func baseIssue(lang string) *digest.Issue {
	return &digest.Issue{
		ID: "Zq3vT0b9", Newsletter: "weekly", Number: 214, Slot: monday(), Created: monday(), Next: monday().AddDate(0, 0, 1),
		Schedule: "0 7 * * 1-5", Title: "The Reading Room", Subject: "{{.Title}}: {{.Lead.Title}}", Lang: lang,
		From: mail.Address{Name: "The Reading Room", Address: "news@example.com"}, Images: digest.ImagesLead,
	}
}

// normalIssue is an issue as a reader knows it.
func normalIssue(lang string) *digest.Issue {
	is := baseIssue(lang)
	is.Order = []string{"Go", "Databases", "Web & accessibility"}
	is.Rest = "Elsewhere"
	is.Leads = map[string][]digest.Highlight{"Go": {
		{Article: "a2", Text: "Goroutines without an owner are the language's oldest leak.", URL: "https://smallgo.example/2026/errgroup-rule"},
		{Article: "a3", Text: "Two hundred modules now build as one.", URL: "https://engineering.tidewater.example/workspace?a=1&b=2"},
	}}
	is.Broken = []string{"Harbour Notes", "Query Planner Weekly"}
	is.Limit = digest.Limit{PerTag: 7}
	is.Pictures = []digest.Picture{{CID: "lead.jpg", Type: "image/jpeg", Width: 1200, Height: 600}}
	is.Items = []digest.Item{
		{
			Article: "a1", Title: "A garbage collector that naps when your service does", URL: "https://runtime.example/blog/idle-gc",
			Source: "Runtime Notes", Author: "Mirela Dobre", Minutes: 9, Tags: []string{"Go"}, Picture: "lead.jpg",
			ImageAlt: "Line drawing of a heap shrinking at night and growing again at sunrise",
			Summary: "Most Go services sit idle between bursts, yet the collector keeps its background workers warm. A small pacing change lets " +
				"them park after two quiet cycles. Across 1,400 production pods it cut idle CPU by 31% with no visible change in tail latency.",
			Elsewhere: []digest.Link{{Name: "Small Go", URL: "https://smallgo.example/2026/idle"}, {Name: "Front Row", URL: "https://frontrow.example/gc"}},
		},
		{
			Article: "a2", Title: "Structured concurrency without a framework: errgroup, contexts and one rule", URL: "https://smallgo.example/2026/errgroup-rule",
			Source: "Small Go", Author: "Tunde Akerele", Minutes: 6, Tags: []string{"Go"},
			Summary: "Every goroutine gets an owner that waits for it. The post rewrites a leaky fan-out worker in four steps and ends with a " +
				"twelve-line linter that enforces the rule in review.",
		},
		{
			Article: "a3", Title: "What we learned moving 210 modules to a single workspace", URL: "https://engineering.tidewater.example/workspace?a=1&b=2",
			Source: "Tidewater Engineering", Minutes: 11, Tags: []string{"Go", "Databases"},
			Summary: "Builds got 4× faster, dependency upgrades stopped being a quarterly project, and one team quietly opted out.",
		},
		{Article: "a4", Title: "Release notes: go-ical 2.4 adds RFC 7986 properties", URL: "https://go-ical.example/v2.4", Source: "go-ical releases", Tags: []string{"Go"}},
		{
			Article: "a5", Title: "The index that made everything slower", URL: "https://planner.example/slow-index", Source: "Query Planner Weekly",
			Author: "Hana Kovář", Minutes: 7, Tags: []string{"Databases"},
			Summary: "A covering index took one dashboard from 900 ms to 40 ms and doubled write latency for the whole cluster. The culprit was a " +
				"heap-only-tuple update that could no longer happen.",
		},
		{
			Article: "a6", Title: "SQLite as a durable job queue, measured", URL: "https://onefile.example/queue", Source: "One File", Minutes: 8,
			Tags:    []string{"Databases", "Go"},
			Summary: "Three locking strategies, two journal modes and 40 million jobs on one small machine. The winner is the dullest option.",
		},
		{
			Article: "a7", Title: "Warum unser Backup sechs Wochen lang leer war", URL: "https://betrieb.example/leeres-backup", Source: "Betriebsnotizen",
			Author: "Jonas Riedl", Minutes: 5, Lang: "de", Tags: []string{"Databases"},
		},
		{
			Article: "a8", Title: "Focus order is a design decision", URL: "https://tabstop.example/focus-order", Source: "Tab Stop", Author: "Leila Haddad",
			Minutes: 6, Tags: []string{"Web & accessibility"},
			Summary: "Eight screen-reader users walked through the same checkout twice. The version that scored worse in the audit was finished " +
				"three minutes faster.",
		},
		{Article: "a9", Title: "Why the harbour crane sings", URL: "https://harbour.example/crane", Source: "Quayside", Minutes: 3, Summary: "Wind, a hollow boom and a bolt that nobody had tightened since spring."},
	}
	return is
}

// largeIssue has 60 articles in 12 tags.
func largeIssue() *digest.Issue {
	is := baseIssue("en")
	subjects := strings.Fields("Alpha Bravo Charlie Delta Echo Foxtrot Golf Hotel India Juliet Kilo Lima")
	for t, tag := range subjects {
		is.Order = append(is.Order, tag)
		for i := range 5 {
			n := t*5 + i
			is.Items = append(is.Items, digest.Item{
				Article: fmt.Sprint("a", n), Title: fmt.Sprintf("Story %d of %s: what happened, and what it means for everybody else", i+1, tag),
				URL: fmt.Sprintf("https://source%d.example/2026/11/a-story-with-a-longish-address-%d", n%17, n), Source: fmt.Sprintf("Source number %d", n%17),
				Author: "Somebody Something", Minutes: 3 + n%9, Tags: []string{tag},
				Summary: "The first sentence says what it is about, as the first sentence should. The second adds the number that everybody will " +
					"quote, and the third, which is somewhat longer than it had to be, tells why one should care about it at all, or not.",
			})
		}
	}
	return is
}

// hostileIssue holds what feeds should not say, and what scripts other than Latin do.
func hostileIssue(lang string) *digest.Issue {
	is := baseIssue(lang)
	is.Title = "The <b>Reading</b> Room\r\nBcc: victim@example.com"
	is.Subject = "{{.Lead.Title}}\n{{.Title}}"
	is.Order = []string{"Go", `"><script>alert(1)</script>`, "数据库与存储引擎", "Unsubscribe"}
	is.Rest = "Rest & more"
	is.Leads = map[string][]digest.Highlight{
		"Go":       {{Article: "h1", Text: "<b>Over</b>\x00 it & \u202eall", URL: "javascript:alert(1)"}, {Article: "h2", Text: "\x00"}, {Article: "gone", Text: "Of an article that is not there."}},
		"数据库与存储引擎": {{Article: "h10", Text: strings.Repeat("x", 90), URL: "https://a.example/?q=<script>&x='\""}},
	}
	is.Broken = []string{"<i>Broken</i>", "\u202eevil"}
	is.Limit = digest.Limit{PerTag: 6}
	long := "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
	is.Items = []digest.Item{
		{Article: "h1", Title: "<script>alert(1)</script> & “quotes”\x00\u0085\u202e\u200b", URL: "https://a.example/?q=<script>&x='\"", Source: "A\tB\nC", Author: "<img src=x onerror=alert(1)>", Summary: "</style></title><script>alert(1)</script> <i> -- \x9b ~~~~~~~~~~ end.", Lang: `en" onload="x`, Minutes: 2, Tags: []string{"Go"}},
		{Article: "h2", Title: "Not a link", URL: "javascript:alert(1)", Source: "Evil", Summary: "Nothing to see here.", Tags: []string{"Go", `"><script>alert(1)</script>`}},
		{Article: "h3", Title: strings.TrimSpace(strings.Repeat("a very long title that goes on ", 20)), URL: "https://a.example/long", Source: strings.Repeat("source ", 40), Summary: strings.TrimSpace(strings.Repeat("word ", 80)), Tags: []string{"Go"}},
		{Article: "h4", URL: "https://only-a-link.example/some/path/", Tags: []string{"Go"}},
		{Article: "h5", Tags: []string{"Go"}},
		{Article: "h6", Title: "Data", URL: "data:text/html,<script>alert(1)</script>", Tags: []string{"Go"}},
		{Article: "h7", Title: "Over the limit", URL: "https://a.example/7", Tags: []string{"Go"}},
		{Article: "h8", Title: long, URL: "https://a.example/" + strings.Repeat("a", 120), Source: "github.com/very-long-organisation-name/very-long-repository-name", Lang: "de", Minutes: 1, Summary: "https://example.org/a/really/long/url/that/cannot/break/anywhere/because/it/has/no/spaces/at/all?and=a&long=query&string=0123456789abcdef " + long, Tags: []string{`"><script>alert(1)</script>`}},
		{Article: "h9", Title: "جامع نفايات ينام حين تنام خدمتك: ملاحظات من الإنتاج", URL: "https://runtime.example/ar/idle-gc?utm=1&x=2", Source: "ملاحظات", Lang: "ar", Minutes: 9, Summary: "معظم الخدمات تبقى خاملة بين الدفعات، ومع ذلك يبقي الجامع عماله في حالة استعداد. تغيير صغير يسمح لهم بالتوقف.", Tags: []string{`"><script>alert(1)</script>`}},
		{Article: "h10", Title: "让一切变慢的索引：一次生产事故的完整复盘与我们从中学到的东西", URL: "https://planner.example/zh/slow-index", Source: "查询计划", Minutes: 6, Lang: "zh", Summary: "一个覆盖索引让仪表盘从九百毫秒降到四十毫秒，却让整个集群的写入延迟翻倍。罪魁祸首是不再可能发生的仅堆元组更新，而我们花了三个星期才发现这一点。", Tags: []string{"数据库与存储引擎"}},
		{Article: "h11", Title: "ガベージコレクタが眠るとき、サービスも眠る：実運用からの記録と学び、そしてこれからの課題", URL: "https://例え.example/テスト?q=日本", Source: "実行時ノート", Lang: "ja", Minutes: 4, Tags: []string{"数据库与存储引擎"}},
		{Article: "h12", Title: "Unsubscribe", URL: "https://evil.example/", Source: "Evil", Tags: []string{"Unsubscribe"}},
		{Article: "h13", Title: "Same title", URL: "https://a.example/1", Source: "A", Tags: []string{"Unsubscribe"}},
		{Article: "h14", Title: "Same title", URL: "https://a.example/2", Source: "A", Tags: []string{"Unsubscribe"}},
		{Article: "h15", Title: "Same title", URL: "https://a.example/3", Source: "A", Elsewhere: []digest.Link{{Name: "A", URL: "https://b.example/"}, {Name: "Bad", URL: "javascript:x"}, {URL: "https://c.example/x"}}},
		{Article: "h16", Title: "\ufffe\u2066\xff", Source: "\xff\xfe", Summary: "\u200e\u200f"},
		{Article: "h17", Title: "Family 🎉 की बात", URL: "https://a.example/emoji", Summary: "Emoji and हिन्दी पाठ, which some count in other ways than others do, wherever the line may happen to end 👩‍🚀 today."},
	}
	return is
}

func edition(is *digest.Issue) digest.Edition {
	e, _ := is.Edition(digest.Selection{})
	return e
}
