package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tidings/digest/mail/smtptest"
)

// A list that is read while somebody writes it costs nobody the newsletter; people who are really gone from it are gone a moment later.
func TestHalfAListUnlistsNobody(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the daemon is told to end by a signal")
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	config := fmt.Sprintf(daemonConfig, relay.Port(), serveFeeds(t), freeAddress(t))
	write(t, filepath.Join(dir, "tidings.yaml"), strings.Replace(config, "subscribers: [ada@example.org, grace@example.org]", "subscribers: [file: people.csv]", 1))
	people := filepath.Join(dir, "people.csv")
	const half, whole = "email\nada@example.org\n", "email\nada@example.org\ngrace@example.org\njoan@example.org\n"
	write(t, people, whole)
	d := startDaemon(t, dir)
	d.waitFor("msg=running")
	write(t, people, half)
	d.waitFor("fewer subscribers.*gone=2")
	write(t, people, whole+"mary@example.org\n")
	d.waitFor("took over the new configuration.*subscribers=4") // and nothing in between
	write(t, people, half)
	d.waitFor("took over the new configuration.*subscribers=1")
}
