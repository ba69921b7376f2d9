package run

import (
	"net/http"
	"net/mail"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

const day = 24 * time.Hour

// letters are what the admin got since the test last looked: the subject and the text of each.
type letters struct {
	*house
	read int
}

func (l *letters) next() (all []string) {
	l.t.Helper()
	for _, m := range l.smtp.Messages()[l.read:] {
		l.read++
		if len(m.To) == 1 && m.To[0] == "ops@example.com" {
			subject, _, _ := strings.Cut(string(m.Data[strings.Index(string(m.Data), "Subject: "):]), "\r\n")
			all = append(all, subject+"\n"+readLetter(l.t, m.Data).text)
		}
	}
	return all
}

// pages that cannot be read, as long as they are down.
func (h *house) down(path string, status int) {
	h.feeds.serve(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
}

func TestHealthTheAdminHearsOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := filepath.Join(t.TempDir(), "tidings.db")
	h.restart(path)
	admin := mail.Address{Name: "Ops", Address: "ops@example.com"}
	h.Feeds = nil
	for _, name := range []string{"one", "two", "three", "closed"} {
		h.Feeds = append(h.Feeds, digest.Feed{URL: h.feeds.url("/"+name) + "?token=SECRET", Title: "Feed " + name})
		h.feeds.set("/"+name, rss(name, item("A story of "+name, time.Hour)))
	}
	feeds := h.Feeds
	h.Newsletters[0].Schedule = "" // no issue comes between
	h.Admin, h.AlertAfter = admin, 3*day
	post := &letters{house: h}
	d := NewDaemon(h.Service, h.clock.now)
	pass := func(ds time.Duration, restart bool) []string {
		t.Helper()
		for end := h.clock.now().Add(ds); h.clock.now().Before(end); h.clock.move(12 * time.Hour) {
			if restart {
				newsletters := h.Newsletters
				h.restart(path)
				h.Feeds, h.Admin, h.AlertAfter, h.Newsletters = feeds, admin, 3*day, newsletters
				d = NewDaemon(h.Service, h.clock.now)
			}
			h.step(d)
		}
		return post.next()
	}
	want := func(when string, got []string, subject string, contains ...string) {
		t.Helper()
		if subject == "" && len(got) == 0 {
			return
		}
		if len(got) != 1 || !strings.HasPrefix(got[0], "Subject: "+subject+"\n") {
			t.Fatalf("%s: want one report %q, got %d: %q", when, subject, len(got), got)
		}
		for _, c := range contains {
			if !strings.Contains(got[0], c) {
				t.Errorf("%s: the report does not say %q:\n%s", when, c, got[0])
			}
		}
		if strings.Contains(got[0], "SECRET") {
			t.Errorf("%s: the report tells a secret:\n%s", when, got[0])
		}
	}
	want("all is well", pass(day, false), "")
	h.down("/one", 500)
	h.down("/two", 404)
	want("a blip", pass(2*day, false), "")
	h.feeds.set("/two", rss("two", item("A story of two", time.Hour)))
	want("the line", pass(3*day, false), "Tidings: 1 feed is broken", "Feed one", "Broken since 11 July 2026", "500", "tidings fetch")
	want("later", pass(3*day, true), "")
	h.down("/two", 404)
	h.down("/three", 500)
	h.down("/closed", 410)
	want("closed for good", pass(day, true), "Tidings: 1 feed is broken", "Feed closed", "410", "remove it")
	want("two more", pass(5*day, false), "Tidings: 2 feeds are broken", "Feed two", "check the address", "Feed three")
	h.feeds.set("/one", rss("one", item("A story of one", time.Hour)))
	want("one is well", pass(3*day, true), "Tidings: 1 feed works again", "Feed one")
	h.feeds.set("/three", rss("three", item("A story of three", time.Hour)))
	h.down("/one", 500)
	feeds = feeds[:3] // the closed one is removed, as it said
	h.Feeds = feeds
	want("another outage", pass(2*day, false), "Tidings: 1 feed works again", "Feed three")
	want("told too", pass(4*day, true), "Tidings: 1 feed is broken", "Feed one")
	told, err := h.Store.Reported(t.Context())
	if err != nil || len(told) != 2 {
		t.Errorf("remembered: %v, %v", told, err)
	}
}

func TestAReportThatCannotBeSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].Schedule = ""
	h.Admin = mail.Address{Address: "ops@example.com"}
	post := &letters{house: h}
	d := NewDaemon(h.Service, h.clock.now)
	h.down("/news.xml", 410)
	h.smtp.Fault(smtptest.At(digest.StageRcpt, "451 4.3.0 later"))
	for range 30 {
		h.step(d)
		h.clock.move(time.Minute)
	}
	if n := strings.Count(h.log.String(), "the admin could not be told"); n != 1 || len(post.next()) != 0 {
		t.Fatalf("logged %d times", n)
	}
	if n := h.smtp.Connections(); n > 4 {
		t.Errorf("tried %d times in half an hour", n)
	}
	h.smtp.Fault(nil)
	for range 30 {
		h.clock.move(time.Minute)
		h.step(d)
	}
	if got := post.next(); len(got) != 1 {
		t.Errorf("%d reports", len(got))
	}
}

func TestPausedIssuesAreReported(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Admin = mail.Address{Address: "ops@example.com"}
	post := &letters{house: h}
	d := NewDaemon(h.Service, h.clock.now)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.step(d)
	refuse := func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageBody {
			return "552 5.3.4 too big"
		}
		return ""
	}
	h.smtp.Fault(refuse)
	h.clock.move(time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC).Sub(h.clock.now()))
	h.step(d)
	h.smtp.Fault(nil)
	for range 20 {
		h.clock.move(time.Minute)
		h.step(d)
	}
	got := post.next()
	if len(got) != 1 || !strings.Contains(got[0], "1 issue is paused") || !strings.Contains(got[0], "tidings send weekly") || !strings.Contains(got[0], "too big") {
		t.Fatalf("%q", got)
	}
}

func TestNobodyIsToldWithoutAnAdmin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.down("/news.xml", 410)
	d := NewDaemon(h.Service, h.clock.now)
	h.step(d)
	h.step(d)
	if told, err := h.Store.Reported(t.Context()); err != nil || len(told)+len(h.smtp.Messages()) != 0 {
		t.Errorf("%v, %v", told, err)
	}
}

// A feed that broke, recovered and broke again while no report went out is broken anew, and its admin hears of it.
func TestHealthAnOutageBeginsAnew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].Schedule = ""
	h.Admin, h.AlertAfter = mail.Address{Address: "ops@example.com"}, 3*day
	post := &letters{house: h}
	outage := func() {
		h.down("/news.xml", 500)
		for range 5 {
			h.collect()
			h.clock.move(day)
		}
	}
	report := func(when string, want int) {
		t.Helper()
		if err := h.Alert(t.Context(), h.clock.now()); err != nil {
			t.Fatal(err)
		}
		if got := post.next(); len(got) != want {
			t.Errorf("%s: %d reports, want %d: %q", when, len(got), want, got)
		}
	}
	outage()
	report("the first outage", 1)
	h.feeds.set("/news.xml", rss("The News"))
	h.collect()
	outage()
	report("the second", 1)
	report("the second, once more", 0)
}
