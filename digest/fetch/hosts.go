package fetch

import (
	"context"
	"maps"
	"sync"
	"time"
)

// spacing is the shortest time between the end of a request and the next one to the same host.
const spacing = 50 * time.Millisecond

// manyHosts is how many gates are kept before those that nobody uses are forgotten.
const manyHosts = 4096

// hosts lets one request at a time through to each host.
type hosts struct {
	mu    sync.Mutex
	gates map[string]*gate
}

type gate struct {
	turn  chan struct{} // holds one element while a request is under way
	users int           // who holds it or waits for it
	last  time.Time     // when the last request ended
}

func newHosts() *hosts { return &hosts{gates: map[string]*gate{}} }

// enter waits until no other request is under way to the host. The caller calls leave when its own is over.
func (h *hosts) enter(ctx context.Context, host string) (leave func(), err error) {
	g := h.join(host)
	select {
	case g.turn <- struct{}{}:
	case <-ctx.Done():
		h.part(g)
		return nil, ctx.Err()
	}
	leave = func() {
		g.last = time.Now()
		<-g.turn
		h.part(g)
	}
	if wait := time.Until(g.last.Add(spacing)); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			leave()
			return nil, ctx.Err()
		}
	}
	return leave, nil
}

func (h *hosts) join(host string) *gate {
	h.mu.Lock()
	defer h.mu.Unlock()
	g := h.gates[host]
	if g == nil {
		if len(h.gates) >= manyHosts {
			maps.DeleteFunc(h.gates, func(_ string, g *gate) bool { return g.users == 0 })
		}
		g = &gate{turn: make(chan struct{}, 1)}
		h.gates[host] = g
	}
	g.users++
	return g
}

func (h *hosts) part(g *gate) {
	h.mu.Lock()
	defer h.mu.Unlock()
	g.users--
}
