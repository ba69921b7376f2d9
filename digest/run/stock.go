package run

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"tidings/digest"
)

const (
	claimSize = 256           // deliveries claimed together
	lowStock  = claimSize / 2 // more are claimed while these are sent
)

// stock is the deliveries that are claimed and not yet handed out. More are claimed ahead.
type stock struct {
	claim func(n int) ([]digest.Delivery, error)

	mu       sync.Mutex
	ready    []digest.Delivery
	size     int           // of the next claim: small at first, so that little is held up if the process dies young
	claiming chan struct{} // closed when the claim under way is over; nil if none is
	dry      bool          // the last claim found nothing
	again    bool          // something claimed is due again
}

func newStock(claim func(int) ([]digest.Delivery, error)) *stock {
	return &stock{claim: claim, size: claimSize / 16}
}

// take hands out the next delivery, or nil if there is none.
func (s *stock) take(ctx context.Context) *digest.Delivery {
	for ctx.Err() == nil {
		d, claiming := s.pick()
		if d != nil || claiming == nil {
			return d
		}
		select {
		case <-claiming:
		case <-ctx.Done():
		}
	}
	return nil
}

// pick takes the first delivery; if there is none, it returns the claim under way.
func (s *stock) pick() (d *digest.Delivery, claiming <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.claimAhead()
	if len(s.ready) == 0 {
		return nil, s.claiming
	}
	d, s.ready = &s.ready[0], s.ready[1:]
	return d, nil
}

// claimAhead claims more in the background, if there are few left.
func (s *stock) claimAhead() {
	if s.claiming != nil || s.dry || len(s.ready) > lowStock {
		return
	}
	done, n := make(chan struct{}), s.size
	s.claiming, s.size = done, min(2*s.size, claimSize)
	go func() {
		claimed, err := s.claim(n)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.ready = append(s.ready, spread(claimed)...)
		s.dry = err != nil || len(claimed) == 0
		s.claiming = nil
		close(done)
	}()
}

// refill says that something claimed goes back, and is due again. It is claimed once every connection has stopped: only then is it on record for sure.
func (s *stock) refill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.again = true
}

// more tells, when every connection has stopped and all results are stored, whether there may be more to send.
func (s *stock) more() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.again {
		s.again, s.dry = false, false
	}
	return len(s.ready) > 0 || s.claiming != nil || !s.dry
}

// rest returns when no claim is under way. Nobody may take any more.
func (s *stock) rest() {
	s.mu.Lock()
	claiming := s.claiming
	s.mu.Unlock()
	if claiming != nil {
		<-claiming
	}
}

// spread orders deliveries so that those to one domain come as evenly among the others as they can, and otherwise as they were.
func spread(deliveries []digest.Delivery) []digest.Delivery {
	of := map[string]int{}
	for _, d := range deliveries {
		of[domainOf(d.Email)]++
	}
	type placed struct {
		at float64
		digest.Delivery
	}
	all, seen := make([]placed, len(deliveries)), map[string]int{}
	for i, d := range deliveries {
		name := domainOf(d.Email)
		all[i] = placed{(float64(seen[name]) + 0.5) / float64(of[name]), d}
		seen[name]++
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	out := make([]digest.Delivery, len(all))
	for i, p := range all {
		out[i] = p.Delivery
	}
	return out
}

func domainOf(email string) string {
	return strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
}
