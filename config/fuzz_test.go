package config

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// Whatever the file holds, it gives a configuration or problems that say where.
func FuzzLoad(f *testing.F) {
	f.Add(string(Example()))
	names, _ := filepath.Glob("testdata/*.yaml")
	for _, name := range names {
		if data, err := os.ReadFile(name); err == nil {
			f.Add(string(data))
		}
	}
	for _, text := range []string{"", "[", "{", "- - - -", "a: !!binary x", "? a\n? b", "a: >\n\n\n", "&a [*a]", "\xff", "\ufeffstore: x", "feeds: [~, {}, []]", strings.Repeat("[", 5000), strings.Repeat("- ", 5000)} {
		f.Add(text)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, text string) {
		c, err := read(filepath.Join(dir, "tidings.yaml"), []byte(text), environment(map[string]string{"A": "b"}))
		check(t, c, err)
	})
}

func FuzzOPML(f *testing.F) {
	f.Add("<opml><body><outline text='a'><outline xmlUrl='https://example.org/'/></outline></body></opml>")
	f.Add("<?xml version='1.0' encoding='iso-8859-1'?><opml>\xe9</opml>")
	f.Add(strings.Repeat("<opml>", 200))
	dir := f.TempDir()
	fuzzFile(f, filepath.Join(dir, "feeds.opml"), "feeds: [{opml: feeds.opml}]")
}

func FuzzCSV(f *testing.F) {
	f.Add("email,name,newsletters,tags,timezone\na@example.com,A,b;c,d,e\n")
	f.Add("\"email\n\",\"")
	f.Add("email\n\n\"\n")
	dir := f.TempDir()
	fuzzFile(f, filepath.Join(dir, "people.csv"), "subscribers: [{file: people.csv}]")
}

func fuzzFile(f *testing.F, path, config string) {
	f.Helper()
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := read(filepath.Join(filepath.Dir(path), "tidings.yaml"), []byte(config), environment(nil))
		check(t, c, err)
	})
}

func check(t *testing.T, c *Config, err error) {
	t.Helper()
	if c == nil || err != nil && (c.Newsletters != nil || len(c.Files) == 0) {
		t.Fatalf("%v, %v", c, err)
	}
	problems, _ := errors.AsType[Errors](err)
	for _, p := range problems {
		if p.File == "" || p.Message == "" || p.Line < 0 || p.Line > 0 && p.Column < 0 {
			t.Fatalf("%+v", p)
		}
		if strings.TrimSpace(p.String()) == "" {
			t.Fatal("nothing is shown")
		}
	}
	if err != nil && len(problems) == 0 {
		t.Fatalf("%v is %v", err, reflect.TypeOf(err))
	}
}
