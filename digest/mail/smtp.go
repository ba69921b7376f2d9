package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"

	"tidings/digest"
)

// SMTP sends through one relay or several, over connections that it keeps between messages.
type SMTP struct {
	relays      []*relay
	weighted    bool
	connections int           // of all relays
	idleFor     time.Duration // idle connections are closed after this

	life context.Context // ends with Close
	end  context.CancelCauseFunc
	busy sync.WaitGroup // Carry, Send, and goodbyes

	scratch scratch

	mu      sync.Mutex
	changed *sync.Cond // something that somebody may wait for
	domains domains
	singles []*intake   // of messages sent by themselves
	wakeup  *time.Timer // when those who wait look again
	wakeAt  time.Time
}

// NewSMTP prepares a sender; it connects when there is a message. Of several relays each stands in for those before it while
// they are in trouble, unless they have weights: then they share the messages.
func NewSMTP(relays ...SMTPOptions) (*SMTP, error) {
	if len(relays) == 0 {
		return nil, errors.New("smtp: no relay is given")
	}
	s := &SMTP{idleFor: idleTime}
	s.changed = sync.NewCond(&s.mu)
	s.life, s.end = context.WithCancelCause(context.Background())
	for _, o := range relays {
		o, err := o.complete()
		if err != nil {
			return nil, fmt.Errorf("smtp: %w", err)
		}
		s.relays = append(s.relays, newRelay(o))
		s.connections += o.Connections
		if len(s.domains.rates) == 0 {
			s.domains = newDomains(o.PerDomain)
		}
		s.weighted = s.weighted || o.Weight > 0
	}
	for _, r := range s.relays {
		if s.weighted && r.Weight == 0 {
			r.Weight = 1
		}
	}
	return s, nil
}

// grace is how long what is on the wire may take when we are told to stop.
const grace = 20 * time.Second

// Carry hands over the queue's messages, over as many connections as the relays allow, until there are no more. When ctx
// ends it takes no more, and gives those that have a connection a grace to arrive. Its error is a *digest.Refusal: no
// relay takes more for now.
func (s *SMTP) Carry(ctx context.Context, q Queue) error {
	wire, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(grace, func() { cancel(context.Cause(ctx)) })
	})()
	return s.take(&intake{SMTP: s, queue: q, patience: severe, wire: wire}, ctx)
}

// Send delivers one message: nil means that the relay took it on itself to deliver it. Any other outcome is a
// *digest.Refusal. It may be called from any number of goroutines; no more connections are open than the options
// allow. A context that ends closes the connection at once, wherever the dialogue is.
//
// A message that cannot be sent at all is refused without the relay being asked: 553 5.1.3 for an address that no mail can
// reach, 550 5.6.0 for anything else about it.
func (s *SMTP) Send(ctx context.Context, m *digest.Message) error {
	j, err := newJob(m)
	if err != nil {
		return err
	}
	q := &one{job: j}
	err = s.take(&intake{SMTP: s, queue: q, single: true, patience: 1, wire: ctx}, ctx)
	switch {
	case q.done:
		return q.err
	case err != nil:
		return err
	}
	return fail(ctx, digest.StageConnect, ctx.Err())
}

// take runs an intake.
func (s *SMTP) take(in *intake, ctx context.Context) error {
	s.mu.Lock()
	if s.life.Err() != nil {
		s.mu.Unlock()
		return fail(s.life, digest.StageConnect, s.life.Err())
	}
	s.busy.Add(1)
	s.mu.Unlock()
	defer s.busy.Done()

	in.down = map[*relay]time.Time{}
	in.caller = ctx
	in.taking, in.stopTaking = context.WithCancel(ctx)
	defer in.stopTaking()
	defer context.AfterFunc(s.life, in.stopTaking)()
	if in.single {
		defer s.announce(in)()
	}
	return in.run()
}

// announce tells the others of an intake of one message, until the returned function is called.
func (s *SMTP) announce(in *intake) (over func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.singles = append(s.singles, in)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.singles = slices.DeleteFunc(s.singles, func(other *intake) bool { return other == in })
		s.changed.Broadcast()
	}
}

// newJob is the job of a whole message. Its error is a *digest.Refusal.
func newJob(m *digest.Message) (*Job, error) {
	if _, err := newEnvelope(m.From.Address, m.To.Address); err != nil {
		return nil, err
	}
	f, err := NewForm(m)
	if err != nil {
		return nil, unsendable(err)
	}
	return &Job{Form: f, Blanks: Blanks{ID: m.ID, To: m.To, Date: m.Date}}, nil
}

// one is a queue of one message.
type one struct {
	job   *Job
	taken bool
	done  bool
	err   error
}

func (q *one) Next(context.Context) *Job {
	if q.taken {
		return nil
	}
	q.taken = true
	return q.job
}

func (q *one) Begin(*Job) bool        { return true }
func (q *one) Done(_ *Job, err error) { q.done, q.err = true, err }

// checkTime is how long somebody who waits is kept waiting for each answer of a server.
const checkTime = 20 * time.Second

// Check connects to each relay, logs in, and leaves. Its error is a *digest.Refusal.
func (s *SMTP) Check(ctx context.Context) error {
	for _, r := range s.relays {
		d := r.dialer
		d.Timeout = min(d.Timeout, checkTime)
		l, err := d.dial(ctx)
		if err != nil {
			return err
		}
		l.quit()
	}
	return nil
}

// Ailing names the relays whose last attempt failed while there are others to stand in for them, each with the reason: in one line.
func (s *SMTP) Ailing() (all []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.relays {
		if r.circuit.failures > 0 && len(s.relays) > 1 {
			all = append(all, fmt.Sprintf("%s: %s", net.JoinHostPort(r.Host, strconv.Itoa(r.Port)), r.circuit.why.Error()))
		}
	}
	return all
}

// Close closes the connections that are idle, and waits for the messages that are on their way. A later Send fails.
func (s *SMTP) Close() error {
	s.mu.Lock()
	s.end(errors.New("the sender is closed"))
	var idle []*line
	for _, r := range s.relays {
		idle = append(idle, r.idle...)
		r.idle = nil
	}
	s.mu.Unlock()
	for _, l := range idle {
		l.expiry.Stop()
		l.quit()
	}
	s.busy.Wait()
	return s.giveBack()
}

// giveBack returns what was counted in tallies and not used.
func (s *SMTP) giveBack() error {
	var errs []error
	for _, r := range s.relays {
		for _, m := range r.meters {
			if q, some := m.giveBack(); some {
				_, _, err := q.count(context.Background())
				errs = append(errs, err)
			}
		}
	}
	return errors.Join(errs...)
}
