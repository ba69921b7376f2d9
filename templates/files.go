package templates

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed *.tmpl *.css
var builtin embed.FS

// maxFile bounds a file of a template folder in bytes.
const maxFile = 256 << 10

// Files names the built-in files, each of which a folder may hold in its own version.
func Files() []string {
	entries, _ := builtin.ReadDir(".") // an embedded folder can be read
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	return names
}

// part is a file's text without the line end that closes it, for the place where another file calls it.
func (f file) part() file {
	f.text = strings.TrimSuffix(f.text, "\n")
	return f
}

// HouseTheme is the built-in theme.css: the colours and fonts of the house as custom properties, for the pages that show what others make.
func HouseTheme() string {
	css, _ := builtin.ReadFile("theme.css") // an embedded file can be read
	return string(css)
}

// folder is where the files of a Set come from: the built-in ones, and over them those of a directory, if it is not "".
type folder string

// file is a template or a stylesheet, with the name by which errors call it.
type file struct{ path, text string }

// read returns the folder's own version of a file, else the built-in one.
func (f folder) read(name string) (file, error) {
	if f != "" {
		path := filepath.Join(string(f), name)
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			text, err := readFile(path)
			return file{path, text}, err
		}
	}
	b, err := builtin.ReadFile(name)
	return file{name, string(b)}, err
}

// check refuses a folder that cannot be read, and files in it that would change nothing: their names are most likely mistyped.
func (f folder) check() error {
	if f == "" {
		return nil
	}
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return fmt.Errorf("the folder cannot be read: %w", err)
	}
	var unknown []error
	for _, e := range entries {
		name := e.Name()
		if !slices.Contains([]string{".tmpl", ".css"}, filepath.Ext(name)) || strings.HasPrefix(name, ".") || slices.Contains(Files(), name) {
			continue
		}
		unknown = append(unknown, fmt.Errorf("%s: there is no built-in file of this name to take the place of; there are %s", filepath.Join(string(f), name), strings.Join(Files(), ", ")))
	}
	return errors.Join(unknown...)
}

// readFile reads a text file of bounded size, with the line ends that the parsers count.
func readFile(path string) (string, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return "", unreadable(path, err)
	case !info.Mode().IsRegular():
		return "", fmt.Errorf("%s: it is not a regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	switch {
	case err != nil:
		return "", unreadable(path, err)
	case len(b) > maxFile:
		return "", fmt.Errorf("%s: it is larger than %d KiB", path, maxFile>>10)
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(b), "\ufeff"), "\r\n", "\n")
	if at := invalid(text); at >= 0 {
		return "", fmt.Errorf("%s:%d: it is not text in UTF-8", path, lineAt(text, at))
	}
	return text, nil
}

func unreadable(path string, err error) error {
	if reason, ok := errors.AsType[*fs.PathError](err); ok {
		err = reason.Err
	}
	return fmt.Errorf("%s: it cannot be read: %w", path, err)
}

// invalid is the offset of the first byte that text does not hold, or -1.
func invalid(s string) int {
	for i, r := range s {
		if r == 0 || r == utf8.RuneError && !strings.HasPrefix(s[i:], string(utf8.RuneError)) {
			return i
		}
	}
	return -1
}
