// Package webtest looks at pages in a real browser, for tests: a headless Chromium that reaches this machine alone.
//
//	tab := webtest.Open(t) // skips the test where there is no Chromium
//	tab.Visit(server.URL)
//	tab.Keys(kb.Tab, kb.Enter)
//	tab.Until(`document.querySelector("h1").textContent == "Done"`)
//	for _, v := range tab.Axe() {
//		t.Error(v)
//	}
//
// Nothing here waits for a time to pass: what a page does is waited for by what it shows.
package webtest
