package digest_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tidings/digest"
)

func TestFold(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"databases", "Databases", "DATABASES", "  databases ", "ｄａｔａｂａｓｅｓ"},
		{"STRASSE", "straße", "Straße"},
		{"データベース", "ﾃﾞｰﾀﾍﾞｰｽ"},
		{"café", "cafe\u0301", "CAFÉ"},
		{"ΣΊΣΥΦΟΣ", "σίσυφος"},
	} {
		for _, s := range same[1:] {
			if got, want := digest.Fold(s), digest.Fold(same[0]); got != want {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q: want the same", s, got, same[0], want)
			}
		}
	}
	if digest.Fold("Go") == digest.Fold("Góngora") {
		t.Error("two words fold to one")
	}
}

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"postgres", "Why Postgres is slow", true},
		{"postgres", "PostgreSQL 19 is out", false},
		{"go", "Go 1.26 is released", true},
		{"go", "Django and gopher", false},
		{"go", "We (go) home", true},
		{"go", "gogo go", true},
		{"c++", "Modern C++ for all", true},
		{"c++", "C+++", true},
		{"new york", "A new  \n York minute", true},
		{"new york", "renew york", false},
		{"ＳＱＬｉｔｅ", "sqlite in space", true},
		{"数据库", "新的数据库引擎", true},
		{"straße", "DIE STRASSE", true},
		{`/sqlite\b/i`, "SQLite3 and SQLite", true},
		{`/sqlite\b/`, "SQLite", false},
		{`/a/b/`, "xa/bx", true},
		{"café", "cafe\u0301 culture", true},
		{"caf", "cafe\u0301", false},
	} {
		p, err := digest.ParsePattern(c.pattern)
		if err != nil {
			t.Errorf("ParsePattern(%q): %v", c.pattern, err)
			continue
		}
		if got := digest.NewText(c.text).Match(p); got != c.want {
			t.Errorf("%q in %q = %v, want %v", c.pattern, c.text, got, c.want)
		}
	}
}

func TestParsePatternErrors(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"", "  ", "/(/", "/a/x", "/a"} {
		if _, err := digest.ParsePattern(s); err == nil {
			t.Errorf("ParsePattern(%q): want an error", s)
		}
	}
}

func TestOneLine(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"a\r\nBcc: evil@example.com":           "a Bcc: evil@example.com",
		"  a\tb  ":                             "a b",
		"\u202egnp.exe":                        "gnp.exe",
		"a\x00b\x1b[31mc":                      "ab[31mc",
		"می\u200cخواهم":                        "می\u200cخواهم",
		"a\u2028b":                             "a b",
		"a\u0085b":                             "a b",
		"\u200d":                               "", // nothing to see, and so nothing to click on
		" \u2800 \u3164\u0301":                 "",
		"\u2800a":                              "\u2800a",
		"👩\u200d🚀":                             "👩\u200d🚀",
		"\u05e9\u05bc\u05c1\u05b8\u0596\u05bd": "\u05e9\u05bc\u05c1\u05b8\u0596\u05bd", // Hebrew, with all that it may bear
		"Z" + strings.Repeat("\u0301\u0302", 50) + "o\u0308": "Z" + strings.Repeat("\u0301\u0302", 3) + "o\u0308",
	} {
		if got := digest.OneLine(in); got != want {
			t.Errorf("OneLine(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzOneLine(f *testing.F) {
	f.Add("a\r\nb")
	f.Add("\u202e\u0000\xff\xfe")
	f.Add("a" + strings.Repeat("\u0301", 9) + " \u0301\u200d\u2800")
	f.Fuzz(func(t *testing.T, s string) {
		got := digest.OneLine(s)
		if !utf8.ValidString(got) || strings.IndexFunc(got, unicode.IsControl) >= 0 {
			t.Errorf("OneLine(%q) = %q", s, got)
		}
		if again := digest.OneLine(got); again != got {
			t.Errorf("OneLine is not stable: %q, then %q", got, again)
		}
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("go", "Go home")
	f.Add("/a+/i", "AAA")
	f.Fuzz(func(_ *testing.T, pattern, text string) {
		if p, err := digest.ParsePattern(pattern); err == nil {
			digest.NewText(text).Match(p)
		}
	})
}
