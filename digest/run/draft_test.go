package run

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
)

func TestDraftOfTooFew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].MinArticles = 3
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go")))
	h.collect()
	d, err := h.Draft(t.Context(), "weekly", DraftOptions{}, h.clock.now())
	if err != nil || !strings.Contains(d.Empty, "min_articles is 3") || d.Articles != 1 {
		t.Fatalf("%q, %d articles, %v", d.Empty, d.Articles, err)
	}
	m, err := d.Message(digest.Selection{})
	if err != nil || !strings.Contains(m.Text, "Alpha") {
		t.Errorf("what would not go out cannot be seen: %+v, %v", m, err)
	}
}

func TestDraftOfLast(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers[1].Tags = []string{"Go"}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Cats"), item("Beta", 2*time.Hour, "Cats")))
	last := func() *Draft {
		t.Helper()
		d, err := h.Draft(t.Context(), "weekly", DraftOptions{Last: true}, h.clock.now())
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if d := last(); d.Empty == "" || d.Articles != 0 {
		t.Errorf("before the first issue: %+v", d)
	}
	h.send(SendOptions{})
	h.Newsletters[0].Title = "Another Name"
	d := last()
	if d.Empty != "" || d.Articles != 2 || d.Issue.Number != 1 || d.Readers != 2 {
		t.Fatalf("%q, %d articles, issue %d, %d readers", d.Empty, d.Articles, d.Issue.Number, d.Readers)
	}
	m, err := d.MessageTo("ada@example.com")
	if err != nil || m.Subject != "Another Name: Alpha" || m.To.Name != "Ada" || !strings.Contains(m.HTML, "/u/"+digest.InertToken) {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := d.MessageTo("grace@example.com"); err != nil || m != nil {
		t.Errorf("to somebody who follows nothing of it: %+v, %v", m, err)
	}
}

func TestDraftsKeepPictures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].Images = digest.ImagesLead
	var asked atomic.Int32
	picture := servePicture(t)
	h.feeds.serve("/lead.png", func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		picture(w, r)
	})
	h.feeds.set("/news.xml", rss("The News", strings.Replace(item("Alpha", time.Hour), "</item>", `<enclosure type="image/png" length="1" url="`+h.feeds.url("/lead.png")+`"/></item>`, 1)))
	h.collect()
	var kept Pictures
	for range 3 {
		d, err := h.Draft(t.Context(), "weekly", DraftOptions{Pictures: &kept}, h.clock.now())
		if err != nil || len(d.Issue.Pictures) != 1 {
			t.Fatalf("%d pictures, %v", len(d.Issue.Pictures), err)
		}
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("the picture was asked for %d times", n)
	}
}

// A draft is for those who would get the issue: whoever the configuration names, whoever joined, as they chose, and nobody who left.
func TestDraftIsForWhoWouldGetIt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx, now := t.Context(), h.clock.now()
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Cats"), item("Gamma", time.Hour, "Cats"), item("Beta", 2*time.Hour, "Dogs"), item("Delta", time.Hour, "Dogs")))
	h.collect()
	if err := h.SyncSubscribers(ctx, now); err != nil {
		t.Fatal(err)
	}
	leave := func(email string) {
		p, err := h.Store.PersonAt(ctx, email)
		if err == nil {
			err = h.Store.Unsubscribe(ctx, p.ID, "weekly", now)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	leave("grace@example.com")
	if _, err := h.Store.Enlist(ctx, []digest.Subscriber{{Email: "joined@example.com", Name: "Jo"}}, now); err != nil {
		t.Fatal(err)
	}
	jo, err := h.Store.PersonAt(ctx, "joined@example.com")
	if err == nil {
		err = h.Store.Choose(ctx, jo.ID, digest.Choice{Name: "Jo", Language: "de", Take: []string{"weekly"}, Mute: []string{"Cats"}}, now)
	}
	if err != nil {
		t.Fatal(err)
	}
	h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: "new@example.com"}) // which the store has not heard of

	d, err := h.Draft(ctx, "weekly", DraftOptions{}, now)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, sub := range d.Audience {
		got = append(got, sub.Email)
	}
	if want := []string{"ada@example.com", "joined@example.com", "mary@example.com", "new@example.com"}; !slices.Equal(got, want) || d.Readers != 4 || len(d.Variants) != 2 {
		t.Errorf("it is for %q, %d readers of %d editions; want %q", got, d.Readers, len(d.Variants), want)
	}
	m, err := d.MessageTo("joined@example.com")
	if err != nil || strings.Contains(m.Text, "Alpha") || !strings.Contains(m.Text, "Beta") || !strings.Contains(m.HTML, `lang="de"`) {
		t.Errorf("who muted a topic and reads German gets %v\n%s", err, m.Text)
	}
	if _, err := h.Store.PersonAt(ctx, "new@example.com"); err == nil {
		t.Error("the store was changed")
	}
}
