package summary

import (
	"strings"
	"testing"

	"tidings/digest"
)

func BenchmarkText(b *testing.B) {
	html := wordpress(b)
	b.ReportAllocs()
	for b.Loop() {
		Text(html)
	}
}

func BenchmarkSummarize(b *testing.B) {
	text := Text(wordpress(b))
	paragraph := "The council met again on Tuesday, and the mayor said that the bridge would not close before winter. Nobody in the hall objected, though some had come to do so. \n"
	for name, content := range map[string]string{
		"item":   text,
		"5 KB":   text + "\n" + strings.Repeat(paragraph, 20),
		"100 KB": text + "\n" + strings.Repeat(paragraph, 600),
	} {
		s := Source{Title: wordpressTitle, Content: content, Lang: "en"}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Summarize(s, digest.Budget{Chars: 300})
			}
		})
	}
}
