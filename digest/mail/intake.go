package mail

import (
	"context"
	"errors"
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
	for {
		now := time.Now()
		switch {
		case in.ended():
			in.empty = true
			in.changed.Broadcast()
			return false
		case in.handBackLate(now):
		case len(in.ready) < in.ahead(now):
			return true
		default:
			in.changed.Wait()
		}
	}
}

// ahead is how many messages are taken before they are needed: more, to a limit, where some wait for something that others need not wait for.
func (in *intake) ahead(now time.Time) int {
	waiting := 0
	for _, j := range in.ready {
		if len(j.unfit) > 0 || in.domains.next(j.Blanks.To.Address, now).After(now) {
			waiting++
		}
	}
	return max(in.connections, min(in.connections+waiting, manyAhead))
}

const manyAhead = 256

// ended tells whether no more messages are taken.
func (in *intake) ended() bool {
	return in.taking.Err() != nil
}

// leaving tells whether we were told to stop: no more bodies begin.
func (in *intake) leaving() bool { return in.caller.Err() != nil || in.life.Err() != nil }

// done tells the queue what became of a message.
func (in *intake) done(r *relay, j *Job, err error) {
	now := time.Now()
	in.mu.Lock()
	defer in.mu.Unlock()
	if err == nil && r.circuit.failures > 0 {
		in.beginAnew()
	}
	r.answered(err, now)
	if why := r.silent(err); why != nil {
		in.trouble(r, why, now)
	}
	in.tell(j, err)
}

// tell tells the queue of a message that counts as with a connection, without the lock.
func (in *intake) tell(j *Job, err error) {
	in.mu.Unlock()
	in.queue.Done(j, err)
	in.mu.Lock()
	in.out--
	if in.out == 0 {
		in.changed.Broadcast()
	}
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
