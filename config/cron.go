package config

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
)

// schedule is a cron expression in robfig/cron's standard syntax.
type schedule string

func (s *schedule) parse(text string) error {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "@every"):
		return fmt.Errorf("%q: @every counts from whenever the program started; name the hours instead, such as \"0 */6 * * *\"", text)
	case strings.HasPrefix(text, "TZ="), strings.HasPrefix(text, "CRON_TZ="):
		return fmt.Errorf("%q: write the time zone as `timezone:`, beside `schedule:`", text)
	}
	spec, err := cron.ParseStandard(text)
	if err != nil {
		return fmt.Errorf("%q is no schedule: %s", text, cronMistake(text))
	}
	if spec.Next(time.Unix(0, 0).UTC()).IsZero() {
		return fmt.Errorf("%q never comes", text)
	}
	*s = schedule(text)
	return nil
}

func (*schedule) wants() string {
	return "five fields of cron (minute hour day month weekday), or @daily, @weekly and the like"
}

// cronMistake says which part of a cron expression is none.
func cronMistake(text string) string {
	fields := strings.Fields(text)
	takes := [...]string{"minute: 0 to 59", "hour: 0 to 23", "day of the month: 1 to 31", "month: 1 to 12, or JAN to DEC", "weekday: 0 to 6 from Sunday on, or SUN to SAT"}
	switch {
	case text == "":
		return "it is empty"
	case strings.HasPrefix(text, "@"):
		return "with @ there are @hourly, @daily, @weekly, @monthly and @yearly"
	case len(fields) != len(takes):
		return fmt.Sprintf("five fields are wanted, not %d: minute, hour, day of the month, month, weekday, such as \"0 7 * * MON\"", len(fields))
	}
	for i, field := range fields {
		alone := []string{"*", "*", "*", "*", "*"}
		alone[i] = field
		if _, err := cron.ParseStandard(strings.Join(alone, " ")); err == nil {
			continue
		}
		more := ""
		if strings.ContainsAny(field, "-/,*?") {
			more = "; a range goes upwards, such as 1-5, a list is written 1,3, every second one */2"
		}
		return fmt.Sprintf("%q is no %s%s", field, takes[i], more)
	}
	return "it has to be five fields of cron"
}
