package fetch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"tidings/digest"
)

// parsed is a document after its way over loopback and through the guard.
func parsed(t *testing.T, body, charset string) (*document, error) {
	t.Helper()
	contentType := "application/xml"
	if charset != "" {
		contentType += "; charset=" + charset
	}
	u := serveBody(t, contentType, body)
	_, doc, err := client(Options{}).getFeed(t.Context(), digest.Feed{URL: u}, digest.FeedState{}, noon())
	return doc, err
}

func mustParse(t *testing.T, body string) *document {
	t.Helper()
	doc, err := parsed(t, body, "")
	if err != nil {
		t.Fatalf("%v in %.200q", err, body)
	}
	return doc
}

func oneItem(title string) string {
	return "<rss version='2.0'><channel><title>n</title><item><title>" + title + "</title><guid>1</guid></item></channel></rss>"
}

func TestGuardCharsets(t *testing.T) {
	t.Parallel()
	declared := func(enc, title string) string { return `<?xml version="1.0" encoding="` + enc + `"?>` + oneItem(title) }
	inLanguage := func(lang, title string) string {
		return strings.Replace(oneItem(title), "<title>n", "<language>"+lang+"</language><title>n", 1)
	}
	encoded := func(e interface{ String(string) (string, error) }, s string) string {
		out, err := e.String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	wide := func(order binary.ByteOrder, mark bool, s string) string {
		var b bytes.Buffer
		if mark {
			s = "\ufeff" + s
		}
		for _, u := range utf16.Encode([]rune(s)) {
			_ = binary.Write(&b, order, u)
		}
		return b.String()
	}
	for name, tt := range map[string]struct{ body, charset, want string }{
		"latin 1":              {body: encoded(charmap.ISO8859_1.NewEncoder(), declared("ISO-8859-1", "Café")), want: "Café"},
		"cyrillic":             {body: encoded(charmap.Windows1251.NewEncoder(), declared("windows-1251", "Привет")), want: "Привет"},
		"japanese":             {body: encoded(japanese.ShiftJIS.NewEncoder(), declared("Shift_JIS", "日本語表")), want: "日本語表"},
		"japanese, shifting":   {body: encoded(japanese.ISO2022JP.NewEncoder(), declared("iso-2022-jp", "日本語")), want: "日本語"},
		"said by the server":   {body: encoded(charmap.Windows1251.NewEncoder(), oneItem("Привет")), charset: "windows-1251", want: "Привет"},
		"UTF-16, marked":       {body: wide(binary.LittleEndian, true, declared("utf-16", "Žluťoučký")), want: "Žluťoučký"},
		"UTF-16, big, no mark": {body: wide(binary.BigEndian, false, declared("utf-16", "Žluťoučký")), want: "Žluťoučký"},
		"UTF-8, marked":        {body: "\ufeff" + declared("utf-8", "Größe"), want: "Größe"},
		"UTF-8 that lies":      {body: declared("iso-8859-1", "Größe"), want: "Größe"},
		"UTF-16 that lies":     {body: declared("utf-16", "Größe"), want: "Größe"},
		"a character cut off":  {body: declared("utf-8", "“Größe” für Möwen\xe2\x80"), charset: "iso-8859-1", want: "“Größe” für Möwenâ€"},
		"cut off, and it lies": {body: declared("iso-8859-1", "“Größe” für Möwen\xc3"), want: "“Größe” für MöwenÃ"},
		"stray bytes":          {body: declared("utf-8", "Größe \x93quoted\x94"), want: "Größe “quoted”"},
		"halves":               {body: declared("utf-8", "a \xed\xa0\xbd\xed\xb8\x80 b"), want: "a 😀 b"},
		"halves, among others": {body: declared("utf-8", "Größe \xed\xa0\xbd\xed\xb8\x80 \x93b\x94"), charset: "utf-8", want: "Größe 😀 “b”"},
		"a guess, 1251":        {body: encoded(charmap.Windows1251.NewEncoder(), inLanguage("ru", "Привет, Мир")), want: "Привет, Мир"},
		"a guess, KOI8":        {body: encoded(charmap.KOI8R.NewEncoder(), inLanguage("ru-RU", "Привет, Мир")), want: "Привет, Мир"},
		"a guess, Shift_JIS":   {body: encoded(japanese.ShiftJIS.NewEncoder(), inLanguage("ja", "日本語のニュース")), charset: "utf-8", want: "日本語のニュース"},
		"a guess, EUC-JP":      {body: encoded(japanese.EUCJP.NewEncoder(), inLanguage("JA", "日本語のニュース")), want: "日本語のニュース"},
		"a guess, GBK":         {body: encoded(simplifiedchinese.GBK.NewEncoder(), inLanguage("zh-cn", "中文标题新闻")), want: "中文标题新闻"},
		"a guess, Big5":        {body: encoded(traditionalchinese.Big5.NewEncoder(), inLanguage("zh-tw", "中文標題新聞")), want: "中文標題新聞"},
		"a guess, EUC-KR":      {body: encoded(korean.EUCKR.NewEncoder(), inLanguage("ko", "한국어 제목")), want: "한국어 제목"},
		"a guess, Latin 2":     {body: encoded(charmap.ISO8859_2.NewEncoder(), inLanguage("cs", "Žluťoučký kůň")), want: "Žluťoučký kůň"},
		"a guess, 1250":        {body: encoded(charmap.Windows1250.NewEncoder(), inLanguage("cs", "Žluťoučký kůň šel")), want: "Žluťoučký kůň šel"},
		"a guess, Greek":       {body: encoded(charmap.Windows1253.NewEncoder(), inLanguage("el", "Καλημέρα κόσμε")), want: "Καλημέρα κόσμε"},
		"a guess, 1252":        {body: encoded(charmap.Windows1252.NewEncoder(), inLanguage("fr", "“Café”")), want: "“Café”"},
		"unknown label":        {body: declared("x-made-up", "Caf\xe9"), want: "Café"},
	} {
		doc, err := parsed(t, tt.body, tt.charset)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := doc.Items[0].Title; got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestGuardClean(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\x00b\x08c\x1b[0m\td\r\n":                     "abc[0m\td\r\n",
		"&#0;&#8;&#x1F;&#xFFFE;x":                       "x",
		"&#9;&#10;&#x41;&#128512;":                      "&#9;&#10;&#x41;&#128512;",
		"&#;&#x;&#99":                                   "&#;&#x;&#99",
		"&#xD800;&#x110000;y":                           "y",
		"\ufffe\uffff\ufffd":                            "\ufffd",
		"AT&T &amp; &#":                                 "AT&T &amp; &#",
		"&#55357;&#56832; a &#xD83D;&#Xde00;&#128512;":  "😀 a 😀&#128512;",
		"&amp;#55357;&amp;#56832; &amp;#xd83d;&#56832;": "😀 😀",
		"&#55357;&#55357;&#56832;&#56832;z":             "😀z",
		"&#55357;":                                      "",
		"&#55357;&#56832":                               "&#56832",
		"&#xFFFFFFFFFFFF;&#-5;&#x+5;":                   "&#-5;&#x+5;",
	} {
		if got := string(clean([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestGuardJunkBeforeTheRoot(t *testing.T) {
	t.Parallel()
	junk := strings.Repeat("<!-- <rss><channel> is written here -->\n", 200)
	for name, before := range map[string]string{
		"nothing":          "",
		"spaces":           " \r\n\t",
		"comments":         junk,
		"declarations":     `<?xml version="1.0"?><?xml-stylesheet href="a.xsl"?><!DOCTYPE rss PUBLIC "-//x" "y">`,
		"a server warning": "<br />\n<b>Warning</b>: mysql_connect() in <b>/var/www/feed.php</b> on line 3<br />\n",
		"text":             "Notice: 1 & 2\n\n",
	} {
		if doc := mustParse(t, before+oneItem("here")); doc.Items[0].Title != "here" {
			t.Errorf("%s: %q", name, doc.Items[0].Title)
		}
	}
}

func TestGuardIllegalCharacters(t *testing.T) {
	t.Parallel()
	doc := mustParse(t, oneItem("a\x00b&#8;c&nbsp;d & e \x1b[31m"))
	if got := doc.Items[0].Title; got != "abc\u00a0d & e [31m" {
		t.Errorf("%q", got)
	}
}

func TestGuardDepthNamespacesAndCounts(t *testing.T) {
	t.Parallel()
	deep := func(n int) string {
		return "<rss><channel><item><title>x</title>" + strings.Repeat("<a:b>", n) + "t" + strings.Repeat("</a:b>", n) + "</item></channel></rss>"
	}
	var declarations strings.Builder
	for i := range 5000 {
		declarations.WriteString(" xmlns:n" + strings.Repeat("x", i%7) + string(rune('a'+i%26)) + "='u'")
	}
	for name, tt := range map[string]struct{ body, say string }{
		"deep":            {deep(500_000), "200 elements in one another"},
		"deep, not ended": {"<rss><channel>" + strings.Repeat("<a>", 1_000_000), "200 elements in one another"},
		"deep in quotes":  {"<rss><channel>" + strings.Repeat(`<a b=">" c='/>'>`, 1000), "200 elements in one another"},
		"deep, closed by others": {
			"<rss><channel>" + strings.Repeat("<a></b/>", 300),
			"cannot be read",
		},
		"namespaces":          {"<rss" + declarations.String() + "><channel>" + strings.Repeat("<item/>", 10_000) + "</channel></rss>", "250 namespaces"},
		"namespaces, spread":  {"<rss><channel>" + strings.Repeat("<a xmlns:b='c'"+strings.Repeat(" xmlns:d='e'", 9)+">", 100), "250 namespaces"},
		"elements":            {"<rss><channel><item>" + strings.Repeat("<a:b/>", 400_000) + "</item></channel></rss>", "300000 elements"},
		"JSON, deep":          {`{"version":"https://jsonfeed.org/version/1","items":` + strings.Repeat("[", 1_000_000), "200 objects in one another"},
		"JSON, deep, unknown": {`{"items":[{"x":` + strings.Repeat(`{"a":`, 1_000_000), "200 objects in one another"},
		"JSON, many":          {`{"items":[` + strings.Repeat("{},", 200_000) + "{}]}", "100000 objects"},
		"items":               {"<rss><channel>" + strings.Repeat("<item/>", 30_000), "20000 items"},
	} {
		_, err := parsed(t, tt.body, "") // what it says is that its size was seen, and not that it took long
		if err == nil || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%s: %v, want %q", name, err, tt.say)
		}
	}
}

func TestGuardLetsRealFeedsThrough(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"unclosed tags":          oneItem("x" + strings.Repeat("<br>a", 150)),
		"repeated namespaces":    "<rss><channel>" + strings.Repeat("<item><title>a</title><m:t xmlns:m='u'>b</m:t></item>", 1000) + "</channel></rss>",
		"markup in a section":    oneItem("<![CDATA[" + strings.Repeat("<div>", 1000) + "]]>"),
		"markup in a comment":    oneItem("a<!--" + strings.Repeat("<div>", 1000) + "-->"),
		"a greater-than in text": oneItem("1 > 0"),
	} {
		if doc, err := parsed(t, body, ""); err != nil || len(doc.Items) == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Elements of one name within each other are closed from within.
func TestGuardDepthOfOneName(t *testing.T) {
	t.Parallel()
	if _, err := parsed(t, "<rss><channel>"+strings.Repeat("<a><a></a>", 300), ""); err == nil || !strings.Contains(err.Error(), "in one another") {
		t.Error(err)
	}
}

// Once half of the time is over the parser gets little at a time, so that it is stopped in time whatever each byte costs.
func TestGuardGivesLittleToTheSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		r, p := &budgetReader{b: make([]byte, 1<<20), start: start, end: start.Add(parseBudget)}, make([]byte, 1<<16)
		for _, step := range []struct {
			at  time.Duration
			n   int
			err error
		}{{0, piece, nil}, {parseBudget/2 - 1, piece, nil}, {parseBudget/2 + 1, piece / 16, nil}, {parseBudget - 1, piece / 16, nil}, {parseBudget, 0, errBudget}} {
			time.Sleep(time.Until(start.Add(step.at)))
			if n, err := r.Read(p); n != step.n || !errors.Is(err, step.err) {
				t.Errorf("after %s: %d bytes, %v", step.at, n, err)
			}
		}
	})
}

func TestGuardTimeBudget(t *testing.T) {
	t.Parallel()
	// Text in many fragments costs gofeed the square of their number.
	body := "<rss><channel><item><x:y>" + strings.Repeat("abcdefgh<!---->", 900_000) + "</x:y></item></channel></rss>"
	start := time.Now()
	_, _, err := guarded([]byte(body), start.Add(200*time.Millisecond), gofeedParse)
	if !errors.Is(err, errBudget) {
		t.Errorf("%v after %s", err, time.Since(start))
	}
	// Neither mending nor salvage goes on with it.
	if _, err := parseXML([]byte(body), time.Now().Add(200*time.Millisecond), false); !errors.Is(err, errBudget) {
		t.Error(err)
	}
}

func TestGuardPanicIsAnError(t *testing.T) {
	t.Parallel()
	_, _, err := guarded([]byte("x"), time.Now().Add(time.Minute), func(io.Reader) (int, error) { panic("out of range") })
	if err == nil || !strings.Contains(err.Error(), "out of range") {
		t.Errorf("%v", err)
	}
}

func TestGuardJSONNulls(t *testing.T) {
	t.Parallel()
	doc := mustParse(t, `{"version":"https://jsonfeed.org/version/1","title":null,"authors":[null],"items":[null,
		{"id":7,"title":null,"content_text":"Hello","authors":[null,{"name":null}],"author":null,"tags":null,"attachments":null},null]}`)
	c := client(Options{})
	as := (&reader{doc: doc, base: doc.baseURL("https://n.example/"), text: c.Text, now: noon()}).articles()
	if len(as) != 1 || as[0].GUID != "7" || as[0].Title != "Hello" {
		t.Errorf("%+v", as)
	}
	if _, err := parsed(t, `{"version":"https://jsonfeed.org/version/1","items":null}`, ""); err != nil {
		t.Errorf("an empty feed: %v", err)
	}
}

func TestGuardWhatIsNoFeed(t *testing.T) {
	t.Parallel()
	for body, say := range map[string]string{
		"":                        "empty",
		"  \n":                    "empty",
		"Hello,\r\nworld\x1b[31m": "neither RSS, Atom nor JSON Feed",
		`{"error":"rate limit"}`:  "no JSON Feed",
		"\x01\x02\x03":            "nor text at all",
		"{not json":               "cannot be read",
		"<opml><body/></opml>":    "OPML",
		"<Error><Code>AccessDenied</Code></Error>": "neither RSS, Atom nor JSON Feed",
	} {
		wantError(t, fetchOne(t, client(Options{}), serveBody(t, "text/plain", body)), say)
	}
}
