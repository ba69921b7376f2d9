package run

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"sync"

	"tidings/digest"
	"tidings/digest/mail"
)

// rehearse puts the messages of everybody into the outbox. Nothing is recorded, so that the next call does it all again.
func (s *Service) rehearse(ctx context.Context, o SendOptions, r *SendReport) error {
	man, err := s.inertPostman(ctx)
	if err != nil {
		return err
	}
	next, stop := iter.Pull2(r.Composed.deliveries)
	defer stop()
	q := &rehearsal{man: man, variants: newVariants(man), issue: &r.Composed.Issue, next: next, progress: o.Progress}
	q.report.Total = r.Composed.Readers
	if err = s.Sender.Carry(ctx, q); q.err != nil {
		err = q.err // the same, or what came first
	}
	err = errors.Join(err, ctx.Err())
	q.report.Left = q.report.Total - q.report.Sent
	r.Delivered = q.report
	if err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	return nil
}

// rehearsal is the queue of messages that go to nobody.
type rehearsal struct {
	man      postman
	variants *variants
	issue    *digest.Issue
	progress func(DeliverReport)

	mu     sync.Mutex
	next   func() (digest.Delivery, error, bool)
	report DeliverReport
	err    error
}

// Next implements mail.Queue.
func (q *rehearsal) Next(context.Context) *mail.Job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.err != nil {
		return nil
	}
	d, err, ok := q.next()
	if !ok {
		return nil
	}
	var v *variant
	if err == nil {
		v, err = q.variants.of(q.issue, d)
	}
	if err != nil {
		q.err = err
		return nil
	}
	return q.man.job(q.issue, v, d)
}

// Begin implements mail.Queue.
func (q *rehearsal) Begin(*mail.Job) bool { return true }

// Done implements mail.Queue.
func (q *rehearsal) Done(_ *mail.Job, err error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if err != nil {
		q.err = errors.Join(q.err, err)
		return
	}
	q.report.Sent++
	if q.progress != nil {
		q.progress(q.report)
	}
}
