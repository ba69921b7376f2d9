package templates

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// schedule says a cron expression (robfig/cron standard syntax) as people do, such as "every Monday at 07:00".
// What has no short name in words is empty: the sentence around it then goes without.
func (w *words) schedule(cron string) string {
	f := strings.Fields(cronMacro(cron))
	if len(f) != 5 || f[3] != "*" {
		return ""
	}
	minute, err1 := strconv.Atoi(f[0])
	hour, err2 := strconv.Atoi(f[1])
	if err1 != nil || err2 != nil || minute < 0 || minute > 59 || hour < 0 || hour > 23 {
		return ""
	}
	at := []string{"at", w.at(hour, minute)}
	anyDay := f[2] == "*" || f[2] == "?"
	days, ok := cronWeekdays(f[4])
	switch {
	case !ok:
		return ""
	case !anyDay && len(days) == 7:
		if day, err := strconv.Atoi(f[2]); err == nil && day >= 1 && day <= 31 {
			return fill(w.Monthly, append(at, "day", w.day(day))...)
		}
		return ""
	case !anyDay: // either may match, which no short phrase says
		return ""
	case len(days) == 7:
		return fill(w.Daily, at...)
	case slices.Equal(days, []int{1, 2, 3, 4, 5}):
		return fill(w.Workdays, at...)
	}
	names := make([]string, len(days))
	for i, d := range days {
		names[i] = w.weekday(w.EachDay, time.Weekday(d%7))
	}
	return fill(w.Weekly, append(at, "weekdays", w.list(names))...)
}

func cronMacro(cron string) string {
	switch strings.TrimSpace(cron) {
	case "@daily", "@midnight":
		return "0 0 * * *"
	case "@weekly":
		return "0 0 * * 0"
	case "@monthly":
		return "0 0 1 * *"
	}
	return cron
}

// cronWeekdays reads the fifth field into days from Monday (1) to Sunday (7).
func cronWeekdays(field string) (days []int, ok bool) {
	if field == "*" || field == "?" {
		field = "1-6,0"
	}
	for part := range strings.SplitSeq(field, ",") {
		from, to, isRange := strings.Cut(part, "-")
		first, ok1 := cronWeekday(from)
		last, ok2 := first, true
		if isRange {
			last, ok2 = cronWeekday(to)
		}
		if !ok1 || !ok2 || first > last {
			return nil, false
		}
		for d := first; d <= last; d++ {
			days = append(days, (d+6)%7+1)
		}
	}
	slices.Sort(days)
	return slices.Compact(days), true
}

func cronWeekday(s string) (int, bool) {
	if i := slices.Index([]string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}, strings.ToLower(s)); i >= 0 {
		return i, true
	}
	d, err := strconv.Atoi(s)
	return d, err == nil && d >= 0 && d <= 6
}
