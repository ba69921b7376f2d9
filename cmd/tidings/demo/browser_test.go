package demo

import (
	"fmt"
	"net/http/httptest"
	"testing"

	"tidings/digest/web/webtest"
)

// inboxOf serves an inbox of two messages, with what is long and hard to break in it.
func inboxOf(t *testing.T) (address string) {
	t.Helper()
	m, err := Parse(Received{To: "reader@example.com", Data: []byte(sample)})
	if err != nil {
		t.Fatal(err)
	}
	picture, err := draw(hills())
	if err != nil {
		t.Fatal(err)
	}
	m.Pictures["p.jpg"] = Picture{Type: "image/png", Data: picture}
	m.Subject = "A subject that goes on for quite a while, with a verylongwordthatcannotbebrokenanywhereatallinanyway in it"
	inbox, err := NewInbox([]Message{m, m}, []FeedFact{{Feed: Feed{Title: "Old", Broken: true}, Error: "https://example.com/a/very/long/address/that/goes/on: gone"}}, "/tmp/tidings-demo")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(inbox.Handler())
	t.Cleanup(server.Close)
	return server.URL
}

// TestInboxIsAccessible has axe look at every view, on a desk and on a phone, light and dark.
func TestInboxIsAccessible(t *testing.T) {
	t.Parallel()
	tab, inbox := webtest.Open(t), inboxOf(t)
	for _, width := range []int64{320, 1280} {
		tab.Size(width, 800)
		for _, path := range []string{"/", "/m/1?view=phone", "/m/1?view=text", "/m/1?view=headers"} {
			for _, scheme := range []string{"light", "dark"} {
				tab.Prefer("prefers-color-scheme", scheme)
				tab.Visit(inbox + path)
				for _, found := range tab.Axe() {
					t.Errorf("%s at %d px, %s: %s", path, width, scheme, found)
				}
			}
		}
	}
}

// TestInboxInBrowser looks at the inbox as a person would, on a desk and on a phone.
func TestInboxInBrowser(t *testing.T) {
	t.Parallel()
	tab, inbox := webtest.Open(t), inboxOf(t)
	for _, width := range []int64{320, 390, 820, 1280} {
		for _, path := range []string{"/", "/m/1", "/m/1?view=phone", "/m/1?view=text", "/m/1?view=headers"} {
			tab.Size(width, 800)
			tab.Visit(inbox + path)
			wider := webtest.Eval[bool](tab, `document.documentElement.scrollWidth > window.innerWidth`)
			messages := webtest.Eval[int](tab, `[...document.querySelectorAll('.list ol li')].filter(e => e.checkVisibility()).length`)
			panes := webtest.Eval[int](tab, `[...document.querySelectorAll('.pane')].filter(e => e.checkVisibility()).length`)
			if wider {
				t.Errorf("%s at %d px scrolls sideways", path, width)
			}
			narrow := width <= 800
			if got, want := fmt.Sprint(messages > 0, panes > 0), fmt.Sprint(!narrow || path == "/", !narrow || path != "/"); got != want {
				t.Errorf("%s at %d px: list and message are shown: %s, not %s", path, width, got, want)
			}
		}
	}
	tab.Visit(inbox + "/m/0/body")
	if seen := webtest.Eval[int](tab, `document.images[0].naturalWidth`); seen != pictureWidth {
		t.Errorf("the picture in the message is %d px wide", seen)
	}
}
