package main

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const lockedConfig = `store: tidings.db
fetch: {allow_private: true}
feeds: []
newsletters: [{name: weekly, title: The Quay, from: quay@example.com}]
subscribers: [ada@example.org]
`

// lock keeps other processes from writing into a store until the returned function is called.
func lock(t *testing.T, path string) (free func()) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { _ = db.Close() })
	if _, err := db.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	return func() {
		if _, err := db.ExecContext(t.Context(), "ROLLBACK"); err != nil {
			t.Error(err)
		}
	}
}

// lockedStore is a folder whose store is locked, until free is called.
func lockedStore(t *testing.T) (dir string, free func()) {
	t.Helper()
	dir = t.TempDir()
	write(t, filepath.Join(dir, "tidings.yaml"), lockedConfig)
	if out, err := tidings(t.Context(), t, dir, "status").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir, lock(t, filepath.Join(dir, "tidings.db"))
}

// Who only looks does not wait for somebody who keeps the store locked; who changes something waits, and hears what for.
func TestLockedStore(t *testing.T) {
	t.Parallel()
	dir, free := lockedStore(t)
	for _, args := range [][]string{{"status"}, {"status", "--json"}, {"subscribers", "list"}, {"subscribers", "export"}, {"issues", "list"}, {"feeds", "list"}} {
		began := time.Now()
		c := tidings(t.Context(), t, dir, args...)
		var warned strings.Builder
		c.Stderr = &warned
		out, err := c.Output()
		if err != nil || time.Since(began) > 50*time.Second { // a change waits for a minute
			t.Errorf("%v: %v after %v\n%s%s", args, err, time.Since(began), out, &warned)
		}
		if syncs := args[0] == "status" || args[0] == "subscribers"; syncs != strings.Contains(warned.String(), "tidings.db is locked by another program: this is how it was before") {
			t.Errorf("%v: %s", args, &warned)
		}
	}

	p := start(t, dir, "subscribers", "add", "grace@example.org")
	p.waitFor("^tidings.db is locked by another program; waiting for it$")
	free()
	p.waitFor("^grace@example.org: added$")
	if err := p.Wait(); err != nil {
		t.Error(err)
	}
}

// The daemon says it in its log.
func TestDaemonAtALockedStore(t *testing.T) {
	t.Parallel()
	dir, free := lockedStore(t)
	d := start(t, dir, "run", "--no-pages")
	d.waitFor(`level=WARN msg="the store is locked by another program; waiting for it" store=tidings.db`)
	free()
	_ = d.Process.Kill()
	_ = d.Wait()
}
