package templates

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// exportNote begins each file that Export writes.
const exportNote = `Keep this file only if you change it: what is not in this folder, Tidings has itself, and improves from one version to the next.
In place of %s. After an edit, tidings check names any mistake with its line.`

// Export writes the built-in files into a folder, to begin one's own with: loaded from there as they are, they make the same messages. Files
// that are there already stay as they are, and it then writes none at all, unless told to write over them: the error is fs.ErrExist, a line for each.
func Export(dir string, overwrite bool) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	var there []error
	for _, name := range Files() {
		path := filepath.Join(dir, name)
		if _, err := os.Lstat(path); err == nil && !overwrite {
			there = append(there, fmt.Errorf("%s: %w, and stays as it is", path, fs.ErrExist))
		}
	}
	if len(there) > 0 {
		return errors.Join(there...)
	}
	for _, name := range Files() {
		b, err := builtin.ReadFile(name)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(noted(name, string(b))), 0o644); err != nil { //nolint:gosec // nothing in it is secret
			return err
		}
	}
	return nil
}

// noted is a file with the note on top, in a comment that leaves no trace in what the file makes.
func noted(name, text string) string {
	note := fmt.Sprintf(exportNote, "the built-in "+name)
	if strings.HasSuffix(name, ".css") {
		return "/* " + note + " */\n" + text
	}
	return "{{- /* " + note + " */ -}}\n" + text
}
