package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestArrows holds who may import whom.
func TestArrows(t *testing.T) {
	t.Parallel()
	adapters := []string{"tidings/digest/fetch", "tidings/digest/summary", "tidings/digest/store", "tidings/templates", "tidings/digest/mail", "tidings/digest/mail/bounce"}
	below := append([]string{"tidings/digest"}, adapters...)
	allowed := map[string][]string{
		"tidings/digest":               {},
		"tidings/digest/fetch":         {"tidings/digest"},
		"tidings/digest/summary":       {"tidings/digest"},
		"tidings/digest/store":         {"tidings/digest"},
		"tidings/templates":            {"tidings/digest"},
		"tidings/digest/mail":          {"tidings/digest", "tidings/digest/mail/reach"},
		"tidings/digest/mail/bounce":   {"tidings/digest", "tidings/digest/mail/reach"},
		"tidings/digest/mail/reach":    {},
		"tidings/digest/mail/smtptest": {"tidings/digest"},
		"tidings/config":               {"tidings/digest"},
		"tidings/digest/run":           below,
		"tidings/digest/web":           below,
		"tidings/digest/web/preview":   {"tidings/digest", "tidings/digest/mail", "tidings/templates"},
		"tidings/digest/web/webtest":   {},
		"tidings/cmd/tidings/demo":     {},
		"tidings/cmd/tidings":          append([]string{"tidings/config", "tidings/digest/run", "tidings/digest/web", "tidings/digest/web/preview", "tidings/cmd/tidings/demo"}, below...),
	}
	for _, p := range listPackages(t) {
		may, known := allowed[p.ImportPath]
		if !known {
			t.Errorf("%s is a package that the plan does not know", p.ImportPath)
			continue
		}
		for _, imported := range p.Imports {
			switch {
			case strings.HasPrefix(imported, "tidings/") && !slices.Contains(may, imported):
				t.Errorf("%s imports %s", p.ImportPath, imported)
			case p.ImportPath == "tidings/digest" && isForeign(imported) && !strings.HasPrefix(imported, "golang.org/x/text/"):
				t.Errorf("%s imports %s; it may import the standard library and golang.org/x/text alone", p.ImportPath, imported)
			}
		}
	}
}

// TestNouns holds that the nouns do no I/O and read no clock.
func TestNouns(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t) {
		if p.ImportPath != "tidings/digest" {
			continue
		}
		for _, forbidden := range []string{"context", "io", "os", "log", "log/slog", "net", "net/http", "database/sql", "time/tzdata"} {
			if slices.Contains(p.Imports, forbidden) {
				t.Errorf("%s imports %s", p.ImportPath, forbidden)
			}
		}
	}
}

// TestTopLevel holds what lies at the top of the tree.
func TestTopLevel(t *testing.T) {
	t.Parallel()
	may := []string{"cmd", "digest", "templates", "config", "go.mod", "go.sum", "README.md", "LICENSE", "CHANGELOG.md"}
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(may, e.Name()) && !ignored(t, e.Name()) {
			t.Errorf("%s lies at the top level", e.Name())
		}
	}
}

// ignored tells whether git is told to ignore the file; without git it is taken for ignored.
func ignored(t *testing.T, name string) bool {
	t.Helper()
	c := exec.CommandContext(t.Context(), "git", "check-ignore", "-q", name)
	c.Dir = filepath.Join("..", "..")
	err := c.Run()
	exit, ok := errors.AsType[*exec.ExitError](err)
	return !ok || exit.ExitCode() != 1
}

type listed struct {
	ImportPath string
	Imports    []string
}

// listPackages are the packages of the module with what they import outside of tests.
func listPackages(t *testing.T) []listed {
	t.Helper()
	c := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", "tidings/...")
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// isForeign tells an import of another module from the standard library's.
func isForeign(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}
