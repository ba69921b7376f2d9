package summary

import (
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"tidings/digest"
)

var update = flag.Bool("update", false, "write the golden files anew")

const wordpressTitle = "Old bridge opens to walkers after eleven years"

func wordpress(t testing.TB) string {
	t.Helper()
	html, err := os.ReadFile(filepath.Join("testdata", "wordpress.html"))
	if err != nil {
		t.Fatal(err)
	}
	return string(html)
}

func TestWordPressItem(t *testing.T) {
	t.Parallel()
	text := Text(wordpress(t))
	s := Source{Title: wordpressTitle, Content: text, Lang: "en-GB"}
	got := strings.Join([]string{
		"# Text", text,
		"", "# Cleaned", strings.Join(clean(text, s, "en").lines, "\n"),
		"", "# 300 characters", Summarize(s, digest.Budget{Chars: 300}),
		"", "# 120 characters", Summarize(s, digest.Budget{Chars: 120}),
		"", "# 3 sentences", Summarize(s, digest.Budget{Sentences: 3}), "",
	}, "\n")
	golden := filepath.Join("testdata", "wordpress.golden")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("differs from %s (run with -update to accept):\n%s", golden, got)
	}
}

func TestSummarize(t *testing.T) {
	t.Parallel()
	description := "The iron bridge opened to walkers on Saturday after eleven years. Cars will not return, the council says."
	article := strings.Repeat("The first sentence of the article says what happened in the town. ", 1) +
		strings.Repeat("Another sentence tells more about it, and then some more words follow. It ends here, sooner or later.\n", 8)
	quoted := strings.Repeat("word ", 40) + "“and then she said " + strings.Repeat("more ", 40) + "”."
	for _, tc := range []struct {
		name   string
		source Source
		budget digest.Budget
		want   string
	}{
		{"nothing", Source{Title: "Title"}, digest.Budget{Chars: 300}, ""},
		{"only the title", Source{Title: "The bridge is open", Excerpt: "The bridge is open"}, digest.Budget{Chars: 300}, ""},
		{"only rubbish", Source{Excerpt: "Read more\nShare this:"}, digest.Budget{Chars: 300}, ""},
		{"good description", Source{Excerpt: description, Content: article}, digest.Budget{Chars: 300}, description},
		{"good description, too long", Source{Excerpt: description, Content: article}, digest.Budget{Chars: 90}, "The iron bridge opened to walkers on Saturday after eleven years."},
		{"good description, one sentence", Source{Excerpt: description, Content: article}, digest.Budget{Sentences: 1}, "The iron bridge opened to walkers on Saturday after eleven years."},
		{"short description", Source{Excerpt: "In short.", Content: article}, digest.Budget{Sentences: 1}, "The first sentence of the article says what happened in the town."},
		{"cut description", Source{Excerpt: description + " And the […]", Content: article}, digest.Budget{Sentences: 1}, "The first sentence of the article says what happened in the town."},
		{"cut description alone", Source{Excerpt: description + " And the […]"}, digest.Budget{Chars: 300}, description},
		{"fewer sentences than wanted", Source{Excerpt: description}, digest.Budget{Sentences: 5}, description},
		{"no terminal mark", Source{Excerpt: "A photo of the bridge"}, digest.Budget{Chars: 300}, "A photo of the bridge"},
		{"headings", Source{Content: "Introduction\nThe bridge is open.\nDetails of it\nCars drive."}, digest.Budget{Chars: 300}, "The bridge is open. Cars drive."},
		{"a last sentence without its mark", Source{Content: "The bridge is open. Cars drive on it again"}, digest.Budget{Chars: 300}, "The bridge is open. Cars drive on it again"},
		{"repeated sentence", Source{Content: "The bridge is open. The bridge is open. Cars drive."}, digest.Budget{Chars: 300}, "The bridge is open. Cars drive."},
		{"a description that says all twice", Source{Excerpt: description + " " + description}, digest.Budget{Chars: 300}, description},
		{"a description with its first sentence in front", Source{Excerpt: "The iron bridge opened to walkers on Saturday, after eleven years! " + description}, digest.Budget{Chars: 300}, "The iron bridge opened to walkers on Saturday, after eleven years! Cars will not return, the council says."},
		{"the title thrice", Source{Title: "The bridge is open", Excerpt: "The bridge is open. The bridge is open! The bridge is open?"}, digest.Budget{Chars: 300}, ""},
		{"the title at the end", Source{Title: "The bridge is open", Excerpt: "Cars drive on it. The bridge is open."}, digest.Budget{Chars: 300}, "Cars drive on it."},
		{"no budget", Source{Excerpt: description}, digest.Budget{}, description},
		{"cut at a clause", Source{Excerpt: "The bridge over the river is open to walkers, who came in thousands and waved their flags at the boats."}, digest.Budget{Chars: 60}, "The bridge over the river is open to walkers…"},
		{"cut at a word", Source{Excerpt: "The bridge over the river is open to walkers who came in thousands and waved their flags."}, digest.Budget{Chars: 50}, "The bridge over the river is open to walkers who…"},
		{"cut before a quotation", Source{Excerpt: quoted}, digest.Budget{Chars: 260}, strings.TrimSpace(strings.Repeat("word ", 40)) + "…"},
		{"cut within a quotation that is all", Source{Excerpt: "“The bridge over the river is open to walkers who came in thousands.”"}, digest.Budget{Chars: 40}, "“The bridge over the river is open to…”"},
		{"cut before a bracket", Source{Excerpt: "The bridge over the river is open (to walkers who came in thousands)."}, digest.Budget{Chars: 55}, "The bridge over the river is open…"},
		{"Japanese", Source{Excerpt: "川にかかる古い橋が土曜日に歩行者のために再び開通し多くの人々が集まった。"}, digest.Budget{Chars: 20}, "川にかかる古い橋が土曜日に歩行者のため…"},
		{"Japanese clause", Source{Excerpt: "川にかかる古い橋が再び開通し、多くの人々が土曜日に集まった。"}, digest.Budget{Chars: 20}, "川にかかる古い橋が再び開通し…"},
		{"Japanese sentences", Source{Content: "政府は新しい計画を決めた。\n市場では株価が上がった。\n「良い」と述べた。"}, digest.Budget{Chars: 300}, "政府は新しい計画を決めた。市場では株価が上がった。「良い」と述べた。"},
		{"Korean sentences", Source{Content: "정부가 새 계획을 정했다.\n시장에서는 주가가 올랐다."}, digest.Budget{Chars: 300}, "정부가 새 계획을 정했다. 시장에서는 주가가 올랐다."},
		{"Hindi sentences", Source{Content: "पुल फिर से खुल गया है।\nलोग बहुत खुश हैं।"}, digest.Budget{Chars: 300}, "पुल फिर से खुल गया है। लोग बहुत खुश हैं।"},
		{"half letters that look like quotation marks", Source{Excerpt: "Fundacja dzieĹ‚a dzieĹ‚a dzieĹ‚a otworzyła most i chwali się nim od rana."}, digest.Budget{Chars: 50}, "Fundacja dzieĹ‚a dzieĹ‚a dzieĹ‚a otworzyła most i…"},
		{"Chinese quotation", Source{Excerpt: "他说“今天这座老桥终于重新开放了大家都非常高兴地走过去”。"}, digest.Budget{Chars: 12}, "他说“今天这座老桥终…”"},
		{"Chinese without a space or a line", Source{Content: "这座老桥今天重新开放了。" + strings.Repeat("很多人来看它。", 3000)}, digest.Budget{Sentences: 1}, "这座老桥今天重新开放了。"},
		{"emoji family", Source{Excerpt: strings.Repeat("👨‍👩‍👧", 12)}, digest.Budget{Chars: 24}, ""},
		{"literal markup", Source{Excerpt: "Write <script>alert(1)</script> into the page. It is only text."}, digest.Budget{Chars: 300}, "Write <script>alert(1)</script> into the page. It is only text."},
		{"control characters", Source{Excerpt: "The\u202e bridge\x00 is\u00a0 open."}, digest.Budget{Chars: 300}, "The bridge is open."},
		{"boilerplate alone", Source{Excerpt: "The bridge is open.", Boilerplate: func(string) bool { return true }}, digest.Budget{Chars: 300}, "The bridge is open."},
	} {
		if got := Summarize(tc.source, tc.budget); got != tc.want {
			t.Errorf("%s\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

// A line of thousands of sentences costs no more than its beginning.
func TestManySentencesInALine(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	for i := range 8000 {
		text.WriteString("Word" + strconv.Itoa(i) + ". ")
	}
	p := Source{}.passage(text.String(), "en")
	if len(p.sentences) > 2*maxRanked {
		t.Errorf("%d sentences", len(p.sentences))
	}
}

// checkSummary holds what is true of every summary.
func checkSummary(t *testing.T, s Source, b digest.Budget) {
	t.Helper()
	got := Summarize(s, b)
	if again := Summarize(s, b); again != got {
		t.Errorf("not stable: %q, then %q", got, again)
	}
	if !utf8.ValidString(got) {
		t.Errorf("invalid UTF-8: %q", got)
	}
	if got != digest.OneLine(got) {
		t.Errorf("not one tidy line: %q", got)
	}
	if n := utf8.RuneCountInString(got); b.Chars > 0 && n > b.Chars {
		t.Errorf("%d runes, more than %d: %q", n, b.Chars, got)
	}
	checkOrder(t, s, got)
}

// checkOrder holds that the sentences of a summary come from the source, in its order.
func checkOrder(t *testing.T, s Source, got string) {
	t.Helper()
	lang := baseLanguage(s.Lang)
	if lang == "" {
		lang = guessLanguage(s.longest())
	}
	inOrder := func(text string) bool {
		rest := got
		p := s.passage(text, lang)
		for _, sentence := range append(p.sentences, p.fragments...) {
			rest = strings.TrimSpace(strings.TrimPrefix(rest, sentence))
		}
		return rest == "" || strings.Contains(rest, ellipsis) // a sentence that was cut
	}
	if !inOrder(s.Excerpt) && !inOrder(s.Content) {
		t.Errorf("%q is not made of the sentences of its source in their order", got)
	}
}
