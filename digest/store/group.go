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
	over  bool // read and written by who has the turn
	err   error
	done  chan struct{}
}

func newGroup[T any]() *group[T] { return &group[T]{turn: make(chan struct{}, 1)} }

// join adds the item to the next transaction, which is made once somebody waits for it, and tells whether it is the first in it. No later item is
// committed before it.
func (g *group[T]) join(item T) (b *batch[T], first bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if first = g.open == nil; first {
		g.open = &batch[T]{done: make(chan struct{})}
	}
	g.open.items = append(g.open.items, item)
	return g.open, first
}

// wait returns when the batch is committed. The first who has the turn does that, with commit, which calls all, once it has begun, for what is in
// the batch.
func (g *group[T]) wait(b *batch[T], commit func(all func() []T) error) error {
	select {
	case <-b.done:
	case g.turn <- struct{}{}:
		mine := !b.over
		if mine {
			b.err = commit(func() []T { return g.begin(b) })
			g.begin(b) // if commit failed before it had begun
			b.over = true
		}
		<-g.turn // before all others wake up, so that the next transaction waits for none of them
		if mine {
			close(b.done)
		}
	}
	<-b.done
	return b.err
}

// do joins and waits, but not beyond the end of ctx: then the item is committed all the same.
func (g *group[T]) do(ctx context.Context, item T, commit func(all func() []T) error) error {
	b, first := g.join(item)
	if first {
		go g.wait(b, commit) //nolint:errcheck // b.err is it
	}
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
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
