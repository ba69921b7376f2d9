//go:build unix

package store

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestWhoMayNotWrite opens stores as a user who may not write them. Root may write everything, so root lends the test to nobody.
func TestWhoMayNotWrite(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	sealed, locked := filepath.Join(dir, "file is read-only.db"), filepath.Join(dir, "sealed", "tidings.db")
	must(t, os.Mkdir(filepath.Dir(locked), 0o700))
	for path, mode := range map[string]os.FileMode{sealed: 0o444, locked: 0o666} {
		s, err := Open(t.Context(), path)
		must(t, err)
		must(t, s.Close())
		must(t, os.Chmod(path, mode))
	}
	must(t, os.Chmod(filepath.Dir(locked), 0o555))
	t.Cleanup(func() { _ = os.Chmod(filepath.Dir(locked), 0o700) })

	nobody := ""
	if os.Getuid() == 0 {
		nobody = lend(t, dir)
	}
	for _, c := range []struct{ path, says string }{
		{sealed, "cannot be opened for writing"},
		{locked, "write it and its directory"},
		{filepath.Join(filepath.Dir(locked), "new.db"), "cannot be opened for writing"},
	} {
		cmd := child(t.Context(), "open", c.path)
		if nobody != "" {
			cmd.Path = nobody
			cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		out, err := cmd.CombinedOutput()
		if err == nil || !strings.Contains(string(out), "store "+c.path+": ") || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: %v: %s; want it to say %q", c.path, err, out, c.says)
		}
	}
}

// lend links the test binary to where everybody may run it.
func lend(t *testing.T, dir string) string {
	t.Helper()
	for d := dir; d != filepath.Clean(os.TempDir()) && d != filepath.Dir(d); d = filepath.Dir(d) {
		must(t, os.Chmod(d, 0o755))
	}
	path := filepath.Join(dir, "store.test")
	if err := os.Link(os.Args[0], path); err != nil {
		t.Skipf("root may write everything, and nobody cannot run the test: %v", err)
	}
	return path
}
