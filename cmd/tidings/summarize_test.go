package main

import (
	"bufio"
	"errors"
	"io"
	"strings"
	"testing"

	"tidings/digest"
)

func TestReadLine(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text string
		want []string // ! is a line that is too long
	}{
		{"", nil},
		{"\n", []string{"\n"}},
		{"a\nb", []string{"a\n", "b"}},
		{"a\n" + strings.Repeat("x", 300) + "\nb\n", []string{"a\n", "!", "b\n"}},
		{strings.Repeat("x", 300), []string{"!"}},
		{strings.Repeat("x", 99) + "\nb", []string{strings.Repeat("x", 99) + "\n", "b"}},
		{strings.Repeat("x", 100) + "\nb", []string{"!", "b"}},
	} {
		in := bufio.NewReaderSize(strings.NewReader(tc.text), 16)
		var got []string
		for {
			line, err := readLine(in, 100)
			if errors.Is(err, io.EOF) {
				break
			}
			if errors.Is(err, errLongLine) {
				line = []byte("!")
			}
			got = append(got, string(line))
		}
		if strings.Join(got, "|") != strings.Join(tc.want, "|") {
			t.Errorf("%.20q: %q", tc.text, got)
		}
	}
}

// A line that is no object of the form is an error in words of JSON, not of Go.
func TestSummarizeLineRefuses(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"[]\n":           "it is of type array",
		"7":              "it is of type number",
		" null\n":        "it is null",
		`{"text":5}`:     `"text" is of type number`,
		`{"html":["a"]}`: `"html" is of type array`,
	} {
		if _, err := summarizeLine([]byte(line), digest.Budget{}); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", line, err, want)
		}
	}
}
