package config

import (
	"errors"
	"strconv"
	"strings"
	"testing"

	"tidings/digest"
)

// What is wrong with the syntax is said as those see it who wrote it, with what to do.
func TestSyntaxMistakes(t *testing.T) {
	t.Parallel()
	const (
		column = "keys that belong together, and the dashes of a list, begin in the same column"
		noKey  = "this is no key: a colon and a space behind it are missing"
		title  = "write it like title: The Reading Room"
		brace  = "text that begins with { is put into quotes"
	)
	for _, test := range []struct {
		yaml      string
		line, col int
		message   string
		hint      string
	}{
		{"feeds:\n\t- https://example.org/\n", 2, 1, "a tab stands where YAML has spaces", "indent with spaces alone"},
		{"\tfeeds:\n", 1, 6, "a tab stands where YAML has spaces", "indent with spaces alone"},
		{"smtp:\n  host: a.b\n   port: 25\n", 2, 9, "the line below stands further in, as if it belonged to this value", column},
		{"smtp:\n  host: a.b\n port: 25\n", 3, 2, "this line stands further in than its neighbours, or less far", column},
		{"feeds:\n  - a\n - b\n", 3, 2, "this line stands further in than its neighbours, or less far", column},
		{"newsletters:\n  - title: Room: a story\n", 2, 12, `": " within a text would begin a key`, `put the text into quotes: key: "text: more text"`},
		{"newsletters:\n  - title:W\n    name: x\n", 2, 5, noKey, title},
		{"newsletters\n  - title: W\n", 1, 1, noKey, title},
		{"site:\n  listen: a\n  url https://a.example\n", 3, 3, noKey, title},
		{"feeds:\n  -https://a.example\n  - https://b.example\n", 2, 3, "feeds: expected a list, not text", itemHint},
		{"newsletters:\n  -name: x\n   title: y\n", 2, 10, "this is no item of a list", itemHint},
		{"newsletters:\n  name: x\n", 2, 3, "newsletters: expected a list, not keys and their values", itemHint},
		{"newsletters:\n  - name: 'it's'\n", 2, 15, "nothing can stand behind the value here", `text that holds quotes is put into the other kind of quotes: "it's"`},
		{"newsletters:\n  - name: \"weekly\n", 2, 11, "the quotes that open here are never closed", ""},
		{"fetch: {every: 1h\n", 1, 8, "the { that opens here is never closed", brace},
		{"feeds: [a, b]]\n", 1, 14, "nothing was opened that this bracket could close", "text that holds { } [ ] is put into quotes"},
		{"feeds: [a,,b]\n", 1, 11, "nothing stands before this comma", "remove one of them"},
		{"newsletters:\n  - subject: {{.Title}}\n", 2, 15, "{ begins keys and their values, and these are none", brace},
		{"newsletters:\n  - subject: {{.Title}}: x\n", 2, 24, "{ begins keys and their values, and these are none", brace},
		{"newsletters:\n  - title: @W\n", 2, 12, "text cannot begin with this character", "put the text into quotes"},
		{"newsletters:\n  - title: > a\n", 2, 12, "> and | begin a text of several lines, on the line below", "text that begins with one of them is put into quotes"},
		{"feeds:\n  - include: [*]\n", 2, 16, "& and * have a meaning in YAML, which is not supported here", "text that begins with one of them is put into quotes"},
		{"newsletters:\n  - title: \"a\\qb\"\n", 2, 15, `in double quotes, \ begins a code, and this is none`, `write \\ for one \, or put the text into single quotes`},
		{"site:\n", 1, 6, "site: expected keys and their values, not nothing", "its keys stand below it, further in; if it has none, remove it"},
		{"fetch:\n  every:1h\n", 2, 3, "fetch: expected keys and their values, not text", "a colon has a space behind it"},
		{"store: #1\n", 1, 8, "store: expected a path, relative to this file, not nothing", "# behind a space begins a comment: text that holds one is put into quotes"},
		{"feeds:\n  - a\n    - b\n", 2, 5, `url: "a - b" is no URL`, ""},
	} {
		_, err := read("t.yaml", []byte(test.yaml), environment(nil))
		mistakes, _ := errors.AsType[Errors](err)
		if len(mistakes) == 0 {
			t.Errorf("%q is right", test.yaml)
			continue
		}
		got := mistakes[0]
		if got.Line != test.line || got.Column != test.col || got.Message != test.message || got.Hint != test.hint {
			t.Errorf("%q: %v", test.yaml, got)
		}
	}
}

// A secret without quotes that begins below its key is hidden on all of its lines.
func TestSecretOfSeveralLines(t *testing.T) {
	t.Parallel()
	_, err := read("t.yaml", []byte("smtp:\n  host: [x]\n  password:\n    hunter2\n    hunter2 ${X}\n"), environment(nil))
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Error(err)
	}
}

// Nothing that a mistake is called shows the program's insides.
func TestValueMistakes(t *testing.T) {
	t.Parallel()
	const none = " is no mail address: "
	for _, test := range []struct {
		value scalar
		text  string
		want  string // behind the text in quotes
	}{
		{new(schedule), "61 7 * * MON", ` is no schedule: "61" is no minute: 0 to 59`},
		{new(schedule), "0 7 * * FUNDAY", ` is no schedule: "FUNDAY" is no weekday: 0 to 6 from Sunday on, or SUN to SAT`},
		{new(schedule), "0 7 * * 7", ` is no schedule: "7" is no weekday: 0 to 6 from Sunday on, or SUN to SAT`},
		{new(schedule), "0 99999999999999999999 * * *", ` is no schedule: "99999999999999999999" is no hour: 0 to 23`},
		{new(schedule), "0 7 * * FRI-MON", ` is no schedule: "FRI-MON" is no weekday: 0 to 6 from Sunday on, or SUN to SAT; a range goes upwards, such as 1-5, a list is written 1,3, every second one */2`},
		{new(schedule), "every monday", ` is no schedule: five fields are wanted, not 2: minute, hour, day of the month, month, weekday, such as "0 7 * * MON"`},
		{new(schedule), "@fortnightly", " is no schedule: with @ there are @hourly, @daily, @weekly, @monthly and @yearly"},
		{new(schedule), "", " is no schedule: it is empty"},
		{new(mailbox), "news", none + "it has no @"},
		{new(mailbox), "", none + "it is empty"},
		{new(mailbox), "The Room <news@example.com", none + "one of < and > is missing"},
		{new(mailbox), "The Room news@example.com", none + "with a name before it, it is written The Room <news@example.com>"},
		{new(mailbox), "a@b@c.com", none + "it has more than one @"},
		{new(mailbox), "a@x.com, b@x.com", none + "one is wanted, and these are several"},
		{new(mailbox), "A <a@x.com>, B <b@x.com>", none + "one is wanted, and these are several"},
		{new(mailbox), "news@", none + "no domain stands behind the @"},
		{new(mailbox), "The Room <@example.com>", none + "nothing stands before the @"},
		{new(mailbox), "news @example.com", none + "it has a space within"},
		{new(mailbox), "news..x@example.com", none + "a dot stands where none can"},
		{new(mailbox), "mailto:news@example.com", none + "leave out mailto:"},
		{new(mailbox), `"The Room <news@example.com>`, none + "a quotation mark is missing"},
		{new(mailbox), "The Room <a b@example.com>", none + "write it like news@example.com, or like The Reading Room <news@example.com>"},
		{new(address), "Ada <ada@example.com>", " has more than an address: write ada@example.com alone; a name has a key of its own"},
		{new(subject), "{{.Titel}}", " is no template: it has no .Titel; what it has is .Title, .Number, .Count, .Lead.Title"},
		{new(subject), "{{.Lead.Nope}}", " is no template: it has no .Nope; what it has is .Title, .Number, .Count, .Lead.Title"},
		{new(subject), "{{.Title", " is no template: {{ has no }} behind it"},
		{new(subject), "{{if .Title}}x", " is no template: an {{if}}, {{range}} or {{with}} has no {{end}}"},
		{new(subject), "{{upper .Title}}", " is no template: there is no function upper"},
		{new(subject), "{{index .Title 99}}", " is no template: error calling index: index out of range: 99"},
		{new(pattern), "/(/", " is no regular expression: missing closing ): `(`"},
	} {
		err := test.value.parse(test.text)
		if err == nil {
			t.Errorf("%q is right", test.text)
			continue
		}
		if want := strconv.Quote(test.text) + test.want; strings.TrimPrefix(err.Error(), "pattern ") != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

// A name before an address needs no quotes.
func TestNamesOfSenders(t *testing.T) {
	t.Parallel()
	for text, name := range map[string]string{
		"Dr. Who, Esq. <news@example.com>":           "Dr. Who, Esq.",
		"Bücherei & Co: News <news@example.com>":     "Bücherei & Co: News",
		`"Who, Dr." <news@example.com>`:              "Who, Dr.",
		"=?utf-8?q?B=C3=BCcher?= <news@example.com>": "Bücher",
		"<news@example.com>":                         "",
	} {
		var m mailbox
		if err := m.parse(text); err != nil || m.Name != name || m.Address.Address != "news@example.com" {
			t.Errorf("%q: %+v, %v", text, m, err)
		}
	}
}

// An address of one network alone is the admin's to write, with a warning, and no stranger's.
func TestLocalAddresses(t *testing.T) {
	t.Parallel()
	text := "newsletters: [{name: w, title: W, from: n@example.com}]\nfeeds: [https://example.org/]\nsite: {url: http://127.0.0.1}\nsubscribers: [ada@example.com, bob@localhost"
	for more, want := range map[string]string{
		"]":        "the domain of the subscriber bob@localhost has no dot: mail reaches it on your own network alone",
		", c@gov]": "the domains of 2 subscribers have no dot, such as that of bob@localhost: mail reaches them on your own network alone",
	} {
		c, err := read("t.yaml", []byte(text+more+"\n"), environment(nil))
		if err != nil || len(c.Warnings) != 1 || c.Warnings[0] != want {
			t.Errorf("%s: %q, %v", more, c.Warnings, err)
		}
	}
	public := &Config{Site: digest.Site{URL: "https://news.example.com"}}
	if a, err := public.PublicAddress("root@localhost"); err == nil || a != "" {
		t.Errorf("%q, %v", a, err)
	}
	trial := &Config{Site: digest.Site{URL: "http://127.0.0.1:8080"}}
	if a, err := trial.PublicAddress("root@localhost"); err != nil || a != "root@localhost" {
		t.Errorf("%q, %v", a, err)
	}
	if a, err := public.PublicAddress("ada@bücher.example"); err != nil || a != "ada@xn--bcher-kva.example" {
		t.Errorf("%q, %v", a, err)
	}
}
