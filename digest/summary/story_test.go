package summary

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// told is a line of testdata/stories.jsonl: an article, and the story that it tells; none is told by no other.
type told struct {
	Story, Feed, Lang, Title, Text string
	Hour                           int
}

func (a told) document() Document {
	return Document{
		Source: Source{Title: a.Title, Excerpt: a.Text, Lang: a.Lang},
		Feed:   a.Feed, Published: monday().Add(time.Duration(a.Hour) * time.Hour),
	}
}

func monday() time.Time { return time.Date(2026, 7, 6, 0, 0, 0, 0, time.UTC) }

func readTold(t testing.TB) []told {
	t.Helper()
	f, err := os.Open("testdata/stories.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []told
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var a told
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			t.Fatal(err)
		}
		all = append(all, a)
	}
	return all
}

func documents(all []told) []Document {
	docs := make([]Document, len(all))
	for i, a := range all {
		docs[i] = a.document()
	}
	return docs
}

// pairCount counts pairs of articles by whether they are one story, and whether they were put together.
type pairCount struct{ found, wrong, missed int }

func (c pairCount) precision() float64 { return float64(c.found) / float64(max(c.found+c.wrong, 1)) }

func (c pairCount) recall() float64 { return float64(c.found) / float64(max(c.found+c.missed, 1)) }

func countPairs(all []told, groups [][]int, complain func(format string, args ...any)) pairCount {
	groupOf := make([]int, len(all))
	for g, members := range groups {
		for _, i := range members {
			groupOf[i] = g
		}
	}
	var c pairCount
	for i, a := range all {
		for j, b := range all[:i] {
			same, together := a.Story != "" && a.Story == b.Story, groupOf[i] == groupOf[j]
			switch {
			case same && together:
				c.found++
			case same:
				c.missed++
				complain("missed: %q and %q", b.Title, a.Title)
			case together:
				c.wrong++
				complain("wrong: %q and %q", b.Title, a.Title)
			}
		}
	}
	return c
}

// The figures are printed with -v, and so is each pair that was missed or wrong.
func TestStoriesQuality(t *testing.T) {
	t.Parallel()
	all := readTold(t)
	few := func(lang string) []told {
		return slices.DeleteFunc(slices.Clone(all), func(a told) bool { return a.Lang != lang })
	}
	for _, set := range []struct {
		name string
		all  []told
	}{{"all", all}, {"en", few("en")}, {"de, few are known", few("de")}} {
		c := countPairs(set.all, Stories(documents(set.all)), t.Logf)
		t.Logf("%s: %d articles, %d pairs of one story: precision %.2f, recall %.2f", set.name, len(set.all), c.found+c.missed, c.precision(), c.recall())
		if c.precision() < .9 || c.recall() < .5 {
			t.Errorf("%s: precision %.2f, recall %.2f; want .90 and .50", set.name, c.precision(), c.recall())
		}
	}
}

// What is grouped does not depend on the order in which the articles come.
func TestStoriesInAnyOrder(t *testing.T) {
	t.Parallel()
	docs := documents(readTold(t))
	want := named(docs, Stories(docs))
	random := rand.New(rand.NewPCG(1, 2))
	for range 5 {
		random.Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
		if got := named(docs, Stories(docs)); !slices.Equal(got, want) {
			t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
}

// named writes the groups with the feeds and titles of their documents.
func named(docs []Document, groups [][]int) []string {
	var names []string
	for _, g := range groups {
		var name []string
		for _, i := range g {
			name = append(name, docs[i].Feed+": "+docs[i].Title)
		}
		names = append(names, strings.Join(name, " | "))
	}
	slices.Sort(names)
	return names
}

// BenchmarkStories times the articles of a busy week.
func BenchmarkStories(b *testing.B) {
	docs := invented(5000)
	b.ReportAllocs()
	for b.Loop() {
		Stories(docs)
	}
	b.ReportMetric(float64(len(docs)), "articles")
}

// invented is n articles of 50 feeds in a week, of words as frequent as those of a language; every tenth retells another, and every
// fiftieth copies one.
func invented(n int) []Document {
	random := rand.New(rand.NewPCG(3, 4))
	zipf := rand.NewZipf(random, 1.1, 8, 30_000)
	words := func(count int) []string {
		w := make([]string, count)
		for i := range w {
			rank := zipf.Uint64()
			w[i] = fmt.Sprintf("%c%cor%d", 'a'+rank%26, 'a'+rank/26%26, rank)
		}
		return w
	}
	docs := make([]Document, n)
	for i := range docs {
		title, text := words(9), words(250)
		if i > 0 && i%10 == 0 {
			other := strings.Fields(docs[random.IntN(i)].Content)
			copy(text[:100], other[20:])
			copy(title, other)
			if i%50 == 0 {
				copy(text, other[:240])
			}
		}
		for at := 20; at < len(text); at += 20 {
			text[at] += "."
		}
		docs[i] = Document{
			Source: Source{Title: strings.Join(title, " "), Content: strings.Join(text, " ")},
			Feed:   fmt.Sprintf("feed %d", random.IntN(50)), Published: monday().Add(time.Duration(random.IntN(7*24*60)) * time.Minute),
		}
	}
	return docs
}
