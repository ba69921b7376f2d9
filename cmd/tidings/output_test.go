package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"tidings/digest/run"
)

func TestSafeWriter(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"plain, Grüße, 今日\n\tand so on": "plain, Grüße, 今日\n\tand so on",
		"\x1b]0;owned\x07title":         "]0;ownedtitle",
		"red \x1b[31m\u009b31m text":    "red [31m31m text",
		"abc\u202egnp.exe\r\b":          "abcgnp.exe",
	} {
		var b bytes.Buffer
		if n, err := (safeWriter{&b}).Write([]byte(in)); err != nil || n != len(in) {
			t.Errorf("%q: %d, %v", in, n, err)
		}
		if b.String() != want {
			t.Errorf("%q is printed as %q, not %q", in, b.String(), want)
		}
	}
}

func TestFileName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"weekly-all":            "weekly-all",
		"1-ada@example.org":     "1-ada@example.org",
		"../../etc/passwd":      "etc-passwd",
		`a\b:c*d?"<>|`:          "a-b-c-d",
		"Städte & Gärten":       "Städte---Gärten",
		"...":                   "message",
		strings.Repeat("x", 99): strings.Repeat("x", 60),
	} {
		if got := fileName(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func TestNearest(t *testing.T) {
	t.Parallel()
	known := []string{"weekly", "monthly", "The Blog"}
	for in, want := range map[string]string{"weakly": "weekly", "WEEKLY": "weekly", "monthy": "monthly", "the blog": "The Blog", "daily-digest": "", "": ""} {
		if got := nearest(in, known); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

func TestParseSince(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"7d":         now.Add(-7 * 24 * time.Hour),
		"36h":        now.Add(-36 * time.Hour),
		"999999999d": now.Add(-100 * 365 * 24 * time.Hour),
		"all":        {},
	} {
		if got, err := parseSince(in, now); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	if got, err := parseSince("", now); got != nil || err != nil {
		t.Errorf("not set: %v, %v", got, err)
	}
	for _, in := range []string{"d", "-1d", "0d", "yesterday", "7", "99999999999999999999d"} {
		if got, err := parseSince(in, now); err == nil {
			t.Errorf("%q: %v", in, got)
		}
	}
}

func TestAgreed(t *testing.T) {
	t.Parallel()
	plan := run.Plan{Title: "The Quay", Subject: "A lamp", Readers: 1200, Articles: 9}
	for answer, want := range map[string]bool{"y\n": true, "Yes\n": true, "y": true, "n\n": false, "\n": false, "": false, "yeah right\n": false} {
		var out bytes.Buffer
		a := newApp(strings.NewReader(answer), &out, &out)
		if got := a.agreed(t.Context(), plan); got != want {
			t.Errorf("%q: %v", answer, got)
		}
		if question := "The Quay: \"A lamp\"\n9 articles to 1,200 readers. Send it? [y/N] "; out.String() != question {
			t.Errorf("the question is %q", out.String())
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	a := newApp(nil, &out, &out)
	a.table([][]string{{"ok", "今日の庭", "3 articles"}, {"FAIL", "Blog", ""}})
	if want := "  ok    今日の庭  3 articles\n  FAIL  Blog\n"; out.String() != want {
		t.Errorf("%q, not %q", out.String(), want)
	}
}

// TestWatcher holds that a file which an editor replaces is noticed, and its neighbours are not.
func TestWatcher(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := dir + "/tidings.yaml"
	write(t, file, "a")
	w := newWatcher(slog.New(slog.DiscardHandler))
	defer w.close()
	w.watch([]string{file}, nil)
	write(t, dir+"/tidings.db", "not it")
	write(t, file, "b")
	if !w.wait(t.Context()) {
		t.Error("the change was not noticed")
	}
	folder := dir + "/looks"
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	w.watch([]string{file}, []string{folder})
	write(t, folder+"/theme.css", "new")
	if !w.wait(t.Context()) {
		t.Error("a new file in a folder of templates was not noticed")
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	if !w.wait(t.Context()) {
		t.Error("a folder that is gone was not noticed")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if !w.wait(t.Context()) {
		t.Error("a folder that is back was not noticed")
	}
	w.watch([]string{file}, []string{folder})
	write(t, folder+"/theme.css", "newer")
	if !w.wait(t.Context()) {
		t.Error("a file in a folder that is back was not noticed")
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// What could not be printed is a failure: a script must not take an empty answer for one.
func TestAnswersThatCannotBePrinted(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"version", "schema", "help", "feeds discover --help"} {
		var complaint bytes.Buffer
		status := execute(t.Context(), strings.Fields(command), strings.NewReader(""), full{}, &complaint)
		if status != exitFailed || !strings.Contains(complaint.String(), "no space left") {
			t.Errorf("%s: status %d, %q", command, status, complaint.String())
		}
	}
}
