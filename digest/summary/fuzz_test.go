package summary

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tidings/digest"
)

func FuzzText(f *testing.F) {
	f.Add(wordpress(f))
	for _, seed := range []string{
		"", "plain", "a < b > c & d;", "<p>One<p>Two</div>", "&lt;p&gt;x&amp;amp;y&lt;/p&gt;", "<figure><p>x", "<script>",
		"<plaintext><b>", "<svg/><iframe/><a href=#>x</a>",
		"<![CDATA[<p>x]]>", "<!--", "&#0;&#x110000;&nbsp;&bogus;", "<pre>a\nb</pre>", "\xff\xfe<p>\u202e", "line\nline\n\nline",
		"<sup><a href='#a'>1</a></sup>", "e\u0301\u0301",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := Text(in)
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Errorf("not valid NFC: %q", got)
		}
		if n := utf8.RuneCountInString(got); n > maxRunes {
			t.Errorf("%d runes", n)
		}
		if got == "" {
			return
		}
		for line := range strings.SplitSeq(got, "\n") {
			if line == "" || line != digest.OneLine(line) {
				t.Errorf("untidy line %q", line)
			}
		}
	})
}

func FuzzSummarize(f *testing.F) {
	f.Add(wordpressTitle, "", Text(wordpress(f)), "en", 300, 0)
	f.Add("Title", "Title\nBy Jane Roe\nWASHINGTON (Reuters) — The bridge (is […]", "", "", 20, 0)
	f.Add("", "“One „two‚ three «four (five [six {seven ‘eight ＂nine 「ten", "“", "de", 30, 0)
	f.Add("橋", "橋。橋が「開通。した」。（注）", "", "ja", 5, 0)
	f.Add("T", "[caption x]y\n[/a]\n© x\n(Photo/AP) The post X appeared first on Y.", "a\nb\nc", "en", 0, 2)
	f.Fuzz(func(t *testing.T, title, excerpt, content, lang string, chars, sentences int) {
		s := Source{Title: title, Excerpt: excerpt, Content: content, Lang: lang}
		checkSummary(t, s, digest.Budget{Chars: min(max(chars, 0), 5000)})
		checkSummary(t, s, digest.Budget{Sentences: min(max(sentences, 1), 50)})
		s.Boilerplate = Learn([]string{excerpt, content, title})
		checkSummary(t, s, digest.Budget{Chars: 300})
	})
}

func FuzzSentences(f *testing.F) {
	for _, seed := range []string{
		"", "One. Two! Three?", "Dr. Roe (etc.) Next.", "U.S. The end.Next", "「行く。」と言った。終わり。", "Am 3. Oktober. Der", "« Oui ! » Non.",
		"((((. A. B", "。。。", "a.\u00a0B\xff. C", "Τι; Ναι.", "...…!?",
	} {
		f.Add(seed, "en")
		f.Add(seed, "de")
	}
	f.Fuzz(func(t *testing.T, text, lang string) {
		at := 0
		for _, sentence := range Sentences(text, lang) {
			if sentence == "" || sentence != strings.TrimSpace(sentence) || strings.Contains(sentence, "\n") {
				t.Errorf("sentence %q", sentence)
			}
			rest := strings.TrimLeftFunc(text[at:], unicode.IsSpace)
			if !strings.HasPrefix(rest, sentence) {
				t.Fatalf("%q lost something before %q", text, sentence)
			}
			at = len(text) - len(rest) + len(sentence)
		}
		if strings.TrimSpace(text[at:]) != "" {
			t.Errorf("%q lost its end %q", text, text[at:])
		}
	})
}
