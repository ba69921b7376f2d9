package store

import (
	"context"
	"sync"
)

// group lets callers who come at the same time share one transaction, and so one wait for the disk. One of those who wait for it makes it, for
// all who came before it began; who comes later is in the next.
type group[T any] struct {
	turn chan struct{} // is full while somebody makes a transaction

	mu   sync.Mutex
	open *batch[T] // of the transaction that has not begun
}

// batch is what one transaction commits.
type batch[T any] struct {
	items []T
	done  chan struct{}
	err   error
}

func newGroup[T any]() *group[T] { return &group[T]{turn: make(chan struct{}, 1)} }

// join adds the item to the next transaction, which is made once somebody waits for it. No later item is committed before it.
func (g *group[T]) join(item T) *batch[T] {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open = &batch[T]{done: make(chan struct{})}
	}
	g.open.items = append(g.open.items, item)
	return g.open
}

// wait returns when the batch is committed. The first who has the turn does that, with commit, which calls all, once it has begun, for what is in
// the batch.
func (g *group[T]) wait(b *batch[T], commit func(all func() []T) error) error {
	select {
	case <-b.done:
	case g.turn <- struct{}{}:
		g.finish(b, commit)
		<-g.turn
	}
	return b.err
}

// do joins and waits, but not beyond the end of ctx: then the item is committed all the same.
func (g *group[T]) do(ctx context.Context, item T, commit func(all func() []T) error) error {
	b := g.join(item)
	go g.wait(b, commit) //nolint:errcheck // b.err is it
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// finish commits the batch, unless that was done while the turn was another's.
func (g *group[T]) finish(b *batch[T], commit func(all func() []T) error) {
	select {
	case <-b.done:
		return
	default:
	}
	b.err = commit(func() []T { return g.begin(b) })
	g.begin(b) // if commit failed before it had begun
	close(b.done)
}

// begin closes the batch for newcomers.
func (g *group[T]) begin(b *batch[T]) []T {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == b {
		g.open = nil
	}
	return b.items
}
