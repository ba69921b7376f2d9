package webtest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"tidings/digest/web/webtest"
)

const page = `<!doctype html><html lang="en"><title>A page</title><style>p{color:#bbb}@media (prefers-color-scheme:dark){p{color:#000}}</style>
<main><h1>A page</h1><p style="background:#fff">Unseen</p><button onclick="document.title='Pressed'">Press</button></main>`

func serve(t *testing.T, policy string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", policy)
		fmt.Fprint(w, page)
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func TestTab(t *testing.T) {
	t.Parallel()
	tab := webtest.Open(t)
	tab.Size(320, 600)
	tab.Prefer("prefers-color-scheme", "dark")
	tab.Visit(serve(t, ""))
	if got := webtest.Eval[int](tab, "innerWidth"); got != 320 {
		t.Errorf("the window is %d wide", got)
	}
	tab.Keys(kb.Tab, kb.Enter)
	tab.Until(`document.title == "Pressed"`)
	if got := webtest.Eval[string](tab, `getComputedStyle(document.querySelector("p")).color`); got != "rgb(0, 0, 0)" {
		t.Errorf("dark is not preferred: %s", got)
	}
	shot := filepath.Join(t.TempDir(), "shot.png")
	tab.Shoot(shot)
	if png, err := os.ReadFile(shot); err != nil || !strings.HasPrefix(string(png), "\x89PNG") {
		t.Errorf("no picture: %v", err)
	}
}

// TestAxe holds that a strict policy of the page does not keep axe from looking.
func TestAxe(t *testing.T) {
	t.Parallel()
	tab := webtest.Open(t)
	tab.Visit(serve(t, "default-src 'none'; style-src 'unsafe-inline'"))
	if got := tab.Axe(); len(got) != 1 || !strings.HasPrefix(got[0], "color-contrast: ") {
		t.Errorf("found %q", got)
	}
}

// TestAlone holds that the browser asks nobody on the network for anything.
func TestAlone(t *testing.T) {
	t.Parallel()
	tab := webtest.Open(t)
	tab.Visit(serve(t, ""))
	if got := webtest.Eval[string](tab, `fetch("https://example.com/", {mode: "no-cors"}).then(() => "answered", e => e.name)`); got != "TypeError" {
		t.Errorf("another host %s", got)
	}
}
