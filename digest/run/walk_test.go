package run

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/store"
)

var walks = flag.Int("walks", 3, "how many random walks TestWalk takes")

// A walk is a few issues that two processes deliver over one store and one or two relays, while everything happens at random: relays fail at any step,
// are down, or keep silent about what they took; processes are told to stop, or die, and start again; readers leave, and admins pause, resume and cancel, at any
// moment; messages come back; days go by. Whatever comes of it: nobody gets an issue twice, unless a relay kept silent about it, nobody gets one after they
// left, nobody is left out, and each issue comes to its end. Of a process that dies, one message over each connection may come again.
//
//	go test ./digest/run -run TestWalk -walks 500
func TestWalk(t *testing.T) {
	t.Parallel()
	gate := make(chan struct{}, 4)     // so many at once
	for seed := range uint64(*walks) { //nolint:gosec // no negative number of walks
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			gate <- struct{}{}
			defer func() { <-gate }()
			w := newWalk(t, seed)
			for range 12 {
				w.change()
				w.round()
			}
			w.arrive()
		})
	}
}

type walk struct {
	*testing.T
	path      string // of the store
	offers    [][]string
	weighted  bool
	processes []*Service
	outside   *store.Store // where readers and admins act
	deadly    bool         // processes may die
	signer    digest.Signer
	feeds     *feedServer
	servers   []*smtptest.Server
	clock     *clock

	mu      sync.Mutex
	random  *rand.Rand
	moods   []mood // of each server
	parcels map[string]*parcel
	at      map[[2]int]string // Delivery.ID that each connection of each server is at
	leaving []string          // subscribers
	issues  int
	over    map[string]bool // issues that were cancelled
	stop    func()          // ends the round
	left    int             // replies until then
	dead    *Service        // that died in this round
	died    time.Time       // when the last one did
}

// parcel is what is true of a delivery.
type parcel struct {
	issue, subscriber, email string
	due                      time.Time
	got                      int    // times that a relay took it
	silent                   int    // of these, that it did not say so
	back                     int    // times that it came back
	refused                  bool   // for good, once
	stopped                  string // why it must not arrive
}

// mood is how a server answers.
type mood int

const (
	calm   mood = iota
	down        // takes no connection
	flaky       // fails at any step
	silent      // takes messages and does not say so
)

func newWalk(t *testing.T, seed uint64) *walk {
	w := &walk{
		T: t, path: filepath.Join(t.TempDir(), "walk.db"), feeds: newFeedServer(t), clock: &clock{at: friday()},
		random:  rand.New(rand.NewPCG(seed, 7)), //nolint:gosec // repeatable
		parcels: map[string]*parcel{}, at: map[[2]int]string{}, over: map[string]bool{},
	}
	w.weighted, w.deadly = w.one(2), seed%3 == 2
	outside, err := store.Open(t.Context(), w.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = outside.Close() })
	w.outside = outside
	for i := range 1 + w.roll(2) {
		offers := []string{"ENHANCEDSTATUSCODES"}
		for _, e := range []string{"PIPELINING", "SMTPUTF8", "DSN"} {
			if w.one(2) {
				offers = append(offers, e)
			}
		}
		s := smtptest.New(t, smtptest.Extensions(offers...))
		s.Fault(func(conn int, stage digest.Stage, arg string) string { return w.answer(i, conn, stage, arg) })
		w.servers, w.offers, w.moods = append(w.servers, s), append(w.offers, offers), append(w.moods, calm)
	}
	for range 2 {
		w.processes = append(w.processes, w.process())
	}
	if err := w.processes[0].SyncSubscribers(t.Context(), w.clock.now()); err != nil {
		t.Fatal(err)
	}
	key, err := w.outside.Key(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.signer = digest.NewSigner(key)
	w.compose()
	return w
}

func (w *walk) roll(n int) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.random.IntN(n)
}

// one tells whether one chance in n came.
func (w *walk) one(n int) bool { return w.roll(n) == 0 }

func oneOf[T any](w *walk, all ...T) T { return all[w.roll(len(all))] }

// process is a Service with connections and a store of its own.
func (w *walk) process() *Service {
	s := newService(w, w.path, w.servers[0].Host(), w.servers[0].Port())
	s.Feeds = []digest.Feed{{URL: w.feeds.url("/news.xml"), Title: "The News"}}
	s.ReturnPath = "bounce@news.example.com"
	s.Subscribers = []digest.Subscriber{{Email: "jürgen@example.com"}, {Email: "zoë@other.example"}, {Email: "full@example.com"}, {Email: "gone@example.com"}}
	for i := range 24 {
		s.Subscribers = append(s.Subscribers, digest.Subscriber{Email: fmt.Sprintf("reader%02d@d%d.example", i, i%3)})
	}
	var relays []tmail.SMTPOptions
	for i, server := range w.servers {
		o := tmail.SMTPOptions{
			Host: server.Host(), Port: server.Port(), TLS: tmail.TLSNone, Timeout: 20 * time.Second, Backoff: time.Nanosecond,
			Connections: 1 + w.roll(3), MessagesPerConnection: 1 + w.roll(20),
		}
		if w.weighted {
			o.Weight = 1 + i
		}
		if w.one(3) {
			o.PerDomain = []tmail.Rate{{N: 5, Per: time.Hour}}
		}
		relays = append(relays, o)
	}
	sender, err := tmail.NewSMTP(relays...)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { _ = sender.Close() })
	s.Sender = sender
	return s
}

// round has both processes deliver, or one, and sometimes tells them to stop.
func (w *walk) round() {
	ctx, cancel := context.WithCancel(w.Context())
	defer cancel()
	w.mu.Lock()
	for i := range w.moods {
		w.moods[i] = []mood{calm, calm, down, flaky, flaky, silent}[w.random.IntN(6)]
	}
	w.stop, w.left = cancel, 20+w.random.IntN(300)
	w.mu.Unlock()
	first := w.roll(3) // alone, or both
	var passes sync.WaitGroup
	for i, s := range w.processes {
		if first != 1-i {
			passes.Go(func() { w.deliver(ctx, s) })
		}
	}
	passes.Wait()
	if w.dead != nil {
		w.bury()
	}
	w.look()
}

func (w *walk) deliver(ctx context.Context, s *Service) {
	if _, err := s.Deliver(ctx, "", DeliverOptions{}, w.clock.now); err != nil && ctx.Err() == nil && !w.isDead(s) {
		w.Errorf("deliver: %v", err)
	}
}

// answer is what a server says.
func (w *walk) answer(server, conn int, stage digest.Stage, arg string) string {
	w.mu.Lock()
	if w.left--; w.left == 0 && w.stop != nil {
		w.stop()
	}
	if stage == digest.StageMail {
		w.at[[2]int{server, conn}], _ = w.signer.Returned(arg)
	}
	of, m := w.parcels[w.at[[2]int{server, conn}]], w.moods[server]
	w.mu.Unlock()
	if of != nil && stage == digest.StageRcpt && m != calm {
		switch w.roll(80) {
		case 0:
			w.leave(of, false)
		case 1:
			w.pause(of.issue, of)
		case 2:
			if w.one(8) {
				w.cancel(of.issue, of)
			}
		case 3, 4:
			if w.deadly {
				w.die()
			}
		}
	}
	reply := w.reply(m, stage, arg)
	if of == nil || stage != digest.StageRcpt && stage != digest.StageData && stage != digest.StageBody {
		return reply
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	of.refused = of.refused || strings.HasPrefix(reply, "5")
	if stage == digest.StageBody && (reply == "" || reply == smtptest.Swallow) {
		if of.got++; reply != "" {
			of.silent++
		}
		if of.stopped != "" {
			w.Errorf("%s got what was %s", of.email, of.stopped)
		}
	}
	return reply
}

func (w *walk) reply(m mood, stage digest.Stage, arg string) string {
	switch {
	case stage == digest.StageRcpt && arg == "gone@example.com":
		return "550 5.1.1 no such user"
	case stage == digest.StageRcpt && arg == "full@example.com":
		return "552 5.2.2 full"
	case m == down && stage == digest.StageConnect:
		return oneOf(w, "554 5.3.2 closed", "421 4.3.2 not now", smtptest.Drop)
	case m == silent && stage == digest.StageBody && w.one(6):
		return smtptest.Swallow
	case m != flaky || !w.one(12):
		return ""
	}
	switch stage {
	case digest.StageRcpt, digest.StageBody:
		return oneOf(w, "550 5.7.1 no", "451 4.2.1 later", "421 4.3.2 bye", smtptest.Drop, smtptest.Reset, "554 5.6.0 what is that?")
	case digest.StageData:
		return oneOf(w, "451 4.2.1 later", "421 4.3.2 bye", smtptest.Drop)
	case digest.StageHello:
		return oneOf(w, "421 4.3.2 bye", smtptest.Drop)
	}
	return oneOf(w, "421 4.3.2 bye", "451 4.3.0 later", smtptest.Drop, smtptest.Reset)
}

// look holds what must be true whenever nobody is at work.
func (w *walk) look() {
	w.mu.Lock()
	w.stop = nil
	w.haveLeft()
	w.mu.Unlock()
	for id, l := range w.parcels {
		if w.over[l.issue] && l.stopped != "left" {
			l.stopped = "cancelled"
		}
		d, err := w.outside.Delivery(w.Context(), id)
		if err != nil {
			w.Fatal(err)
		}
		say := func(what string) {
			w.Errorf("%s is %s and %s: %+v, %q", l.email, d.State, what, *l, d.Reply)
		}
		if l.got > 1+l.silent+l.back {
			say("came again")
		}
		switch d.State {
		case digest.Sending:
			if w.clock.now().Sub(w.died) > store.LeaseTime {
				say("nobody is at work")
			}
		case digest.Sent:
			if l.got == 0 {
				say("did not arrive")
			}
		case digest.Failed:
			if !l.refused && l.back == 0 && !w.unreachable(l.email) {
				say("nobody refused it")
			}
		case digest.Suppressed:
			if l.stopped != "left" && l.email != "gone@example.com" {
				say("did not leave")
			}
		case digest.Cancelled:
			if !w.over[l.issue] {
				say("its issue was not cancelled")
			}
		case digest.Expired:
			if w.clock.now().Sub(l.due) < 5*24*time.Hour {
				say("not too old")
			}
		case digest.Queued, digest.Deferred, digest.Unknown:
			if l.got > l.silent+l.back {
				say("was accepted")
			}
		}
	}
}

// unreachable tells whether no relay takes an address.
func (w *walk) unreachable(email string) bool {
	ascii := !strings.ContainsFunc(email, func(r rune) bool { return r > 127 })
	return !ascii && !slices.ContainsFunc(w.offers, func(offers []string) bool { return slices.Contains(offers, "SMTPUTF8") })
}

// arrive has all that is wrong end, and sees to it that everything is dealt with.
func (w *walk) arrive() {
	w.mu.Lock()
	clear(w.moods)
	w.mu.Unlock()
	for range 4 {
		w.clock.move(16 * time.Hour)
		w.resume()
		for i, s := range w.processes { // anew: the limits of an hour are over
			w.processes[i] = w.process()
			w.deliver(w.Context(), s)
		}
		w.look()
	}
	for id, l := range w.parcels {
		if d, err := w.outside.Delivery(w.Context(), id); err != nil || !d.State.Finished() {
			w.Errorf("%s is left out: %s, next %s, %q, %+v, %v", l.email, d.State, d.Next, d.Reply, *l, err)
		}
	}
	infos, err := w.outside.Issues(w.Context(), "", 10)
	if err != nil || len(infos) != w.issues {
		w.Error(len(infos), err)
	}
	for _, info := range infos {
		if info.State != store.IssueFinished && info.State != store.IssueCancelled {
			w.Errorf("issue %d is %s: %s: %v", info.Number, info.State, info.Note, info.Tally)
		}
	}
}
