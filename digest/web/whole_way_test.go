package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"tidings/digest/run"
	"tidings/digest/store"
	"tidings/digest/web/webtest"
)

// reader is somebody with a browser and a mailbox, at a newsroom that works as `tidings run` does.
type reader struct {
	*newsroom
	*webtest.Tab
	daemon  *run.Daemon
	address string
	mails   int // that have come and were looked at
}

// newReader opens a newsroom: a clerk sends the mails that sign-ups ask for, and a daemon collects, composes at seven each morning, and delivers.
func newReader(t *testing.T, address string) *reader {
	t.Helper()
	tab := webtest.Open(t) // first: it skips the test where there is no browser
	n := newNewsroom(t)
	n.Newsletters[0].Schedule = "0 7 * * *"
	if _, err := n.store.Start(t.Context(), "weekly", n.clock.now()); err != nil { // slots are missed from here on
		t.Fatal(err)
	}
	r := &reader{newsroom: n, Tab: tab, daemon: run.NewDaemon(n.Service, n.clock.now), address: address}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{}, 2)
	go func() { n.clerk.Run(ctx); ended <- struct{}{} }()
	go func() { r.daemon.Run(ctx); ended <- struct{}{} }()
	t.Cleanup(func() { stop(); <-ended; <-ended })
	return r
}

// until looks again and again whether something has come about.
func (r *reader) until(what string, come func() bool) {
	r.t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for late := time.After(2 * time.Minute); !come(); {
		select {
		case <-tick.C:
		case <-late:
			r.t.Fatalf("in vain waited that %s", what)
		}
	}
}

// newMails are those that came since the last look.
func (r *reader) newMails() (all []letter) {
	for _, l := range r.letters() {
		if l.to[0] == r.address {
			all = append(all, l)
		}
	}
	return all[r.mails:]
}

// morning comes after so many days, with two new stories. It returns the digest that came to the reader, which must be there if it comes, and must not be
// there otherwise, although others got theirs.
func (r *reader) morning(days int, comes bool) (l letter) {
	r.t.Helper()
	r.stories.Add(1)
	r.clock.move(time.Duration(days) * 24 * time.Hour)
	r.daemon.Swap(r.Service) // wakes it
	r.until("an issue of the day is delivered to everybody", func() bool {
		infos, err := r.store.Issues(context.Background(), "weekly", 1)
		if err != nil {
			r.t.Fatal(err)
		}
		return len(infos) == 1 && r.clock.now().Sub(infos[0].Created) < time.Hour && infos[0].State == store.IssueFinished
	})
	got := r.newMails()
	if len(got) > 1 || (len(got) == 1) != comes {
		r.t.Fatalf("%d mails came to the reader in the morning: %v", len(got), comes)
	}
	if comes {
		r.mails++
		l = got[0]
	}
	return l
}

// signsUp fills in the form, and opens the link of the mail that asks.
func (r *reader) signsUp() {
	r.t.Helper()
	r.Visit(r.url + "/n/weekly")
	r.clock.move(waiting)
	r.Do(chromedp.SendKeys("#f-email", r.address))
	press(r.Tab, "Subscribe")
	heads(r.Tab, "One more step")
	r.until("the mail that asks comes", func() bool { return len(r.newMails()) == 1 })
	link := r.newMails()[0].link(r.t, r.url)
	r.mails++
	r.Visit(r.url + link)
	heads(r.Tab, "Subscribe to The Reading Room?")
}

// TestTheWholeWayInABrowser goes from the form to the digest and out again as a reader does, with a browser, a mail server and the daemon: they
// sign up, confirm by the mail, get the digest, leave a topic, pause, leave by one click of their mail program, sign up again, and leave by the page.
func TestTheWholeWayInABrowser(t *testing.T) {
	t.Parallel()
	r := newReader(t, "grace@reader.example")
	r.signsUp()
	r.morning(1, false) // they have not said that it is them
	press(r.Tab, "Yes, subscribe")
	heads(r.Tab, "You are subscribed")
	l := r.morning(1, true)
	if !strings.Contains(l.text, "Go story 1") || !strings.Contains(l.text, "Sport story 1") {
		t.Fatalf("the first digest:\n%s", l.text)
	}

	r.Visit(r.url + linkWith(t, l.html, r.url, "/p/", "unfollow=Sport"))
	press(r.Tab, "Unfollow Sport")
	r.Until(`document.readyState == "complete" && document.querySelector("[role=status]")`)
	if l = r.morning(1, true); !strings.Contains(l.text, "Go story 2") || strings.Contains(l.text, "Sport") {
		t.Errorf("without Sport:\n%s", l.text)
	}

	r.Visit(r.url + linkWith(t, l.html, r.url, "/p/", "#pause"))
	webtest.Eval[bool](r.Tab, `document.querySelector("#f-pause").value = "1", document.querySelector("[value=Sport]").click(), true`)
	press(r.Tab, "Save")
	r.Until(`document.readyState == "complete" && document.querySelector("[role=status]") && document.querySelector("#f-pause").value == "keep"`)
	r.morning(1, false)
	if l = r.morning(8, true); !strings.Contains(l.text, "Go story 4") || !strings.Contains(l.text, "Sport story 4") {
		t.Errorf("after the pause, with Sport again:\n%s", l.text)
	}

	target := regexp.MustCompile(`<` + regexp.QuoteMeta(r.url) + `(/u/[\w-]+)>`).FindStringSubmatch(l.Get("List-Unsubscribe"))
	if target == nil || l.Get("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Fatalf("no one-click: %v", l.Header)
	}
	if code, page, header := r.do(http.MethodPost, target[1], formType, "List-Unsubscribe=One-Click"); code != http.StatusOK || header.Get("Location") != "" {
		t.Fatalf("one click: %d %s", code, page)
	}
	r.morning(1, false)
	r.signsUp()
	press(r.Tab, "Yes, subscribe")
	heads(r.Tab, "You are subscribed")
	l = r.morning(1, true)

	r.Visit(r.url + linkWith(t, l.html, r.url, "/u/", ""))
	press(r.Tab, "Unsubscribe")
	heads(r.Tab, "You have left")
	r.morning(1, false)
	if cookies := webtest.Eval[string](r.Tab, "document.cookie"); cookies != "" {
		t.Errorf("cookies %s", cookies)
	}
}
