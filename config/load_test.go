package config

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

var update = flag.Bool("update", false, "write the golden files")

func environment(values map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
}

// Every file in testdata is wrong, and its golden file says how.
func TestMistakes(t *testing.T) {
	t.Chdir("testdata")
	lookup := environment(map[string]string{"HOST": "smtp.example.com", "TOKEN": "hunter2 of the environment", "EMPTY": ""})
	names, err := filepath.Glob("*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			data, err := readFile(name, maxYAML)
			if err != nil {
				t.Fatal(err)
			}
			_, err = read(name, data, lookup)
			problems, ok := errors.AsType[Errors](err)
			if !ok {
				t.Fatalf("loaded: %v", err)
			}
			got := problems.Error() + "\n"
			if strings.Contains(got, "hunter2") {
				t.Errorf("a secret is shown:\n%s", got)
			}
			golden := strings.TrimSuffix(name, ".yaml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// write makes the files in a new directory and returns the path of tidings.yaml there.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o600}
	}
	if err := os.CopyFS(dir, m); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "tidings.yaml")
}

func TestFilesAreReadBesideTheConfiguration(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{
		"tidings.yaml": `
site: {url: "https://news.example.com/tidings/", trusted_proxies: [10.1.2.3, "fd00::7/8"]}
smtp: [{host: smtp.exämple.com, tls: implicit, username: me, password_file: secret.txt}]
feeds:
  - opml: lists/feeds.opml
newsletters:
  - {name: weekly, title: Weekly, from: news@bücher.example, timezone: Europe/London, summary: {sentences: 2, model: {url: "http://127.0.0.1:11434/v1/", name: m, key_file: secret.txt}}, sections: {lead: true}, tags: [GO], private: true, templates: looks/}
tags: [{name: Go, summary: {model: {url: "https://api.example.com/v1", name: large, calls_per_day: 20}}}, {rest: Else}]
subscribers:
  - file: people.csv
`,
		"secret.txt":       "s3cret \r\n",
		"looks/theme.css":  "",
		"lists/feeds.opml": `<opml><body><outline text="Tech"><outline title="A" xmlUrl="https://example.org/a" category="/Go,tech"/></outline></body></opml>`,
		"people.csv":       "\xEF\xBB\xBFName,Email,newsletters,tags,timezone\r\n\"Lovelace, Ada\",ada@example.com,weekly,Go; Else,Asia/Tokyo\r\n",
	})
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Dir(path)
	if diff := cmp.Diff([]string{path, dir + "/secret.txt", dir + "/lists/feeds.opml", dir + "/secret.txt", dir + "/people.csv"}, c.Files); diff != "" {
		t.Error(diff)
	}
	want := SMTP{
		Relays: []Relay{{
			Host: "smtp.xn--exmple-cua.com", Port: 465, TLS: TLSImplicit, Username: "me", Password: "s3cret ", Connections: 10, MessagesPerConnection: 100,
		}},
		GiveUpAfter: 5 * 24 * time.Hour,
	}
	if diff := cmp.Diff(want, *c.SMTP); diff != "" {
		t.Error(diff)
	}
	if got := fmt.Sprint(c.Proxies); got != "[10.1.2.3/32 fd00::/8]" {
		t.Errorf("proxies %s", got)
	}
	if c.Site.URL != "https://news.example.com/tidings" || c.StorePath != dir+"/tidings.db" || c.Listen != "127.0.0.1:8080" {
		t.Errorf("site %+v, store %s, listen %s", c.Site, c.StorePath, c.Listen)
	}
	if f := c.Feeds[0]; f.Title != "A" || f.FullText != digest.FullTextAuto || !cmp.Equal(f.Tags, []string{"Tech", "Go"}) {
		t.Errorf("feed %+v", f)
	}
	n := c.Newsletters[0]
	if !n.Private || n.From.Address != "news@xn--bcher-kva.example" || n.From.Name != "Weekly" || n.Location.String() != "Europe/London" ||
		n.Templates != dir+"/looks" || !cmp.Equal(c.Folders, []string{n.Templates}) || n.Summary.Chars != 0 || n.Summary.Sentences != 2 || n.MaxLateness != 12*time.Hour || !cmp.Equal(n.Tags, []string{"Go"}) {
		t.Errorf("newsletter %+v", n)
	}
	if want := (digest.Model{URL: "http://127.0.0.1:11434/v1", Name: "m", Key: "s3cret ", CallsPerDay: 500, TokensPerDay: 1_000_000}); n.Model != want || !n.SectionLeads {
		t.Errorf("model %+v, section leads %v", n.Model, n.SectionLeads)
	}
	if want := (digest.Model{URL: "https://api.example.com/v1", Name: "large", CallsPerDay: 20, TokensPerDay: 1_000_000}); c.Tags.Rules[0].Model != want {
		t.Errorf("model of a tag %+v", c.Tags.Rules[0].Model)
	}
	if s := c.Subscribers[0]; s.Name != "Lovelace, Ada" || s.Timezone != "Asia/Tokyo" || !cmp.Equal(s.Tags, []string{"Go", "Else"}) {
		t.Errorf("subscriber %+v", s)
	}
	if len(c.Warnings) > 0 {
		t.Errorf("warnings %q", c.Warnings)
	}
}

// What a variable holds is text, whatever it looks like.
func TestVariablesAreNeverReadAsYAML(t *testing.T) {
	t.Parallel()
	c, err := read("t.yaml", []byte("site: {address: \"${A}\"}\nfeeds: [{url: https://example.org/, headers: {x-key: 'k ${B}'}}]\n"),
		environment(map[string]string{"A": "{a: [b], c: ${B}} # d", "B": "*x"}))
	if err != nil {
		t.Fatal(err)
	}
	if c.Site.Address != "{a: [b], c: ${B}} # d" || c.Feeds[0].Headers["X-Key"] != "k *x" {
		t.Errorf("%q %q", c.Site.Address, c.Feeds[0].Headers)
	}
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"store: x.db": "without site.url",
		"feeds: ":     "there are no feeds",
		"site: {url: http://localhost:80}\nsmtp: {host: a.example}":    "nobody who gets mail",
		"smtp: {host: a.example, tls: none, username: u, password: p}": "clear text",
	} {
		c, err := read("t.yaml", []byte(text), environment(nil))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(strings.Join(c.Warnings, "\n"), want) {
			t.Errorf("%s: %q", text, c.Warnings)
		}
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	t.Setenv("TIDINGS_CONFIG", "")
	t.Setenv("XDG_CONFIG_HOME", filepath.Join(dir, "xdg"))
	if _, err := os.Stat("/etc/tidings/tidings.yaml"); err != nil {
		_, err := Find("")
		for _, word := range []string{"tidings.yaml", "xdg/tidings/tidings.yaml", "/etc/tidings/tidings.yaml", "tidings init"} {
			if err == nil || !strings.Contains(err.Error(), word) {
				t.Fatalf("%v does not name %s", err, word)
			}
		}
	}
	if _, err := Find("mine.yaml"); err == nil || !strings.Contains(err.Error(), "mine.yaml") {
		t.Errorf("a missing file of the flag: %v", err)
	}
	for _, step := range []struct{ make, env, flag, want string }{
		{make: "xdg/tidings/tidings.yaml", want: filepath.Join(dir, "xdg/tidings/tidings.yaml")},
		{make: "tidings.yaml", want: "tidings.yaml"},
		{make: "other.yaml", env: "other.yaml", want: "other.yaml"},
		{make: "flag.yaml", env: "other.yaml", flag: "flag.yaml", want: "flag.yaml"},
	} {
		if err := os.MkdirAll(filepath.Dir(step.make), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(step.make, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("TIDINGS_CONFIG", step.env)
		if got, err := Find(step.flag); got != step.want || err != nil {
			t.Errorf("%+v: %q, %v", step, got, err)
		}
	}
}

func TestLoadOfAMissingFile(t *testing.T) {
	t.Parallel()
	_, err := Load(filepath.Join(t.TempDir(), "no.yaml"))
	if err == nil || !strings.Contains(err.Error(), "no.yaml") || !strings.Contains(err.Error(), "tidings init") {
		t.Error(err)
	}
	if _, err := Load(t.TempDir()); err == nil || strings.Contains(err.Error(), "tidings init") { // it is there, though it cannot be read
		t.Error(err)
	}
}

// TestLoadNamesFiles holds that a configuration with mistakes tells which files to look at for an edit, also those that are not there.
func TestLoadNamesFiles(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{
		"tidings.yaml": `newsletters: [{name: weekly, title: Weekly, from: a@example.com, templates: looks/}]
feeds: [opml: nowhere.opml]
subscribers: [file: people.csv]
`,
		"people.csv": "email\nnobody\n",
	})
	dir := filepath.Dir(path)
	c, err := Load(path)
	if err == nil || c.Newsletters != nil {
		t.Fatalf("%+v, %v", c, err)
	}
	slices.Sort(c.Files)
	if d := cmp.Diff([]string{dir + "/nowhere.opml", dir + "/people.csv", path}, c.Files); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{dir + "/looks"}, c.Folders); d != "" {
		t.Error(d)
	}
	gone := filepath.Join(dir, "no.yaml")
	if c, err := Load(gone); err == nil || !slices.Contains(c.Files, gone) {
		t.Errorf("%+v, %v", c, err)
	}
}
