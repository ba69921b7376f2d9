package store

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

func TestRecordBounce(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 3)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	record(t, l, d, digest.Sent)

	delayed := BounceRecord{Delivery: d.ID, Kind: digest.BounceDelayed, Address: "x@example.net", Diagnostic: "delayed: 451", At: at(1)}
	if !ok(s.RecordBounce(t.Context(), delayed, Consequence{}))(t) {
		t.Error("the first report is taken for a second one")
	}
	if got := ok(s.Delivery(t.Context(), d.ID))(t); got.State != digest.Sent || got.Reply != "" {
		t.Errorf("a delay changes the delivery: %+v", got)
	}
	failed := BounceRecord{Delivery: d.ID, Kind: digest.BounceFailed, Diagnostic: "bounced: 550 5.1.1 nobody", At: at(2)}
	if !ok(s.RecordBounce(t.Context(), failed, Consequence{State: digest.Failed, Suppress: true}))(t) {
		t.Error("a report of another kind is taken for the same")
	}
	if got := ok(s.Delivery(t.Context(), d.ID))(t); got.State != digest.Failed || got.Reply != failed.Diagnostic || !got.Next.Equal(at(2)) {
		t.Errorf("%+v", got)
	}
	if n := count(t, s, `SELECT COUNT(*) FROM suppressions WHERE address = $1 AND reason = $2`, digest.AddressKey(d.Email), failed.Diagnostic); n != 1 {
		t.Errorf("suppressed %d times", n)
	}
	again := failed
	again.Diagnostic, again.At = "bounced: another", at(3)
	if ok(s.RecordBounce(t.Context(), again, Consequence{State: digest.Expired}))(t) {
		t.Error("a report read twice counts twice")
	}
	delayed.Email, failed.Email = d.Email, d.Email
	if diff := cmp.Diff([]BounceRecord{failed, delayed}, ok(s.Bounces(t.Context(), "one", 9))(t)); diff != "" {
		t.Error(diff)
	}
	if n := ok(s.CountBounces(t.Context(), "one"))(t); n[digest.BounceFailed] != 1 || n[digest.BounceDelayed] != 1 || len(n) != 2 {
		t.Errorf("counted %v", n)
	}
	if got := ok(s.Delivery(t.Context(), d.ID))(t); got.State != digest.Failed || got.Reply != failed.Diagnostic {
		t.Errorf("after the second reading: %+v", got)
	}
	wantTally(t, s, map[digest.DeliveryState]int{digest.Queued: 2, digest.Failed: 1})
	if _, err := s.RecordBounce(t.Context(), BounceRecord{Delivery: "none", Kind: digest.BounceFailed, At: at(1)}, Consequence{}); err == nil {
		t.Error("a report about no delivery is kept")
	}
}

// A report can come before the sender's own record of what it sent: what is known to have failed stays so.
func TestBounceOvertakesItsRecord(t *testing.T) {
	t.Parallel()
	s, _ := sending(t, 1)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	if !begin(t, l, d) {
		t.Fatal("it may not be sent")
	}
	ok(s.RecordBounce(t.Context(), BounceRecord{Delivery: d.ID, Kind: digest.BounceFailed, Diagnostic: "bounced", At: at(1)}, Consequence{State: digest.Failed}))(t)
	record(t, l, d, digest.Sent)
	wantTally(t, s, map[digest.DeliveryState]int{digest.Failed: 1})
}

func TestFindDelivery(t *testing.T) {
	t.Parallel()
	s, audience := sending(t, 4)
	l := lease(t, s)
	d := claim(t, l, "one", 0)
	if _, err := s.LastSentTo(t.Context(), d.Email); !errors.Is(err, ErrNotFound) {
		t.Errorf("what is on its way counts as sent: %v", err)
	}
	record(t, l, d, digest.Sent)
	for name, found := range map[string]digest.Delivery{
		"by id":      ok(s.Delivery(t.Context(), d.ID))(t),
		"by address": ok(s.DeliveryTo(t.Context(), "one", " "+d.Email))(t),
		"last sent":  ok(s.LastSentTo(t.Context(), d.Email))(t),
		"by search":  ok(s.FindDelivery(t.Context(), "one", func(id string) bool { return id == d.Subscriber }))(t),
	} {
		if found.ID != d.ID {
			t.Errorf("%s: %+v", name, found)
		}
	}
	for name, err := range map[string]error{
		"by id":      second(s.Delivery(t.Context(), "x")),
		"by address": second(s.DeliveryTo(t.Context(), "two", audience[0].Email)),
		"last sent":  second(s.LastSentTo(t.Context(), "nobody@example.com")),
		"by search":  second(s.FindDelivery(t.Context(), "one", func(string) bool { return false })),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }
