package fetch

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tidings/digest"
)

// published is when the item says that it appeared. Feeds set clocks and zones wrong: what is ahead of now by less than a day is now, what
// is further ahead is no date of publication, and neither is anything up to the first day of Unix time.
func (s source) published(now time.Time) time.Time {
	for _, raw := range s.dates() {
		if t, ok := parseDate(raw); ok {
			if t = plausible(t, now); !t.IsZero() {
				return t
			}
		}
	}
	for _, t := range []*time.Time{s.PublishedParsed, s.UpdatedParsed} {
		if t != nil {
			return plausible(*t, now)
		}
	}
	return time.Time{}
}

// stamped tells whether the items bear the time of the request: each of several is dated at the moment when the answer was made. That says
// nothing of when they were published.
func (r *reader) stamped(items []source) bool {
	const fewest, moment = 3, 2 * time.Minute
	for _, s := range items {
		at := s.published(r.now.Add(day))
		if at.IsZero() || at.Sub(r.now).Abs() > moment && (r.made.IsZero() || at.Sub(r.made).Abs() > moment) {
			return false
		}
	}
	return len(items) >= fewest
}

// undate takes the dates off an item.
func (s source) undate() {
	s.Published, s.Updated, s.PublishedParsed, s.UpdatedParsed = "", "", nil, nil
	delete(s.Custom, "date")
	delete(s.Custom, "published")
	delete(s.Extensions, "dcterms")
}

func plausible(t, now time.Time) time.Time {
	switch {
	case t.Unix() < int64(2*day/time.Second), t.After(now.Add(day)):
		return time.Time{}
	case t.After(now):
		return now.UTC()
	}
	return t.UTC()
}

// dates lists what may be the date of publication, the best first, as written.
func (s source) dates() []string {
	raw := []string{s.Published}
	for _, name := range []string{"issued", "created", "available", "date"} {
		raw = append(raw, s.extension("dcterms", name))
	}
	raw = append(raw, s.Updated, s.extension("dcterms", "modified"))
	return append(raw, s.Custom["date"], s.Custom["published"])
}

// parseDate reads a date in any of the forms that feeds have: RFC 3339, RFC 822 and what people make of them, months in several
// languages, names of zones, 12-hour clocks. A date without a zone is UTC.
func parseDate(raw string) (time.Time, bool) {
	if len(raw) > 100 {
		return time.Time{}, false
	}
	raw, _, _ = strings.Cut(strings.TrimSpace(raw), "[") // Java names the zone there, behind its offset
	for _, layout := range []string{time.RFC3339, time.RFC1123Z, "20060102T150405Z0700", "20060102150405", "20060102"} {
		if t, err := time.Parse(layout, raw); err == nil && isZone(t) {
			return t, t.Year() >= 1000
		}
	}
	if t, ok := unixTime(raw); ok {
		return t, true
	}
	d := dateParts{zone: time.UTC}
	for _, word := range withoutWeekday(dateWords(raw)) {
		d.take(word)
	}
	return d.time()
}

// isZone tells whether the offset of a time is one that a zone of the world has.
func isZone(t time.Time) bool {
	_, offset := t.Zone()
	return -farthest <= offset && offset <= farthest
}

const farthest = 14 * 3600 // seconds from GMT

// unixTime reads the seconds or milliseconds since 1970 that some programs write.
func unixTime(raw string) (time.Time, bool) {
	n, err := strconv.ParseInt(raw, 10, 64)
	switch {
	case err != nil || n < 0:
	case len(raw) == 10:
		return time.Unix(n, 0).UTC(), true
	case len(raw) == 13:
		return time.UnixMilli(n).UTC(), true
	}
	return time.Time{}, false
}

// dateWords splits a date into lower-case words: T between digits, commas and the signs for year, month and day are spaces or dashes.
func dateWords(raw string) []string {
	s := strings.ToLower(digest.OneLine(raw))
	s = strings.NewReplacer("年", "-", "月", "-", "日", " ", "時", ":", "分", ":", "秒", " ", "p.m.", "pm", "a.m.", "am", ",", " ", "(", " ", ")", " ").Replace(s)
	runes := []rune(s)
	for i := 1; i+1 < len(runes); i++ {
		if runes[i] == 't' && unicode.IsDigit(runes[i-1]) && unicode.IsDigit(runes[i+1]) {
			runes[i] = ' '
		}
	}
	return strings.Fields(string(runes))
}

// withoutWeekday drops a first word that would pass for a month, such as martes, where a month comes later.
func withoutWeekday(words []string) []string {
	isMonth := func(w string) bool { return monthNumber(w) > 0 }
	if len(words) > 1 && isMonth(words[0]) && slices.ContainsFunc(words[1:], isMonth) {
		return words[1:]
	}
	return words
}

// dateParts is what was understood of a date so far.
type dateParts struct {
	year, month, day int
	clock            time.Duration
	hasClock         bool
	half             string // am or pm
	zone             *time.Location
	broken           bool
}

// take understands one word, or passes it over, as it does the names of weekdays.
func (d *dateParts) take(word string) {
	n, err := strconv.Atoi(word)
	switch {
	case word == "am" || word == "pm":
		d.half = word
	case strings.Contains(word, ":") && !strings.HasPrefix(word, "+") && !strings.HasPrefix(word, "-"):
		d.takeClock(word)
	case word[0] == '+' || word[0] == '-':
		d.takeOffset(word)
	case err == nil:
		d.takeNumber(n, len(word))
	case strings.ContainsAny(word[:1], "0123456789") && strings.ContainsAny(word, "-/."):
		d.takeNumbers(word)
	case monthNumber(word) > 0 && d.month == 0:
		d.month = monthNumber(word)
	default:
		d.takeName(word)
	}
}

// takeClock reads 15:04, 15:04:05, 15:04:05.678, and a zone or half of the day that sticks to it.
func (d *dateParts) takeClock(word string) {
	end := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsDigit(r) && r != ':' && r != '.' })
	rest := ""
	if end >= 0 {
		word, rest = word[:end], word[end:]
	}
	whole, _, _ := strings.Cut(strings.TrimSuffix(word, ":"), ".")
	parts := strings.Split(whole, ":")
	units := []time.Duration{time.Hour, time.Minute, time.Second}
	if len(parts) > len(units) || d.hasClock {
		d.broken = true
		return
	}
	for i, p := range parts {
		n, err := strconv.Atoi(p)
		if err != nil || n < 0 || n > 60 {
			d.broken = true
			return
		}
		d.clock += time.Duration(n) * units[i]
	}
	d.hasClock = true
	if rest != "" {
		d.take(rest)
	}
}

// takeOffset reads +0200, +02:00, +02 and -7.
func (d *dateParts) takeOffset(word string) {
	digits := strings.ReplaceAll(word[1:], ":", "")
	n, err := strconv.Atoi(digits)
	if err != nil || n < 0 || len(digits) > 4 {
		return
	}
	if len(digits) <= 2 {
		n *= 100
	}
	offset := (n/100)*3600 + (n%100)*60
	if offset > farthest {
		return
	}
	if word[0] == '-' {
		offset = -offset
	}
	d.zone = time.FixedZone("", offset)
}

func (d *dateParts) takeNumber(n, digits int) {
	switch {
	case digits == 4 && d.year == 0:
		d.year = n
	case digits <= 2 && d.day == 0:
		d.day = n
	case digits == 2 && d.year == 0:
		d.year = century(n)
	}
}

// takeNumbers reads 2020-1-10, 2020/1/10, 10.01.2020, 10-Jan-20 and 1/10/2020, where a slash puts the month first if it can.
func (d *dateParts) takeNumbers(word string) {
	parts := strings.FieldsFunc(word, func(r rune) bool { return strings.ContainsRune("-/.", r) })
	if len(parts) == 1 { // 2. or 10.
		d.take(parts[0])
		return
	}
	if len(parts) != 3 || d.day != 0 {
		d.broken = true
		return
	}
	if m := monthNumber(parts[1]); m > 0 {
		parts[1] = strconv.Itoa(m)
	}
	var n [3]int
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil {
			d.broken = true
			return
		}
		n[i] = v
	}
	switch {
	case len(parts[0]) == 4:
		d.year, d.month, d.day = n[0], n[1], n[2]
	case strings.Contains(word, "/") && n[0] <= 12:
		d.month, d.day, d.year = n[0], n[1], n[2]
	default:
		d.day, d.month, d.year = n[0], n[1], n[2]
	}
	if len(parts[2]) == 2 && len(parts[0]) != 4 {
		d.year = century(d.year)
	}
}

// takeName reads the name of a zone, such as JST or GMT+1, and a day as 1st.
func (d *dateParts) takeName(word string) {
	name := strings.TrimRight(word, "+-:0123456789")
	if offset, ok := zoneOffset(name); ok {
		d.zone = time.FixedZone("", offset)
		if rest := word[len(name):]; len(rest) > 1 && (rest[0] == '+' || rest[0] == '-') {
			d.takeOffset(rest)
		}
		return
	}
	digits := strings.TrimRight(word, "stndrho")
	if n, err := strconv.Atoi(digits); err == nil && d.day == 0 {
		d.day = n
	}
}

// time puts the parts together; ok is false if they are no date.
func (d *dateParts) time() (time.Time, bool) {
	if d.broken || d.year < 1000 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31 || d.clock > day {
		return time.Time{}, false
	}
	switch {
	case d.half == "pm" && d.clock < day/2:
		d.clock += day / 2
	case d.half == "am" && d.clock >= day/2:
		d.clock -= day / 2
	}
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, d.zone)
	return t.Add(d.clock), t.Day() == d.day
}

func century(n int) int {
	if n < 70 {
		return 2000 + n
	}
	return 1900 + n
}
