package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plainFeed and fullFeed are what the tests add.
func plainFeed() NewFeed { return NewFeed{URL: "https://new.example/feed.xml"} }

func fullFeed() NewFeed {
	return NewFeed{URL: "https://new.example/?a=b, c#d", Title: `New: the "one"`, Tags: []string{"Go", "#1", "true"}}
}

const fullBlock = `- url: "https://new.example/?a=b, c#d"
INDENTtitle: "New: the \"one\""
INDENTtags: [Go, "#1", "true"]`

func TestInsertFeeds(t *testing.T) {
	t.Parallel()
	full := func(indent string) string { return strings.ReplaceAll(fullBlock, "INDENT", indent+"  ") }
	for _, tt := range []struct {
		name, before, after string
		feeds               []NewFeed
	}{
		{name: "block list", before: "feeds:\n  - https://a.example/\ntags: [{name: A}]\n", after: "feeds:\n  - https://a.example/\n  - https://new.example/feed.xml\ntags: [{name: A}]\n"},
		{name: "the last of the file", before: "feeds:\n  - https://a.example/\n", after: "feeds:\n  - https://a.example/\n  - https://new.example/feed.xml\n"},
		{name: "no final newline", before: "feeds:\n  - https://a.example/", after: "feeds:\n  - https://a.example/\n  - https://new.example/feed.xml"},
		{name: "not indented", before: "feeds:\n- https://a.example/\n\nstore: x.db\n", after: "feeds:\n- https://a.example/\n- https://new.example/feed.xml\n\nstore: x.db\n"},
		{
			name:   "comments between, behind and below",
			before: "# top\nfeeds: # the feeds\n  # first\n  - https://a.example/ # A\n  # second\n  - url: https://b.example/ # B\n    title: 'B''s' # title\n    # - https://c.example/\n\n# the tags\ntags: [{name: A}] # end\n",
			after:  "# top\nfeeds: # the feeds\n  # first\n  - https://a.example/ # A\n  # second\n  - url: https://b.example/ # B\n    title: 'B''s' # title\n    # - https://c.example/\n  - https://new.example/feed.xml\n\n# the tags\ntags: [{name: A}] # end\n",
		},
		{
			name:   "odd indentation and quoting",
			before: "\"feeds\":\n     -   \"https://a.example/\"\n     -   {url: 'https://b.example/',   tags: [ x,y ]}\nstore:   x.db\n",
			after:  "\"feeds\":\n     -   \"https://a.example/\"\n     -   {url: 'https://b.example/',   tags: [ x,y ]}\n     " + full("     ") + "\nstore:   x.db\n",
			feeds:  []NewFeed{fullFeed()},
		},
		{
			name:   "with title and tags",
			before: "feeds:\n  - https://a.example/\n",
			after:  "feeds:\n  - https://a.example/\n  " + full("  ") + "\n  - https://new.example/feed.xml\n",
			feeds:  []NewFeed{fullFeed(), plainFeed()},
		},
		{
			name:   "keys that are commented out",
			before: "feeds:\n  - url: https://a.example/\n    #every: 6h\n    #title: A\n  #- https://b.example/\n  # more\nstore: x.db\n",
			after:  "feeds:\n  - url: https://a.example/\n    #every: 6h\n    #title: A\n  - https://new.example/feed.xml\n  #- https://b.example/\n  # more\nstore: x.db\n",
		},
		{name: "CRLF", before: "feeds: # é\r\n  - https://a.example/ # c\r\n  # d\r\nstore: x.db\r\n", after: "feeds: # é\r\n  - https://a.example/ # c\r\n  - https://new.example/feed.xml\r\n  # d\r\nstore: x.db\r\n"},
		{name: "CRLF in flow", before: "store: x.db # c\r\nfeeds: [https://a.example/,\r\n  https://b.example/ # b\r\n]\r\n", after: "store: x.db # c\r\nfeeds: [https://a.example/,\r\n  https://b.example/, # b\r\n  https://new.example/feed.xml\r\n]\r\n"},
		{name: "a byte order mark", before: "\ufefffeeds: [https://a.example/]\n", after: "\ufefffeeds: [https://a.example/, https://new.example/feed.xml]\n"},
		{name: "tabs before comments", before: "feeds:\t# x\n  - https://a.example/\t# y\n", after: "feeds:\t# x\n  - https://a.example/\t# y\n  - https://new.example/feed.xml\n"},
		{name: "flow", before: "feeds: [https://a.example/] # c\nstore: x.db\n", after: "feeds: [https://a.example/, https://new.example/feed.xml] # c\nstore: x.db\n"},
		{
			name:   "flow with title and tags",
			before: "feeds: [ {url: https://a.example/} ]\n",
			after:  `feeds: [ {url: https://a.example/}, {url: "https://new.example/?a=b, c#d", title: "New: the \"one\"", tags: [Go, "#1", "true"]} ]` + "\n",
			feeds:  []NewFeed{fullFeed()},
		},
		{
			name: "flow, an address with colons", before: "feeds: [https://a.example/]\n",
			after: "feeds: [https://a.example/, http://127.0.0.1:8080/a:b?c=d&e]\n", feeds: []NewFeed{{URL: "http://127.0.0.1:8080/a:b?c=d&e"}},
		},
		{name: "flow, trailing comma", before: "feeds: [https://a.example/ , ]\n", after: "feeds: [https://a.example/ , https://new.example/feed.xml, ]\n"},
		{name: "flow, empty", before: "feeds: [ ] # none\n", after: "feeds:  # none\n  - https://new.example/feed.xml\n"},
		{name: "flow, empty, nothing behind", before: "feeds: []\nstore: x.db\n", after: "feeds:\n  - https://new.example/feed.xml\nstore: x.db\n"},
		{name: "flow, empty, at the end", before: "store: x.db\r\nfeeds: [ ]", after: "store: x.db\r\nfeeds:\r\n  - https://new.example/feed.xml"},
		{name: "flow, empty, on a line of its own", before: "feeds:\n  []\nstore: x.db\n", after: "feeds:\n  [https://new.example/feed.xml]\nstore: x.db\n"},
		{name: "all in flow, an empty list", before: "{feeds: [], store: x.db}\n", after: "{feeds: [https://new.example/feed.xml], store: x.db}\n"},
		{name: "flow, a comment alone", before: "feeds: [ # none\n]\n", after: "feeds: [https://new.example/feed.xml # none\n]\n"},
		{name: "flow, a line each", before: "feeds: [\n  'https://a.example/', # A\n  'https://b.example/' # B\n  # C\n]\n", after: "feeds: [\n  'https://a.example/', # A\n  'https://b.example/', # B\n  https://new.example/feed.xml\n  # C\n]\n"},
		{name: "flow, a line each, trailing comma", before: "feeds: [\n    https://a.example/,   # A\n  ]\n", after: "feeds: [\n    https://a.example/,   # A\n    https://new.example/feed.xml,\n  ]\n"},
		{name: "flow, the bracket behind the last", before: "feeds: [\n  https://a.example/,\n  https://b.example/]\n", after: "feeds: [\n  https://a.example/,\n  https://b.example/, https://new.example/feed.xml]\n"},
		{name: "empty", before: "feeds:\nstore: x.db\n", after: "feeds:\n  - https://new.example/feed.xml\nstore: x.db\n"},
		{name: "empty, items commented out", before: "store: x.db\nfeeds: # later\n  # - https://a.example/\n", after: "store: x.db\nfeeds: # later\n  - https://new.example/feed.xml\n  # - https://a.example/\n"},
		{name: "empty, at the end", before: "store: x.db\nfeeds:", after: "store: x.db\nfeeds:\n  - https://new.example/feed.xml"},
		{name: "null", before: "feeds: null # none\nstore: x.db\n", after: "feeds:  # none\n  - https://new.example/feed.xml\nstore: x.db\n"},
		{name: "tilde", before: "feeds: ~\n", after: "feeds: \n  - https://new.example/feed.xml\n"},
		{name: "no list", before: "store: x.db\n# end\n\n", after: "store: x.db\n# end\nfeeds:\n  - https://new.example/feed.xml\n\n"},
		{name: "no list, no final newline", before: "store: x.db # s", after: "store: x.db # s\nfeeds:\n  - https://new.example/feed.xml"},
		{name: "no list, all indented", before: "  store: x.db\n", after: "  store: x.db\n  feeds:\n    - https://new.example/feed.xml\n"},
		{name: "document markers", before: "---\nfeeds:\n  - https://a.example/\n...\n", after: "---\nfeeds:\n  - https://a.example/\n  - https://new.example/feed.xml\n...\n"},
		{name: "no list before a marker", before: "store: x.db\n...\n", after: "store: x.db\nfeeds:\n  - https://new.example/feed.xml\n...\n"},
		{name: "behind a text of several lines", before: "site:\n  address: |\n    14 Quay Street\n\n    Springfield\nfeeds:\n  - https://a.example/\n", after: "site:\n  address: |\n    14 Quay Street\n\n    Springfield\nfeeds:\n  - https://a.example/\n  - https://new.example/feed.xml\n"},
		{name: "all in flow", before: "{store: x.db, feeds: [https://a.example/]}\n", after: "{store: x.db, feeds: [https://a.example/, https://new.example/feed.xml]}\n"},
		{name: "all in flow, no list", before: "{store: x.db}\n", after: "{store: x.db, feeds: [https://new.example/feed.xml]}\n"},
		{name: "all in flow, empty", before: "{feeds: , store: x.db}\n", after: "{feeds: [https://new.example/feed.xml] , store: x.db}\n"},
		{name: "all in flow, null", before: "{feeds: Null}\n", after: "{feeds: [https://new.example/feed.xml]}\n"},
		{name: "nothing but braces", before: "{}\n", after: "{feeds: [https://new.example/feed.xml]}\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			feeds := tt.feeds
			if feeds == nil {
				feeds = []NewFeed{plainFeed()}
			}
			got, err := insertFeeds([]byte(tt.before), feeds)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.after, string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			if err := onlyAdds([]byte(tt.before), got, feeds); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestQuoted(t *testing.T) {
	t.Parallel()
	for text, bare := range map[string]bool{
		"Go": true, "two words": true, "a-b_c.d": true, "日本 ニュース": true, "Ünïcode 2": true, "https://a.example:80/x?y=%20&z": true,
		"": false, "1": false, "1e3": false, "2 words": false, "yes": false, "NULL": false, "inf": false, "a  b": false, "a ": false, " a": false, "- a": false,
		"a: b": false, "a #b": false, "C++": false, "https://a.example/#b": false, "https://a.example:": false, "https://": false, "https://a.example/,b": false,
		"key:": false, "~": false, "[a]": false, "a/b": false, "2026-01-02": false,
	} {
		if got := quoted(text) == text; got != bare {
			t.Errorf("%q is written %s", text, quoted(text))
		}
	}
}

// Whatever is edited keeps its bytes and its meaning, or is left alone.
func FuzzInsertFeeds(f *testing.F) {
	f.Add(string(Example()), "https://new.example/", "A title", "Tag")
	for _, text := range []string{
		"feeds:\n- a # x\n\n# y\nb: |\n  c", "feeds: [a, 'b',\n c # d\n,\n]", "{feeds: ~, a: {b: [c]}}", "feeds: &x [a]\nb: *x", "? feeds\n: - a\n",
		"feeds: >-\n  a\n", "a: \"b\\\n  c\"\r\nfeeds: # d\r\n- e\r\n", "feeds:\n  -\n    - a\n", "feeds: - a", "\xff", "é: é\nfeeds: [é, {é: é}]", "feeds:\n- |\n  a\n  # b\n",
		"feeds: [a]\n---\nb: c", "feeds:\n- a: b\n  c:\n  - d\n", "{\n}", "[feeds]", "feeds: !x\n- a",
	} {
		f.Add(text, `https://new.example/?"\`, "a: b #", "[x]")
	}
	f.Fuzz(func(t *testing.T, text, url, title, tag string) {
		feed := NewFeed{URL: url, Title: title, Tags: []string{tag}}
		if strings.ContainsFunc(url+title+tag, func(r rune) bool {
			return r < ' ' || r == 0x7F || r == 0x85 || r == 0x2028 || r == 0x2029 || r == '\ufeff' || r == '\uFFFD'
		}) || url == "" || tag == "" {
			t.Skip("nothing of one line")
		}
		edited, err := insertFeeds([]byte(text), []NewFeed{feed})
		if err != nil || onlyAdds([]byte(text), edited, []NewFeed{feed}) != nil {
			return // it is refused
		}
		if !keeps(text, string(edited)) {
			t.Errorf("%q became %q", text, edited)
		}
	})
}

// keeps tells whether the edited text is the text with something put in, but for a null.
func keeps(text, edited string) bool {
	if isWithin(text, edited) {
		return true
	}
	for _, null := range []string{"~", "null"} {
		for i := 0; i+len(null) <= len(text); i++ {
			if strings.EqualFold(text[i:i+len(null)], null) && isWithin(text[:i]+text[i+len(null):], edited) {
				return true
			}
		}
	}
	return false
}

// isWithin tells whether what is left of long, once bytes are taken out, is short.
func isWithin(short, long string) bool {
	for i := 0; i < len(long) && short != ""; i++ {
		if long[i] == short[0] {
			short = short[1:]
		}
	}
	return short == ""
}

func TestAddFeeds(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{
		"tidings.yaml": "feeds: # é\r\n  - https://a.example/ # c\r\n  - opml: more.opml\r\n",
		"more.opml":    "<opml><body>\n<outline xmlUrl='https://b.example/feed'/></body></opml>",
	})
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(filepath.Dir(path), "link.yaml")
	if err := os.Symlink("tidings.yaml", link); err != nil {
		t.Skip("no symbolic links here")
	}
	edited, err := AddFeeds(link, []NewFeed{
		{URL: "HTTPS://A.example:443"}, {URL: "https://new.example/${x}", Title: "${TITLE}"}, {URL: "https://b.example/feed"}, {URL: "https://new.example/${x}#"},
	})
	if err != nil {
		t.Fatal(err)
	}
	added, known := edited.Added, edited.Known
	if len(added) != 1 || added[0].Line != 4 || added[0].File != link || len(known) != 3 || known[0].Line != 2 ||
		known[1].Line != 2 || filepath.Base(known[1].File) != "more.opml" || known[2].Line != 0 {
		t.Errorf("%+v", edited)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if target, err := os.Readlink(link); target != "tidings.yaml" {
		t.Errorf("the link is gone: %q, %v", target, err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".tidings-*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	c, err := Load(path)
	if err != nil || len(c.Feeds) != 3 || c.Feeds[2].URL != "https://new.example/$%7Bx}" || c.Feeds[2].Title != "$ {TITLE}" {
		t.Errorf("%+v, %v", c, err)
	}
}

// What cannot be edited safely is left as it was, and the error says so.
func TestAddFeedsRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ text, say string }{
		"mistakes":        {"feedz: []\n", "feedz"},
		"an anchor":       {"feeds: &x [https://a.example/]\n", "anchors"},
		"an alias":        {"tags: &x []\nfeeds: *x\n", "anchors"},
		"nothing":         {"# nothing\n", "holds no configuration"},
		"a block scalar":  {"feeds:\n  - url: https://a.example/\n    title: |\n\n      # B\nstore: x.db\n", "by hand"},
		"one bad address": {"store: x.db\n", "left as it was"},
	} {
		path := write(t, map[string]string{"tidings.yaml": tt.text})
		feed := plainFeed()
		if name == "one bad address" {
			feed.URL = "ftp://new.example/"
		}
		_, err := AddFeeds(path, []NewFeed{feed})
		if err == nil || !strings.Contains(err.Error(), tt.say) {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != tt.text {
			t.Errorf("%s: the file is now %q, %v", name, now, err)
		}
	}
	_, err := AddFeeds(write(t, map[string]string{"tidings.yaml": "feedz: []\n"}), []NewFeed{plainFeed()})
	if _, ok := errors.AsType[Errors](err); !ok {
		t.Errorf("mistakes are %T", err)
	}
}

func TestReplaceFileSeesChanges(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{"tidings.yaml": "store: theirs.db\n"})
	if err := replaceFile(path, []byte("store: x.db\n"), []byte("store: ours.db\n")); err == nil || !strings.Contains(err.Error(), "try again") {
		t.Error(err)
	}
	if now, _ := os.ReadFile(path); string(now) != "store: theirs.db\n" {
		t.Errorf("%q", now)
	}
}
