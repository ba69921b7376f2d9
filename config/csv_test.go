package config_test

import (
	"fmt"
	"strings"
	"testing"

	"tidings/config"
)

// Each row that is wrong is named with its line, and costs no other, whatever is wrong with it.
func TestRowsThatAreWrong(t *testing.T) {
	t.Parallel()
	rows := []string{
		"\xEF\xBB\xBFemail,name\r", `a@example.com,"Quoted, ""x"""` + "\r", "\r", "", `b@example.com,"never closed`, "c@example.com,C", `"d@example.com`, "e@example.com,E",
		"f@example.com," + strings.Repeat("long ", 20_000), "g@example.com,G", strings.Repeat("h", 5000) + "@example.com", "i@example.com,I,too,many", `j@example.com,"two`, `lines"`, "k@example.com",
	}
	var got, wrong []string
	for sub, err := range new(config.Config).ReadSubscribers("people.csv", strings.NewReader(strings.Join(rows, "\n"))) {
		if err == nil {
			got = append(got, sub.Email[:1])
			continue
		}
		text := err.Error()
		if len(text) > 300 {
			t.Errorf("%d bytes for one row: %.300s", len(text), text)
		}
		place, _, _ := strings.Cut(strings.TrimPrefix(text, "people.csv:"), ": ")
		line, _, _ := strings.Cut(place, ":")
		wrong = append(wrong, line)
	}
	if want := "a c e g k"; strings.Join(got, " ") != want {
		t.Errorf("read %q, want %s", got, want)
	}
	if want := "5 7 9 11 12 13 14"; strings.Join(wrong, " ") != want {
		t.Errorf("wrong are %q, want %s", wrong, want)
	}
}

// What is no list of subscribers at all is said in a few words.
func TestFilesThatAreNoList(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("\xff,", 5000), strings.Repeat("x", 1<<20), strings.Repeat("\x00\n", 10)} {
		var said strings.Builder
		for _, err := range new(config.Config).ReadSubscribers("people.csv", strings.NewReader(text)) {
			said.WriteString(fmt.Sprintln(err))
		}
		if said.String() == "" || len(said.String()) > 500 {
			t.Errorf("%d bytes: %.500s", len(said.String()), said.String())
		}
	}
}
