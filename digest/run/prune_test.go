package run

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// Months of days, one new article each: the store keeps what it needs and no more, and nobody reads anything twice.
func TestTheStoreStopsGrowing(t *testing.T) {
	t.Parallel()
	const days = 140
	h := newHouse(t)
	h.Newsletters[0].Schedule = "0 11 * * *"
	h.Subscribers = h.Subscribers[:1]
	h.Keep = 40 * day
	d := NewDaemon(h.Service, h.clock.now)
	sizes := map[int]string{}
	for n := range days {
		var items []string
		for i := max(0, n-4); i <= n; i++ { // the feed shows five
			items = append(items, item(fmt.Sprintf("Story %d", i), -time.Duration(i)*day))
		}
		items = append(items, item("The pinned story", time.Hour))
		h.feeds.set("/news.xml", rss("The News", items...))
		h.step(d)
		h.clock.move(day)
		h.step(d)
		if n == days-20 || n == days-1 {
			issues, err := h.Store.Issues(t.Context(), "weekly", 1000)
			if err != nil {
				t.Fatal(err)
			}
			slots, err := h.Store.SlotsRecorded(t.Context(), "weekly", 1000)
			if err != nil {
				t.Fatal(err)
			}
			articles, err := h.Store.ArticlesSince(t.Context(), []string{h.Feeds[0].URL}, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			sizes[n] = fmt.Sprintf("%d issues, %d slots, %d articles", len(issues), len(slots), len(articles))
			if issues[0].Number != n {
				t.Errorf("day %d: issue %d", n, issues[0].Number)
			}
		}
	}
	if sizes[days-20] != sizes[days-1] || sizes[days-1] == "" {
		t.Errorf("it grows: %v", sizes)
	}
	t.Log(sizes)
	seen := map[string]int{}
	for _, m := range h.smtp.Messages() {
		if m.To[0] == "ada@example.com" {
			text := readable(t, m.Data)
			for i := range days {
				if strings.Contains(text, fmt.Sprintf("Story %d is an article", i)) {
					seen[fmt.Sprint(i)]++
				}
			}
			if strings.Contains(text, "The pinned story is") {
				seen["pinned"]++
			}
		}
	}
	for name, times := range seen {
		if times != 1 {
			t.Errorf("story %s came %d times", name, times)
		}
	}
	if len(seen) < days-1 {
		t.Errorf("only %d stories came", len(seen))
	}
}

// Who runs no daemon has a store that forgets all the same: once a day, whatever is called, and however often.
func TestAStoreWithoutADaemonIsPruned(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Keep = 10 * day
	for n := range 30 {
		h.feeds.set("/news.xml", rss("The News", item(fmt.Sprintf("Story %d", n), -time.Duration(n)*day)))
		if r := h.send(SendOptions{}); r.Delivered.Sent != 3 {
			t.Fatalf("day %d: %+v", n, r)
		}
		h.clock.move(day)
	}
	left := func() int {
		issues, err := h.Store.Issues(t.Context(), "weekly", 1000)
		if err != nil {
			t.Fatal(err)
		}
		return len(issues)
	}
	if left() < 10 || left() > 12 {
		t.Errorf("%d issues of ten days are left", left())
	}
	h.clock.move(30 * day)
	h.Tidy(t.Context(), h.clock.now())
	if left() != 1 {
		t.Errorf("%d issues are left, want the last", left())
	}
	if first, err := h.Store.BeginDaily(t.Context(), "prune", h.clock.now()); first || err != nil {
		t.Errorf("it would be done twice in a day: %v", err)
	}
}
