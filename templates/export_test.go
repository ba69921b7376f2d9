package templates

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"tidings/digest"
)

// What was exported and is loaded as it is makes the same messages and pages, byte for byte.
func TestExport(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "mine")
	if err := Export(dir, false); err != nil {
		t.Fatal(err)
	}
	own, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	s := loaded(t)
	for _, is := range []*digest.Issue{normalIssue("en"), normalIssue("ar"), hostileIssue("de"), largeIssue()} {
		want, err := s.Digest(edition(is), reader)
		if err != nil {
			t.Fatal(err)
		}
		got, err := own.Digest(edition(is), reader)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("the messages differ: %v", err)
		}
	}
	page, err := s.Online(normalIssue("en").Complete(), digest.Site{})
	if err != nil {
		t.Fatal(err)
	}
	if got, err := own.Online(normalIssue("en").Complete(), digest.Site{}); err != nil || string(got) != string(page) {
		t.Errorf("the pages differ: %v", err)
	}
	for _, name := range Files() {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || !strings.Contains(string(text), "Keep this file only if you change it") {
			t.Errorf("%s does not say when to delete it: %v", name, err)
		}
	}
}

func TestExportKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	dir := overlay(t, map[string]string{"theme.css": "mine"})
	if err := Export(dir, false); err == nil || !strings.Contains(err.Error(), "theme.css: file already exists") {
		t.Errorf("got %v", err)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("files were written: %v, %v", entries, err)
	}
	if err := Export(dir, true); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err != nil {
		t.Error(err)
	}
	if err := Export(filepath.Join(dir, "theme.css"), false); err == nil {
		t.Error("a file is taken for a folder")
	}
}
