package store

import (
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tidings/digest"
)

// TestWalk has three senders and the readers of an issue do what they do in any order, and sees to what must be true of each delivery: that nobody
// gets it twice unless it is in doubt whether they have it, nor after they left, that each is counted once at any moment, and that at the end nobody
// was left out.
func TestWalk(t *testing.T) {
	t.Parallel()
	seeds, steps := 10, 400
	if testing.Short() {
		seeds = 3
	}
	synctest.Test(t, func(t *testing.T) { // so that a busy machine lengthens no lease
		for seed := range seeds {
			w := newWalk(t, uint64(seed))
			for n := 0; n < steps && !t.Failed(); n++ {
				w.step()
				w.look()
			}
			w.arrive()
			if t.Failed() {
				t.Fatalf("seed %d", seed)
			}
		}
	})
}

type walk struct {
	*testing.T
	*rand.Rand
	store   *Store
	now     time.Time
	latest  time.Time // that now was
	senders []*walker // at work
	dead    []*walker
	readers map[string]*walkedTo // by Delivery.ID
	paused  bool
}

// walker is a sender, with what it has claimed and what is on its wire.
type walker struct {
	*Lease
	until    time.Time
	hand     []digest.Delivery
	wire     []digest.Delivery
	doubtful map[string]bool // of wire: taken back from it
}

// walkedTo is what is true of a delivery.
type walkedTo struct {
	subscriber          string
	sent, refused, left bool
}

const walkedPeople = 10

func newWalk(t *testing.T, seed uint64) *walk {
	s, _ := sending(t, walkedPeople)
	w := &walk{T: t, Rand: rand.New(rand.NewPCG(seed, seed)), store: s, now: at(0), latest: at(0), readers: map[string]*walkedTo{}} //nolint:gosec // the same each time
	for d, err := range s.Ledger(t.Context(), "one") {
		must(t, err)
		w.readers[d.ID] = &walkedTo{subscriber: d.Subscriber}
	}
	for range 3 {
		w.senders = append(w.senders, w.sender())
	}
	return w
}

func (w *walk) sender() *walker {
	l, _, err := w.store.Lease(w.Context(), w.now)
	must(w.T, err)
	return &walker{Lease: l, until: w.now.Add(LeaseTime), doubtful: map[string]bool{}}
}

func (w *walk) step() {
	s := w.senders[w.IntN(len(w.senders))]
	switch n := w.IntN(100); {
	case n < 20:
		s.hand = append(s.hand, ok(s.Claim(w.Context(), "", 1+w.IntN(4), w.now))(w.T)...)
	case n < 45:
		w.begin(s)
	case n < 70:
		w.settle(s)
	case n < 75: // it dies
		w.dead = append(w.dead, s)
		w.senders[slices.Index(w.senders, s)] = w.sender()
	case n < 85:
		w.wait()
	case n < 92:
		w.reclaim()
	case n < 94:
		w.leave()
	case n < 96: // and goes on as if nothing were
		must(w.T, s.End(w.Context(), w.now))
		s.until = w.now
	case w.paused:
		w.resume()
	default:
		must(w.T, w.store.PauseIssue(w.Context(), "one", "a pause"))
		w.paused = true
	}
}

// pull takes one of the deliveries out, if there is one.
func (w *walk) pull(from *[]digest.Delivery) (d digest.Delivery, some bool) {
	if len(*from) == 0 {
		return d, false
	}
	i := w.IntN(len(*from))
	d = (*from)[i]
	*from = slices.Delete(*from, i, i+1)
	return d, true
}

func (w *walk) begin(s *walker) {
	d, some := w.pull(&s.hand)
	if !some || !begin(w.T, s.Lease, &d) {
		return
	}
	if r := w.readers[d.ID]; r.left || r.sent || r.refused || w.paused {
		w.Errorf("%s is sent it: %+v, paused %t", d.Email, *r, w.paused)
	}
	for _, other := range slices.Concat(w.senders, w.dead) {
		same := func(on digest.Delivery) bool { return on.ID == d.ID }
		if slices.ContainsFunc(other.wire, same) && !other.doubtful[d.ID] {
			w.Errorf("%s is sent what is on another wire", d.Email)
		}
	}
	s.wire = append(s.wire, d)
	delete(s.doubtful, d.ID)
}

// settle tells what became of a message. One who lost it meanwhile does so, too.
func (w *walk) settle(s *walker) {
	d, some := w.pull(&s.wire)
	if !some {
		return
	}
	r := w.readers[d.ID]
	results := []digest.DeliveryState{digest.Sent, digest.Unknown, digest.Deferred, digest.Failed, digest.Queued}
	d.State, d.Tries, d.Next = results[w.IntN(len(results))], d.Tries+1, w.now.Add(time.Duration(w.IntN(20))*time.Second)
	if d.State == digest.Sent {
		d.Next = w.now
	}
	must(w.T, s.Settle(Result{Delivery: d}, w.now)())
	stored := ok(w.store.Delivery(w.Context(), d.ID))(w.T).State
	before := r.sent // by who had it first, and was late to say so
	r.sent = r.sent || d.State == digest.Sent
	r.refused = stored == digest.Failed
	if r.sent != (stored == digest.Sent) || !s.doubtful[d.ID] && !before && stored != d.State {
		w.Errorf("%s: the result %s was stored as %s", d.Email, d.State, stored)
	}
	delete(s.doubtful, d.ID)
}

// wait lets time pass, or has the clock set. Not all renew their leases in time.
func (w *walk) wait() {
	w.now = w.now.Add(time.Duration(w.IntN(12)) * time.Second)
	if w.IntN(10) == 0 {
		w.now = w.now.Add(time.Duration(w.IntN(7200)-3600) * time.Second)
	}
	if w.now.After(w.latest) {
		w.latest = w.now
	}
	for _, s := range w.senders {
		if w.IntN(3) > 0 {
			must(w.T, s.Renew(w.Context(), w.now))
			s.until = w.now.Add(LeaseTime)
		}
	}
}

func (w *walk) reclaim() {
	ok(w.store.Reclaim(w.Context(), w.now, w.now))(w.T)
	for _, s := range slices.Concat(w.senders, w.dead) {
		if !s.until.After(w.now) || s.until.After(w.now.Add(2*LeaseTime)) {
			for _, d := range s.wire {
				state := ok(w.store.Delivery(w.Context(), d.ID))(w.T).State
				if !s.doubtful[d.ID] && !w.readers[d.ID].sent && state != digest.Unknown {
					w.Errorf("%s is %s, and may have got it", d.Email, state)
				}
				s.doubtful[d.ID] = true
			}
		}
	}
}

// leave has somebody go.
func (w *walk) leave() {
	ids := slices.Sorted(maps.Keys(w.readers))
	r := w.readers[ids[w.IntN(len(ids))]]
	must(w.T, w.store.Unsubscribe(w.Context(), r.subscriber, "", w.now))
	r.left = true
}

func (w *walk) resume() {
	must(w.T, w.store.ResumeIssue(w.Context(), "one", w.now))
	w.paused = false
	for _, r := range w.readers {
		r.refused = false
	}
}

// look fails unless each delivery is counted once.
func (w *walk) look() {
	all := 0
	for state, n := range ok(w.store.Tally(w.Context(), "one"))(w.T) {
		if all += n; n < 0 {
			w.Errorf("%d are %s", n, state)
		}
	}
	if all != walkedPeople {
		w.Errorf("%d are counted, want %d", all, walkedPeople)
	}
}

// arrive has all die, and one more send what is left.
func (w *walk) arrive() {
	w.dead, w.senders = append(w.dead, w.senders...), nil
	w.now = w.latest.Add(24 * time.Hour)
	w.reclaim()
	must(w.T, w.store.PauseIssue(w.Context(), "one", ""))
	w.resume()
	s := w.sender()
	w.senders = []*walker{s}
	for _, d := range ok(s.Claim(w.Context(), "", walkedPeople, w.now))(w.T) {
		s.hand = []digest.Delivery{d}
		w.begin(s)
		record(w.T, s.Lease, &d, digest.Sent)
		w.readers[d.ID].sent = true
	}
	for id, r := range w.readers {
		if !r.left && !r.sent {
			w.Errorf("delivery %s was lost", id)
		}
	}
	if !ok(w.store.FinishIssue(w.Context(), "one"))(w.T) {
		w.Error("the issue is not finished")
	}
}
