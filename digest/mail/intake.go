package mail

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tidings/digest"
)

// intake shares the messages of one queue out among the connections of all relays. It is guarded by SMTP.mu; whoever waits
// for a change in it, or in a relay, waits for SMTP.changed.
type intake struct {
	*SMTP
	queue      Queue
	single     bool            // it is of one message, which goes before those of long queues
	patience   int             // failures in a row after which no relay is waited for
	caller     context.Context // who called for it to be carried
	taking     context.Context // no message is taken after its end, which stopTaking brings
	stopTaking context.CancelFunc
	wire       context.Context // messages on their way are cut off at its end

	ready   []*Job
	out     int // messages with connections
	empty   bool
	down    map[*relay]time.Time // relays that failed too often, until when they are left alone
	stopped *digest.Refusal      // nobody takes more
}

// fetch takes messages from the queue, as many ahead as there are connections, until it is empty.
func (in *intake) fetch() {
	for in.roomAhead() {
		j := in.queue.Next(in.taking)
		in.mu.Lock()
		if j == nil {
			in.empty = true
		} else {
			in.ready = append(in.ready, j)
		}
		in.changed.Broadcast()
		in.mu.Unlock()
		if j == nil {
			return
		}
	}
}

// roomAhead waits until one more message is needed; false: none will be.
func (in *intake) roomAhead() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	for !in.ended() && len(in.ready) >= in.ahead(time.Now()) {
		in.changed.Wait()
	}
	if in.ended() {
		in.empty = true
		in.changed.Broadcast()
		return false
	}
	return true
}

// ahead is how many messages are taken before they are needed: more while all of them are for domains that must wait.
func (in *intake) ahead(now time.Time) int {
	if i, _ := in.pick(now); i < 0 {
		return max(in.connections, manyAhead)
	}
	return in.connections
}

const manyAhead = 256

// pick is the first message whose recipient's domain may have one, or -1, and when to ask again.
func (in *intake) pick(now time.Time) (i int, again time.Time) {
	for i, j := range in.ready {
		at := in.domains.next(j.Blanks.To.Address, now)
		if !at.After(now) {
			return i, at
		}
		if again.IsZero() || at.Before(again) {
			again = at
		}
	}
	return -1, again
}

// ended tells whether no more messages are taken.
func (in *intake) ended() bool {
	return in.taking.Err() != nil
}

// leaving tells whether we were told to stop: no more bodies begin.
func (in *intake) leaving() bool { return in.caller.Err() != nil || in.life.Err() != nil }

// enter waits for a message that the relay is to be given over one connection more, and returns nil if there is none left.
// The connection counts as at work until leave.
func (in *intake) enter(r *relay) *Job {
	in.mu.Lock()
	defer in.mu.Unlock()
	for {
		now := time.Now()
		if in.ended() || in.empty && len(in.ready)+in.out == 0 {
			in.changed.Broadcast()
			return nil
		}
		if len(in.ready) > 0 {
			if in.stopIfHopeless(now); in.stopped != nil {
				continue
			}
			i, again := in.pick(now)
			if i >= 0 && r.working < r.limit && in.may(r, now) && !in.yields(r, now) {
				r.working++
				return in.pop(i, r, now)
			}
			if i < 0 {
				in.wakeLater(again, now)
			}
			if !r.circuit.until.After(now) && in.refill(r, now) {
				continue
			}
			if ok, again := r.ready(now); !ok {
				in.wakeLater(again, now)
			}
		}
		in.changed.Wait()
	}
}

// leave ends the work of a connection.
func (in *intake) leave(r *relay) {
	in.mu.Lock()
	defer in.mu.Unlock()
	r.working--
	in.changed.Broadcast()
}

// more is the next message for a connection at work, or nil if there is none at hand.
func (in *intake) more(r *relay) *Job {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	if in.ended() || len(in.ready) == 0 || r.working > r.limit || !in.may(r, now) || in.yields(r, now) {
		return nil
	}
	if i, _ := in.pick(now); i >= 0 {
		return in.pop(i, r, now)
	}
	return nil
}

func (in *intake) pop(i int, r *relay, now time.Time) *Job {
	j := in.ready[i]
	in.ready = slices.Delete(in.ready, i, i+1)
	in.domains.spend(j.Blanks.To.Address, now)
	in.out++
	r.spend(now)
	in.changed.Broadcast() // there is room ahead
	return j
}

// refill counts messages in the tally where the relay needs that, without the lock, and tells whether it tried.
func (in *intake) refill(r *relay, now time.Time) bool {
	i := slices.IndexFunc(r.meters, func(m *meter) bool { return m.poor() && !m.next(now).After(now) })
	if i < 0 || r.refilling {
		return false
	}
	m := r.meters[i]
	q := m.ask(now)
	r.refilling = true
	in.mu.Unlock()
	counts, granted, err := q.count(in.wire)
	in.mu.Lock()
	r.refilling = false
	if err != nil {
		in.trouble(r, &digest.Refusal{Stage: digest.StageConnect, Text: oneLine("how much was sent could not be noted: " + err.Error())}, now)
	} else {
		m.grant(q, counts, granted)
	}
	in.changed.Broadcast()
	return true
}

// stopIfHopeless gives up when no relay can be expected to take a message soon.
func (in *intake) stopIfHopeless(now time.Time) {
	var why *digest.Refusal
	for _, r := range in.relays {
		switch {
		case in.usable(r, now), !in.down[r].After(now) && r.circuit.until.After(now) && r.circuit.failures < in.patience:
			return
		case why != nil:
		case r.circuit.why != nil:
			why = r.circuit.why
		default:
			why = r.exhausted(now)
		}
	}
	in.stop(why)
}

func (in *intake) stop(why *digest.Refusal) {
	if in.stopped == nil {
		in.stopped = why
		in.stopTaking()
	}
	in.changed.Broadcast()
}

// wakeLater has those who wait look again at a time.
func (in *intake) wakeLater(at, now time.Time) {
	if in.wakeAt.After(now) && !at.Before(in.wakeAt) {
		return // they do so before
	}
	if in.wakeup != nil {
		in.wakeup.Stop()
	}
	in.wakeAt = at
	in.wakeup = time.AfterFunc(at.Sub(now), in.look)
}

// look has those who wait look again, and say anew until when they wait: if the clock was set back, that is still to come.
func (s *SMTP) look() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wakeAt = time.Time{}
	s.changed.Broadcast()
}

// done tells the queue what became of a message.
func (in *intake) done(r *relay, j *Job, err error) {
	now := time.Now()
	in.mu.Lock()
	if err == nil && r.circuit.failures > 0 {
		in.beginAnew()
	}
	r.answered(err, now)
	if why := r.silent(err); why != nil {
		in.trouble(r, why, now)
	}
	in.mu.Unlock()
	in.queue.Done(j, err)
	in.mu.Lock()
	in.out--
	if in.out == 0 {
		in.changed.Broadcast()
	}
	in.mu.Unlock()
}

// cannot takes a message back that no connection could be had for, or whose connection failed at once. If others are at work
// the relay has enough of them; else it is in trouble. A message that met with this before is handed back to the queue: it
// may be the cause.
func (in *intake) cannot(r *relay, j *Job, why *digest.Refusal) {
	now := time.Now()
	in.mu.Lock()
	enough := r.working > 1 && why.Stage == digest.StageConnect
	if enough {
		r.full(why)
	} else {
		in.trouble(r, why, now)
	}
	j.met++
	others := slices.ContainsFunc(in.relays, func(other *relay) bool { return other != r && in.usable(other, now) })
	back := j.met < 2 && (enough || others || in.patience > 1)
	if back {
		in.ready = slices.Insert(in.ready, 0, j)
		in.out--
		in.changed.Broadcast()
	}
	in.mu.Unlock()
	if !back {
		in.done(r, j, putOff(j, why))
	}
}

// putOff is what becomes of a message that is taken back. If connection after connection ended at its recipient, it is that which is put off, so
// that it does not hold up the others for ever.
func putOff(j *Job, why *digest.Refusal) *digest.Refusal {
	if j.met < 2 || why.Stage != digest.StageRcpt || why.Code != 0 {
		return why
	}
	return &digest.Refusal{Stage: why.Stage, Code: 450, Text: "connection after connection ended at this recipient: " + why.Text}
}

// run works until the queue is empty, its context ends, or no relay takes more.
func (in *intake) run() error {
	defer context.AfterFunc(in.taking, in.look)()
	var carriers sync.WaitGroup
	for _, r := range in.relays {
		for range r.Connections {
			carriers.Go(func() { in.work(r) })
		}
	}
	in.fetch()
	carriers.Wait()
	return in.handBack()
}

// handBack tells the queue of the messages that nobody took.
func (in *intake) handBack() error {
	in.mu.Lock()
	in.stopIfHopeless(time.Now())
	in.mu.Unlock()
	var why error
	switch {
	case in.stopped != nil:
		why = in.stopped
	case in.life.Err() != nil:
		why = fail(in.life, digest.StageConnect, in.life.Err())
	default:
		why = fail(in.taking, digest.StageConnect, errors.New("it was not sent"))
	}
	for _, j := range in.ready {
		in.queue.Done(j, why)
	}
	if in.stopped != nil || in.life.Err() != nil {
		return why
	}
	return nil
}
