package summary

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tidings/digest"
)

// Measures summaries against references. It prints nothing in an ordinary run:
//
//	go test ./digest/summary -run "TestQuality|TestCost" -v -rouge FILE.jsonl
//
// FILE has an object a line: {"set", "lang", "title", "text", "reference": [sentences]}.
var rougeFile = flag.String("rouge", "", "measure summaries on this JSONL file")

type sample struct {
	Set       string   `json:"set"`
	Lang      string   `json:"lang"`
	Title     string   `json:"title"`
	Text      string   `json:"text"`
	Reference []string `json:"reference"`
}

// junk is what a feed puts in front of an article.
const junk = "Share this article on Facebook\nMayor Ruth Halloran waves to the crowd on Monday. (Jane Roe/AFP/Getty Images/TNS)\nSign up for our newsletter and get the best stories delivered to your inbox.\n"

// contenders make a summary within a budget from a sample.
func contenders() map[string]func(sample, digest.Budget) string {
	return map[string]func(sample, digest.Budget) string{
		"1 lead": lead,
		"2 product": func(s sample, b digest.Budget) string {
			return Summarize(Source{Title: s.Title, Content: s.Text, Lang: s.Lang}, b)
		},
		"3 lead, junk": func(s sample, b digest.Budget) string {
			s.Text = junk + s.Text
			return lead(s, b)
		},
		"4 product, junk": func(s sample, b digest.Budget) string {
			return Summarize(Source{Title: s.Title, Content: junk + s.Text, Lang: s.Lang}, b)
		},
		"5 best possible": best,
	}
}

// lead is the first sentences, or the first characters.
func lead(s sample, b digest.Budget) string {
	if b.Chars > 0 {
		return firstRunes(strings.Join(strings.Fields(s.Text), " "), b.Chars)
	}
	sentences := Sentences(s.Text, s.Lang)
	return strings.Join(sentences[:min(b.Sentences, len(sentences))], " ")
}

// best picks the sentences greedily that score highest: the most that any choice of sentences can reach, nearly.
func best(s sample, b digest.Budget) string {
	sentences := Sentences(s.Text, s.Lang)
	reference := strings.Join(s.Reference, " ")
	var chosen []int
	join := func(picks []int) string {
		picks = slices.Sorted(slices.Values(picks))
		words := make([]string, len(picks))
		for i, p := range picks {
			words[i] = sentences[p]
		}
		return strings.Join(words, " ")
	}
	for top := 0.0; ; {
		pick := -1
		for i := range sentences {
			text := join(append(slices.Clone(chosen), i))
			tooMuch := b.Sentences > 0 && len(chosen) == b.Sentences || b.Chars > 0 && utf8.RuneCountInString(text) > b.Chars
			if slices.Contains(chosen, i) || tooMuch {
				continue
			}
			if got := score(text, reference).mean(); got > top {
				top, pick = got, i
			}
		}
		if pick < 0 {
			return join(chosen)
		}
		chosen = append(chosen, pick)
	}
}

func TestQuality(t *testing.T) {
	if *rougeFile == "" {
		t.Skip("no -rouge FILE given")
	}
	sets := map[string][]sample{}
	for i, s := range readSamples(t, *rougeFile) {
		sets[s.Set] = append(sets[s.Set], s)
		half := s.Set + [...]string{"/even", "/odd"}[i%2] // what was tuned on one half must hold on the other
		sets[half] = append(sets[half], s)
	}
	budgets := []digest.Budget{{Sentences: 1}, {Sentences: 3}, {Chars: 300}, {Chars: 300, Fill: true}}
	for _, set := range slices.Sorted(maps.Keys(sets)) {
		samples := sets[set]
		for _, b := range budgets {
			var names []string
			totals := map[string]rouge{}
			for name, summarize := range contenders() {
				names = append(names, name)
				for _, s := range samples {
					totals[name] = totals[name].plus(score(summarize(s, b), strings.Join(s.Reference, " ")))
				}
			}
			slices.Sort(names)
			for _, name := range names {
				r := totals[name].times(100 / float64(len(samples)))
				fmt.Printf("%-10s %4d  %+v  %-16s R1 %5.2f  R2 %5.2f  RL %5.2f  mean %5.2f\n", set, len(samples), b, name[2:], r.one, r.two, r.long, r.mean())
			}
		}
	}
}

func readSamples(t *testing.T, path string) []sample {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var samples []sample
	for lines := bufio.NewReader(f); ; {
		line, err := lines.ReadBytes('\n')
		if len(line) == 0 && err != nil {
			return samples
		}
		var s sample
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		samples = append(samples, s)
	}
}

// TestCost prints what summarising the same file costs: the median over its articles.
func TestCost(t *testing.T) {
	if *rougeFile == "" {
		t.Skip("no -rouge FILE given")
	}
	samples := readSamples(t, *rougeFile)
	var took []time.Duration
	var allocs []float64
	bytes := 0
	for _, s := range samples {
		summarize := func() {
			Summarize(Source{Title: s.Title, Content: s.Text, Lang: s.Lang}, digest.Budget{Chars: 300})
		}
		best := time.Hour
		for range 5 {
			start := time.Now()
			summarize()
			best = min(best, time.Since(start))
		}
		took, allocs, bytes = append(took, best), append(allocs, testing.AllocsPerRun(1, summarize)), bytes+len(s.Text)
	}
	slices.Sort(took)
	slices.Sort(allocs)
	fmt.Printf("%d articles of %d bytes on average: median %v and %.0f allocations each, the slowest %v\n", len(samples), bytes/len(samples), took[len(took)/2], allocs[len(allocs)/2], took[len(took)-1])
}
