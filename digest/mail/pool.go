package mail

import (
	"context"
	"errors"
	"sync"
	"time"

	"tidings/digest"
)

const (
	messagesPerConnection = 100              // relays like a fresh connection now and then
	idleTime              = 30 * time.Second // servers wait for five minutes (RFC 5321 §4.5.3.2.7); many for less
)

// pool keeps the connections to one relay.
type pool struct {
	dial    func(context.Context) (*line, error)
	slots   chan struct{} // one token for each message on its way
	idleFor time.Duration // idle connections are closed after this

	mu     sync.Mutex
	idle   []*line // the last used at the end
	closed bool
	busy   sync.WaitGroup // messages on their way, and goodbyes
}

func newPool(connections int, dial func(context.Context) (*line, error)) *pool {
	return &pool{dial: dial, slots: make(chan struct{}, connections), idleFor: idleTime}
}

// send delivers over an idle connection if there is one. The server may have closed it in the meantime, or have enough
// of it: as long as the message cannot have been accepted, it gets one try more, on a fresh connection.
func (p *pool) send(ctx context.Context, e envelope, raw []byte, begin func() bool) error {
	if err := p.enter(ctx); err != nil {
		return err
	}
	defer p.leave()
	if l := p.take(); l != nil {
		err := l.deliver(ctx, e, raw, begin)
		p.put(l)
		if !isStale(err) || ctx.Err() != nil {
			return err
		}
	}
	l, err := p.dial(ctx)
	if err != nil {
		return err
	}
	err = l.deliver(ctx, e, raw, begin)
	p.put(l)
	return err
}

// isStale tells whether a failure may be no more than a kept connection's end.
func isStale(err error) bool {
	var r *digest.Refusal
	return errors.As(err, &r) && r.Stage != digest.StageBody && r.Text != withheld && (r.Code == 0 || r.Code == 421)
}

// enter waits until one more message may be on its way.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return fail(ctx, digest.StageConnect, ctx.Err())
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		<-p.slots
		return fail(ctx, digest.StageConnect, errors.New("the sender is closed"))
	}
	p.busy.Add(1)
	return nil
}

func (p *pool) leave() {
	<-p.slots
	p.busy.Done()
}

// take is the idle connection that was used last, or nil.
func (p *pool) take() *line {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	l := p.idle[n-1]
	p.idle = p.idle[:n-1]
	l.expiry.Stop()
	return l
}

// put keeps a connection for the next message if it is still good, and else says goodbye.
func (p *pool) put(l *line) {
	if !l.usable() {
		l.close()
		return
	}
	p.mu.Lock()
	keep := !p.closed && l.messages < messagesPerConnection
	if keep {
		l.expiry = time.AfterFunc(p.idleFor, func() { p.expire(l) })
		p.idle = append(p.idle, l)
	}
	p.mu.Unlock()
	if !keep {
		l.quit()
	}
}

// expire closes a connection that was idle for long, unless it was taken in this very moment.
func (p *pool) expire(l *line) {
	p.mu.Lock()
	for i, other := range p.idle {
		if other == l {
			p.idle = append(p.idle[:i], p.idle[i+1:]...)
			p.busy.Add(1)
			p.mu.Unlock()
			defer p.busy.Done()
			l.quit()
			return
		}
	}
	p.mu.Unlock()
}

func (p *pool) close() {
	p.mu.Lock()
	p.closed = true
	idle := p.idle
	p.idle = nil
	p.mu.Unlock()
	for _, l := range idle {
		l.expiry.Stop()
		l.quit()
	}
	p.busy.Wait()
}
