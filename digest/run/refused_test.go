package run

import (
	"strings"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail/smtptest"
)

// A relay that was set up wrongly, and says so without the code for an address that does not exist, costs nobody the issue, nor their place.
func TestARelayThatDoesNotKnowUsYet(t *testing.T) {
	t.Parallel()
	for _, people := range []int{3, 60} {
		for _, reply := range []string{"550 relaying denied", "554 5.7.1 relay access denied"} {
			h := newHouse(t)
			h.Subscribers = nil
			for i := range people {
				h.Subscribers = append(h.Subscribers, digest.Subscriber{Email: strings.Repeat("a", i+1) + "@example.com"})
			}
			h.feeds.set("/news.xml", rss("The News", item("Alpha", time.Hour)))
			h.smtp.Fault(smtptest.At(digest.StageRcpt, reply))
			for range 2 {
				r := h.send(SendOptions{}).Delivered
				if r.Sent != 0 || r.Failed == 0 || r.Complete() || len(r.Paused) != 1 || !strings.Contains(r.Paused[0], "`tidings send weekly` goes on") {
					t.Fatalf("%d people, %s: %s: %v", people, reply, r, r.Paused)
				}
			}
			h.smtp.Fault(nil)
			r := h.send(SendOptions{})
			if r.Delivered.Sent != people || !r.Delivered.Complete() || len(r.Resumed) != 1 || r.Composed.Empty == "" {
				t.Errorf("%d people, %s: afterwards: %s", people, reply, r.Delivered)
			}
			if left := h.send(SendOptions{}); len(left.Resumed) != 0 || left.Delivered.Sent != 0 {
				t.Errorf("%d people, %s: at the end: %s", people, reply, left.Delivered)
			}
		}
	}
}

func TestAnAddressThatFailsAgainAndAgain(t *testing.T) {
	t.Parallel()
	for reply, issues := range map[string]int{"550 5.1.1 no such user": 1, "550 5.2.1 disabled": 2, "550 no": 3} {
		h := newHouse(t)
		h.smtp.Fault(func(_ int, stage digest.Stage, arg string) string {
			if stage == digest.StageRcpt && strings.Contains(arg, "mary@") {
				return reply
			}
			return ""
		})
		for n := 1; n <= issues; n++ {
			if audience, err := h.Store.Audience(background(), "weekly"); err != nil || n > 1 && len(audience) != 3 {
				t.Errorf("%s: %d readers before issue %d: %v", reply, len(audience), n, err)
			}
			h.feeds.set("/news.xml", rss("The News", item(strings.Repeat("Alpha ", n)+"story", time.Hour)))
			if r := h.send(SendOptions{}).Delivered; r.Sent != 2 || r.Failed != 1 || len(r.Paused) != 0 {
				t.Fatalf("%s: issue %d: %s %v", reply, n, r, r.Paused)
			}
			h.clock.move(time.Hour)
		}
		if audience, err := h.Store.Audience(background(), "weekly"); err != nil || len(audience) != 2 {
			t.Errorf("%s: %d readers after %d issues: %v", reply, len(audience), issues, err)
		}
	}
}
