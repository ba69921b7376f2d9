package templates

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// Every language says everything: a field left empty would leave a gap in the issue.
func TestWordsComplete(t *testing.T) {
	t.Parallel()
	for _, w := range tongues() {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			switch f := v.Field(i).Interface().(type) {
			case string:
				if f == "" && !slices.Contains([]string{"Gap", "FirstDay", "AtOne"}, name) {
					t.Errorf("%s: %s is empty", w.Tag, name)
				}
			case counted:
				if f.Other == "" {
					t.Errorf("%s: %s has no form for other numbers", w.Tag, name)
				}
			case [7]string:
				if slices.Contains(f[:], "") && (name == "Weekdays" || f != [7]string{}) {
					t.Errorf("%s: a day of %s is empty", w.Tag, name)
				}
			case [12]string:
				if slices.Contains(f[:], "") {
					t.Errorf("%s: a month is empty", w.Tag)
				}
			case PageWords:
				pages := reflect.ValueOf(f)
				for j := range pages.NumField() {
					if said, ok := pages.Field(j).Interface().(string); ok && said == "" {
						t.Errorf("%s: %s of the pages is empty", w.Tag, pages.Type().Field(j).Name)
					}
				}
			}
		}
	}
	if got, want := Languages(), strings.Fields("ar de en es fr it ja nl pl pt sv zh"); !slices.Equal(got, want) {
		t.Errorf("Languages() = %q", got)
	}
}

// Every language fills in what English does, and nothing that nobody gives.
func TestWordsFillIn(t *testing.T) {
	t.Parallel()
	brace := regexp.MustCompile(`\{(\w+)\}`)
	names := func(s string) (all []string) {
		for _, m := range brace.FindAllStringSubmatch(s, -1) {
			all = append(all, m[1])
		}
		slices.Sort(all)
		return all
	}
	var compare func(tag string, got, want reflect.Value)
	compare = func(tag string, got, want reflect.Value) {
		for i := range want.NumField() {
			name := want.Type().Field(i).Name
			switch w := want.Field(i).Interface().(type) {
			case string:
				if g := got.Field(i).String(); !slices.Equal(names(g), names(w)) && !slices.Contains([]string{"LongDate", "AtOne", "WhenDate"}, name) {
					t.Errorf("%s: %s has %q, English %q", tag, name, g, w)
				}
			case counted:
				if g := got.Field(i).Interface().(counted); !slices.Equal(names(g.Other), names(w.Other)) {
					t.Errorf("%s: %s has %q, English %q", tag, name, g.Other, w.Other)
				}
			case PageWords:
				compare(tag, got.Field(i), want.Field(i))
			}
		}
	}
	for _, w := range tongues() {
		compare(w.Tag.String(), reflect.ValueOf(w), reflect.ValueOf(english()))
	}
}

func TestSpeak(t *testing.T) {
	t.Parallel()
	all := newSpeakers()
	for lang, want := range map[string]string{
		"en": "en", "de": "de", "de-AT": "de", "DE": "de", "": "en", "xx": "en", "?!": "en", "en-GB": "en", "pt-BR": "pt", "pt-PT": "pt", "es-419": "es",
		"zh-Hant": "zh", "zh-Hant-TW": "zh", "zh-CN": "zh", "ar-EG": "ar", "fr_CA": "fr", "nl-BE": "nl", "gsw": "de", "sw": "en", "he": "en", "ko": "en",
	} {
		if got := all.speak(lang).Tag.String(); got != want {
			t.Errorf("speak(%q) = %s, want %s", lang, got, want)
		}
	}
}

func TestDialect(t *testing.T) {
	t.Parallel()
	all := newSpeakers()
	for lang, want := range map[string]string{
		"en": "en", "en-GB": "en-GB", "EN_gb": "en-GB", "zh-Hant": "zh-Hant", "zh-Hant-TW": "zh-Hant-TW", "pt-BR": "pt-BR", "gsw": "de", "": "en", "?!": "en",
		"de-AT-u-co-phonebk": "de-AT", "sw": "en",
	} {
		if got := all.speak(lang).dialect(lang); got != want {
			t.Errorf("dialect(%q) = %s, want %s", lang, got, want)
		}
	}
}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	pl, ar, fr, ja := polish(), arabic(), french(), japanese()
	for _, c := range []struct{ got, want string }{
		{pl.count(pl.Stories, 1), "1 artykuł"},
		{pl.count(pl.Stories, 2), "2 artykuły"},
		{pl.count(pl.Stories, 5), "5 artykułów"},
		{pl.count(pl.Stories, 12), "12 artykułów"},
		{pl.count(pl.Stories, 22), "22 artykuły"},
		{ar.count(ar.Stories, 1), "مقال واحد"},
		{ar.count(ar.Stories, 2), "مقالان"},
		{ar.count(ar.Stories, 3), "3 مقالات"},
		{ar.count(ar.Stories, 11), "11 مقالًا"},
		{ar.count(ar.Stories, 100), "100 مقال"},
		{ar.count(ar.Stories, 103), "103 مقالات"},
		{ar.figures(1400), "1,400"},
		{pl.figures(1400), "1400"},
		{fr.spell(fr.NewStories, 2), "deux nouveaux articles"},
		{ja.spell(ja.NewStories, 2), "新着記事2本"},
		{fr.list([]string{"a", "b", "c"}), "a, b et c"},
		{ja.list([]string{"a", "b", "c"}), "a、bとc"},
		{ar.list([]string{"أ", "ب", "ج"}), "أ وب وج"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

// A moment, and a schedule, in every language.
func TestWhenEverywhere(t *testing.T) {
	t.Parallel()
	first := time.Date(2027, time.January, 1, 1, 30, 0, 0, time.UTC)
	for tag, want := range map[string]string{
		"ar": "الجمعة، 1 يناير 2027 / يوم الجمعة الساعة 01:30 / كل يوم أربعاء وأحد الساعة 07:00 / في اليوم 1 من كل شهر الساعة 07:00",
		"de": "Freitag, 1. Januar 2027 / am Freitag um 01:30 Uhr / jeden Mittwoch und Sonntag um 07:00 Uhr / am 1. jedes Monats um 07:00 Uhr",
		"en": "Friday 1 January 2027 / Friday at 01:30 / every Wednesday and Sunday at 07:00 / on day 1 of every month at 07:00",
		"es": "viernes, 1 de enero de 2027 / el viernes a la 01:30 / los miércoles y los domingos a las 07:00 / el día 1 de cada mes a las 07:00",
		"fr": "vendredi 1er janvier 2027 / vendredi à 01:30 / le mercredi et le dimanche à 07:00 / le 1er de chaque mois à 07:00",
		"it": "venerdì 1º gennaio 2027 / venerdì alle ore 01:30 / ogni mercoledì e domenica alle ore 07:00 / il giorno 1º di ogni mese alle ore 07:00",
		"ja": "2027年1月1日（金曜日） / 金曜日の01:30 / 毎週水曜日と日曜日の07:00に / 毎月1日の07:00に",
		"nl": "vrijdag 1 januari 2027 / vrijdag om 01:30 uur / elke woensdag en zondag om 07:00 uur / elke 1e van de maand om 07:00 uur",
		"pl": "piątek, 1 stycznia 2027 / w piątek o godz. 01:30 / w środy i w niedziele o godz. 07:00 / 1. dnia każdego miesiąca o godz. 07:00",
		"pt": "sexta-feira, 1º de janeiro de 2027 / na sexta-feira à 01:30 / às quartas-feiras e aos domingos às 07:00 / no dia 1º de cada mês às 07:00",
		"sv": "fredag 1 januari 2027 / på fredag kl. 01:30 / varje onsdag och söndag kl. 07:00 / den 1 varje månad kl. 07:00",
		"zh": "2027 年 1 月 1 日，星期五 / 星期五 01:30 / 每周三和周日 07:00 / 每月 1 日 07:00",
	} {
		w := newSpeakers().speak(tag)
		got := strings.Join([]string{w.date(first), w.when(first, first), w.schedule("0 7 * * SUN,WED"), w.schedule("0 7 1 * *")}, " / ")
		if got != want {
			t.Errorf("%s:\n got %s\nwant %s", tag, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	t.Parallel()
	en, de := english(), german()
	for _, c := range []struct{ got, want string }{
		{en.count(en.Stories, 1), "1 story"},
		{en.count(en.Stories, 1400), "1,400 stories"},
		{de.count(de.Stories, 1400), "1.400 Artikel"},
		{en.spell(en.NewStories, 10), "ten new stories"},
		{en.spell(en.NewStories, 11), "11 new stories"},
		{de.spell(de.NewStories, 1), "ein neuer Artikel"},
		{sentence(de.spell(de.NewStories, 5)), "Fünf neue Artikel"},
		{en.list([]string{"a", "b", "c"}), "a, b and c"},
		{de.list([]string{"a", "b"}), "a und b"},
		{en.list(nil), ""},
		{fill("{a} {b} {c", "a", "{b}", "b", "2"), "{b} 2 "},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestOverview(t *testing.T) {
	t.Parallel()
	words := french()
	fr := &viewer{words: &words}
	for sources, want := range map[int]string{1: "Deux nouveaux articles d’une source.", 2: "Deux nouveaux articles de deux sources."} {
		if got := fr.overview(digest.Edition{Articles: 2, Sources: sources}); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhen(t *testing.T) {
	t.Parallel()
	en, de := english(), german()
	day := 24 * time.Hour
	for _, c := range []struct {
		after  time.Duration
		en, de string
	}{
		{day, "Tuesday at 07:00", "am Dienstag um 07:00 Uhr"},
		{6 * day, "Sunday at 07:00", "am Sonntag um 07:00 Uhr"},
		{7 * day, "Monday 30 November at 07:00", "am Montag, 30. November, um 07:00 Uhr"},
	} {
		next := monday().Add(c.after)
		if got := en.when(next, monday()); got != c.en {
			t.Errorf("got %q, want %q", got, c.en)
		}
		if got := de.when(next, monday()); got != c.de {
			t.Errorf("got %q, want %q", got, c.de)
		}
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	en, de := english(), german()
	for _, c := range []struct{ cron, en, de string }{
		{"0 7 * * MON", "every Monday at 07:00", "jeden Montag um 07:00 Uhr"},
		{"30 18 * * 0", "every Sunday at 18:30", "jeden Sonntag um 18:30 Uhr"},
		{"0 7 * * mon,THU", "every Monday and Thursday at 07:00", "jeden Montag und Donnerstag um 07:00 Uhr"},
		{"0 7 * * 1-5", "every weekday at 07:00", "montags bis freitags um 07:00 Uhr"},
		{"0 7 * * *", "every day at 07:00", "täglich um 07:00 Uhr"},
		{"0 7 1 * ?", "on day 1 of every month at 07:00", "am 1. jedes Monats um 07:00 Uhr"},
		{"@daily", "every day at 00:00", "täglich um 00:00 Uhr"},
		{"@weekly", "every Sunday at 00:00", "jeden Sonntag um 00:00 Uhr"},
		{"@monthly", "on day 1 of every month at 00:00", "am 1. jedes Monats um 00:00 Uhr"},
		{"*/5 * * * *", "", ""},
		{"0 7,19 * * *", "", ""},
		{"0 7 1 * MON", "", ""},
		{"0 7 * 1 *", "", ""},
		{"0 7 1,15 * *", "", ""},
		{"0 25 * * *", "", ""},
		{"@hourly", "", ""},
		{"", "", ""},
	} {
		if got := en.schedule(c.cron); got != c.en {
			t.Errorf("%q: got %q, want %q", c.cron, got, c.en)
		}
		if got := de.schedule(c.cron); got != c.de {
			t.Errorf("%q: got %q, want %q", c.cron, got, c.de)
		}
	}
}
