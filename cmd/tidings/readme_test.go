package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tidings/digest/mail/smtptest"
)

// TestReadme does what the README says, line by line: it writes the files of its yaml blocks, joined to one, and runs the commands of its sh blocks in their
// order. Only addresses are replaced by those on this machine. The lines that begin with go are for .ci/run, which is held to have them.
func TestReadme(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the README is written for a Unix shell")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	feeds := serveFeeds(t)
	local := strings.NewReplacer(
		"https://example.org/feed.xml", feeds+"/harbour.xml",
		"https://blog.example.net/", feeds+"/allotment.xml",
		"  host: smtp.example.com\n  username: tidings\n  password: ${SMTP_PASSWORD}", fmt.Sprintf("  host: 127.0.0.1\n  port: %d\n  tls: none", relay.Port()),
		"url: https://news.example.com", "url: http://127.0.0.1:8080",
		"listen: 127.0.0.1:8080", "listen: "+freeAddress(t),
	)
	var config strings.Builder
	config.WriteString("fetch: {allow_private: true}\n")
	for _, block := range blocks(string(readme)) {
		if block.lang == "yaml" {
			config.WriteString(local.Replace(block.text))
			write(t, filepath.Join(dir, "tidings.yaml"), config.String())
			continue
		}
		for line := range strings.Lines(block.text) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "go ") {
				continue
			}
			runLine(t, dir, line)
		}
	}
	if n := len(relay.Messages()); n != 2 {
		t.Errorf("%d messages came, not the test and the first issue", n)
	}
	for _, file := range []string{"preview/weekly-all.eml", "preview/weekly-all.html", "preview/weekly-all.txt", "tidings.schema.json"} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Size() == 0 {
			t.Errorf("%s was not written: %v", file, err)
		}
	}
}

// runLine runs one line of the README with a shell. Where a person would be asked, or would end it, the test does.
func runLine(t *testing.T, dir, line string) {
	t.Helper()
	switch line {
	case "tidings send weekly":
		line += " --yes"
	case "tidings run":
		d := startDaemon(t, dir)
		d.waitFor("msg=running")
		d.signal(syscall.SIGTERM)
		if err := d.Wait(); err != nil {
			t.Errorf("%s: %v", line, err)
		}
		return
	}
	program := tidings(t.Context(), t, dir)
	c := exec.CommandContext(t.Context(), "sh", "-c", line)
	c.Dir = dir
	c.Env = append(os.Environ(), "PATH="+filepath.Dir(program.Path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// TestGateRunsReadme holds that .ci/run has the commands of the README that tests cannot run.
func TestGateRunsReadme(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile("../../.ci/run")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"\ngo run ./cmd/tidings demo", "\ngo test ./...\n", "\ngo build -o"} {
		if !strings.Contains(string(script), command) {
			t.Errorf(".ci/run lacks %q", strings.TrimSpace(command))
		}
	}
}

type block struct{ lang, text string }

// blocks are the sh and yaml blocks of a page.
func blocks(page string) []block {
	var all []block
	for _, m := range regexp.MustCompile("(?ms)^```(sh|yaml)\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		all = append(all, block{m[1], m[2]})
	}
	return all
}
