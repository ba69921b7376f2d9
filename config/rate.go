package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// rate is a limit such as 14/s, 100/min or 10000/day.
type rate string

func (r *rate) parse(text string) error {
	*r = rate(text)
	_, err := r.read()
	return err
}

func (r *rate) read() (Rate, error) {
	count, unit, _ := strings.Cut(strings.ReplaceAll(string(*r), " ", ""), "/")
	n, err := strconv.Atoi(strings.ReplaceAll(count, "_", ""))
	per := perOf(unit)
	if err != nil || n < 1 || per == 0 {
		return Rate{}, fmt.Errorf("%q is no rate: write it like 14/s, 100/min, 500/h or 10000/day", string(*r))
	}
	return Rate{N: n, Per: per}, nil
}

func (*rate) wants() string { return "a rate like 14/s, 100/min, 500/h or 10000/day" }

func perOf(unit string) time.Duration {
	switch unit {
	case "s", "sec", "second":
		return time.Second
	case "m", "min", "minute":
		return time.Minute
	case "h", "hour":
		return time.Hour
	case "d", "day":
		return 24 * time.Hour
	}
	return 0
}
