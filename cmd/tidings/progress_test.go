package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPaceLines(t *testing.T) {
	t.Parallel()
	begin := time.Date(2026, 7, 10, 7, 0, 0, 0, time.UTC)
	l := paceLines{total: 10_000, began: begin, told: begin}
	for _, c := range []struct {
		after time.Duration
		done  int
		want  string
	}{
		{29 * time.Second, 2_000, ""},
		{40 * time.Second, 4_000, "sending: 4,000 of 10,000, 100 messages/s, 1m0s left"},
		{50 * time.Second, 5_000, ""},
		{80 * time.Second, 10_001, "sending: 10,001 of 10,000, 125 messages/s, 0s left"},
	} {
		if got := l.at(c.done, begin.Add(c.after)); got != c.want {
			t.Errorf("after %s: %q, want %q", c.after, got, c.want)
		}
	}
}

// drawn is what a terminal of so many columns shows when so many of 1,000 messages are sent after a while.
func drawn(width, done int, while time.Duration) string {
	var terminal bytes.Buffer
	a := newApp(strings.NewReader(""), &bytes.Buffer{}, &bytes.Buffer{})
	a.terminal, a.width = &terminal, width
	p := a.sending(1000)
	defer p.end()
	time.Sleep(while)
	p.set(done)
	return terminal.String()
}

func TestABarHasRateAndTimeLeft(t *testing.T) {
	t.Parallel()
	if got := drawn(80, 500, 100*time.Millisecond); !strings.Contains(got, "500/1000") || !strings.Contains(got, "messages/s") || !regexp.MustCompile(`\[\d+s:`).MatchString(got) {
		t.Errorf("%q", got)
	}
}

// The first message of many is no measure of the rate.
func TestABarBeginsWithoutARate(t *testing.T) {
	t.Parallel()
	if got := drawn(80, 1, 0); !strings.Contains(got, "0/1000") || strings.Contains(got, "1/1000") {
		t.Errorf("%q", got)
	}
}

// On a narrow terminal the bar keeps to one line.
func TestANarrowBar(t *testing.T) {
	t.Parallel()
	if got := drawn(40, 500, 100*time.Millisecond); !strings.Contains(got, "500/1000") || strings.Contains(got, "messages/s") {
		t.Errorf("%q", got)
	}
}
