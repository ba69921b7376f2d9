package run

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// told explains the one article of a title, in short: each newsletter's issues, then what the next would do.
func (h *house) told(title string) string {
	h.t.Helper()
	found, _, err := h.Find(h.t.Context(), title, 10)
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%s: found %d, %v", title, len(found), err)
	}
	e, err := h.Explain(h.t.Context(), found[0], h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	var parts []string
	short := func(what string, f Fate) {
		text := what + " " + string(f.Outcome)
		if f.Section != "" {
			text += " in " + f.Section
		}
		if f.Into != "" {
			text += " with " + f.Into
		}
		parts = append(parts, text)
	}
	for _, account := range e.Newsletters {
		for _, is := range account.Issues {
			short(fmt.Sprintf("#%d", is.Number), is.Fate)
		}
		if account.Next != nil {
			short("next", account.Next.Fate)
		}
		if !account.NewsAfter.IsZero() {
			parts = append(parts, "news after "+account.NewsAfter.Format("2 Jan"))
		}
	}
	return strings.Join(parts, "; ")
}

// What is explained before an issue is what the issue then does, and what is explained afterwards.
func TestExplain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Feeds = []digest.Feed{
		{URL: h.feeds.url("/news.xml"), Title: "The News", Tags: []string{"Boats"}, Exclude: []digest.Pattern{pattern(t, "sponsored")}},
		{URL: h.feeds.url("/other.xml"), Title: "Other"},
	}
	h.Tags = digest.Taxonomy{Rules: []digest.TagRule{{Name: "Go"}, {Name: "Secret", Hide: true}, {Name: "Boats"}, {Name: "Garden"}}}
	h.Newsletters[0].Tags = []string{"Go", "Boats"}
	h.Newsletters[0].Limit = digest.Limit{PerTag: 2}
	h.feeds.set("/news.xml", rss("The News", item("Of old", 400*time.Hour), item("Ferry", time.Hour, "Go"), item("Sponsored ferry", time.Hour)))
	h.feeds.set("/other.xml", rss("Other",
		item("Ferry", 2*time.Hour, "boats"), // the same address as the other feed's
		item("Leeks", 3*time.Hour, "Garden"), item("Nothing", 4*time.Hour), item("Hidden", 4*time.Hour, "secret"),
		item("Boat A", 5*time.Hour, "boats"), item("Boat B", 6*time.Hour, "boats"), item("Boat C", 7*time.Hour, "boats")))
	h.collect()

	wants := map[string]string{
		"of old":    "next old; news after 6 Jul",
		"sponsored": "next filtered; news after 6 Jul",
		"leeks":     "next no section; news after 6 Jul",
		"nothing":   "next untagged; news after 6 Jul",
		"hidden":    "next untagged; news after 6 Jul",
		"boat a":    "next shown in Boats; news after 6 Jul",
		"boat c":    "next page in Boats; news after 6 Jul",
	}
	for title, want := range wants {
		if got := h.told(title); got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
	copies, byTitle, err := h.Find(t.Context(), "https://site.example/ferry?utm_source=x", 10)
	if err != nil || byTitle || len(copies) != 2 {
		t.Fatalf("%d by address, %v, %v", len(copies), byTitle, err)
	}
	h.compose(ComposeOptions{})
	for title, want := range wants {
		want = strings.NewReplacer("next", "#1", "6 Jul", "3 Jul").Replace(want) // by hand, the period ends now
		if got := h.told(title); got != want {
			t.Errorf("afterwards, %s: %q, want %q", title, got, want)
		}
	}
	alone, with := 0, 0
	for _, a := range copies {
		e, err := h.Explain(t.Context(), a, h.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		f := e.Newsletters[0].Issues[0].Fate
		switch {
		case f == Fate{Outcome: Shown, Section: "Go"}:
			alone++
		case f == Fate{Outcome: Shown, Section: "Go", Into: "Ferry"}:
			with++
		default:
			t.Errorf("%s: %+v", e.Source, f)
		}
	}
	if alone != 1 || with != 1 {
		t.Errorf("%d alone, %d with another", alone, with)
	}
	all := time.Time{}
	h.compose(ComposeOptions{Since: &all})
	if got := h.told("boat a"); got != "#1 shown in Boats; #2 shown in Boats; news after 3 Jul" {
		t.Errorf("shown again: %q", got)
	}
	if got := h.told("of old"); !strings.HasPrefix(got, "#1 old; #2 ") {
		t.Errorf("shown after all: %q", got)
	}
	h.Tags.Rest = "Elsewhere"
	h.Newsletters[0].Tags = nil
	if got := h.told("nothing"); got != "#1 changed; news after 3 Jul" {
		t.Errorf("after the rules changed: %q", got)
	}
	h.Feeds = h.Feeds[:1]
	if got := h.told("leeks"); !strings.HasPrefix(got, "#1 no feed") {
		t.Errorf("without its feed: %q", got)
	}
}

// What a feed adds later is news whenever it is dated; and an issue that would not go out says why.
func TestExplainTheNextIssue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].MinArticles = 3
	h.collect()
	h.clock.move(time.Hour)
	h.feeds.set("/news.xml", rss("The News", item("Late", 900*time.Hour)))
	h.collect()
	if got := h.told("late"); got != "next shown in More" {
		t.Error(got)
	}
	found, _, err := h.Find(t.Context(), "LATE", 1)
	if err != nil {
		t.Fatal(err)
	}
	e, err := h.Explain(t.Context(), found[0], h.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	next := e.Newsletters[0].Next
	if !strings.Contains(next.Empty, "min_articles is 3") || next.Slot.Format("Mon 15:04") != "Mon 07:00" {
		t.Errorf("%+v", next)
	}
	if after := h.compose(ComposeOptions{Draft: true}); after.Empty == "" {
		t.Error("there is an issue")
	}
	if got := h.told("late"); got != "next shown in More" {
		t.Errorf("explaining changed something: %q", got)
	}
}
