package summary

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// A text long enough for a fingerprint.
const lighthouse = "For forty years Ole Brand climbed the 212 steps of the lighthouse on Skarv every evening. On Tuesday he did it for the last time. " +
	"The lamp has been automatic since 1998, but the authority kept him on to look after the horn, the garden and the visitors. " +
	"He will miss the storms, said Brand, who turns seventy this week, and not the tourists."

func TestStoriesRules(t *testing.T) {
	t.Parallel()
	doc := func(feed, title, text string, hour int, keys ...string) Document {
		return Document{Source: Source{Title: title, Content: text}, Feed: feed, Published: monday().Add(time.Duration(hour) * time.Hour), Keys: keys}
	}
	retold := "Ole Brand has left the lighthouse of Skarv, which he kept for forty years. The lamp needs nobody since 1998; Brand, seventy this week, " +
		"looked after the horn and the visitors. On Tuesday he climbed the 212 steps for the last time. He does not expect to miss the tourists, but the storms."
	other := "The council of Marlow has agreed to plant eleven hundred trees along the ring road before the winter. Limes and maples were chosen because they stand salt."
	for _, c := range []struct {
		name string
		docs []Document
		want string // the groups of documents
	}{
		{"none", nil, ""},
		{"one link", []Document{doc("a", "A", "Short.", 0, "link:x"), doc("b", "B", "Rather longer.", 900, "link:x")}, "10"},
		{"one enclosure", []Document{doc("a", "A", "", 0, "link:x", "enclosure:y"), doc("b", "B", "", 0, "enclosure:y")}, "01"},
		{
			"a link that one feed gives to several", // tells nothing apart
			[]Document{doc("a", "A", "", 0, "link:x"), doc("b", "B", "", 0, "link:x"), doc("b", "C", "", 0, "link:x")}, "0 1 2",
		},
		{"keys that would join two of a feed", []Document{
			doc("a", "A", "", 0, "link:x"), doc("b", "B", "", 0, "link:x", "enclosure:y"), doc("a", "C", "", 0, "enclosure:y"),
		}, "0 21"},
		{"a copy with another title, a week later", []Document{doc("a", "Keeper retires", lighthouse, 0), doc("b", "Last man on Skarv", lighthouse, 168)}, "01"},
		{"a copy with a credit and a call", []Document{
			doc("a", "Keeper retires", lighthouse, 0), doc("b", "Keeper retires", "SKARV (Wire) — "+lighthouse+"\nSign up for our newsletter", 1),
		}, "01"},
		{"a copy in one feed", []Document{doc("a", "Keeper retires", lighthouse, 0), doc("a", "Last man", lighthouse, 1)}, "0 1"},
		{"two of one feed, one of another", []Document{doc("a", "Keeper", lighthouse, 0), doc("a", "Last man", lighthouse, 1), doc("b", "Light", lighthouse, 2)}, "02 1"},
		{"retold", []Document{doc("a", "Keeper of Skarv retires", lighthouse, 0), doc("b", "Skarv: Brand leaves his lighthouse", retold, 5), doc("c", "Trees", other, 5)}, "01 2"},
		{"retold too late", []Document{doc("a", "Keeper of Skarv retires", lighthouse, 0), doc("b", "Skarv: Brand leaves his lighthouse", retold, 73)}, "0 1"},
		{"retold in one feed", []Document{doc("a", "Keeper of Skarv retires", lighthouse, 0), doc("a", "Skarv: Brand leaves his lighthouse", retold, 5)}, "0 1"},
		{"a version", []Document{doc("a", "v1.2.0", "", 0), doc("b", "v1.2.0", "", 0)}, "0 1"},
		{"a version with few words", []Document{doc("a", "v1.2.0", "Bug fixes and performance improvements.", 0), doc("b", "v1.2.0", "Bug fixes and performance improvements.", 0)}, "0 1"},
		{"a title of a series", []Document{doc("a", "The week in pictures, number 47", lighthouse, 0), doc("b", "The week in pictures, number 47", other, 0)}, "0 1"},
		{"nothing at all", []Document{doc("a", "", "", 0), doc("b", "", "", 0), doc("c", "", "", 0, "")}, "0 1 2"},
	} {
		if got := sketch(Stories(c.docs)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// sketch writes the groups as digits.
func sketch(groups [][]int) string {
	words := make([]string, len(groups))
	for i, g := range groups {
		words[i] = strings.Trim(strings.ReplaceAll(fmt.Sprint(g), " ", ""), "[]")
	}
	return strings.Join(words, " ")
}

// Each article shares half of its words with the next, and none with the one after that: no chain of them is one story.
func TestStoriesDoNotChain(t *testing.T) {
	t.Parallel()
	const links = 8
	var docs []Document
	for i := range links {
		var words []string
		for w := range 40 {
			words = append(words, fmt.Sprintf("w%dx%d", i+w/20, w%20))
		}
		docs = append(docs, Document{Source: Source{Title: "t" + words[0], Content: strings.Join(words, " ") + "."}, Feed: fmt.Sprint(i), Published: monday()})
	}
	for _, g := range Stories(docs) {
		if spread := slices.Max(g) - slices.Min(g); spread > 1 {
			t.Errorf("%v are one story", g)
		}
	}
}

// FuzzStories gives documents as lines: feed, hour, key, title and text, set apart by tabs.
func FuzzStories(f *testing.F) {
	f.Add("a\t1\tlink:x\tKeeper retires\t" + lighthouse + "\nb\t2\t\tLast man\t" + lighthouse + "\nb\t3\tlink:x\tv1.2.0\t\n")
	f.Add("a\t\xff\t\t橋\t橋が開通した。\nb\t9\t\t橋\t橋が開通した。\n\t\t\t\t\n")
	f.Add(strings.Repeat("a\t1\tk\tsame\tsame same same\n", 5) + strings.Repeat("b\t1\tk\tsame\tsame same same\n", 5))
	f.Fuzz(func(t *testing.T, in string) {
		var docs []Document
		for line := range strings.Lines(in) {
			part := append(strings.SplitN(line, "\t", 5), "", "", "", "", "")
			d := Document{Source: Source{Title: part[3], Excerpt: part[4]}, Feed: part[0], Published: monday(), Keys: []string{part[2]}}
			for _, c := range part[1] {
				d.Published = d.Published.Add(time.Duration(c) * time.Minute)
			}
			if docs = append(docs, d); len(docs) == 200 {
				break
			}
		}
		groups := Stories(docs)
		checkPartition(t, docs, groups)
		backward := slices.Clone(docs)
		slices.Reverse(backward)
		if got, want := named(backward, Stories(backward)), named(docs, groups); !slices.Equal(got, want) {
			t.Errorf("backward %q, forward %q", got, want)
		}
	})
}

// checkPartition holds that every document is in one group, and none with another of its feed.
func checkPartition(t *testing.T, docs []Document, groups [][]int) {
	t.Helper()
	var all []int
	for _, g := range groups {
		feeds := map[string]bool{}
		for _, i := range g {
			if feeds[docs[i].Feed] {
				t.Errorf("two documents of %q in a group", docs[i].Feed)
			}
			feeds[docs[i].Feed] = true
		}
		all = append(all, g...)
	}
	slices.Sort(all)
	for i := range docs {
		if i >= len(all) || all[i] != i {
			t.Fatalf("%v is no partition of %d", groups, len(docs))
		}
	}
	if len(all) != len(docs) {
		t.Fatalf("%v is no partition of %d", groups, len(docs))
	}
}
