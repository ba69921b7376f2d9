package run

import (
	"bytes"
	"net/mail"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// posted is a house in which an issue was sent, and its deliveries by address.
func posted(t *testing.T) (*house, map[string]digest.Delivery) {
	t.Helper()
	h := newHouse(t)
	return h, h.post("Alpha")
}

// post sends another issue.
func (h *house) post(title string) map[string]digest.Delivery {
	h.t.Helper()
	h.feeds.set("/news.xml", rss("The News", item(title, time.Hour)))
	h.clock.move(time.Hour)
	if r := h.send(SendOptions{}); !r.Delivered.Complete() {
		h.t.Fatalf("sending: %s", r.Delivered)
	}
	issues, err := h.Store.Issues(background(), "weekly", 1)
	if err != nil {
		h.t.Fatal(err)
	}
	all := map[string]digest.Delivery{}
	for _, s := range h.Subscribers {
		if d, err := h.Store.DeliveryTo(background(), issues[0].ID, s.Email); err == nil {
			all[s.Email] = d
		}
	}
	return all
}

func (h *house) signer() digest.Signer {
	h.t.Helper()
	key, err := h.Store.Key(background())
	if err != nil {
		h.t.Fatal(err)
	}
	return digest.NewSigner(key)
}

// returnPath is what a delivery's report is sent to.
func (h *house) returnPath(d digest.Delivery) string {
	return h.signer().ReturnPath("bounce@news.example.com", d.ID)
}

func (h *house) take(b digest.Bounce) Returned {
	h.t.Helper()
	b.Reason.Stage = digest.StageRcpt
	r, err := h.TakeBounce(background(), b, h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func (h *house) readers() int {
	h.t.Helper()
	audience, err := h.Store.Audience(background(), "weekly")
	if err != nil {
		h.t.Fatal(err)
	}
	return len(audience)
}

func (h *house) state(d digest.Delivery) digest.DeliveryState {
	h.t.Helper()
	d, err := h.Store.Delivery(background(), d.ID)
	if err != nil {
		h.t.Fatal(err)
	}
	return d.State
}

func TestTakeBounce(t *testing.T) {
	t.Parallel()
	reason := func(code int, enhanced string) digest.Refusal {
		return digest.Refusal{Code: code, Enhanced: enhanced, Text: "said the server"}
	}
	for name, c := range map[string]struct {
		bounce digest.Bounce
		state  digest.DeliveryState
		left   int // readers
		says   string
	}{
		"no such address": {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "5.1.1")}, digest.Failed, 2, "came back, and the address gets nothing more: 550 5.1.1 said the server"},
		"disabled":        {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "5.2.1")}, digest.Failed, 3, "came back: 550 5.2.1"},
		"bare":            {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "")}, digest.Failed, 3, "came back: 550 said"},
		"full":            {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(552, "5.2.2")}, digest.Failed, 3, "came back: 552 5.2.2"},
		"policy":          {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "5.7.1")}, digest.Failed, 3, "came back"},
		"given up":        {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(450, "4.4.7")}, digest.Expired, 3, "came back"},
		"delayed":         {digest.Bounce{Kind: digest.BounceDelayed, Reason: reason(450, "4.4.1")}, digest.Sent, 3, "is late"},
		"complaint":       {digest.Bounce{Kind: digest.BounceComplaint, Reason: digest.Refusal{Text: "abuse"}}, digest.Sent, 2, "was called spam"},
		"vacation":        {digest.Bounce{}, digest.Sent, 3, "was answered by a program; nothing changes"},
		"another address": {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "5.1.1"), Address: "ada@elsewhere.example"}, digest.Failed, 3, "came back: 550"},
		"the address":     {digest.Bounce{Kind: digest.BounceFailed, Reason: reason(550, "5.1.1"), Address: "ADA@example.com"}, digest.Failed, 2, "came back, and"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, sent := posted(t)
			ada := sent["ada@example.com"]
			c.bounce.Envelopes = []string{"postmaster@example.com", strings.ToUpper(h.returnPath(ada))}
			r := h.take(c.bounce)
			if !r.Proven || !r.Understood() || r.Again || r.Delivery.ID != ada.ID || !strings.Contains(r.String(), c.says) {
				t.Errorf("%+v: %s", r, r)
			}
			if h.state(ada) != c.state || h.readers() != c.left {
				t.Errorf("%s, %d readers", h.state(ada), h.readers())
			}
			again := h.take(c.bounce)
			if again.Again != (c.bounce.Kind != digest.NoBounce) || h.state(ada) != c.state || h.readers() != c.left {
				t.Errorf("read again: %s", again)
			}
			for email, d := range sent {
				if email != "ada@example.com" && h.state(d) != digest.Sent {
					t.Errorf("%s: %s", email, h.state(d))
				}
			}
		})
	}
}

// Whoever does not have the message changes nothing, whatever they send.
func TestForgedBounces(t *testing.T) {
	t.Parallel()
	h, sent := posted(t)
	ada := sent["ada@example.com"]
	path := h.returnPath(ada)
	dead := digest.Refusal{Code: 550, Enhanced: "5.1.1", Text: "gone"}
	for name, b := range map[string]digest.Bounce{
		"an address alone":       {Address: "ada@example.com"},
		"a cut token":            {Envelopes: []string{path[:20] + path[21:]}, Address: "ada@example.com"},
		"another key":            {Envelopes: []string{digest.NewSigner([]byte("guessed")).ReturnPath("bounce@news.example.com", ada.ID)}},
		"an id without its MAC":  {Envelopes: []string{"bounce+" + ada.ID + "@news.example.com"}},
		"a token of nothing":     {Envelopes: []string{h.signer().ReturnPath("bounce@news.example.com", "ABCDEFGHIJKLMNOPQRSTUVWX27")}},
		"an issue without a MAC": {MessageID: ada.Issue + ".@example.com", Address: "ada@example.com"},
		"an issue and a guess":   {MessageID: ada.Issue + ".AAAAAAAAAAAAAAAAAAAAAA@example.com", Address: "ada@example.com"},
		"an unknown issue":       {MessageID: "x.y@example.com"},
		"nobody we know":         {Address: "nobody@example.com"},
		"nothing at all":         {},
	} {
		for _, kind := range []digest.BounceKind{digest.BounceFailed, digest.BounceComplaint, digest.BounceDelayed, digest.NoBounce} {
			b.Kind, b.Reason = kind, dead
			if r := h.take(b); r.Proven || r.Suppressed || !strings.Contains(r.String(), "nothing changes") {
				t.Errorf("%s, %s: %s", name, kind, r)
			}
		}
	}
	for email, d := range sent {
		if h.state(d) != digest.Sent {
			t.Errorf("%s: %s", email, h.state(d))
		}
	}
	if h.readers() != 3 {
		t.Errorf("%d readers left", h.readers())
	}
	noted, err := h.Store.Bounces(background(), ada.Issue, 9)
	if err != nil || len(noted) != 1 || noted[0].Kind != digest.BounceUnproven || noted[0].Email != "ada@example.com" {
		t.Errorf("noted for the admin: %+v, %v", noted, err)
	}
	if r := h.take(digest.Bounce{Kind: digest.BounceFailed, Reason: dead, Envelopes: []string{path}}); !r.Suppressed {
		t.Errorf("the true one after the forged: %s", r)
	}
}

// A server that knows nothing of return paths still quotes the Message-ID.
func TestBounceByMessageID(t *testing.T) {
	t.Parallel()
	h, sent := posted(t)
	for _, m := range h.smtp.Messages() {
		message, err := mail.ReadMessage(bytes.NewReader(m.Data))
		if err != nil {
			t.Fatal(err)
		}
		id := strings.Trim(message.Header.Get("Message-ID"), "<>")
		b := digest.Bounce{Kind: digest.BounceFailed, Reason: digest.Refusal{Code: 550, Enhanced: "5.1.1"}, MessageID: id}
		switch m.To[0] {
		case "ada@example.com":
			b.Address = "ada@example.com"
		case "grace@example.com":
			b.Address = "mary@example.com" // says the report, wrongly
		}
		if r := h.take(b); r.Delivery.ID != sent[m.To[0]].ID || !r.Proven || r.Suppressed != (m.To[0] != "grace@example.com") {
			t.Errorf("%s: %s: %+v", m.To[0], r, r)
		}
		answer := digest.Bounce{MessageID: id}
		if r := h.take(answer); r.Understood() {
			t.Errorf("a reader's answer needs nobody to look at it: %s", r)
		}
	}
	if h.readers() != 1 {
		t.Errorf("%d readers left", h.readers())
	}
}

// Whoever was erased is not written down again for a report that comes later.
func TestBounceOfSomebodyErased(t *testing.T) {
	t.Parallel()
	h, sent := posted(t)
	ada := sent["ada@example.com"]
	if _, err := h.Store.Erase(background(), ada.Email, h.clock.now()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range []digest.BounceKind{digest.BounceFailed, digest.BounceComplaint} {
		b := digest.Bounce{Kind: kind, Address: ada.Email, Reason: digest.Refusal{Code: 550, Enhanced: "5.1.1", Text: "<ada@example.com> gone"}, Envelopes: []string{h.returnPath(ada)}}
		if r := h.take(b); r.Delivery.ID != "" || r.Suppressed {
			t.Errorf("%s: %+v", kind, r)
		}
	}
	if all, err := h.Store.Bounces(background(), ada.Issue, 9); err != nil || len(all) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestBouncesThatAddUp(t *testing.T) {
	t.Parallel()
	for enhanced, issues := range map[string]int{"5.2.1": 2, "": 3} {
		h := newHouse(t)
		for n := 1; n <= issues; n++ {
			if h.readers() != 3 && n > 1 {
				t.Errorf("%q: suppressed before issue %d", enhanced, n)
			}
			mary := h.post(strings.Repeat("Alpha ", n))["mary@example.com"]
			r := h.take(digest.Bounce{Kind: digest.BounceFailed, Reason: digest.Refusal{Code: 550, Enhanced: enhanced}, Envelopes: []string{h.returnPath(mary)}})
			if r.Suppressed != (n == issues) {
				t.Errorf("%q: issue %d: %s", enhanced, n, r)
			}
		}
		if h.readers() != 2 {
			t.Errorf("%q: %d readers", enhanced, h.readers())
		}
	}
}
