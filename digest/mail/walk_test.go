package mail_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
)

var walks = flag.Int("walks", 24, "how many random walks TestWalk takes")

// A walk is a delivery in which everything happens at random: several relays that do not offer the same, each of several machines; messages of
// several forms, some of which cannot be sent at all, or not by every relay; faults at every step; messages withdrawn at the last moment; mails to single
// people at the same time; being stopped, and going on. Whatever comes of it: everybody gets their own message, byte for byte, and once.
func TestWalk(t *testing.T) {
	t.Parallel()
	forms := walkForms(t)
	signers, _ := keys(t)
	gate := make(chan struct{}, 4)     // so many at once
	for seed := range uint64(*walks) { //nolint:gosec // no negative number of walks
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			gate <- struct{}{}
			defer func() { <-gate }()
			w := newWalk(t, seed, forms, signers)
			w.deliver()
			w.check()
		})
	}
}

// dice may be thrown by any number of goroutines.
type dice struct {
	mu sync.Mutex
	*rand.Rand
}

func newDice(seed, kind uint64) *dice {
	return &dice{Rand: rand.New(rand.NewPCG(seed, kind))} //nolint:gosec // repeatable
}

func (d *dice) roll(n int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.IntN(n)
}

// one tells whether one chance in n came.
func (d *dice) one(n int) bool { return d.roll(n) == 0 }

func (d *dice) oneOf(all ...string) string { return all[d.roll(len(all))] }

type walk struct {
	testing.TB
	dice    *dice
	servers []*smtptest.Server
	offers  [][][]string // by each machine of each server
	smtp    *mail.SMTP

	mu      sync.Mutex
	calm    bool // nothing goes wrong any more
	waiting []*mail.Job
	readers map[string]*walker // by address
	cancel  context.CancelFunc // of the Carry under way
	stopAt  int                // answers until then
	answers int
}

// walker is a reader, and where their message is.
type walker struct {
	job      *mail.Job
	whole    []byte // their message; nil if it cannot be built
	taken    bool   // from Next to Done
	begun    bool
	withheld bool
	told     []error // all but the relay's trouble
}

// walkForms are messages of several sizes, the last with more bytes than are written at once.
func walkForms(t testing.TB) (forms []*mail.Form) {
	t.Helper()
	for _, more := range []int{0, 40, 4000} {
		m := formed()
		m.HTML += strings.Repeat("<p>A paragraph of HTML = such as a summary is.</p>\n", more)
		f, err := mail.NewForm(m)
		if err != nil {
			t.Fatal(err)
		}
		forms = append(forms, f)
	}
	return forms
}

func newWalk(t testing.TB, seed uint64, forms []*mail.Form, signers []mail.DKIM) *walk {
	t.Helper()
	w := &walk{TB: t, dice: newDice(seed, 1), readers: map[string]*walker{}}
	weighted := w.dice.one(2)
	var relays []mail.SMTPOptions
	for range 1 + w.dice.roll(3) {
		s := w.server(seed)
		o := mail.SMTPOptions{
			Host: s.Host(), Port: s.Port(), TLS: mail.TLSNone, Hello: "tidings.example",
			Timeout: 20 * time.Second, Backoff: time.Duration(1 + w.dice.roll(2_000_000)),
			Connections: 1 + w.dice.roll(4), MessagesPerConnection: 1 + w.dice.roll(20),
		}
		if weighted {
			o.Weight = 1 + w.dice.roll(3)
		}
		if w.dice.one(4) {
			o.Rate = []mail.Rate{{N: 150, Per: time.Second}}
		}
		if w.dice.one(4) {
			o.Rate, o.Tally = append(o.Rate, mail.Rate{N: 100_000, Per: time.Hour}), &tally{counts: map[int64]int{}}
		}
		if w.dice.one(4) {
			o.DKIM = signers
		}
		if w.dice.one(4) {
			o.PerDomain = []mail.Rate{{N: 60, Per: time.Second}}
		}
		relays = append(relays, o)
		w.servers = append(w.servers, s)
	}
	c, err := mail.NewSMTP(relays...)
	if err != nil {
		t.Fatal(err)
	}
	w.smtp = c
	for i := range 60 + w.dice.roll(60) {
		w.add(i, forms)
	}
	return w
}

// server is a relay of one to three machines.
func (w *walk) server(seed uint64) *smtptest.Server {
	var machines [][]string
	for range 1 + w.dice.roll(3) {
		offers := []string{"8BITMIME"}
		for _, e := range []string{"PIPELINING", "PIPELINING", "ENHANCEDSTATUSCODES", "DSN", "SMTPUTF8", "SIZE 100000", "SIZE"} {
			if name, _, _ := strings.Cut(e, " "); w.dice.one(2) && !slices.ContainsFunc(offers, func(o string) bool { return strings.HasPrefix(o, name) }) {
				offers = append(offers, e)
			}
		}
		machines = append(machines, offers)
	}
	i := len(w.offers)
	w.offers = append(w.offers, slices.Clone(machines))
	options := []smtptest.Option{smtptest.ExtensionsInTurn(machines...)}
	if w.dice.one(2) {
		options = append(options, smtptest.LaxData())
	}
	if w.dice.one(4) {
		options = append(options, smtptest.MostOpen(1+w.dice.roll(3)))
	}
	s := smtptest.New(w, options...)
	own := newDice(seed, 2+uint64(len(w.servers))) //nolint:gosec // a small number
	often := 4 + w.dice.roll(60)
	s.Fault(func(_ int, stage digest.Stage, _ string) string {
		if w.isCalm() || !own.one(often) {
			return ""
		}
		switch stage {
		case digest.StageHello: // what is refused here offers nothing to who says HELO then
			w.mu.Lock()
			w.offers[i][0] = nil
			w.mu.Unlock()
		case digest.StageRcpt, digest.StageBody, smtptest.StageReset, smtptest.StageNoop:
			return own.oneOf("550 5.1.1 no", "451 4.2.1 later", "452-4.3.1 a\r\n452 4.3.1 b", "421 4.3.2 bye", smtptest.Drop, smtptest.Reset, "5", "250-x"+smtptest.Drop, "220 hello")
		case digest.StageData:
			return own.oneOf("550 5.1.1 no", "451 4.2.1 later", "421 4.3.2 bye", smtptest.Drop, smtptest.Reset, "354 go"+smtptest.Drop, "no reply"+smtptest.Reset)
		}
		return own.oneOf("550 5.7.1 no", "451 4.3.0 later", "421 4.3.2 bye", smtptest.Drop, smtptest.Reset, "5", "250-x"+smtptest.Drop)
	})
	return s
}

// add is one reader more.
func (w *walk) add(i int, forms []*mail.Form) {
	address := fmt.Sprintf("u%d@%s", i, w.dice.oneOf("example.com", "other.example", "third.example"))
	if w.dice.one(6) {
		address = "jürgen." + address
	}
	r := &walker{job: &mail.Job{Form: forms[max(0, w.dice.roll(12)-9)], Blanks: blanks(address)}}
	r.job.ReturnPath = fmt.Sprintf("bounce+%x@news.example.com", address)
	switch w.dice.roll(30) {
	case 0:
		r.job.Blanks.Words[0].HTML = strings.Repeat("Words of one's own, "+address+"<br>\n", 4000)
	case 1:
		r.job.Blanks.Words[0].Text = ".\r\n"
	case 2:
		r.job.Blanks.To.Name = "a\nb"
	case 3:
		r.job.Blanks.Tokens = nil
	}
	r.whole, _ = r.job.Form.Bytes(r.job.Blanks)
	w.waiting = append(w.waiting, r.job)
	w.readers[address] = r
}

func (w *walk) isCalm() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calm
}

// deliver goes on until everybody's fate is known.
func (w *walk) deliver() {
	var single sync.WaitGroup
	for i := range w.dice.roll(8) {
		single.Go(func() { w.send(i) })
	}
	for rounds := 0; w.left() > 0; rounds++ {
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		w.mu.Lock()
		w.calm = rounds > 20
		w.cancel, w.stopAt = cancel, w.answers+1+w.dice.roll(100)
		w.mu.Unlock()
		err := w.smtp.Carry(ctx, w)
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			w.Fatalf("it hangs: %v", err)
		}
		cancel()
		w.mu.Lock()
		for a, r := range w.readers {
			if r.taken {
				w.Errorf("%s: Carry returned without a word of it", a)
			}
		}
		w.mu.Unlock()
	}
	single.Wait()
}

// send is a mail to one person.
func (w *walk) send(i int) {
	time.Sleep(time.Duration(w.dice.roll(20)) * time.Millisecond)
	m := sample()
	m.To = netmail.Address{Address: fmt.Sprintf("single%d@example.com", i)}
	m.ID = fmt.Sprintf("1.%d@news.example.com", i)
	r := &walker{begun: true}
	r.whole = mustBytes(w, m)
	w.mu.Lock()
	w.readers[m.To.Address] = r
	w.mu.Unlock()
	for {
		ctx, cancel := context.WithTimeout(w.Context(), time.Minute)
		err := w.smtp.Send(ctx, m)
		if ctx.Err() != nil {
			w.Errorf("a single mail hangs: %v", err)
		}
		cancel()
		if why, ok := errors.AsType[*digest.Refusal](err); ok && (why.Verdict() == digest.RelayTrouble || why.Verdict() == digest.NotYet) {
			time.Sleep(time.Millisecond)
			continue
		}
		w.mu.Lock()
		r.told = append(r.told, err)
		w.mu.Unlock()
		return
	}
}

func (w *walk) left() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.waiting)
}

// Next hands out anybody, and sometimes nobody although some wait.
func (w *walk) Next(context.Context) *mail.Job {
	if w.dice.one(30) {
		time.Sleep(time.Millisecond)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting) == 0 || w.dice.one(100) {
		return nil
	}
	i := w.dice.roll(len(w.waiting))
	j := w.waiting[i]
	w.waiting = slices.Delete(w.waiting, i, i+1)
	r := w.readers[j.Blanks.To.Address]
	if r.taken || len(r.told) > 0 {
		w.Errorf("%s is handed out twice", j.Blanks.To.Address)
	}
	r.taken, r.begun, r.withheld = true, false, false
	again := *j // as each claim makes a job of its own
	return &again
}

func (w *walk) Begin(j *mail.Job) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.readers[j.Blanks.To.Address]
	if !r.taken || r.begun || r.withheld {
		w.Errorf("%s begins out of turn: %+v", j.Blanks.To.Address, r)
	}
	r.withheld = !w.calm && w.dice.one(25)
	r.begun = !r.withheld
	return r.begun
}

func (w *walk) Done(j *mail.Job, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.readers[j.Blanks.To.Address]
	if !r.taken {
		w.Errorf("%s: told twice, the second time %v", j.Blanks.To.Address, err)
	}
	r.taken = false
	why, refused := errors.AsType[*digest.Refusal](err)
	switch {
	case err != nil && !refused:
		w.Errorf("%s: %v is no refusal", j.Blanks.To.Address, err)
	case (err == nil || why.Verdict() == digest.InDoubt) && !r.begun:
		w.Errorf("%s did not begin: %v", j.Blanks.To.Address, err)
	case refused && (why.Verdict() == digest.RelayTrouble || why.Verdict() == digest.NotYet):
		w.waiting = append(w.waiting, j)
	default:
		r.told = append(r.told, err)
	}
	if w.answers++; w.answers == w.stopAt {
		w.cancel()
	}
}

// check holds what must be true in the end.
func (w *walk) check() {
	if err := w.smtp.Close(); err != nil {
		w.Error(err)
	}
	got := map[string]int{}
	for _, s := range w.servers {
		for _, breach := range s.Breaches() {
			w.Error(breach)
		}
		for _, m := range s.Messages() {
			got[m.To[0]]++
			w.own(m)
		}
		for s.Open() > 0 { // until the test's own time is up
			time.Sleep(time.Millisecond)
		}
	}
	for a, r := range w.readers {
		n := got[a]
		if len(r.told) != 1 {
			w.Errorf("%s: told %v", a, r.told)
			continue
		}
		why, refused := errors.AsType[*digest.Refusal](r.told[0])
		switch {
		case !refused && n != 1, refused && why.Verdict() == digest.InDoubt && n > 1, refused && why.Verdict() != digest.InDoubt && n > 0:
			w.Errorf("%s: told %v, and it is there %d times", a, r.told[0], n)
		case r.whole == nil && !refused:
			w.Errorf("%s got what cannot be built", a)
		case refused && !w.mayLack(why):
			w.Errorf("%s: told %v, although another relay could take it", a, why)
		}
	}
}

// mayLack tells whether each relay has a machine that lacks what a message was refused for; true for any other refusal.
func (w *walk) mayLack(why *digest.Refusal) bool {
	if !strings.Contains(why.Text, "does not know SMTPUTF8") && !strings.Contains(why.Text, "and the relay takes") {
		return true
	}
	for _, machines := range w.offers {
		if !slices.ContainsFunc(machines, func(offers []string) bool {
			return !slices.Contains(offers, "SMTPUTF8") || slices.Contains(offers, "SIZE 100000")
		}) {
			return false
		}
	}
	return true
}

// own holds what a server has equal to its reader's own message, signatures before it aside.
func (w *walk) own(m smtptest.Message) {
	r := w.readers[m.To[0]]
	data := m.Data
	for bytes.HasPrefix(data, []byte("DKIM-Signature:")) {
		_, data, _ = bytes.Cut(data, []byte("\r\n"))
		for bytes.HasPrefix(data, []byte(" ")) {
			_, data, _ = bytes.Cut(data, []byte("\r\n"))
		}
	}
	if len(m.To) != 1 || !bytes.Equal(data, r.whole) {
		w.Errorf("%s got %d bytes, and not their own %d: %q", m.To, len(data), len(r.whole), data[:min(len(data), 300)])
	}
	if r.job != nil && m.From != r.job.ReturnPath {
		w.Errorf("%s: it is from %s", m.To, m.From)
	}
}
