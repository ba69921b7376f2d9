package main

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"

	"tidings/digest/web/webtest"
	"tidings/templates"
)

// previewConfig names the feeds' address.
const previewConfig = `store: tidings.db
fetch: {allow_private: true}
feeds:
  - %[1]s/harbour.xml
  - opml: more.opml
tags: [{name: Boats, also: [Harbour]}, {name: Garden}, {rest: Elsewhere}]
newsletters:
  - name: weekly
    title: The Quay
    from: The Quay <quay@example.com>
    schedule: "0 7 * * MON"
    templates: looks/
subscribers:
  - {email: grace@example.org, name: Grace, tags: [Boats]}
  - file: people.csv
`

// workshop is a preview process over a folder that a test edits.
type workshop struct {
	*process
	t     *testing.T
	dir   string
	feeds string // their address
	text  string // the configuration as it is when nothing is wrong
	theme string
	page  string // address of the preview
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	w := &workshop{t: t, dir: t.TempDir(), feeds: serveFeeds(t), theme: templates.HouseTheme()}
	w.text = fmt.Sprintf(previewConfig, w.feeds)
	if err := os.Mkdir(filepath.Join(w.dir, "looks"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.write("more.opml", "<opml><body></body></opml>")
	w.write("people.csv", "email,name\nada@example.org,Ada\n")
	w.write("looks/theme.css", w.theme)
	w.write("tidings.yaml", w.text)
	return w
}

func (w *workshop) write(name, text string) {
	w.t.Helper()
	write(w.t, filepath.Join(w.dir, name), text)
}

// edit replaces a piece of the configuration that is right, for the time being.
func (w *workshop) edit(before, after string) {
	w.t.Helper()
	if !strings.Contains(w.text, before) {
		w.t.Fatalf("there is no %q to edit", before)
	}
	w.write("tidings.yaml", strings.Replace(w.text, before, after, 1))
}

// begin starts the preview and waits until it has fetched, and shows that.
func (w *workshop) begin(args ...string) {
	w.t.Helper()
	w.process = start(w.t, w.dir, append([]string{"preview", "weekly"}, args...)...)
	w.page = strings.TrimSpace(w.waitFor("^http://127.0.0.1:"))
	if !slices.Contains(args, "--no-fetch") {
		w.waitFor("new articles? from")
		for strings.Contains(w.get(""), "Fetching") {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// end is Ctrl-C, after which all must be in order.
func (w *workshop) end() {
	w.t.Helper()
	w.signal(syscall.SIGINT)
	for line := range w.lines {
		w.seen = append(w.seen, line)
	}
	if err := w.Wait(); err != nil {
		w.t.Errorf("it ended with %v:\n%s", err, strings.Join(w.seen, "\n"))
	}
}

// needsSignals skips a test where a process cannot be told to end.
func needsSignals(t *testing.T) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there are no such signals on Windows")
	}
}

// inFrame is a JavaScript expression about the message in the first frame; d is its document, w its window.
func inFrame(expression string) string {
	return `(() => { const f = document.querySelector("iframe"), w = f && f.contentWindow, d = f && f.contentDocument; return d && d.querySelector("h1") && (` + expression + `) })()`
}

// follows is a JavaScript expression that holds once the page hears of edits. If the fetch ended while it was being loaded, it has heard of that.
const follows = `/^(Follows every edit|Updated at)/.test(document.getElementById("state").textContent)`

func TestPreviewFollowsEdits(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	tab.Size(1000, 700)
	tab.Visit(w.page)
	tab.Until(inFrame(`d.querySelector("h1").textContent === "The Quay"`))
	tab.Until(follows)
	tab.Keys("r")
	w.waitFor("0 new articles from 1 feed")
	tab.Keys("d")
	tab.Until(inFrame(`getComputedStyle(d.body).backgroundColor === "rgb(14, 16, 18)"`))
	webtest.Eval[any](tab, inFrame(`w.scrollTo(0, 300)`))
	tab.Until(inFrame(`w.scrollY === 300`))

	w.edit("title: The Quay", "title: The Wharf")
	tab.Until(inFrame(`d.querySelector("h1").textContent === "The Wharf"`))
	tab.Until(inFrame(`w.scrollY === 300`))
	w.write("looks/theme.css", strings.ReplaceAll(w.theme, "#0E1012", "#010203"))
	tab.Until(inFrame(`getComputedStyle(d.body).backgroundColor === "rgb(1, 2, 3)"`))
	w.write("people.csv", "email,name\nada@example.org,Ada\nmary@example.org,Mary\n")
	tab.Until(`[...document.querySelectorAll("#reader option")].some(o => o.value === "mary@example.org")`)
	w.write("more.opml", `<opml><body><outline xmlUrl="`+w.feeds+`/allotment.xml"/></body></opml>`)
	tab.Until(inFrame(`d.body.textContent.includes("Leeks")`)) // a feed that is new is fetched

	w.edit("schedule:", "shedule:")
	tab.Until(`document.querySelector(".problem h2")?.textContent === "tidings.yaml, line 11, column 5"`)
	tab.Until(`document.querySelector(".problem mark").textContent === "shedule:" && document.querySelector(".problem").textContent.includes("did you mean")`)
	if got := webtest.Eval[string](tab, `location.search`); got != "?newsletter=weekly&scheme=dark" {
		t.Errorf("the choice is not kept: %s", got)
	}
	w.write("tidings.yaml", w.text)
	tab.Until(`!document.querySelector(".problem") && ` + inFrame(`w.scrollY === 300`))

	w.write("looks/digest.txt.tmpl", "{{wrap .Title}}\n  {{wrap .Titel}}\n")
	tab.Until(`document.querySelector(".problem h2")?.textContent.includes("looks/digest.txt.tmpl, line 2")`)
	tab.Until(`document.querySelector(".problem pre").textContent.includes("{{wrap .Titel}}")`)
	if err := os.Remove(filepath.Join(w.dir, "looks/digest.txt.tmpl")); err != nil {
		t.Fatal(err)
	}
	tab.Until(`!document.querySelector(".problem")`)
	w.end()
	tab.Until(`document.getElementById("state").textContent.startsWith("Not connected")`)
}

// TestPreviewKeepsChoice holds that an edit which comes while a choice is being shown does not undo it.
func TestPreviewKeepsChoice(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	tab.Visit(w.page)
	tab.Until(inFrame("true") + " && " + follows)
	webtest.Eval[bool](tab, `(() => {
		const get = window.fetch, gate = new Promise(open => window.open_gate = open);
		window.asked = 0;
		window.fetch = async a => { window.asked++; await gate; return get(a) };
		document.getElementById("scheme-dark").click();
		return true
	})()`)
	w.edit("title: The Quay", "title: The Wharf")
	tab.Until("window.asked >= 2")
	webtest.Eval[bool](tab, "open_gate() || true")
	tab.Until(inFrame(`d.querySelector("h1").textContent === "The Wharf" && getComputedStyle(d.body).backgroundColor === "rgb(14, 16, 18)"`))
	tab.Until(`location.search.includes("scheme=dark") && document.getElementById("scheme-dark").checked`)
	w.end()
}

func TestPreviewEditions(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	tab.Size(1300, 800)
	tab.Visit(w.page)
	for key, width := range map[string]int{"1": 320, "3": 1000, "2": 600} {
		tab.Keys(key)
		tab.Until(inFrame(fmt.Sprintf("w.innerWidth === %d", width)))
	}
	tab.Keys("4", "b")
	tab.Until(`[...document.querySelectorAll("iframe")].map(f => f.contentDocument?.querySelector("h1") && f.contentWindow.innerWidth).join() === "320,320,600,600,1000,1000"`)
	paper := `[...document.querySelectorAll("iframe")].map(f => f.contentWindow.getComputedStyle(f.contentDocument.body).backgroundColor)`
	if got := webtest.Eval[[]string](tab, paper); got[0] == got[1] || got[0] != got[2] || got[1] != got[3] {
		t.Errorf("light and dark: %v", got)
	}
	tab.Keys("2", "l", "s")
	tab.Until(inFrame(`d.styleSheets.length === 1`) + ` && location.search.includes("styles=off")`) // the one that the preview puts there
	tab.Keys("t")
	tab.Until(`document.querySelector("pre.paper")?.textContent.includes("The Quay") && document.getElementById("width-320").checkVisibility() === false`)
	tab.Keys("m")
	tab.Until(`document.querySelector("pre.paper")?.textContent.includes("List-Unsubscribe: <mailto:quay@example.com")`)
	for _, to := range []string{"<reader@example.com>", `"Ada" <ada@example.org>`, `"Grace" <grace@example.org>`} {
		tab.Keys("n")
		tab.Until(`location.search.includes("reader=") && document.querySelector("pre.paper")?.textContent.includes('To: ` + to + `')`)
	}
	if err := chromedp.Do(tab.Context, chromedp.NavigateBack()); err != nil {
		t.Fatal(err)
	}
	tab.Until(`document.querySelector("pre.paper")?.textContent.includes('To: "Ada" <ada@example.org>')`)
	w.end()
}

// TestPreviewByKeyboard goes from control to control as somebody does who has no mouse and no use for the short ways.
func TestPreviewByKeyboard(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	tab.Size(1000, 700)
	tab.Visit(w.page)
	tab.Until(inFrame("true"))
	focus := func() string {
		return webtest.Eval[string](tab, `document.activeElement.id || document.activeElement.className`)
	}
	visible := `(() => { const e = document.activeElement, l = e.labels && e.type === "radio" ? e.labels[0] : e; return getComputedStyle(l).outlineStyle !== "none" })()`
	var order []string
	for range 30 {
		tab.Keys(kb.Tab)
		at := focus()
		if order = append(order, at); at == "frames" {
			break
		}
		if !webtest.Eval[bool](tab, visible) {
			t.Errorf("nobody sees that %q has the focus", at)
		}
		if at == "width-600" {
			tab.Keys(kb.ArrowRight)
			tab.Until(inFrame("w.innerWidth === 1000") + ` && document.activeElement.id === "width-1000"`)
		}
	}
	want := []string{"skip", "fetch", "newsletter", "period", "reader", "view-html", "width-600", "scheme-light", "styles", "pictures"}
	if len(order) < len(want) || !slices.Equal(order[:len(want)], want) || order[len(order)-1] != "frames" {
		t.Errorf("the order is %q", order)
	}
	tab.Visit(w.page)
	tab.Until(inFrame("true"))
	webtest.Eval[any](tab, `window.stageBefore = document.getElementById("stage"), null`)
	tab.Keys(kb.Tab, kb.Enter)
	tab.Until(`location.hash !== "" && document.activeElement.id === "stage"`)
	if !webtest.Eval[bool](tab, `new Promise(done => setTimeout(() => done(document.getElementById("stage") === window.stageBefore), 1000))`) {
		t.Error("to skip the controls brings the page anew, and costs the focus")
	}
	tab.Keys(kb.Tab) // past the controls, to the first link of the message
	if got := webtest.Eval[string](tab, `document.activeElement.textContent`); got != "Save as .eml" {
		t.Errorf("skipping the controls leads to %q", got)
	}
	tab.Keys("?")
	tab.Until(`document.getElementById("help").open`)
	webtest.Eval[any](tab, `document.getElementById("keys").click()`)
	tab.Until(`location.search.includes("keys=off")`)
	tab.Keys("t", "1")
	webtest.Eval[any](tab, `document.getElementById("scheme-dark").click()`)
	tab.Until(`location.search === "?keys=off&newsletter=weekly&scheme=dark"`) // the letters did nothing
	w.end()
}

func TestPreviewIsAccessible(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	look := func(what string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			tab.Prefer("prefers-color-scheme", scheme)
			for _, found := range tab.Axe() {
				t.Errorf("%s, %s: %s", what, scheme, found)
			}
			if webtest.Eval[bool](tab, `document.documentElement.scrollWidth > innerWidth`) {
				t.Errorf("%s scrolls sideways", what)
			}
		}
	}
	for _, width := range []int64{320, 1280} {
		tab.Size(width, 800)
		for _, view := range []string{"", "&view=text", "&view=header", "&reader=grace@example.org&width=all"} {
			tab.Visit(w.page + view)
			tab.Until(`document.querySelector("#subject")`)
			webtest.Eval[any](tab, `document.getElementById("help").open = true`)
			look(fmt.Sprintf("%q at %d px", view, width))
		}
	}
	tab.Visit(w.page + "&period=last")
	tab.Until(`document.querySelector(".offers")`)
	look("nothing to see")
	w.edit("title:", "titel:")
	tab.Until(`document.querySelector(".problem")`)
	look("a mistake")
	w.end()
}

func TestPreviewWithoutScripts(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	tab, w := webtest.Open(t), newWorkshop(t)
	w.begin()
	if _, err := chromedp.Call(tab.Context, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true}); err != nil {
		t.Fatal(err)
	}
	tab.Visit(w.page)
	tab.Until(`document.querySelector("noscript")?.textContent.includes("Reload") && document.querySelector(".unscripted button").checkVisibility()`)
	tab.Do(chromedp.Click(`label[for="view-text"]`), chromedp.Click(".unscripted button"))
	tab.Until(`document.querySelector("pre.paper")?.textContent.includes("The Quay")`)
	tab.Do(chromedp.Click("#fetch"))
	w.waitFor("new articles? from")
	tab.Until(`location.search.includes("view=text") && document.querySelector("pre.paper")`)
	w.end()
}

// TestPreviewOfBroken holds that a configuration with mistakes is shown, and the issue once they are put right.
func TestPreviewOfBroken(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	w := newWorkshop(t)
	w.edit("title:", "titel:")
	w.begin("--no-fetch")
	if page := w.get(""); !strings.Contains(page, "tidings.yaml, line 9, column 5") {
		t.Errorf("the mistake is not shown:\n%s", page)
	}
	w.write("tidings.yaml", w.text)
	w.waitFor("right again")
	if page := w.get(""); strings.Contains(page, "titel") || !strings.Contains(page, "There is no article yet.") {
		t.Errorf("once it is put right:\n%s", page)
	}
	w.end()
}

// get is a page of the preview.
func (w *workshop) get(more string) string {
	w.t.Helper()
	r, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, w.page+more, http.NoBody)
	if err != nil {
		w.t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(page)
}

// TestPreviewChangesNothing holds that to look changes no row of the store.
func TestPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	needsSignals(t)
	w := newWorkshop(t)
	w.begin()
	w.get("") // the key that messages are signed with is made when it is first needed
	before := dump(t, filepath.Join(w.dir, "tidings.db"))
	for _, more := range []string{"", "&view=text", "&view=header", "&period=all", "&period=last", "&period=7d", "&reader=grace@example.org", "&period=all&width=all&scheme=both"} {
		w.get(more)
	}
	body := strings.Replace(w.page, "/?", "/message/body?", 1)
	for _, more := range []string{"", "&period=all", "&reader=ada@example.org"} {
		w.page, body = body, w.page
		if page := w.get(more); !strings.Contains(page, "The Quay") || strings.Contains(page, "/u/") {
			t.Errorf("the message:\n%s", page)
		}
		w.page, body = body, w.page
	}
	if d := cmp.Diff(before, dump(t, filepath.Join(w.dir, "tidings.db"))); d != "" {
		t.Errorf("the store is changed (-before +after):\n%s", d)
	}
	w.end()
}

// dump is every row of every table.
func dump(t *testing.T, path string) map[string][]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	all := map[string][]string{}
	for _, name := range rowsOf(t, db, `SELECT name FROM sqlite_master WHERE type = 'table'`) {
		name = regexp.MustCompile(`\w+`).FindString(name)
		all[name] = rowsOf(t, db, "SELECT * FROM "+name)
	}
	return all
}

func rowsOf(t *testing.T, db *sql.DB, query string) (all []string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		var row strings.Builder
		for _, v := range values {
			row.WriteString(fmt.Sprint(*v.(*any), "|"))
		}
		all = append(all, row.String())
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
