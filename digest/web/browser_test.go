package web_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"tidings/digest"
	"tidings/digest/web"
	"tidings/digest/web/webtest"
)

// press presses the button with the label.
func press(tab *webtest.Tab, label string) {
	webtest.Eval[bool](tab, fmt.Sprintf(`[...document.querySelectorAll("button")].find(b => b.textContent == %q).click(), true`, label))
}

// heads waits for the page with the heading.
func heads(tab *webtest.Tab, heading string) {
	tab.Until(fmt.Sprintf(`document.readyState == "complete" && document.querySelector("h1").textContent.startsWith(%q)`, heading))
}

// TestPagesForEverybody looks at every page as somebody does who cannot see it well, narrow and dark, wide and light, and in a language that
// runs the other way. With $SHOTS set to a folder it leaves pictures there.
func TestPagesForEverybody(t *testing.T) {
	t.Parallel()
	tab := webtest.Open(t)
	for _, lang := range []string{"en", "ar"} {
		h := newHouse(t, "/letters")
		h.options.Newsletters[0].Language = lang
		h.handler.(*swapped).swap(web.Handler(h.options))
		h.asks("weekly", "grace@reader.example")
		h.work()
		confirm := h.letters()[0].link(t, h.url)
		pages := []struct{ name, path string }{
			{"home", "/"},
			{"newsletter", "/n/weekly"},
			{"archive", "/n/weekly/archive"},
			{"embed", "/n/weekly/form"},
			{"confirm", confirm},
			{"preferences", h.preferences()},
			{"unfollow", h.preferences() + "?unfollow=Go"},
			{"leave", "/u/" + h.token("weekly")},
			{"nothing", "/c/x"},
			{"test", "/u/test"},
		}
		for _, look := range []struct {
			width  int64
			scheme string
		}{{320, "dark"}, {320, "light"}, {1000, "light"}} {
			tab.Prefer("prefers-color-scheme", look.scheme)
			tab.Size(look.width, 800)
			for _, p := range pages {
				tab.Visit(h.url + p.path)
				webtest.Eval[bool](tab, `document.querySelectorAll("details").forEach(d => d.open = true), true`)
				name := fmt.Sprintf("%s-%s-%d-%s", p.name, lang, look.width, look.scheme)
				for _, v := range tab.Axe() {
					t.Errorf("%s: %s", name, v)
				}
				if wide := webtest.Eval[int](tab, `document.documentElement.scrollWidth`); int64(wide) > look.width {
					t.Errorf("%s: %d wide", name, wide)
				}
				if dir := os.Getenv("SHOTS"); dir != "" {
					tab.Shoot(filepath.Join(dir, name+".png"))
				}
			}
		}
	}
}

// TestWrongFormForEverybody looks at a form with mistakes in it.
func TestWrongFormForEverybody(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	tab := webtest.Open(t)
	tab.Visit(h.url + "/n/weekly")
	h.clock.move(waiting)
	webtest.Eval[bool](tab, `document.querySelector("#f-email").type = "text", document.querySelectorAll("[name=topics]").forEach(c => c.checked = false), true`)
	tab.Do(chromedp.SendKeys("#f-email", "nonsense"))
	press(tab, "Subscribe")
	tab.Until(`document.querySelectorAll(".wrong").length == 2`)
	for _, v := range tab.Axe() {
		t.Error(v)
	}
	if dir := os.Getenv("SHOTS"); dir != "" {
		tab.Shoot(filepath.Join(dir, "wrong.png"))
	}
}

// TestJoinAndLeaveInABrowser goes from a form on another site to the confirmation's mail, the preferences, and out again, as a person does.
func TestJoinAndLeaveInABrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "/letters")
	tab := webtest.Open(t)

	elsewhere := serveEmbedded(t, h)
	tab.Visit(elsewhere)
	tab.Do(chromedp.SendKeys("input[name=email]", "grace@reader.example"))
	press(tab, "Subscribe")
	tab.Until(`document.readyState == "complete" && document.querySelector("[role=alert]") && document.querySelector("#f-email").value == "grace@reader.example"`)
	h.clock.move(waiting)
	webtest.Eval[bool](tab, `document.querySelector("details").open = true, document.querySelector("[value=Sport]").click(), document.querySelector("#f-zone").value = "Asia/Tokyo", true`)
	press(tab, "Subscribe")
	heads(tab, "One more step")
	h.work()
	if len(h.letters()) != 1 {
		t.Fatalf("%d letters", len(h.letters()))
	}
	link := h.letters()[0].link(t, h.url)

	tab.Visit(h.url + link)
	heads(tab, "Subscribe to The Reading Room?")
	press(tab, "Yes, subscribe")
	heads(tab, "You are subscribed")
	grace := h.find("grace@reader.example")
	if grace.Timezone != "Asia/Tokyo" || grace.Follows("Sport") || !grace.Follows("Go") {
		t.Errorf("%+v", grace)
	}
	webtest.Eval[bool](tab, `document.querySelector("main a").click(), true`)
	heads(tab, "Your choices")
	webtest.Eval[bool](tab, `document.querySelector("#f-pause").value = "1", document.querySelector("[value=taeglich]").click(), true`)
	press(tab, "Save")
	tab.Until(`document.querySelector("[role=status]")`)
	if grace = h.find("grace@reader.example"); !grace.Takes("taeglich") || grace.Paused.IsZero() {
		t.Errorf("%+v", grace)
	}
	tab.Visit(h.url + "/p/" + h.signer.Token(digest.PurposePreferences, grace.ID) + "?unfollow=Go")
	press(tab, "Unfollow Go")
	tab.Until(`document.readyState == "complete" && document.querySelector("[role=status]")`)
	if grace = h.find("grace@reader.example"); grace.Follows("Go") {
		t.Errorf("%+v", grace)
	}
	tab.Visit(h.url + "/u/" + h.signer.Token(digest.PurposeUnsubscribe, grace.ID, "weekly"))
	press(tab, "Unsubscribe")
	heads(tab, "You have left")
	press(tab, "Undo")
	heads(tab, "You are subscribed")
	tab.Visit(h.url + "/u/" + h.signer.Token(digest.PurposeUnsubscribe, grace.ID, "weekly"))
	press(tab, "Unsubscribe")
	heads(tab, "You have left")
	press(tab, "Leave them all")
	tab.Until(`!document.body.textContent.includes("Leave them all")`)
	if got := strings.Join(append(h.audience("weekly"), h.audience("taeglich")...), " "); strings.Contains(got, "grace") {
		t.Errorf("still among %s", got)
	}
	if cookies := webtest.Eval[string](tab, "document.cookie"); cookies != "" {
		t.Errorf("cookies %s", cookies)
	}
	if asked := webtest.Eval[int](tab, `performance.getEntriesByType("resource").length`); asked != 0 {
		t.Errorf("the page asked for %d other things", asked)
	}
}
