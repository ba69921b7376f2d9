package main

import (
	"fmt"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

// TestWebAlone takes the pages and the daemon apart into two processes over one store: the one serves what the other sent.
func TestWebAlone(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals on Windows")
	}
	dir := t.TempDir()
	relay := smtptest.New(t)
	site := freeAddress(t)
	text := fmt.Sprintf(daemonConfig, relay.Port(), serveFeeds(t), site)
	write(t, filepath.Join(dir, "tidings.yaml"), text)
	relay.Fault(smtptest.At(digest.StageConnect, "421 4.3.2 not now"))
	_ = tidings(t.Context(), t, dir, "send", "weekly", "--yes").Run()
	relay.Fault(nil)

	pages := start(t, dir, "web")
	pages.waitFor("msg=running")
	if status, _ := request(t, http.MethodGet, "http://"+site+"/", ""); status != http.StatusOK {
		t.Errorf("the pages: %d", status)
	}
	if n := len(relay.Messages()); n > 0 {
		t.Errorf("the pages sent %d messages", n)
	}
	d := start(t, dir, "run", "--no-pages")
	d.waitFor("msg=delivered sent=2")
	visitPages(t, parse(t, relay.Messages()[0]))

	write(t, filepath.Join(dir, "tidings.yaml"), strings.Replace(text, "The Quay", "The Pier", 1))
	pages.waitFor("took over the new configuration")
	if _, page := request(t, http.MethodGet, "http://"+site+"/", ""); !strings.Contains(page, "The Pier") {
		t.Error("the pages know nothing of the new configuration")
	}
	for _, p := range []*process{pages, d} {
		p.signal(syscall.SIGTERM)
		p.waitFor(`msg="ended`)
		if err := p.Wait(); err != nil {
			t.Errorf("after SIGTERM: %v", err)
		}
	}

	write(t, filepath.Join(dir, "tidings.yaml"), text[strings.Index(text, "\n")+1:])
	if out, err := tidings(t.Context(), t, dir, "web").CombinedOutput(); err == nil || !strings.Contains(string(out), "without site.url") {
		t.Errorf("without a site: %v\n%s", err, out)
	}
}
