package summary

import (
	"slices"
	"strings"
	"testing"

	"tidings/digest"
)

// An article whose third sentence is taken up by those after it.
const bridgeStory = `It was a grey morning and people were still asleep in their houses. ` +
	`“Well, what can I say?” ` +
	`The old iron bridge over the river Aln was opened to walkers after eleven years of repair. ` +
	`The repair of the iron bridge cost 3.4 million crowns and took eleven years. ` +
	`Walkers crossed the river over the old bridge all day. ` +
	`Nobody. ` +
	`Cars will not cross the bridge again, the council decided. ` +
	`Somebody sold sausages and lemonade from a cart at the corner of the market square.`

func TestChoose(t *testing.T) {
	t.Parallel()
	sentences := Sentences(bridgeStory, "en")
	main := sentences[2]
	for _, tc := range []struct {
		name   string
		title  string
		budget digest.Budget
		want   []string
	}{
		{"one", "", digest.Budget{Sentences: 1}, []string{main}},
		{"all", "", digest.Budget{Sentences: 9}, sentences},
		{"all characters", "", digest.Budget{Chars: 2000}, sentences},
		{"one that fits", "", digest.Budget{Chars: 95}, []string{main}},
		{"two that fit", "", digest.Budget{Chars: 170}, []string{main, "The repair of the iron bridge cost 3.4 million crowns and took eleven years."}},
		{"none that fits", "", digest.Budget{Chars: 20}, []string{"The old iron bridge…"}},
		{"whole sentences", "", digest.Budget{Chars: 140}, []string{main}},
		{"the last is cut", "", digest.Budget{Chars: 140, Fill: true}, []string{sentences[0], "The old iron bridge over the river Aln was opened to walkers after…"}},
	} {
		if got := choose(sentences, tc.title, "en", tc.budget); !slices.Equal(got, tc.want) {
			t.Errorf("%s\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

func TestChooseIsInOrderAndFits(t *testing.T) {
	t.Parallel()
	sentences := distinct(Sentences(bridgeStory+" "+strings.ReplaceAll(bridgeStory, "bridge", "mill"), "en"))
	for chars := 20; chars < 900; chars += 20 {
		got := choose(sentences, "The bridge", "en", digest.Budget{Chars: chars})
		at := -1
		for k, s := range got {
			i := slices.IndexFunc(sentences, func(whole string) bool {
				return whole == s || k == len(got)-1 && strings.HasPrefix(whole, strings.TrimSuffix(s, ellipsis))
			})
			if i <= at {
				t.Fatalf("%d characters: %q is out of order", chars, s)
			}
			at = i
		}
		if n := len(strings.Join(got, " ")); len(got) > 1 && n-strings.Count(strings.Join(got, ""), "“")*4 > chars {
			t.Errorf("%d characters: %d bytes", chars, n)
		}
	}
}

func TestTerms(t *testing.T) {
	t.Parallel()
	terms := func(text, lang string) []uint64 { return appendTerms(nil, text, lang) }
	for _, tc := range []struct {
		name, a, b, lang string
		same             bool
	}{
		{"case", "Bridge", "bridge", "en", true},
		{"endings", "The bridges", "a bridge", "en", true},
		{"possessive", "Halloran's", "Halloran’s bag", "en", false},
		{"apostrophe", "mayor's", "mayor", "en", true},
		{"stop words", "the and of", "", "en", true},
		{"other words", "bridge", "river", "en", false},
		{"accents", "ÉCOLE", "école", "fr", true},
		{"characters", "東京都", "東京都", "ja", true},
		{"pairs", "東京", "京東", "ja", false},
	} {
		if got := slices.Equal(terms(tc.a, tc.lang), terms(tc.b, tc.lang)); got != tc.same {
			t.Errorf("%s: %q and %q alike: %v", tc.name, tc.a, tc.b, got)
		}
	}
	if n := len(terms("東京都に", "ja")); n != 3 {
		t.Errorf("%d pairs of four characters", n)
	}
}

func TestCosine(t *testing.T) {
	t.Parallel()
	v := vectorize([]string{"iron bridge", "iron bridge", "stone mill"}, "bridge of gold", "en")
	for _, tc := range []struct {
		i, j int
		low  float64
		high float64
	}{{0, 1, .999, 1.001}, {0, 2, 0, 0}, {0, 3, .7, .72}, {2, 3, 0, 0}} {
		if got := v[tc.i].cosine(v[tc.j]); got < tc.low || got > tc.high {
			t.Errorf("cosine of %d and %d is %v", tc.i, tc.j, got)
		}
	}
}

// Room that is left is not filled with scraps.
func TestFillingTakesNoScraps(t *testing.T) {
	t.Parallel()
	text := "The old iron bridge over the river Aln was opened to walkers after eleven years of repair by the town. " +
		"Cars will not cross it again. But nobody minds, said one of the walkers. Oak is best for planks. " +
		"The repair of the iron bridge cost the town 3.4 million crowns, which it borrowed from a fund for old bridges."
	want := "The old iron bridge over the river Aln was opened to walkers after eleven years of repair by the town. " +
		"The repair of the iron bridge cost the town 3.4 million crowns, which it borrowed from a fund for old bridges."
	if got := Summarize(Source{Title: "Bridge", Content: text}, digest.Budget{Chars: 240}); got != want {
		t.Errorf("%q", got)
	}
}

// Where one sentence stands for the whole article, it is not one that says next to nothing.
func TestTheOnlySentenceSaysMuch(t *testing.T) {
	t.Parallel()
	long := "On Monday the council of Alnmouth voted to close it for eleven weeks, because the flood of last winter took away two of the pillars of the bridge."
	s := Source{Title: "Iron bridge to close for weeks", Lang: "en", Content: "Many people were there in the hall of the town on that evening.\n" +
		"The iron bridge will have to close.\n" + long + "\nNobody was glad of it at all.\nThe council meets again in May, when the works are done.\n"}
	if got := Summarize(s, digest.Budget{Sentences: 1}); got != long {
		t.Errorf("%q", got)
	}
}
