package mail

import (
	"context"
	"errors"
	"time"

	"tidings/digest"
)

// carrier is the work of one connection.
type carrier struct {
	*intake
	relay    *relay
	fillings [2]filling // of the message that the connection is at, and of the next
	turn     int        // which of them the last letter has
}

// work hands over messages as long as there are some.
func (in *intake) work(r *relay) {
	c := &carrier{intake: in, relay: r}
	for j := in.enter(r); j != nil; j = in.enter(r) {
		c.handOver(j)
		in.leave(r)
	}
}

// handOver hands over a message and those after it. One that meets the end of a connection goes over the next: nothing of it was
// there.
func (c *carrier) handOver(j *Job) {
	for j != nil {
		l, err := c.line(c.wire, c.relay)
		if err != nil {
			c.cannot(c.relay, j, refusalIn(err))
			return
		}
		left, why := c.use(l, j)
		if left != nil && !l.proven {
			c.cannot(c.relay, left, refusalIn(why))
			return
		}
		if left != nil {
			c.endedAfter(c.relay, l.messages-1)
		}
		j = left
	}
}

// use hands over messages on a line, and puts it by. It returns the message that the line's end has left, and that end.
func (c *carrier) use(l *line, j *Job) (left *Job, why error) {
	stop := context.AfterFunc(c.wire, l.guard.close)
	left, why = c.pump(l, c.prepare(l, j))
	if !stop() {
		l.close() // the context closed it, now or in a moment
	}
	c.putBy(c.relay, l)
	return left, why
}

// pump is the dialogue. Where the relay pipelines (RFC 2920), one write carries a body, its dot and the next envelope, so that a message
// costs one round trip.
func (c *carrier) pump(l *line, e *letter) (left *Job, why error) {
	for said := false; e != nil; {
		err := l.open(c.wire, e, said)
		if l.broken {
			return e.job, err
		}
		if err == nil && (c.leaving() || !c.queue.Begin(e.job)) {
			l.close() // nothing but the body could be said here
			c.done(c.relay, e.job, withdrawn())
			return nil, nil
		}
		if err != nil {
			c.finish(l, e.job, err)
		}
		var next *letter
		if l.pipelining {
			next = c.next(l)
		}
		if err != nil {
			l.settle(c.wire, next)
		} else {
			err = l.body(c.wire, e, next, next == nil && c.full(l), &c.scratch)
			c.finish(l, e.job, err)
		}
		if said = next != nil; !said && !l.broken && !l.leaving {
			next = c.next(l)
		}
		if l.broken && next != nil {
			return next.job, err
		}
		e = next
	}
	return nil, nil
}

// finish tells what became of a message. It is the relay's trouble if the sender is refused, and if a connection comes to its end with its first
// message: who would take none, but go on trying, would do so for ever.
func (c *carrier) finish(l *line, j *Job, err error) {
	r := refusalIn(err)
	switch {
	case r == nil || r.Verdict() != digest.RelayTrouble:
		l.proven = true
	case r.Stage == digest.StageMail || !l.proven:
		c.mu.Lock()
		c.trouble(c.relay, r, time.Now())
		c.mu.Unlock()
	}
	c.done(c.relay, j, err)
}

// next is the message after this, if there is one at hand and the line may carry it.
func (c *carrier) next(l *line) *letter {
	if c.full(l) {
		return nil
	}
	if j := c.more(c.relay); j != nil {
		return c.prepare(l, j)
	}
	return nil
}

// full tells whether the line has carried as many messages as it may.
func (c *carrier) full(l *line) bool { return l.messages >= c.linesWorth(c.relay) }

// prepare makes a message ready for the line; one that cannot be sent at all, or not by this relay, makes room for the next. Nothing can
// go wrong with it after that: a message is never cut off.
func (c *carrier) prepare(l *line, j *Job) *letter {
	for ; j != nil; j = c.more(c.relay) {
		e, err := c.write(j)
		if err == nil {
			if err = l.fits(e); err == nil {
				e.commands = l.address(e.envelope, j.Blanks.ID)
				c.turn = 1 - c.turn
				return e
			}
			if c.elsewhere(c.relay, j) {
				continue
			}
		}
		c.done(c.relay, j, err)
	}
	return nil
}

// write puts a message together in the filling that is free.
func (c *carrier) write(j *Job) (*letter, error) {
	to, err := j.envelope()
	if err != nil {
		return nil, err
	}
	e := &letter{job: j, envelope: to, filling: &c.fillings[1-c.turn]}
	if err := e.filling.fill(j.Form, j.Blanks); err != nil {
		return nil, unsendable(err)
	}
	if err := c.sign(e); err != nil {
		return nil, unsendable(err)
	}
	return e, nil
}

// sign gives a letter its signatures.
func (c *carrier) sign(e *letter) (err error) {
	if len(c.relay.DKIM) > 0 {
		c.scratch.use(func(raw []byte) []byte {
			raw = e.data(raw)
			e.signatures, err = signatures(c.relay.DKIM, e.job.Form.from, raw)
			return raw
		})
	}
	return err
}

// withdrawn is what becomes of a message that the queue would not have begun.
func withdrawn() error {
	return &digest.Refusal{Stage: digest.StageData, Text: "withdrawn before it was sent"}
}

// refusalIn is the refusal that an error is; nil if there is none.
func refusalIn(err error) *digest.Refusal {
	var r *digest.Refusal
	errors.As(err, &r)
	return r
}
