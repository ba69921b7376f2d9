package store

import (
	"testing"
	"time"

	"tidings/digest"
)

// sendOne settles a delivery as sent at its first try.
func sendOne(t *testing.T, l *Lease, d digest.Delivery, when time.Time) digest.Delivery {
	t.Helper()
	d.State, d.Tries, d.Next = digest.Sent, 1, when
	must(t, l.Settle(Result{Delivery: d}, when)())
	return d
}

// onTheWire claims so many, and begins them.
func onTheWire(t *testing.T, l *Lease, n int) []digest.Delivery {
	t.Helper()
	all := ok(l.Claim(t.Context(), "one", n, at(0)))(t)
	for _, d := range all {
		if !begin(t, l, &d) {
			t.Fatalf("%s does not begin", d.Email)
		}
	}
	return all
}

const posted = `SELECT COUNT(*) FROM deliveries WHERE state = 'sent' AND leased_by IS NULL`

// What was sent stands in the sender's row first. Everybody sees it as sent from then on, and nobody can change that.
func TestWhatIsOnRecordIsSent(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 5)
	ctx, l := t.Context(), lease(t, s)
	all := onTheWire(t, l, 4)
	for _, d := range all[:3] {
		sendOne(t, l, d, at(1))
	}
	if n := count(t, s, posted); n != 0 {
		t.Fatalf("%d are written to the deliveries, and not to the journal alone", n)
	}
	want := map[digest.DeliveryState]int{digest.Sent: 3, digest.Sending: 1, digest.Queued: 1}
	wantTally(t, s, want)
	d := ok(s.Delivery(ctx, all[0].ID))(t)
	if d.State != digest.Sent || d.Tries != 1 || !d.Next.Equal(at(1)) {
		t.Errorf("%+v", d)
	}
	if last := ok(s.LastSentTo(ctx, d.Email))(t); last.ID != d.ID {
		t.Errorf("the last sent is %+v", last)
	}
	if dossier := ok(s.Dossier(ctx, d.Email))(t); dossier.Deliveries[0].State != "sent" {
		t.Errorf("%+v", dossier.Deliveries)
	}
	seen := 0
	for _, err := range s.Ledger(ctx, "one", digest.Sent) {
		must(t, err)
		seen++
	}
	if n := ok(s.Leased(ctx, "one"))(t); seen != 3 || n != 1 {
		t.Errorf("the ledger has %d, and %d are in somebody's hands", seen, n)
	}
	if begin(t, l, &all[0]) {
		t.Error("what is sent begins again")
	}
	for _, who := range audience {
		must(t, s.Unsubscribe(ctx, who.ID, "", at(2)))
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 3, digest.Sending: 1, digest.Suppressed: 1})
	if n := ok(s.CancelIssue(ctx, "one"))(t); n != 0 {
		t.Errorf("%d are cancelled", n)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: 3, digest.Sending: 1, digest.Suppressed: 1})
	must(t, l.End(ctx, at(3)))
	if n := count(t, s, posted); n != 3 {
		t.Errorf("%d are written to the deliveries at the end, want 3", n)
	}
}

// A process that dies leaves its journal, and what came back meanwhile counts.
func TestAJournalOutlivesItsProcess(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 4)
	ctx, l := t.Context(), lease(t, s)
	all := onTheWire(t, l, 4)
	sendOne(t, l, all[0], at(1))
	sendOne(t, l, all[1], at(1))
	bounce := BounceRecord{Delivery: all[1].ID, Kind: digest.BounceFailed, Diagnostic: "550 gone", At: at(2)}
	ok(s.RecordBounce(ctx, bounce, Consequence{State: digest.Failed}))(t)
	sendOne(t, l, all[2], at(1))
	ok(s.Erase(ctx, all[2].Email, at(2)))(t)
	want := map[digest.DeliveryState]int{digest.Sent: 2, digest.Failed: 1, digest.Sending: 1}
	wantTally(t, s, want)
	if n := ok(s.Reclaim(ctx, at(9), at(9)))(t); n != 1 {
		t.Errorf("%d are in doubt, want 1", n)
	}
	want = map[digest.DeliveryState]int{digest.Sent: 2, digest.Failed: 1, digest.Unknown: 1}
	wantTally(t, s, want)
	if d := ok(s.Delivery(ctx, all[0].ID))(t); d.Tries != 1 || !d.Next.Equal(at(1)) || count(t, s, posted) != 2 {
		t.Errorf("%+v", d)
	}
	must(t, l.End(ctx, at(9))) // it was not dead after all
	wantTally(t, s, want)
}

// The journal stays small.
func TestAJournalIsPosted(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3*mostSent)
	l := lease(t, s)
	all := onTheWire(t, l, 2*mostSent+3)
	for _, d := range all[:mostSent+1] {
		sendOne(t, l, d, at(1))
	}
	if n := count(t, s, posted); n != mostSent {
		t.Errorf("%d are posted, want those there was no room for: %d", n, mostSent)
	}
	sendOne(t, l, all[mostSent+1], at(2))
	if n := count(t, s, posted); n != mostSent+1 {
		t.Errorf("%d are posted, want all of the moment before: %d", n, mostSent+1)
	}
	claim(t, l, "one", 0)
	if n := count(t, s, posted); n != mostSent+2 || len(l.journal.sent) != 0 {
		t.Errorf("%d are posted, want all before more is claimed: %d", n, mostSent+2)
	}
	for i, d := range all[mostSent+2:] {
		d.State, d.Tries, d.Next = digest.Sent, 2, at(2) // after another try they are not plain
		must(t, l.Settle(Result{Delivery: d}, at(2))())
		if n := count(t, s, posted); n != mostSent+3+i {
			t.Fatalf("%d are posted after %d more", n, i)
		}
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Sent: len(all), digest.Queued: 3*mostSent - len(all)})
}
