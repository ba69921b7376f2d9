package mail

import (
	"context"
	"errors"
	"sync"
	"time"

	"tidings/digest"
)

// grace is how long what is on the wire may take when we are told to stop.
const grace = 20 * time.Second

// Carry hands over the queue's messages, over as many connections as are allowed, until there are no more. When ctx ends
// it takes no more, and gives those that it has a grace to arrive. Its error is a *digest.Refusal: the relay is in
// trouble and takes no more.
func (s *SMTP) Carry(ctx context.Context, q Queue) error {
	wire, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })()
	taking, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var carriers sync.WaitGroup
	for range s.dialer.Connections {
		carriers.Go(func() { s.carry(taking, wire, q, stop) })
	}
	carriers.Wait()
	var r *digest.Refusal
	if errors.As(context.Cause(taking), &r) {
		return r
	}
	return nil
}

// carry is one connection's work.
func (s *SMTP) carry(taking, wire context.Context, q Queue, stop context.CancelCauseFunc) {
	for taking.Err() == nil {
		j := q.Next(taking)
		if j == nil {
			return
		}
		err := s.handOver(wire, j, func() bool { return q.Begin(j) })
		q.Done(j, err)
		var r *digest.Refusal
		if errors.As(err, &r) && r.Verdict() == digest.RelayTrouble && r.Text != withheld {
			stop(r)
		}
	}
}

const withheld = "withdrawn before it was sent"

func (s *SMTP) handOver(ctx context.Context, j *Job, begin func() bool) error {
	e, err := j.envelope()
	if err != nil {
		return err
	}
	raw, err := j.Form.Bytes(j.Blanks)
	if err != nil {
		return unsendable(err)
	}
	return s.pool.send(ctx, e, raw, begin)
}

// envelope is whom the dialogue names.
func (j *Job) envelope() (envelope, error) {
	from := j.ReturnPath
	if from == "" {
		from = j.Form.from
	}
	return newEnvelope(from, j.Blanks.To.Address)
}

// Carry writes the queue's messages, one by one. Its error is a *digest.Refusal: the directory cannot be written.
func (d *Maildir) Carry(ctx context.Context, q Queue) error {
	for ctx.Err() == nil {
		j := q.Next(ctx)
		if j == nil {
			return nil
		}
		err := d.handOver(j, q)
		q.Done(j, err)
		var r *digest.Refusal
		if errors.As(err, &r) && r.Stage == digest.StageConnect {
			return r
		}
	}
	return nil
}

func (d *Maildir) handOver(j *Job, q Queue) error {
	if _, err := j.envelope(); err != nil {
		return err
	}
	raw, err := j.Form.Bytes(j.Blanks)
	if err != nil {
		return unsendable(err)
	}
	if !q.Begin(j) {
		return &digest.Refusal{Stage: digest.StageData, Text: withheld}
	}
	if err := d.deliver(raw); err != nil {
		return &digest.Refusal{Stage: digest.StageConnect, Text: oneLine(d.trouble(err).Error())}
	}
	return nil
}
