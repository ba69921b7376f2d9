package store

import (
	"context"
	"sync"
)

// group lets callers who come at the same time share one transaction, and so one wait for the disk. The first of them makes it; who
// comes before it has begun is in it, and who comes later is in the next.
type group[T any] struct {
	mu   sync.Mutex
	open *batch[T] // of the transaction that has not begun
}

type batch[T any] struct {
	items []T
	done  chan struct{}
	err   error
}

// do adds the item to the next transaction, and returns when that is over. commit makes it: it calls all, once it has begun, for what
// is in it. Where ctx ends before, the item may be committed all the same.
func (g *group[T]) do(ctx context.Context, item T, commit func(all func() []T) error) error {
	b := g.add(item, commit)
	select {
	case <-b.done:
		return b.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// add is do without the wait: it returns when the item is in a transaction, which is over once done is closed. No later item is committed
// before it.
func (g *group[T]) add(item T, commit func(all func() []T) error) *batch[T] {
	g.mu.Lock()
	b := g.open
	leads := b == nil
	if leads {
		b = &batch[T]{done: make(chan struct{})}
		g.open = b
	}
	b.items = append(b.items, item)
	g.mu.Unlock()
	if leads {
		go func() {
			defer close(b.done)
			b.err = commit(func() []T { return g.begin(b) })
			g.begin(b) // if commit failed before it had begun
		}()
	}
	return b
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
