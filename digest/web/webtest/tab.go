package webtest

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// patience is how long anything is waited for: a busy machine is slow, and only a broken test waits as long.
const patience = time.Minute

// Tab is a tab of a browser that belongs to one test. Whatever goes wrong in it ends the test.
type Tab struct {
	Context context.Context // for chromedp
	t       testing.TB
}

// Open starts a browser with a profile of its own, which ends with the test. The test is skipped where there is none. Of the names
// of hosts it knows localhost alone, and those of options, such as chromedp.Flag("host-resolver-rules", "MAP a.example 127.0.0.1").
func Open(t testing.TB, options ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	options = append([]chromedp.ExecAllocatorOption{
		chromedp.ExecPath(find(t)),
		chromedp.UserDataDir(profile(t)),
		chromedp.WSURLReadTimeout(patience),
		chromedp.NoFirstRun, chromedp.NoDefaultBrowserCheck, chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-default-apps", true),
		chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-extensions", true),
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-features", "Translate,OptimizationHints,MediaRouter"),
		chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("force-color-profile", "srgb"),
		chromedp.Flag("password-store", "basic"),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]"),
	}, options...)
	ctx, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, end := chromedp.NewContext(ctx)
	t.Cleanup(end)
	tab := &Tab{Context: ctx, t: t}
	if err := chromedp.Do(ctx); err != nil { // starts it: with a deadline, it would end there
		t.Fatalf("the browser does not start: %v", err)
	}
	return tab
}

// find looks for a browser, under the names that it has on the systems that we know.
func find(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("there is no Chromium or Chrome to look at pages with")
	return ""
}

// profile is a directory for the browser. A browser that has been told to end may still write into it, so that testing's own
// directories, which must be empty to be removed, would not do.
func profile(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "webtest-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// Do does the steps, one after the other.
func (tab *Tab) Do(steps ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.Context, patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		tab.t.Fatal(err)
	}
}

// Visit goes to an address and waits for its page to be loaded.
func (tab *Tab) Visit(address string) {
	tab.t.Helper()
	tab.Do(chromedp.Navigate(address))
}

// Keys presses keys, such as kb.Tab or "r", on what has the focus.
func (tab *Tab) Keys(keys ...string) {
	tab.t.Helper()
	for _, k := range keys {
		tab.Do(chromedp.KeyEvent(k))
	}
}

// Size sets how many CSS pixels wide and high the window is.
func (tab *Tab) Size(width, height int64) {
	tab.t.Helper()
	tab.Do(chromedp.EmulateViewport(width, height))
}

// Prefer sets a media feature, such as prefers-color-scheme to dark.
func (tab *Tab) Prefer(feature, value string) {
	tab.t.Helper()
	params := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}}
	if _, err := chromedp.Call(tab.Context, emulation.SetEmulatedMedia, params); err != nil {
		tab.t.Fatal(err)
	}
}

// Shoot writes a picture of the whole page to a PNG file, for a person to look at.
func (tab *Tab) Shoot(file string) {
	tab.t.Helper()
	const lossless = 100
	ctx, cancel := context.WithTimeout(tab.Context, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(lossless))
	if err == nil {
		err = os.WriteFile(file, png, 0o600)
	}
	if err != nil {
		tab.t.Fatal(err)
	}
}

// Until waits until a JavaScript expression is true, whatever the page does meanwhile: it may load another one.
func (tab *Tab) Until(expression string) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.Context, patience)
	defer cancel()
	const pause = 30 * time.Millisecond
	tick := time.NewTicker(pause)
	defer tick.Stop()
	var last error
	for {
		ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")"))
		if ok && err == nil {
			return
		}
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			last = err // a page that goes away takes the answer with it
		}
		select {
		case <-ctx.Done():
			tab.t.Fatalf("in vain waited for %s (%v); the page says:\n%s", expression, last, tab.says())
		case <-tick.C:
		}
	}
}

// says is the text of the page, for a failure.
func (tab *Tab) says() string {
	text, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](`document.title + "\n" + document.body.innerText`))
	if err != nil {
		return err.Error()
	}
	return strings.TrimSpace(text)
}

// Eval is the value of a JavaScript expression in the page. A promise is waited for.
func Eval[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.Context, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return v
}
