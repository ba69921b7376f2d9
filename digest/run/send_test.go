package run

import (
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

func TestTwoSendsDeliverOneIssue(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour, "Go"), item("Beta", 2*time.Hour, "Go"), item("Gamma", 20*24*time.Hour, "Go")))
	first := h.send(SendOptions{})
	if first.Delivered.Sent != 3 || !first.Delivered.Complete() || first.Composed.Issue.Number != 1 {
		t.Fatalf("first: %+v", first)
	}
	for _, text := range h.texts() {
		if !strings.Contains(text, "Alpha") || !strings.Contains(text, "Beta") {
			t.Errorf("an article is missing:\n%s", text)
		}
		if strings.Contains(text, "Gamma") {
			t.Error("what a feed's first fetch brought from three weeks ago is news")
		}
	}
	second := h.send(SendOptions{})
	if second.Composed.Empty != "nothing is new since the last issue" || second.Delivered.Sent != 0 {
		t.Errorf("second: %q, %+v", second.Composed.Empty, second.Delivered)
	}
	if got := h.inbox(); got["ada@example.com"] != 1 || got["grace@example.com"] != 1 || got["mary@example.com"] != 1 {
		t.Errorf("inboxes: %v", got)
	}
	all := &time.Time{}
	if again := h.send(SendOptions{Since: all}); len(again.Composed.Issue.Items) != 3 {
		t.Errorf("--since all has %d articles, want all 3", len(again.Composed.Issue.Items))
	}
}

func TestAnOutageLosesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageConnect, "554 5.3.2 closed for today"))
	r := h.send(SendOptions{})
	if r.Delivered.Sent != 0 || r.Delivered.Left != 3 || !strings.Contains(r.Delivered.Relay, "closed for today") {
		t.Fatalf("during the outage: %+v", r.Delivered)
	}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour), item("Beta", time.Minute)))
	h.smtp.Fault(nil)
	r = h.send(SendOptions{})
	if len(r.Resumed) != 1 || r.Delivered.Sent != 6 || !r.Delivered.Complete() {
		t.Fatalf("after it: %+v", r)
	}
	alpha, beta := 0, 0
	for _, text := range h.texts() {
		alpha += strings.Count(text, "Alpha is an article")
		beta += strings.Count(text, "Beta is an article")
	}
	if alpha != 3 || beta != 3 {
		t.Errorf("Alpha came %d times, Beta %d times; want 3 of each", alpha, beta)
	}
	if r := h.send(SendOptions{}); r.Delivered.Sent != 0 {
		t.Errorf("a third run sent %d", r.Delivered.Sent)
	}
}

func TestRecipientsThatAreRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	grey := true
	h.smtp.Fault(func(_ int, stage digest.Stage, arg string) string {
		switch {
		case stage == digest.StageRcpt && arg == "ada@example.com" && grey:
			return "451 4.7.1 greylisted, come back later"
		case stage == digest.StageRcpt && arg == "mary@example.com":
			return "550 5.1.1 no such user"
		}
		return ""
	})
	r := h.send(SendOptions{}).Delivered
	if r.Sent != 1 || r.Deferred != 1 || r.Failed != 1 || r.Left != 1 || r.Complete() || r.Relay != "" {
		t.Fatalf("first: %s: %+v", r, r)
	}
	for _, trouble := range r.Troubles {
		if trouble.Count != 1 || len(trouble.Emails) != 1 || trouble.Advice() == "" || !strings.Contains(trouble.Reply, "RCPT TO") {
			t.Errorf("trouble: %+v", trouble)
		}
	}
	if early, late := h.clock.now().Add(5*time.Minute), h.clock.now().Add(7*time.Minute); r.Next.Before(early) || r.Next.After(late) {
		t.Errorf("it goes on at %s", r.Next)
	}
	if again := h.send(SendOptions{}).Delivered; again.Sent != 0 || again.Left != 1 || !again.Next.Equal(r.Next) {
		t.Errorf("at once: %s, %s", again, again.Next)
	}
	h.clock.move(10 * time.Minute)
	grey = false
	if r := h.send(SendOptions{}).Delivered; r.Sent != 1 || !r.Complete() || !r.Next.IsZero() {
		t.Errorf("after ten minutes: %s", r)
	}
	if got := h.inbox(); got["ada@example.com"] != 1 || got["grace@example.com"] != 1 || got["mary@example.com"] != 0 {
		t.Errorf("inboxes: %v", got)
	}
	audience, err := h.Store.Audience(background(), "weekly")
	if err != nil || len(audience) != 2 {
		t.Errorf("the dead address is still in the audience: %v, %v", audience, err)
	}
}

func TestAMessageThatNobodyWants(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connect(1, 30*time.Second)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageBody, "554 5.6.0 looks like spam"))
	r := h.send(SendOptions{}).Delivered
	if r.Failed != 1 || r.Left != 2 || len(r.Paused) != 1 || !strings.Contains(r.Paused[0], "looks like spam") {
		t.Fatalf("%s: %+v", r, r)
	}
}

func TestMostRecipientsRefuse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers = nil
	for i := range 60 {
		h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: strings.Repeat("a", i+1) + "@example.com"})
	}
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageRcpt, "550 5.7.1 your domain is on a list"))
	r := h.send(SendOptions{}).Delivered
	if r.Failed < fewAnswers || r.Failed > fewAnswers+2*connections || len(r.Paused) != 1 || r.Left != 60-r.Failed {
		t.Fatalf("%s: %v", r, r.Paused)
	}
	if audience, _ := h.Store.Audience(background(), "weekly"); len(audience) != 60 {
		t.Errorf("our bad standing cost %d their place", 60-len(audience))
	}
}

func TestAServerThatHangs(t *testing.T) {
	t.Parallel()
	for _, stage := range []digest.Stage{digest.StageConnect, digest.StageMail, digest.StageRcpt, digest.StageData, digest.StageBody} {
		t.Run(string(stage), func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			patient := h.Sender
			h.impatient()
			h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
			h.smtp.Fault(smtptest.At(stage, smtptest.Stall))
			r := h.send(SendOptions{}).Delivered
			if r.Sent != 0 || r.Failed != 0 || r.Left != 3 {
				t.Fatalf("while it hangs: %s", r)
			}
			h.smtp.Fault(nil)
			h.smtp.CloseConnections()
			h.Sender = patient
			h.clock.move(doubt)
			if r := h.send(SendOptions{}).Delivered; r.Sent != 3 || !r.Complete() {
				t.Fatalf("when it works again: %s: %+v", r, r)
			}
			for to, n := range h.inbox() {
				if n != 1 {
					t.Errorf("%s got it %d times", to, n)
				}
			}
		})
	}
}

// A server that accepts a message and dies before it says so gets it once more, with the same Message-ID.
func TestAReplyThatIsLost(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.Subscribers = h.Subscribers[:1]
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.Once(smtptest.At(digest.StageBody, smtptest.Swallow)))
	if r := h.send(SendOptions{}).Delivered; r.Unknown != 1 || r.Left != 1 {
		t.Fatalf("first: %s", r)
	}
	if r := h.send(SendOptions{}).Delivered; r.Sent != 0 || r.Left != 1 {
		t.Fatalf("at once: %s", r)
	}
	h.clock.move(doubt)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 1 {
		t.Fatalf("after a while: %s", r)
	}
	got := h.smtp.Messages()
	if len(got) != 2 {
		t.Fatalf("%d messages", len(got))
	}
	a, b := readLetter(t, got[0].Data), readLetter(t, got[1].Data)
	if a.Get("Message-ID") == "" || a.Get("Message-ID") != b.Get("Message-ID") || a.Get("Date") != b.Get("Date") {
		t.Errorf("the copies differ: %v, %v", a.Header, b.Header)
	}
}

// A server that never says that it took a message gets it again, but less and less often: each may be a copy in somebody's mailbox.
func TestDoubtGrows(t *testing.T) {
	t.Parallel()
	p := &pass{postman: postman{Service: &Service{}}}
	lost := &digest.Refusal{Stage: digest.StageBody, Text: "the server closed the connection"}
	d, last := digest.Delivery{}, time.Duration(0)
	for try := range 6 {
		d = p.decide(d, lost, friday())
		wait := d.Next.Sub(friday())
		if d.State != digest.Unknown || wait < doubt || try > 2 && wait <= last {
			t.Errorf("try %d: %s, again after %s, before after %s", try+1, d.State, wait, last)
		}
		last = wait
	}
}

func TestOnUnknownHold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.HoldUnknown = true
	h.Subscribers = h.Subscribers[:1]
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.Once(smtptest.At(digest.StageBody, smtptest.Swallow)))
	if r := h.send(SendOptions{}).Delivered; r.Unknown != 1 {
		t.Fatalf("first: %s", r)
	}
	h.clock.move(24 * time.Hour)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 0 || r.Left != 1 {
		t.Errorf("it was sent again: %s", r)
	}
}

// What a process was sending when it died is as doubtful as a reply that never came.
func TestOnUnknownHoldAfterACrash(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.HoldUnknown = true
	h.Subscribers = h.Subscribers[:1]
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageConnect, smtptest.Drop))
	h.send(SendOptions{})
	h.smtp.Fault(nil)
	lease, _, err := h.Store.Lease(t.Context(), h.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	claimed, err := lease.Claim(t.Context(), "", 1, h.clock.now())
	if err != nil || len(claimed) != 1 {
		t.Fatal(claimed, err)
	}
	d := claimed[0]
	if begun, err := lease.Begin(d.ID); err != nil || !begun {
		t.Fatal(begun, err)
	}
	h.clock.move(24 * time.Hour)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 0 || r.Left != 1 {
		t.Errorf("it was sent again: %s", r)
	}
	if states, err := h.Store.Tally(t.Context(), d.Issue); err != nil || states[digest.Unknown] != 1 {
		t.Errorf("%v, %v: the admin is not told of the doubt", states, err)
	}
}

// A connection that is dropped now and then does not stop the pass.
func TestConnectionsThatAreDropped(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.connect(1, 30*time.Second)
	n := 0
	h.smtp.Fault(func(_ int, stage digest.Stage, _ string) string {
		if stage == digest.StageMail {
			if n++; n%2 == 0 {
				return "421 4.3.2 too many messages on this connection"
			}
		}
		return ""
	})
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	if r := h.send(SendOptions{}).Delivered; r.Sent != 3 || !r.Complete() {
		t.Fatalf("%s: %+v", r, r)
	}
}

// A relay that does not want us as a sender is the relay's trouble: no recipient pays for it.
func TestTheSenderIsRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageMail, "553 5.7.1 you are not news@example.com"))
	if r := h.send(SendOptions{}).Delivered; r.Failed != 0 || r.Left != 3 || !strings.Contains(r.Relay, "you are not") {
		t.Fatalf("%s: %q", r, r.Relay)
	}
	h.smtp.Fault(nil)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 3 || !r.Complete() {
		t.Errorf("afterwards: %s", r)
	}
}

func TestGivingUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageRcpt, "451 4.2.0 later"))
	h.send(SendOptions{})
	h.clock.move(6 * 24 * time.Hour)
	if r := h.send(SendOptions{NoFetch: true}).Delivered; r.Deferred != 3 {
		t.Errorf("what became too old while nothing ran is not tried once more: %s", r)
	}
	h.clock.move(time.Minute)
	if r := h.send(SendOptions{NoFetch: true}).Delivered; r.Expired != 3 || r.Left != 0 || r.Complete() {
		t.Errorf("%s", r)
	}
}

func TestWhoeverLeavesMeanwhileGetsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
	h.smtp.Fault(smtptest.At(digest.StageConnect, smtptest.Drop))
	h.send(SendOptions{})
	audience, err := h.Store.Audience(background(), "weekly")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Store.Unsubscribe(background(), audience[0].ID, "weekly", h.clock.now()); err != nil {
		t.Fatal(err)
	}
	h.smtp.Fault(nil)
	if r := h.send(SendOptions{}).Delivered; r.Sent != 2 || !r.Complete() {
		t.Errorf("%s", r)
	}
	if h.inbox()[audience[0].Email] != 0 {
		t.Error("who left got the issue")
	}
}

func TestThePlanIsAskedFor(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour), item("Beta", 2*time.Hour)))
	var plan Plan
	r := h.send(SendOptions{Confirm: func(p Plan) bool { plan = p; return false }})
	want := Plan{Title: "The Reading Room", Subject: "The Reading Room: Alpha", Readers: 3, Articles: 2}
	if plan != want || !r.Declined || len(h.smtp.Messages()) != 0 {
		t.Errorf("plan %+v, want %+v; %+v", plan, want, r)
	}
	if r := h.send(SendOptions{Confirm: func(Plan) bool { return true }}); r.Delivered.Sent != 3 {
		t.Errorf("agreed, but %s", r.Delivered)
	}
}
