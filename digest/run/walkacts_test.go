package run

import (
	"fmt"
	"slices"
	"time"

	"tidings/digest"
	"tidings/digest/store"
)

// compose freezes another issue.
func (w *walk) compose() {
	w.issues++
	w.feeds.set("/news.xml", rss("The News", item(fmt.Sprintf("Alpha %d", w.issues), time.Hour)))
	s := w.processes[w.roll(2)]
	if _, err := s.Collect(w.Context(), CollectOptions{ByHand: true}, w.clock.now()); err != nil {
		w.Fatal(err)
	}
	c, err := s.Compose(w.Context(), "weekly", ComposeOptions{}, w.clock.now())
	if err != nil || c.Empty != "" {
		w.Fatal(c, err)
	}
	n := 0
	for d, err := range w.outside.Ledger(w.Context(), c.Issue.ID) {
		if err != nil {
			w.Fatal(err)
		}
		w.parcels[d.ID] = &parcel{issue: d.Issue, subscriber: d.Subscriber, email: d.Email, due: d.Due}
		n++
	}
	if n != c.Readers {
		w.Errorf("issue %d has %d readers and %d deliveries", w.issues, c.Readers, n)
	}
}

// change is what happens between two rounds.
func (w *walk) change() {
	now := w.clock.now()
	switch w.roll(12) {
	case 0, 1:
		if w.issues < 3 {
			w.compose()
		}
	case 2, 3:
		w.clock.move(time.Duration(w.roll(40)) * time.Minute)
	case 4:
		w.clock.move(time.Duration(w.roll(30)) * time.Hour)
	case 5:
		if w.one(4) {
			w.clock.move(6 * 24 * time.Hour)
		}
	case 6:
		w.leave(w.anybody(), true)
	case 7:
		w.pause(w.anybody().issue, nil)
	case 8, 9:
		w.resume()
	case 10: // it ends, and begins anew
		w.restart(w.roll(len(w.processes)))
	case 11:
		w.comeBack()
	}
	if w.one(40) {
		w.cancel(w.anybody().issue, nil)
	}
	if w.clock.now().Before(now) {
		w.Fatal("the clock goes back")
	}
}

func (w *walk) restart(i int) {
	old := w.processes[i]
	w.processes[i] = w.process()
	_ = old.Sender.Close()
	_ = old.Store.Close()
}

// anybody is the parcel of one of the deliveries.
func (w *walk) anybody() *parcel {
	ids := make([]string, 0, len(w.parcels))
	for id := range w.parcels {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return w.parcels[ids[w.roll(len(ids))]]
}

// leave has a reader go. In the middle of a round, only of a delivery whose envelope is being said is it certain that it does not arrive any more.
func (w *walk) leave(of *parcel, atRest bool) {
	if err := w.outside.Unsubscribe(w.Context(), of.subscriber, "", w.clock.now()); err != nil {
		w.Error(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	of.stopped = "left"
	w.leaving = append(w.leaving, of.subscriber)
	if atRest {
		w.haveLeft()
	}
}

func (w *walk) haveLeft() {
	for _, l := range w.parcels {
		if slices.Contains(w.leaving, l.subscriber) {
			l.stopped = "left"
		}
	}
}

// pause and cancel stop all of an issue, or at once the one delivery that is given.
func (w *walk) pause(issue string, one *parcel) {
	if err := w.outside.PauseIssue(w.Context(), issue, "a walk"); err != nil {
		w.Error(err)
	}
	w.stopped(issue, one, "paused")
}

func (w *walk) cancel(issue string, one *parcel) {
	if _, err := w.outside.CancelIssue(w.Context(), issue); err != nil {
		w.Error(err)
	}
	info, err := w.outside.IssueInfo(w.Context(), issue, 0)
	if err != nil {
		w.Error(err)
	}
	if info.State == store.IssueCancelled {
		w.stopped(issue, one, "cancelled")
	}
}

func (w *walk) stopped(issue string, one *parcel, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over[issue] = w.over[issue] || why == "cancelled"
	for _, l := range w.parcels {
		if l.issue == issue && l.stopped != "left" && (one == nil || l == one) {
			l.stopped = why
		}
	}
}

func (w *walk) resume() {
	paused, err := w.outside.Paused(w.Context(), "")
	if err != nil {
		w.Error(err)
	}
	w.mu.Lock()
	for _, l := range w.parcels {
		if l.stopped == "paused" {
			l.stopped = ""
		}
	}
	w.mu.Unlock()
	for _, info := range paused {
		if err := w.outside.ResumeIssue(w.Context(), info.ID, w.clock.now()); err != nil {
			w.Error(err)
		}
	}
}

// comeBack has a report arrive of a message that was accepted.
func (w *walk) comeBack() {
	of := w.anybody()
	d, err := w.outside.DeliveryTo(w.Context(), of.issue, of.email)
	if err != nil || d.State != digest.Sent {
		return
	}
	b := digest.Bounce{Kind: digest.BounceFailed, Envelopes: []string{w.signer.ReturnPath("bounce@news.example.com", d.ID)}, Reason: digest.Refusal{Stage: digest.StageRcpt, Code: 552, Enhanced: "5.2.2"}}
	if r, err := w.processes[0].TakeBounce(w.Context(), b, w.clock.now()); err != nil || !r.Proven {
		w.Error(r, err)
	}
	of.back++
}

// die is the end of a process in the middle of its work: it writes down nothing more.
func (w *walk) die() {
	s := w.processes[w.roll(2)]
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.dead == nil && w.stop != nil {
		w.dead, w.died = s, w.clock.now()
		go func() { _ = s.Store.Close() }()
	}
}

func (w *walk) isDead(s *Service) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dead == s
}

// bury starts a dead process again. What was on its wire may have arrived without its having heard or written it down.
func (w *walk) bury() {
	unheard := 0
	for id, l := range w.parcels {
		d, err := w.outside.Delivery(w.Context(), id)
		if err != nil {
			w.Fatal(err)
		}
		if n := l.got - l.silent - l.back; n > 0 && d.State != digest.Sent {
			l.silent += n
			unheard += n
		}
	}
	if most := 3 * len(w.servers); unheard > most {
		w.Errorf("%d messages are in doubt after a process died that had %d connections at most", unheard, most)
	}
	w.restart(slices.Index(w.processes, w.dead))
	w.dead = nil
}
