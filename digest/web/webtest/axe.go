package webtest

import (
	"os"
	"path/filepath"
	"testing"
)

// rules are those of WCAG 2.2 AA, and axe's own good practice. Frames are left out: what a mail looks like is another matter, and without scripts
// axe cannot see into it.
const runAxe = `axe.run(document, {iframes: false, runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
	.then(found => found.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.html + ": " + n.failureSummary.replace(/\s+/g, " "))))`

// Axe is what axe-core finds wrong with the page for people who do not see it well, or use no mouse: one line each. The test is skipped where
// there is no axe-core: it is the file $AXE_CORE, or node_modules/axe-core/axe.min.js in email-checks of the user's cache.
func (tab *Tab) Axe() []string {
	tab.t.Helper()
	Eval[bool](tab, axe(tab.t)+"; true")
	return Eval[[]string](tab, runAxe)
}

// axe is the source of axe-core.
func axe(t testing.TB) string {
	t.Helper()
	path := os.Getenv("AXE_CORE")
	if path == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			t.Skipf("axe-core is not set by $AXE_CORE, and there is no cache: %v", err)
		}
		path = filepath.Join(cache, "email-checks", "node_modules", "axe-core", "axe.min.js")
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Skipf("there is no axe-core to check pages with: %v", err)
	}
	return string(source)
}
