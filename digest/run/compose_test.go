package run

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// compose composes by hand, and fails the test on an error.
func (h *house) compose(o ComposeOptions) *Composed {
	h.t.Helper()
	if err := h.SyncSubscribers(h.t.Context(), h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	c, err := h.Compose(h.t.Context(), "weekly", o, h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return c
}

// outline is the sections of an edition with the titles in each.
func outline(is digest.Issue, follow ...string) string {
	e, _ := is.Edition(digest.Selection{Tags: follow})
	var b strings.Builder
	for _, s := range e.Sections {
		b.WriteString(s.Tag + ":")
		if e.Lead != nil && e.LeadTag == s.Tag {
			b.WriteString(" *" + e.Lead.Title)
		}
		for _, it := range slices.Concat(s.Full, s.Briefs) {
			b.WriteString(" " + it.Title)
		}
		b.WriteString("; ")
	}
	return strings.TrimSuffix(b.String(), "; ")
}

func pattern(t testing.TB, s string) digest.Pattern {
	t.Helper()
	p, err := digest.ParsePattern(s)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSections(t *testing.T) {
	t.Parallel()
	minutes := func(n int) time.Duration { return time.Duration(n) * time.Minute }
	items := []string{
		item("A", minutes(1), "Go", "Databases"), item("B", minutes(2), "databases"), item("C", minutes(3), "GO"),
		item("D", minutes(4), "Gardening"), item("E", minutes(5)), item("F", minutes(6), "Secret", "Go"),
	}
	rules := []digest.TagRule{{Name: "Databases", Also: []string{"db"}}, {Name: "Secret", Hide: true}, {Name: "Go"}}
	tests := []struct {
		name     string
		taxonomy digest.Taxonomy
		tags     []string
		language string
		follow   []string
		want     string
	}{
		{name: "the articles' own tags", want: "Go: *A C F; More: B D E"},
		{name: "in German", language: "de-AT", want: "Go: *A C F; Weiteres: B D E"},
		{name: "picked, as the newsletter spells them", tags: []string{"Databases", "GO", "Absent"}, want: "Databases: *A B; GO: C F"},
		{name: "picked with the rest", tags: []string{"Databases", "More"}, want: "Databases: *A B; More: C D E F"},
		{name: "rules", taxonomy: digest.Taxonomy{Rules: rules}, want: "Databases: *A B; Go: C F"},
		{name: "rules with a rest", taxonomy: digest.Taxonomy{Rules: rules, Rest: "Elsewhere"}, want: "Databases: *A B; Go: C F; Elsewhere: D E"},
		{name: "rules, picked", taxonomy: digest.Taxonomy{Rules: rules, Rest: "Elsewhere"}, tags: []string{"Go"}, want: "Go: *A C F"},
		{name: "rules, picked with the rest", taxonomy: digest.Taxonomy{Rules: rules, Rest: "Elsewhere"}, tags: []string{"Go", "Elsewhere"}, want: "Go: *A C F; Elsewhere: D E"},
		{name: "a reader of one tag", taxonomy: digest.Taxonomy{Rules: rules, Rest: "Elsewhere"}, follow: []string{"GO"}, want: "Go: *A C F"},
		{name: "a reader of a tag with one article", follow: []string{"gardening"}, want: "More: *D"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.feeds.set("/news.xml", rss("The News", items...))
			h.Tags = tt.taxonomy
			h.Newsletters[0].Tags = tt.tags
			if tt.language != "" {
				h.Newsletters[0].Language = tt.language
			}
			h.collect()
			c := h.compose(ComposeOptions{})
			if got := outline(c.Issue, tt.follow...); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestCopiesInSeveralFeeds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	story := func(title, guid, link, tag, text string) string {
		return `<item><title>` + title + `</title><guid isPermaLink="false">` + guid + `</guid><link>` + link + `</link><category>` + tag +
			`</category><pubDate>Fri, 10 Jul 2026 10:00:00 +0000</pubDate><description>` + text + `</description></item>`
	}
	long := strings.Repeat("This feed tells the whole story at some length. ", 5)
	h.Feeds = append(h.Feeds, digest.Feed{URL: h.feeds.url("/other.xml"), Title: "The Other", Tags: []string{"Shared"}})
	h.feeds.set("/news.xml", rss("The News", story("Short", "1", "https://Site.example/story?utm_source=feed", "Go", "Only a teaser."),
		story("Home one", "2", "https://site.example/", "Go", "Points to the front page."), story("Home two", "3", "https://site.example/", "Go", "So does this one.")))
	h.feeds.set("/other.xml", rss("The Other", story("Long", "x", "https://site.example/story", "Databases", long)))
	h.collect()
	items := h.compose(ComposeOptions{}).Issue.Items
	if len(items) != 3 {
		t.Fatalf("%d items, want 3: %+v", len(items), items)
	}
	got := items[0]
	if got.Title != "Long" || got.Source != "The Other" || len(got.Elsewhere) != 1 || got.Elsewhere[0].Name != "The News" {
		t.Errorf("%+v", got)
	}
	if link := got.Elsewhere[0].URL; link != "https://site.example/story?utm_source=feed" {
		t.Errorf("the copy leads to %q", link)
	}
	for _, tag := range []string{"Go", "Databases", "Shared"} {
		if !slices.Contains(got.Tags, tag) {
			t.Errorf("tag %s is missing from %v", tag, got.Tags)
		}
	}
}

func TestFirstFetchFloodsNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	day := 24 * time.Hour
	undated := `<item><title>Undated</title><guid>u</guid><link>https://site.example/u</link><description>No date at all.</description></item>`
	h.feeds.set("/news.xml", rss("The News", item("Old", 5*day), item("Older", 30*day), item("Fresh", 3*day), undated))
	h.collect()
	// Monday, 13 July, 7:00: news begins on Monday, 6 July, 7:00, which is four days before the tests begin.
	slot := time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC)
	h.clock.move(slot.Sub(h.clock.now()))
	c := h.compose(ComposeOptions{Slot: slot})
	if got := outline(c.Issue); got != "More: *Fresh" {
		t.Fatalf("first issue: %s", got)
	}
	// What the feed adds later is news however it is dated, and what was passed over stays so.
	late := `<item><title>Late</title><guid>l</guid><link>https://site.example/l</link><pubDate>Mon, 05 Jan 2026 00:00:00 +0000</pubDate><description>Dated long ago.</description></item>`
	h.feeds.set("/news.xml", rss("The News", item("Old", 5*day), item("Older", 30*day), item("Fresh", 3*day), undated, late))
	h.collect()
	h.clock.move(7 * day)
	c = h.compose(ComposeOptions{Slot: slot.Add(7 * day)})
	if got := outline(c.Issue); got != "More: *Late" {
		t.Errorf("second issue: %s", got)
	}
}

// A newsletter that is new to a store with a history begins one period back, like a feed that is new. What comes from then on is news.
func TestANewNewsletterBeginsOnePeriodBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	day := 24 * time.Hour
	undated := `<item><title>Undated</title><guid>u</guid><link>https://site.example/u</link><description>No date at all.</description></item>`
	items := []string{item("First", time.Hour)}
	for week := range 8 {
		h.feeds.set("/news.xml", rss("The News", items...))
		h.collect()
		h.clock.move(7 * day)
		items = append(items, item(fmt.Sprintf("Week %d", week), -time.Duration(week)*7*day))
	}
	h.feeds.set("/news.xml", rss("The News", append(items, undated)...))
	h.collect()
	fortnightly := h.Newsletters[0]
	fortnightly.Name, fortnightly.Schedule = "fortnightly", "0 7 1,15 * *"
	h.Newsletters = append(h.Newsletters, fortnightly)
	if err := h.SyncSubscribers(t.Context(), h.clock.now()); err != nil {
		t.Fatal(err)
	}
	outlined := func(o ComposeOptions) string {
		t.Helper()
		c, err := h.Compose(t.Context(), "fortnightly", o, h.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		if c.Empty != "" {
			return c.Empty
		}
		return outline(c.Issue)
	}
	h.clock.move(time.Hour)
	since := h.clock.now().Add(-8 * day)
	for range 2 { // a draft changes nothing
		if got := outlined(ComposeOptions{Draft: true}); got != "More: *Undated Week 7 Week 6" {
			t.Fatalf("first: %s", got)
		}
	}
	if got := outlined(ComposeOptions{Since: &since}); got != "More: *Undated Week 7" {
		t.Fatalf("by hand: %s", got)
	}
	// The rest of the window is still news, and nothing before it ever is.
	h.feeds.set("/news.xml", rss("The News", append(items, undated, item("Old but added now", 300*day))...))
	h.clock.move(2 * time.Hour)
	h.collect()
	if got := outlined(ComposeOptions{}); got != "More: *Week 6 Old but added now" {
		t.Errorf("second: %s", got)
	}
}

// An issue that waits for min_articles does not make the first articles too old.
func TestArticlesWait(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].MinArticles = 3
	h.feeds.set("/news.xml", rss("The News", item("One", time.Hour), item("Two", 2*time.Hour)))
	h.collect()
	slot := time.Date(2026, 7, 13, 7, 0, 0, 0, time.UTC)
	h.clock.move(slot.Sub(h.clock.now()))
	if c := h.compose(ComposeOptions{Slot: slot}); c.Empty != "2 articles are new, and min_articles is 3: waiting for more" {
		t.Fatalf("first: %q", c.Empty)
	}
	recorded, err := h.Store.SlotsRecorded(background(), "weekly", 10)
	if err != nil || len(recorded) != 1 || recorded[0].Outcome != store.SlotEmpty || recorded[0].Note == "" {
		t.Errorf("slots: %+v, %v", recorded, err)
	}
	for week := range 4 {
		h.clock.move(7 * 24 * time.Hour)
		if week == 3 {
			h.feeds.set("/news.xml", rss("The News", item("Three", -20*24*time.Hour), item("One", time.Hour), item("Two", 2*time.Hour)))
			h.collect()
		}
		slot = slot.Add(7 * 24 * time.Hour)
		c := h.compose(ComposeOptions{Slot: slot})
		if want := week < 3; (c.Empty != "") != want {
			t.Fatalf("week %d: %q", week, c.Empty)
		} else if !want && len(c.Issue.Items) != 3 {
			t.Errorf("%d articles", len(c.Issue.Items))
		}
	}
}

func TestFeedsOwnFilters(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Feeds[0].Include = []digest.Pattern{pattern(t, "alpha"), pattern(t, "/be.a/i")}
	h.Feeds[0].Exclude = []digest.Pattern{pattern(t, "sponsored")}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour), item("Beta", 2*time.Hour), item("Sponsored alpha", time.Hour), item("Gamma", time.Hour)))
	h.collect()
	if got := outline(h.compose(ComposeOptions{}).Issue); got != "More: *Alpha Beta" {
		t.Errorf("%s", got)
	}
}

func TestWhyThereIsNoIssue(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		shape func(h *house)
		want  string
	}{
		{"nobody subscribed", func(h *house) { h.Subscribers = nil }, "no subscribers take weekly"},
		{"nothing came", func(h *house) { h.feeds.set("/news.xml", rss("The News")) }, "there is no article yet"},
		{"all that came is old", func(h *house) {
			h.feeds.set("/news.xml", rss("The News", item("Alpha", 3000*time.Hour), item("Beta", 4000*time.Hour)))
		}, "nothing is new: 2 articles are known, but older than one period of the schedule or filtered out; --since all takes the old ones too"},
		{"no section for it", func(h *house) { h.Newsletters[0].Tags = []string{"Go"} }, "1 article is new, but none has a tag of weekly"},
		{"nobody follows it", func(h *house) {
			for i := range h.Subscribers {
				h.Subscribers[i].Tags = []string{"Go"}
			}
		}, "1 article is new, but no subscriber of weekly follows their tags"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Gardening")))
			tt.shape(h)
			h.collect()
			if c := h.compose(ComposeOptions{}); c.Empty != tt.want {
				t.Errorf("%q, want %q", c.Empty, tt.want)
			}
		})
	}
}

// A subscriber for whom the issue holds nothing gets no message, and that is no failure.
func TestReadersOfTags(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers[0].Tags = []string{"go"}
	h.Subscribers[1].Tags = []string{"Opera"}
	h.Subscribers[2].Tags = []string{"GO"}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour, "Gardening")))
	r := h.send(SendOptions{})
	if r.Delivered.Sent != 2 || !r.Delivered.Complete() || len(r.Composed.Variants) != 2 || r.Composed.Readers != 2 {
		t.Fatalf("%s: %+v", r.Delivered, r.Composed.Variants)
	}
	for _, text := range h.texts() {
		if strings.Contains(text, "Beta is") || !strings.Contains(text, "Alpha is") {
			t.Errorf("not what was followed: %s", text)
		}
	}
}

// What a subscriber unfollowed does not come, though it stands under "More" for others; an article that has another tag does.
func TestUnfollowedTagWithoutASection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour, "Gardening"), item("Gamma", 3*time.Hour, "Gardening", "Leeks"), item("Delta", 4*time.Hour)))
	h.Subscribers = h.Subscribers[:1]
	if err := h.SyncSubscribers(t.Context(), h.clock.now()); err != nil {
		t.Fatal(err)
	}
	who, err := h.Store.PersonAt(t.Context(), h.Subscribers[0].Email)
	if err != nil {
		t.Fatal(err)
	}
	choice := digest.Choice{Take: []string{"weekly"}, Mute: []string{"gardening", "Opera"}}
	if err := h.Store.Choose(t.Context(), who.ID, choice, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	r := h.send(SendOptions{})
	if texts := h.texts(); r.Delivered.Sent != 1 || strings.Contains(texts[0], "Beta is") {
		t.Fatalf("%s, and Beta was unfollowed: %q", r.Delivered, texts)
	}
	for _, title := range []string{"Alpha", "Gamma", "Delta"} {
		if !strings.Contains(h.texts()[0], title+" is") {
			t.Errorf("%s is missing: %s", title, h.texts()[0])
		}
	}
	for d, err := range h.Store.Ledger(t.Context(), r.Composed.Issue.ID) {
		if err != nil || d.Selection.String() != "everything but gardening" {
			t.Errorf("the ledger says %s, %v", d.Selection, err)
		}
	}
}

func TestSourcesThatAreDown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Feeds = append(h.Feeds, digest.Feed{URL: h.feeds.url("/down.xml"), Title: "Down Under"})
	h.feeds.serve("/down.xml", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "oops", http.StatusInternalServerError) })
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	report := h.collect()
	if len(report.Failed) != 1 || report.Failed[0].Feed != "Down Under" || report.Added != 1 {
		t.Fatalf("%+v", report)
	}
	if c := h.compose(ComposeOptions{}); !slices.Equal(c.Issue.Broken, []string{"Down Under"}) {
		t.Errorf("broken: %v", c.Issue.Broken)
	}
	if n := strings.Count(h.log.String(), "a feed could not be read"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, h.log)
	}
	h.collect()
	if n := strings.Count(h.log.String(), "a feed could not be read"); n != 1 {
		t.Errorf("logged again for the same trouble")
	}
}

// An issue holds a bounded number of articles, shared out among its sections.
func TestVeryManyArticles(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var items []string
	for i := range maxItems + 50 {
		tag := "Common"
		if i%100 == 99 {
			tag = "Rare"
		}
		items = append(items, item(fmt.Sprintf("Number %d", i), time.Duration(i)*time.Second, tag))
	}
	h.feeds.set("/news.xml", rss("The News", items...))
	h.collect()
	c := h.compose(ComposeOptions{})
	rare := 0
	for _, it := range c.Issue.Items {
		if it.Tags[0] == "Rare" {
			rare++
		}
	}
	if len(c.Issue.Items) != maxItems || c.Cut != 50 || rare != 5 {
		t.Errorf("%d items, %d cut, %d of the rare tag", len(c.Issue.Items), c.Cut, rare)
	}
	h.clock.move(time.Hour)
	if c := h.compose(ComposeOptions{}); c.Empty == "" {
		t.Error("what was cut came again")
	}
}

// Two processes compose the same slot: one issue comes of it.
func TestTwoProcessesComposeOneSlot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.collect()
	if err := h.SyncSubscribers(t.Context(), h.clock.now()); err != nil {
		t.Fatal(err)
	}
	slot := h.clock.now()
	results := make(chan error, 8)
	for range cap(results) {
		go func() {
			_, err := h.Compose(background(), "weekly", ComposeOptions{Slot: slot}, slot)
			results <- err
		}()
	}
	for range cap(results) {
		if err := <-results; err != nil && !errors.Is(err, store.ErrTaken) {
			t.Error(err)
		}
	}
	issues, err := h.Store.Issues(background(), "weekly", 10)
	if err != nil || len(issues) != 1 {
		t.Errorf("%d issues, %v", len(issues), err)
	}
}

func TestUnknownNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if _, err := h.Compose(background(), "daily", ComposeOptions{}, h.clock.now()); err == nil || !strings.Contains(err.Error(), `"weekly"`) {
		t.Errorf("an unknown newsletter: %v", err)
	}
	if _, err := h.Collect(background(), CollectOptions{Only: []string{"nowhere"}}, h.clock.now()); err == nil {
		t.Error("an unknown feed is no error")
	}
	if r, err := h.Collect(background(), CollectOptions{Only: []string{"the news"}, ByHand: true}, h.clock.now()); err != nil || r.Asked != 1 {
		t.Errorf("by its title: %+v, %v", r, err)
	}
}

// A copy that leads to the very same page needs no second link, and one of a feed by the same name no mention.
func TestCopiesThatLeadToTheSamePage(t *testing.T) {
	t.Parallel()
	st := story{
		Tagged: digest.Tagged{Article: digest.Article{Feed: "a", URL: "https://x.example/1"}},
		copies: []digest.Article{{Feed: "b", URL: "https://x.example/1"}, {Feed: "twin", URL: "https://x.example/1"}, {Feed: "c", URL: "https://y.example/1"}},
	}
	got := itemOf(st, map[string]string{"a": "A", "b": "B", "c": "C", "twin": "A"}).Elsewhere
	if want := []digest.Link{{Name: "B"}, {Name: "C", URL: "https://y.example/1"}}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
