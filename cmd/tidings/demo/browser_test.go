package demo

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os/exec"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// TestInboxInBrowser looks at the inbox as a person would, on a desk and on a phone.
func TestInboxInBrowser(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
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
	defer server.Close()

	for _, width := range []int64{320, 390, 820, 1280} {
		for _, path := range []string{"/", "/m/1", "/m/1?view=phone", "/m/1?view=text", "/m/1?view=headers"} {
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate(server.URL+path)); err != nil {
				t.Fatal(err)
			}
			wider := evaluate[bool](ctx, t, `document.documentElement.scrollWidth > window.innerWidth`)
			messages := evaluate[int](ctx, t, `[...document.querySelectorAll('.list ol li')].filter(e => e.checkVisibility()).length`)
			panes := evaluate[int](ctx, t, `[...document.querySelectorAll('main')].filter(e => e.checkVisibility()).length`)
			if wider {
				t.Errorf("%s at %d px scrolls sideways", path, width)
			}
			narrow := width <= 800
			if got, want := fmt.Sprint(messages > 0, panes > 0), fmt.Sprint(!narrow || path == "/", !narrow || path != "/"); got != want {
				t.Errorf("%s at %d px: list and message are shown: %s, not %s", path, width, got, want)
			}
		}
	}
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/m/0/body")); err != nil {
		t.Fatal(err)
	}
	if seen := evaluate[int](ctx, t, `document.images[0].naturalWidth`); seen != pictureWidth {
		t.Errorf("the picture in the message is %d px wide", seen)
	}
}

func evaluate[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression))
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	return v
}

// browser is a headless Chromium for the test, which is skipped without one.
func browser(t *testing.T) context.Context {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"} {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
		ctx, end := context.WithTimeout(t.Context(), 2*time.Minute)
		t.Cleanup(end)
		ctx, stop := chromedp.NewExecAllocator(ctx, options...)
		t.Cleanup(stop)
		ctx, closeTab := chromedp.NewContext(ctx)
		t.Cleanup(closeTab)
		return ctx
	}
	t.Skip("there is no Chromium or Chrome to look at pages with")
	return nil
}
