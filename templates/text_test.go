package templates

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	url := "https://example.org/" + strings.Repeat("a/", 50)
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"short", "One line.", "One line."},
		{"spaces", "  One \t line. ", "One line."},
		{
			"flowed", strings.Repeat("word ", 20),
			strings.TrimSuffix(strings.Repeat("word ", 14), " ") + " \n" + strings.TrimSuffix(strings.Repeat("word ", 6), " "),
		},
		{"quotation", "> not quoted", " > not quoted"},
		{"mailbox", "From Go to Rust", " From Go to Rust"},
		{"signature", "-- dashes", "– dashes"},
		{"ruler", "Title ---------- text!!!!!!", "Title --- text!!!"},
		{"dots", "Wait..... what... \"so...\"", "Wait…. what… \"so…\""},
		{"joined pictures", "a 👩\u200d👩\u200d👧 ශ්\u200dරී", "a 👩👩👧 ශ්\u200dරී"},
		{"address", "See " + url + " for more", "See \n" + url + " \nfor more"},
		{
			"From goes with its neighbour", strings.Repeat("x", 60) + " neighbour From here",
			strings.Repeat("x", 60) + " \nneighbour From here",
		},
		{"wide", strings.Repeat("字", 40), strings.Repeat("字", 35) + "\n" + strings.Repeat("字", 5)},
		{"no full stop at a line's start", strings.Repeat("字", 35) + "。字", strings.Repeat("字", 34) + "\n字。字"},
		{"endless word", strings.Repeat("é", 80), strings.Repeat("é", 70) + "\n" + strings.Repeat("é", 10)},
		{"hyphens stay", "naïve " + strings.Repeat("é-", 34) + "é", "naïve \n" + strings.Repeat("é-", 34) + "é"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := wrap(c.in); got != c.want {
				t.Errorf("wrap(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]int{"abc": 3, "字字": 4, "e\u0301": 1, "ｱ": 1, "Ａ": 2, "की": 2, "": 0} {
		if got := columns(s); got != want {
			t.Errorf("columns(%q) = %d, want %d", s, got, want)
		}
	}
}

func FuzzWrap(f *testing.F) {
	for _, s := range []string{"", "From here", "> a", "-- ", "字。字", "https://a.example/ x", "की 👩‍🚀", strings.Repeat("a", 200), "a\u0301\u0301 b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		s = line(s, maxSummary)
		out := wrap(s)
		if !utf8.ValidString(out) {
			t.Fatalf("not UTF-8: %q", out)
		}
		for l := range strings.SplitSeq(out, "\n") {
			if l == "-- " || strings.HasPrefix(l, ">") || strings.HasPrefix(l, "From ") {
				t.Errorf("line %q would be misread", l)
			}
			if columns(l) > textWidth+1 && !strings.Contains(l, "://") && strings.ContainsAny(strings.TrimSpace(l), " ") {
				t.Errorf("line %q has %d columns", l, columns(l))
			}
		}
		// Unstuffed and flowed again, it is the same text.
		var flowed strings.Builder
		for l := range strings.SplitSeq(out, "\n") {
			flowed.WriteString(strings.TrimPrefix(l, " "))
		}
		squeeze := strings.NewReplacer(" ", "", "-", "", "–", "").Replace
		if squeeze(flowed.String()) != squeeze(calm(s)) {
			t.Errorf("wrap(%q) = %q", s, out)
		}
	})
}
