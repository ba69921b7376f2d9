package templates

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// words is everything that the program says to readers in one language. Names in braces are filled in. A
// language is one value of this type in a file of its own, listed in tongues; nothing else knows about it.
type words struct {
	Tag language.Tag // BCP 47
	RTL bool

	Mail         string // what a screen reader calls the whole
	Issue        string // {n}
	ReadOnline   string
	Inside       string
	TopStory     string
	Rest         string // the section of what has no section of its own
	ReadAt       string // {source}
	AlsoIn       string // {tag}: the heading of a section's briefs
	AlsoTags     string // {tags}: the other tags of an article
	Elsewhere    string // {sources}, who have the same story
	Untitled     string
	Unsubscribe  string
	ChooseTopics string // the reader's own page
	PauseMail    string // the part of it that stops the mail for a while
	Unfollow     string // {tag}
	LeaveLink    string // the link that writes the mail of LeaveByMail
	LeaveByMail  string // {address}
	Privacy      string
	PrivacyLoad  string // the same where the picture is loaded from its publisher
	Done         string
	Next         string // {when}
	Why          string // {email} {title}
	WhyWhen      string // {email} {title} {schedule}

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

	And     string   // between the last two of a list, with its spaces
	Comma   string   // between the others
	Pause   string   // between details that stand beside each other in the text edition
	Colon   string   // between a name and what is said of it in the text edition
	Gap     string   // between two sentences
	Spelled []string // numbers from zero on; those beyond are written in figures, all where numerals are inflected
	Grouped int      // the least number whose thousands are set apart

	LongDate string // {weekday} {day} {month} {year}
	FirstDay string // {day} for the first of a month; empty: a figure like the others
	At       string // {time}
	AtOne    string // the same at one o'clock; empty: as ever
	When     string // {weekday} {at}, within a week
	WhenDate string // {weekday} {day} {month} {at}, later
	Daily    string // {at}
	Workdays string // {at}, Monday to Friday
	Weekly   string // {weekdays} {at}
	Monthly  string // {day} {at}
	Weekdays [7]string
	OnDay    [7]string // weekdays as When and WhenDate say them; empty: as they are
	EachDay  [7]string // weekdays as Weekly says them; empty: as they are
	Months   [12]string

	Pages PageWords
}

// counted is a phrase in the plural forms of its language (CLDR); {n} is the number. Forms that the language
// does not tell apart stay empty.
type counted struct{ Zero, One, Two, Few, Many, Other string }

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

// figures writes a number in the digits that the rest of an issue has, its addresses and dates, in Arabic too.
func (w *words) figures(n int) string {
	if 0 <= n && n < w.Grouped {
		return strconv.Itoa(n)
	}
	tag, err := w.Tag.SetTypeForKey("nu", "latn")
	if err != nil {
		tag = w.Tag
	}
	return message.NewPrinter(tag).Sprintf("%d", n)
}

// date is the day in full.
func (w *words) date(t time.Time) string { return fill(w.LongDate, w.moment(t)...) }

// when says a coming moment as somebody would who speaks at from: by its weekday, and by its date too if the
// weekday alone could mean an earlier one.
func (w *words) when(t, from time.Time) string {
	pattern := w.When
	if t.Sub(from) > 6*24*time.Hour {
		pattern = w.WhenDate
	}
	said := append([]string{"weekday", w.weekday(w.OnDay, t.Weekday())}, w.moment(t)...) // the first of a name counts
	return fill(pattern, said...)
}

func (w *words) moment(t time.Time) []string {
	return []string{
		"weekday", w.Weekdays[t.Weekday()], "day", w.day(t.Day()), "month", w.Months[t.Month()-1],
		"year", strconv.Itoa(t.Year()), "at", w.at(t.Hour(), t.Minute()),
	}
}

func (w *words) day(n int) string {
	if n == 1 && w.FirstDay != "" {
		return w.FirstDay
	}
	return strconv.Itoa(n)
}

// at says a time of the day.
func (w *words) at(hour, minute int) string {
	pattern := w.At
	if hour == 1 && w.AtOne != "" {
		pattern = w.AtOne
	}
	return fill(pattern, "time", fmt.Sprintf("%02d:%02d", hour, minute))
}

// weekday says a day of the week in the given forms, if the language has them.
func (w *words) weekday(forms [7]string, d time.Weekday) string {
	if forms[d] != "" {
		return forms[d]
	}
	return w.Weekdays[d]
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
