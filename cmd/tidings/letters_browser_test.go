package main

import (
	"errors"
	"flag"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tidings/digest/web/webtest"
)

// picture is where TestPicture writes.
var picture = flag.String("picture", "", "write the README's picture of the demo's issue to this file")

// TestPicture makes the picture of the README: the beginning of the demo's issue on a desk, and in the dark on a phone.
func TestPicture(t *testing.T) {
	t.Parallel()
	if *picture == "" {
		t.Skip("-picture names no file")
	}
	tab := webtest.Open(t)
	l := demoLetters(t, t.TempDir())[0]
	server := httptest.NewServer(serveLetter(t, l, clients()[0]))
	t.Cleanup(server.Close)
	const height, gap = 1500, 24
	out := image.NewRGBA(image.Rect(0, 0, 640+gap+360, height))
	at := 0
	for scheme, width := range map[string]int{"light": 640, "dark": 360} {
		if at = 0; scheme == "dark" {
			at = 640 + gap
		}
		tab.Prefer("prefers-color-scheme", scheme)
		tab.Size(int64(width), height)
		tab.Visit(server.URL)
		file := filepath.Join(t.TempDir(), "shot.png")
		tab.Shoot(file)
		draw.Draw(out, image.Rect(at, 0, at+width, height), readPicture(t, file), image.Point{}, draw.Src)
	}
	if !filepath.IsAbs(*picture) { // as written at the top of the repository
		*picture = filepath.Join("../..", *picture)
	}
	f, err := os.Create(*picture)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join((&png.Encoder{CompressionLevel: png.BestCompression}).Encode(f, out), f.Close()); err != nil {
		t.Fatal(err)
	}
}

func readPicture(t *testing.T, file string) image.Image {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	p, err := png.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// client is how a mail program changes a message before it shows it.
type client struct {
	name   string
	change func(page string) string
	widths []int64
}

func clients() []client {
	without := func(pattern string) func(string) string {
		return func(page string) string { return regexp.MustCompile(pattern).ReplaceAllString(page, "") }
	}
	return []client{
		{"as it is", func(page string) string { return page }, []int64{320, 600, 1000}},
		{"without styles", without(`(?s)<style.*?</style>`), []int64{320, 600}},
		{"without html and body", without(`(?s)^.*?(?:<body[^>]*>)|</body>.*$|<!--.*?-->`), []int64{320, 600}},
		{"without pictures", without(`<img [^>]*>`), []int64{320}},
	}
}

// TestLettersInBrowser looks at the messages as mail programs show them, in both colour schemes: nothing is wider than the window, every
// link can be hit with a finger, no text is small, nothing is loaded from elsewhere, and axe-core finds nothing.
func TestLettersInBrowser(t *testing.T) {
	t.Parallel()
	tab := webtest.Open(t)
	axe := nodeFile("axe-core/axe.min.js")
	script, err := os.ReadFile(axe)
	if err != nil {
		t.Log("axe-core is not installed (.ci/run does that): its rules are not tried")
	}
	for _, l := range writeLetters(t) {
		if strings.HasPrefix(l.name, "demo/") && !strings.HasSuffix(l.name, "-all") {
			continue // like the others, but shorter
		}
		for _, c := range clients() {
			server := httptest.NewServer(serveLetter(t, l, c))
			for _, scheme := range []string{"light", "dark"} {
				tab.Prefer("prefers-color-scheme", scheme)
				for _, width := range c.widths {
					tab.Size(width, 900)
					tab.Visit(server.URL)
					where := fmt.Sprintf("%s, %s, %d px, %s", l.name, c.name, width, scheme)
					lookAt(t, tab, where)
					if len(script) > 0 && c.name == "as it is" && width != 1000 {
						_ = webtest.Eval[bool](tab, string(script)+";true")
						for _, v := range webtest.Eval[[]string](tab, axeRun) {
							t.Errorf("%s: axe: %s", where, v)
						}
					}
				}
			}
			server.Close()
		}
	}
}

// serveLetter serves a message and its pictures as a mail program shows them.
func serveLetter(t *testing.T, l letter, c client) http.HandlerFunc {
	t.Helper()
	source, err := os.ReadFile(l.base + ".html")
	if err != nil {
		t.Fatal(err)
	}
	page := strings.ReplaceAll(c.change(string(source)), `"cid:`, `"/cid/`)
	return func(w http.ResponseWriter, r *http.Request) {
		if name, ok := strings.CutPrefix(r.URL.Path, "/cid/"); ok {
			http.ServeFile(w, r, filepath.Join(filepath.Dir(l.base), filepath.Base(name)))
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = fmt.Fprint(w, page)
	}
}

// axeRun names what axe-core finds. A message is shown within the landmarks of a mail program.
const axeRun = `axe.run(document, {
	runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
	rules: {region: {enabled: false}, 'landmark-one-main': {enabled: false}},
}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.length + ', first ' + v.nodes[0].html.slice(0, 120)))`

// seen is what a page looks like.
type seen struct {
	Over, Remote int
	Small        []string // links that are hard to hit
	Font         float64  // the smallest
}

func lookAt(t *testing.T, tab *webtest.Tab, where string) {
	t.Helper()
	got := webtest.Eval[seen](tab, `(() => {
	const visible = e => { const q = e.getBoundingClientRect(); return e.checkVisibility() && q.width > 0 && q.height > 0 };
	const height = e => Math.max((e.querySelector('img') || e).getBoundingClientRect().height, parseFloat(getComputedStyle(e).lineHeight) || 0);
	let font = 99;
	const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	for (let n; n = texts.nextNode();) {
		const size = parseFloat(getComputedStyle(n.parentElement).fontSize);
		if (n.data.trim().replace(/\u00a0/g, '') && visible(n.parentElement) && size > 0) font = Math.min(font, size);
	}
	return {
		Over: document.documentElement.scrollWidth - innerWidth,
		Remote: performance.getEntriesByType('resource').filter(r => !r.name.startsWith(location.origin)).length,
		Small: [...document.querySelectorAll('a[href]')].filter(visible).filter(e => height(e) < 24).map(e => e.textContent.trim()),
		Font: font,
	};
})()`)
	if got.Over > 0 || got.Remote > 0 || len(got.Small) > 0 || got.Font < 14 {
		t.Errorf("%s: %d px too wide, %d things from elsewhere, links too small: %q, smallest text %g px", where, got.Over, got.Remote, got.Small, got.Font)
	}
}

// nodeFile is a file of the npm packages that .ci/run installs.
func nodeFile(name string) string {
	return filepath.Join(os.Getenv("TIDINGS_NODE_MODULES"), filepath.FromSlash(name))
}

// TestLettersAreValidHTML asks html-validate.
func TestLettersAreValidHTML(t *testing.T) {
	t.Parallel()
	node, err := exec.LookPath("node")
	validator := nodeFile("html-validate/bin/html-validate.mjs")
	if _, missing := os.Stat(validator); err != nil || missing != nil {
		t.Skip("there is no html-validate, which .ci/run installs where there is Node")
	}
	rules, err := filepath.Abs("testdata/htmlvalidate.json")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{validator, "--config", rules}
	for _, l := range writeLetters(t) {
		args = append(args, l.base+".html")
	}
	c := exec.CommandContext(t.Context(), node, args...)
	c.Dir = os.Getenv("TIDINGS_NODE_MODULES")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v\n%.4000s", err, out)
	}
}
