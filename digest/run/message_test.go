package run

import (
	"fmt"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
)

func TestWhatAMessageSays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].ReplyTo = mail.Address{Address: "editor@example.com"}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	r := h.send(SendOptions{})
	got := map[string]letter{}
	for _, m := range h.smtp.Messages() {
		got[m.To[0]] = readLetter(t, m.Data)
	}
	ada, grace := got["ada@example.com"], got["grace@example.com"]
	id := ada.Get("Message-ID")
	if !strings.HasPrefix(id, "<"+r.Composed.Issue.ID+".") || !strings.HasSuffix(id, "@example.com>") || id == grace.Get("Message-ID") {
		t.Errorf("Message-ID %q and %q", id, grace.Get("Message-ID"))
	}
	if s := ada.Get("Subject"); s != "The Reading Room: Alpha" {
		t.Errorf("Subject %q", s)
	}
	if s := ada.Get("List-Id"); !strings.Contains(s, "<weekly.news.example.com>") {
		t.Errorf("List-Id %q", s)
	}
	if s := ada.Get("List-Archive"); s != "<https://news.example.com/n/weekly/archive>" {
		t.Errorf("List-Archive %q", s)
	}
	leave := ada.Get("List-Unsubscribe")
	if !strings.Contains(leave, "<https://news.example.com/u/") || !strings.Contains(leave, "<mailto:editor@example.com") || leave == grace.Get("List-Unsubscribe") {
		t.Errorf("List-Unsubscribe %q", leave)
	}
	if s := ada.Get("Feedback-Id"); strings.Contains(s, "ada") || !strings.Contains(s, ":weekly:tidings:news.example.com") {
		t.Errorf("Feedback-ID %q", s)
	}
	if date, err := ada.Date(); err != nil || !date.Equal(friday()) {
		t.Errorf("Date %s, %v", date, err)
	}
	for _, part := range []string{ada.text, ada.html} {
		for _, want := range []string{"https://news.example.com/u/", "https://news.example.com/i/" + r.Composed.Issue.ID, "14 Quay Street", "ada@example.com"} {
			if !strings.Contains(part, want) {
				t.Errorf("%s is missing in:\n%s", want, part)
			}
		}
	}
	// The link names the subscriber and the newsletter, under the key of the store.
	_, token, _ := strings.Cut(leave, "/u/")
	token, _, _ = strings.Cut(token, ">")
	key, err := h.Store.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ids, ok := digest.NewSigner(key).Open(digest.PurposeUnsubscribe, token)
	if !ok || len(ids) != 2 || ids[1] != "weekly" {
		t.Fatalf("the token opens as %q, %v", ids, ok)
	}
	if sub, err := h.Store.Subscriber(t.Context(), ids[0]); err != nil || sub.Email != "ada@example.com" {
		t.Errorf("the token names %+v, %v", sub, err)
	}
}

func TestWithoutASite(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Site = digest.Site{}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.send(SendOptions{})
	l := readLetter(t, h.smtp.Messages()[0].Data)
	if s := l.Get("List-Unsubscribe"); strings.Contains(s, "http") || !strings.Contains(s, "mailto:news@example.com") {
		t.Errorf("List-Unsubscribe %q", s)
	}
	if l.Get("List-Unsubscribe-Post") != "" || strings.Contains(l.text+l.html, "/u/") || strings.Contains(l.text+l.html, "/i/") {
		t.Error("there are links to pages that are not there")
	}
	if s := l.Get("List-Id"); !strings.Contains(s, "<weekly.example.com>") {
		t.Errorf("List-Id %q", s)
	}
}

func TestProofsChangeNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers[1].Tags = []string{"Go"}
	h.Subscribers[2].Tags = []string{"go"}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour)))
	h.collect()
	for range 2 {
		c, proofs, err := h.Proofs(t.Context(), "weekly", nil, h.clock.now())
		if err != nil || c.Empty != "" || len(proofs) != 2 {
			t.Fatalf("%+v, %q, %v", proofs, c.Empty, err)
		}
		if proofs[0].Name != "all" || proofs[1].Name != "go" || proofs[1].Variant.Readers != 2 || proofs[1].Variant.Articles != 1 {
			t.Errorf("%+v", proofs)
		}
		for _, p := range proofs {
			if !strings.Contains(p.Message.HTML, "/u/"+digest.InertToken) || !strings.Contains(p.Message.HTML, "/i/"+digest.InertToken) {
				t.Error("the links of a proof lead somewhere")
			}
		}
	}
	_, m, err := h.ProofTo(t.Context(), "weekly", "GRACE@example.com", nil, h.clock.now())
	if err != nil || m.To.Address != "GRACE@example.com" || strings.Contains(m.Text, "Beta is") || m.List.UnsubscribeURL != "https://news.example.com/u/test" {
		t.Errorf("to a subscriber: %+v, %v", m, err)
	}
	_, m, err = h.ProofTo(t.Context(), "weekly", "me@example.org", nil, h.clock.now())
	if err != nil || !strings.Contains(m.Text, "Beta is") {
		t.Errorf("to somebody else: %+v, %v", m, err)
	}
	if issues, err := h.Store.Issues(t.Context(), "", 10); err != nil || len(issues) != 0 {
		t.Errorf("issues: %v, %v", issues, err)
	}
	if subs, err := h.Store.Audience(t.Context(), "weekly"); err != nil || len(subs) != 0 {
		t.Errorf("subscribers: %v, %v", subs, err)
	}
	if r := h.send(SendOptions{}); r.Delivered.Sent != 3 {
		t.Errorf("afterwards: %s", r.Delivered)
	}
}

func TestProofNames(t *testing.T) {
	t.Parallel()
	var proofs []Proof
	for _, tags := range [][]string{nil, {"Go"}, {"C++", "../etc"}, {"日本"}, {"中国"}, {strings.Repeat("x", 100)}} {
		proofs = append(proofs, Proof{Name: proofName(digest.Selection{Tags: tags}, proofs)})
	}
	proofs = append(proofs, Proof{Name: proofName(digest.Selection{Muted: []string{"Go", "Art"}}, proofs)})
	want := []string{"all", "go", "c------etc", "2", "3", strings.Repeat("x", 60), "all-but-go-art"}
	for i, p := range proofs {
		if p.Name != want[i] {
			t.Errorf("name %d is %q, want %q", i, p.Name, want[i])
		}
	}
}

func TestRehearsal(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	outbox := filepath.Join(t.TempDir(), "outbox")
	h.Sender, h.Rehearsal = tmail.NewMaildir(outbox), true
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	for range 2 {
		if r := h.send(SendOptions{}); r.Delivered.Sent != 3 || !r.Delivered.Complete() {
			t.Fatalf("%s", r.Delivered)
		}
	}
	files, err := os.ReadDir(filepath.Join(outbox, "new"))
	if err != nil || len(files) != 6 {
		t.Errorf("%d files, %v", len(files), err)
	}
	if issues, err := h.Store.Issues(t.Context(), "", 10); err != nil || len(issues) != 0 {
		t.Errorf("issues: %v, %v", issues, err)
	}
}

// An outbox that is the transport is one in earnest; a full disk under it is trouble with the relay, and loses nothing.
func TestMaildirAsTransport(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	dir := t.TempDir()
	blocked := filepath.Join(dir, "blocked")
	if err := os.WriteFile(blocked, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.Sender = tmail.NewMaildir(filepath.Join(blocked, "outbox"))
	if r := h.send(SendOptions{}).Delivered; r.Sent != 0 || r.Left != 3 || r.Relay == "" {
		t.Fatalf("where nothing can be written: %s, %q", r, r.Relay)
	}
	h.Sender = tmail.NewMaildir(filepath.Join(dir, "outbox"))
	if r := h.send(SendOptions{}).Delivered; r.Sent != 3 || !r.Complete() {
		t.Fatalf("%s", r)
	}
	files, err := os.ReadDir(filepath.Join(dir, "outbox", "new"))
	if err != nil || len(files) != 3 {
		t.Errorf("%d files, %v", len(files), err)
	}
}

// A template that cannot be rendered stops the issue: nobody gets half a message.
func TestASubjectThatBreaks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].Subject = "{{index .Lead.Tags 7}}"
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	r := h.send(SendOptions{}).Delivered
	if r.Sent != 0 || r.Left != 3 || len(r.Paused) != 1 || !strings.Contains(r.Paused[0], "cannot be rendered") || len(h.smtp.Messages()) != 0 {
		t.Errorf("%s: %v", r, r.Paused)
	}
}

// Where none of the pictures can be had, the first story leads, and none for the sake of a picture that nobody sees.
func TestLeadWithoutPictures(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	items := []string{item("First", time.Minute)}
	for i := range 9 {
		broken := `<enclosure type="image/png" length="1" url="` + h.feeds.url(fmt.Sprintf("/missing%d.png", i)) + `"/></item>`
		items = append(items, strings.Replace(item(fmt.Sprintf("Broken %d", i), time.Duration(i+1)*time.Hour), "</item>", broken, 1))
	}
	h.feeds.set("/news.xml", rss("The News", items...))
	h.collect()
	c := h.compose(ComposeOptions{})
	if e, _ := c.Issue.Edition(digest.Selection{}); e.Lead == nil || e.Lead.Title != "First" {
		t.Errorf("lead %+v", e.Lead)
	}
}

func TestLeadPicture(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Newsletters[0].Images = digest.ImagesLead
	h.feeds.serve("/lead.png", servePicture(t))
	with := func(title, picture string, ago time.Duration) string {
		return strings.Replace(item(title, ago), "</item>", `<enclosure type="image/png" length="1" url="`+h.feeds.url(picture)+`"/></item>`, 1)
	}
	h.feeds.set("/news.xml", rss("The News", item("Bare", time.Minute), with("Broken", "/missing.png", time.Hour), with("Pictured", "/lead.png", 2*time.Hour)))
	c := h.send(SendOptions{}).Composed
	e, _ := c.Issue.Edition(digest.Selection{})
	if e.Lead == nil || e.Lead.Title != "Pictured" || e.Lead.Picture == "" || len(c.Issue.Pictures) != 1 {
		t.Fatalf("lead %+v, pictures %d", e.Lead, len(c.Issue.Pictures))
	}
	m := h.smtp.Messages()[0].Data
	if !strings.Contains(string(m), "Content-Type: image/jpeg") || !strings.Contains(readLetter(t, m).html, "cid:"+e.Lead.Picture) {
		t.Error("the message is without its picture")
	}
	if !slices.ContainsFunc(c.Issue.Items, func(it digest.Item) bool { return it.Title == "Broken" && it.Image == "" }) {
		t.Error("the broken picture is still promised")
	}
	if strings.Contains(h.log.String(), "level=WARN") {
		t.Errorf("a missing picture is worth no warning:\n%s", h.log)
	}
}
