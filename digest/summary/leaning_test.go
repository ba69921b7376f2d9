package summary

import (
	"strings"
	"testing"

	"tidings/digest"
)

func TestLeaning(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		sentence, lang string
		want           lean
	}{
		{"The bridge is open.", "en", standsAlone},
		{"He said so.", "en", byPronoun},
		{"“But it is,” he said.", "en", byConjunction},
		{"It’s open.", "en", byPronoun},
		{"Dieses Werk ist alt.", "de", byConjunction},
		{"Sie kam.", "de", byPronoun},
		{"Cette maison est vieille.", "fr", byConjunction},
		{"Ella vino.", "es", byPronoun},
		{"This week the bridge opened.", "en", standsAlone},
		{"The same evening, the bridge closed.", "en", byConjunction},
		{"Two days later, the bridge closed.", "en", byConjunction},
		{"Later this week, the bridge closes.", "en", standsAlone},
		{"The 44-year-old paid.", "en", byPronoun},
		{"A 44-year-old man paid.", "en", standsAlone},
		{"On Saturday he briefly came.", "en", byPronoun},
		{"On Saturday Jane Roe said she came.", "en", standsAlone},
		{"The council said it paid.", "en", standsAlone},
		{"Many used to take the train before.", "en", byPronoun},
		{"Many people take the train.", "en", standsAlone},
		{"We replaced nineteen of the others.", "en", byPronoun},
		{"Bis dahin war die Brücke zu.", "de", byConjunction},
		{"Das ergab eine Umfrage.", "de", byConjunction},
		{"Das neue Haus ist alt.", "de", standsAlone},
		{"Diese Woche kam sie.", "de", standsAlone},
		{"Mitte November wird sie das Amt übernehmen.", "de", byPronoun},
		{"Die Kanzlerin sagte, sie komme.", "de", standsAlone},
		{"Haben Sie das gesehen?", "de", standsAlone},
		{"Der 44-Jährige zahlte.", "de", byPronoun},
		{"Zwei Tage später kam der Regen.", "de", byConjunction},
		{"C’est la fin.", "fr", byConjunction},
		{"Cette semaine, le pont ouvre.", "fr", standsAlone},
		{"Il y a un pont.", "fr", standsAlone},
		{"Alors que le pont ouvre, la mairie ferme.", "fr", standsAlone},
		{"Sin embargo, el puente cerró.", "es", byConjunction},
		{"Este lunes abrió el puente.", "es", standsAlone},
		{"Tuttavia il ponte è chiuso.", "it", byConjunction},
		{"La sua casa è vecchia.", "it", byPronoun},
		{"No entanto, a ponte fechou.", "pt", byConjunction},
		{"Ele chegou.", "pt", byPronoun},
		{"Daarna ging de brug open.", "nl", byConjunction},
		{"Het is mooi.", "nl", byPronoun},
		{"Det finns en bro.", "sv", standsAlone},
		{"Dessutom är bron stängd.", "sv", byConjunction},
		{"Jednak most jest zamknięty.", "pl", byConjunction},
		{"W tym roku most jest zamknięty.", "pl", standsAlone},
		{"ولكن الجسر مغلق.", "ar", byConjunction},
		{"وزير النقل يفتتح الجسر.", "ar", standsAlone},
		{"しかし橋は閉鎖された。", "ja", byConjunction},
		{"橋は開通した。", "ja", standsAlone},
		{"但桥已经关闭。", "zh", byConjunction},
		{"大桥开通了。", "zh", standsAlone},
		{"He said so.", "fi", standsAlone},
		{"", "en", standsAlone},
	} {
		if got := leanOf(tc.sentence, tc.lang); got != tc.want {
			t.Errorf("leanOf(%q) = %v, want %v", tc.sentence, got, tc.want)
		}
	}
}

// A reader sees the first sentence of a summary without what stood before it.
func TestSummaryOpensWithASentenceThatStandsAlone(t *testing.T) {
	t.Parallel()
	article := "The town of Alnmouth has a new bridge since Saturday, and a mayor who is glad of it.\n" +
		"“But the iron bridge over the river Aln was opened to walkers by the mayor,” they said.\n" +
		"The same evening the iron bridge over the river Aln was opened to walkers by the mayor again.\n" +
		"It is the iron bridge over the river Aln that the mayor opened to walkers.\n" +
		"Two thousand people came to see it, many of them with a dog or with a drum in their hands.\n"
	s := Source{Title: "The mayor opened the iron bridge over the river Aln to walkers", Content: article + strings.Repeat("Nobody knows why. ", 40), Lang: "en"}
	for _, b := range []digest.Budget{{Sentences: 1}, {Sentences: 2}, {Sentences: 3}, {Chars: 120}, {Chars: 300}, {Chars: 120, Fill: true}, {Chars: 300, Fill: true}} {
		got := Summarize(s, b)
		if !strings.HasPrefix(got, "The town") && !strings.HasPrefix(got, "Two thousand") && !strings.HasPrefix(got, "Nobody") {
			t.Errorf("%+v: %q", b, got)
		}
	}
}
