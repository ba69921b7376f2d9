package templates

import (
	"flag"
	"fmt"
	"mime/quotedprintable"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

var update = flag.Bool("update", false, "write the golden files anew")

func loaded(t testing.TB) *Set {
	t.Helper()
	s, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (go test ./templates -update writes it anew):\n%s", file, diff)
	}
}

func TestDigestGolden(t *testing.T) {
	t.Parallel()
	s := loaded(t)
	for name, is := range map[string]*digest.Issue{
		"normal-en": normalIssue("en"), "normal-de": normalIssue("de"),
		"hostile-en": hostileIssue("en"), "hostile-de": hostileIssue("de"),
		"large-en": largeIssue(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := s.Digest(edition(is), reader)
			if err != nil {
				t.Fatal(err)
			}
			checkEdition(t, out)
			golden(t, name+".html", out.HTML)
			golden(t, name+".txt", out.Text)
		})
	}
}

// checkEdition holds what is true of every edition, whatever feeds say.
func checkEdition(t *testing.T, out Rendered) {
	t.Helper()
	for name, s := range map[string]string{"HTML": out.HTML, "text": out.Text, "subject": out.Subject} {
		if !utf8.ValidString(s) {
			t.Errorf("%s is not valid UTF-8", name)
		}
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' && r != '\n' || 0x7F <= r && r <= 0x9F || r == 0x202E }) {
			t.Errorf("%s holds control characters", name)
		}
	}
	if n := utf8.RuneCountInString(out.Subject); n > subjectLength || strings.ContainsAny(out.Subject, "\r\n") {
		t.Errorf("subject %q has %d characters", out.Subject, n)
	}
	low := strings.ToLower(out.HTML)
	for _, bad := range []string{"<script", "javascript:", "href=\"data:", "zgotmplz", "onerror=\"", "<img src=x"} {
		if strings.Contains(low, bad) {
			t.Errorf("HTML holds %q", bad)
		}
	}
	if n := quotedPrintable(t, out.HTML); n > sizeLimit || len(out.HTML) > sizeLimit {
		t.Errorf("HTML of %d bytes, %d encoded, is over the budget", len(out.HTML), n)
	}
	if n := strings.Count(out.Text, "\n-- \n"); n != 1 {
		t.Errorf("text has %d signature lines", n)
	}
}

// quotedPrintable is how long a message makes the text.
func quotedPrintable(t *testing.T, text string) int {
	t.Helper()
	var b strings.Builder
	w := quotedprintable.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.Len()
}

func FuzzDigest(f *testing.F) {
	s := loaded(f)
	f.Add("Title", "A summary.", "https://a.example/", "Source", "Tag", "en")
	f.Add("<script>alert(1)</script>", "</style><!--[if mso]>-->", "javascript:alert(1)", "\x00\u0085", `"><script>`, `en" x`)
	f.Add("جامع نفايات", strings.Repeat("字", 5000), "https://例え.example/?q=<'\">", "\u202e", "数据", "ar")
	f.Add(strings.Repeat("x", 400), strings.Repeat("\"", 9000), "https://"+strings.Repeat("a.", 600), "\xff", "", "zh")
	f.Fuzz(func(t *testing.T, title, summary, url, source, tag, lang string) {
		is := baseIssue(lang)
		is.Title, is.Order, is.Rest = source, []string{tag}, title
		is.Images = digest.ImagesRemote
		for range 4 {
			is.Items = append(is.Items, digest.Item{
				Article: title, Title: title, Summary: summary, URL: url, Source: source, Author: summary, Tags: []string{tag, source}, Lang: lang,
				Image: url, ImageAlt: tag, Elsewhere: []digest.Link{{Name: source, URL: url}, {Name: title, URL: url + "x"}},
			})
			is.Items = append(is.Items, digest.Item{Article: source, Title: tag, URL: url + "/" + title, Source: title})
		}
		out, err := s.Digest(edition(is), Reader{Email: source, Name: title, Address: summary, Online: url, Unsubscribe: url})
		if err != nil {
			t.Fatal(err)
		}
		checkEdition(t, out)
		if _, err := s.Online(is.Complete(), digest.Site{URL: url}); err != nil {
			t.Fatal(err)
		}
	})
}

// BenchmarkDigest is both editions of a variant: of the first one of an issue, and of one whose articles others had.
func BenchmarkDigest(b *testing.B) {
	s := loaded(b)
	for name, is := range map[string]*digest.Issue{"normal": normalIssue("en"), "large": largeIssue()} {
		for _, first := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s/first=%v", name, first), func(b *testing.B) {
				e := edition(is)
				b.ReportAllocs()
				for b.Loop() {
					if first {
						s.made.made = nil
					}
					if _, err := s.Digest(e, reader); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
