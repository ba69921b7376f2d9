package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// words is everything that an issue says by itself in one language. Names in braces are filled in. A
// language is one value of this type in a file of its own, listed in tongues; nothing else knows about it.
type words struct {
	Tag language.Tag // BCP 47
	RTL bool

	Issue       string // {n}
	ReadOnline  string
	Inside      string
	TopStory    string
	ReadAt      string // {source}
	AlsoIn      string // {tag}: the heading of a section's briefs
	AlsoTags    string // {tags}: the other tags of an article
	Elsewhere   string // {sources}, who have the same story
	Untitled    string
	Unsubscribe string
	LeaveLink   string // the link that writes the mail of LeaveByMail
	LeaveByMail string // {address}
	Privacy     string
	PrivacyLoad string // the same where the picture is loaded from its publisher
	Done        string
	Next        string // {when}
	Why         string // {email} {title}
	WhyWhen     string // {email} {title} {schedule}

	Hello       string // {name}
	Overview    string // {stories} {sources}
	OverviewMin string // {stories} {sources} {minutes}

	NewStories counted // within Overview, in words
	Sources    counted // within Overview, in words
	MinutesAll counted // within OverviewMin
	Stories    counted // in figures
	Minutes    counted // in figures, short
	MoreOnline counted // what a section or the issue leaves to its page
	MoreHidden counted // the same where there is no page
	MoreNames  counted // the end of a list of names
	Broken     counted // {names}
	Shortened  counted // articles that lost their summary to the size of the message

	And      string   // between the last two of a list, with its spaces
	Comma    string   // between the others
	Spelled  []string // numbers from zero on; those beyond are written in figures
	LongDate string   // {weekday} {day} {month} {year}
	When     string   // {weekday} {time}, within a week
	WhenDate string   // {weekday} {day} {month} {time}, later
	Daily    string   // {time}
	Workdays string   // {time}, Monday to Friday
	Weekly   string   // {weekdays} {time}
	Monthly  string   // {day} {time}
	Weekdays [7]string
	Months   [12]string
}

// counted is a phrase in the plural forms of its language (CLDR); {n} is the number. Forms that the language
// does not tell apart stay empty.
type counted struct{ Zero, One, Two, Few, Many, Other string }

// tongues lists the languages, the one that stands in for all others first.
func tongues() []words {
	return []words{english(), german()}
}

// Languages lists what Newsletter.Language may be, as BCP 47 tags in alphabetical order. A regional variant
// such as de-AT goes by its language.
func Languages() []string {
	var codes []string
	for _, w := range tongues() {
		codes = append(codes, w.Tag.String())
	}
	slices.Sort(codes)
	return codes
}

// speak picks the language of a BCP 47 tag; one that is not spoken here falls back to the first.
func speak(all []words, lang string) *words {
	if tag, err := language.Parse(lang); err == nil {
		want, _ := tag.Base()
		for i := range all {
			if base, _ := all[i].Tag.Base(); base == want {
				return &all[i]
			}
		}
	}
	return &all[0]
}

// count says the phrase for n, with the number in figures.
func (w *words) count(c counted, n int, pairs ...string) string {
	return fill(w.form(c, n), append(pairs, "n", w.figures(n))...)
}

// spell says the phrase for n, with a small number in words.
func (w *words) spell(c counted, n int, pairs ...string) string {
	number := w.figures(n)
	if n >= 0 && n < len(w.Spelled) {
		number = w.Spelled[n]
	}
	return fill(w.form(c, n), append(pairs, "n", number)...)
}

// form picks the plural form that the language uses for n.
func (w *words) form(c counted, n int) string {
	var s string
	switch plural.Cardinal.MatchPlural(w.Tag, n, 0, 0, 0, 0) {
	case plural.Zero:
		s = c.Zero
	case plural.One:
		s = c.One
	case plural.Two:
		s = c.Two
	case plural.Few:
		s = c.Few
	case plural.Many:
		s = c.Many
	}
	if s != "" {
		return s
	}
	return c.Other
}

func (w *words) figures(n int) string {
	if 0 <= n && n < 1000 && w.Tag != language.Arabic {
		return strconv.Itoa(n) // what a Printer would say, without building one
	}
	return message.NewPrinter(w.Tag).Sprintf("%d", n)
}

// date is the day in full.
func (w *words) date(t time.Time) string { return fill(w.LongDate, w.moment(t)...) }

// when says a coming moment as somebody would who speaks at from: by its weekday, and by its date too if the
// weekday alone could mean an earlier one.
func (w *words) when(t, from time.Time) string {
	if t.Sub(from) > 6*24*time.Hour {
		return fill(w.WhenDate, w.moment(t)...)
	}
	return fill(w.When, w.moment(t)...)
}

func (w *words) moment(t time.Time) []string {
	return []string{
		"weekday", w.Weekdays[t.Weekday()], "day", strconv.Itoa(t.Day()), "month", w.Months[t.Month()-1],
		"year", strconv.Itoa(t.Year()), "time", t.Format("15:04"),
	}
}

// list joins names as a sentence does.
func (w *words) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], w.Comma) + w.And + names[last]
}

// fill puts values into the braces of a pattern, given as name, value, name, value.
func fill(pattern string, pairs ...string) string {
	if !strings.Contains(pattern, "{") {
		return pattern
	}
	var b strings.Builder
	for rest := pattern; ; {
		before, after, open := strings.Cut(rest, "{")
		b.WriteString(before)
		name, next, closed := strings.Cut(after, "}")
		if !open || !closed {
			return b.String()
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				b.WriteString(pairs[i+1])
				break
			}
		}
		rest = next
	}
}

// sentence begins with a capital, where the script has them.
func sentence(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 || !unicode.IsLower(r) {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
