package templates

import (
	"reflect"
	"slices"
	"testing"
	"time"
)

// Every language says everything: a field left empty would leave a gap in the issue.
func TestWordsComplete(t *testing.T) {
	t.Parallel()
	for _, w := range tongues() {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			switch f := v.Field(i).Interface().(type) {
			case string:
				if f == "" {
					t.Errorf("%s: %s is empty", w.Tag, v.Type().Field(i).Name)
				}
			case counted:
				if f.Other == "" {
					t.Errorf("%s: %s has no form for other numbers", w.Tag, v.Type().Field(i).Name)
				}
			case [7]string:
				if slices.Contains(f[:], "") {
					t.Errorf("%s: a weekday is empty", w.Tag)
				}
			case [12]string:
				if slices.Contains(f[:], "") {
					t.Errorf("%s: a month is empty", w.Tag)
				}
			}
		}
	}
	if got := Languages(); !slices.Equal(got, []string{"de", "en"}) {
		t.Errorf("Languages() = %q", got)
	}
}

func TestSpeak(t *testing.T) {
	t.Parallel()
	all := tongues()
	for lang, want := range map[string]string{"en": "en", "de": "de", "de-AT": "de", "DE": "de", "": "en", "xx": "en", "?!": "en", "zh-Hant": "en"} {
		if got := speak(all, lang).Tag.String(); got != want {
			t.Errorf("speak(%q) = %s, want %s", lang, got, want)
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
