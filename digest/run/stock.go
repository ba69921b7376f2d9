package run

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"tidings/digest"
)

const (
	claimSize   = 256             // deliveries claimed together
	lowStock    = claimSize / 2   // more are claimed while these are sent
	fullStock   = 8 * claimSize   // no more are claimed, whatever their domains must wait for
	shortestNap = time.Second / 2 // a connection waits so long for a domain's turn, rather than stop
)

// stock is the deliveries that are claimed and not yet handed out. More are claimed ahead.
type stock struct {
	claim   func(n int) ([]digest.Delivery, error)
	domains *domains

	mu       sync.Mutex
	ready    []digest.Delivery
	size     int           // of the next claim: small at first, so that little is held up if the process dies young
	claiming chan struct{} // closed when the claim under way is over; nil if none is
	dry      bool          // the last claim found nothing
}

func newStock(claim func(int) ([]digest.Delivery, error), domainPause time.Duration) *stock {
	return &stock{claim: claim, domains: &domains{pause: domainPause, next: map[string]time.Time{}}, size: claimSize / 16}
}

// take hands out the next delivery, or nil if there is none, or none soon. It may wait a little.
func (s *stock) take(ctx context.Context) *digest.Delivery {
	for ctx.Err() == nil {
		d, claiming, wait := s.pick(time.Now())
		switch {
		case d != nil:
			return d
		case claiming != nil:
			select {
			case <-claiming:
			case <-ctx.Done():
			}
		case wait == 0 || wait > shortestNap:
			return nil
		default:
			sleep(ctx, wait)
		}
	}
	return nil
}

// pick takes the first delivery whose domain may have one now; else it returns the claim under way, and how long until a domain may have one; 0 if
// none waits.
func (s *stock) pick(now time.Time) (d *digest.Delivery, claiming <-chan struct{}, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, wait := s.first(now)
	if i < 0 {
		s.claimAhead(fullStock) // perhaps to other domains
		return nil, s.claiming, wait
	}
	found := s.ready[i]
	if i == 0 {
		s.ready = s.ready[1:]
	} else {
		s.ready = slices.Delete(s.ready, i, i+1)
	}
	s.domains.use(domainOf(found.Email), now)
	s.claimAhead(lowStock)
	return &found, nil, 0
}

// first finds the first delivery whose domain may have one now; -1 if there is none, and how long until there is.
func (s *stock) first(now time.Time) (i int, wait time.Duration) {
	for i, d := range s.ready {
		w := s.domains.wait(domainOf(d.Email), now)
		if w == 0 {
			return i, 0
		}
		if wait == 0 || w < wait {
			wait = w
		}
	}
	return -1, wait
}

// claimAhead claims more in the background, if there are no more left than so many.
func (s *stock) claimAhead(left int) {
	if s.claiming != nil || s.dry || len(s.ready) > left {
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

// refill says that something is due again.
func (s *stock) refill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dry = false
}

// more tells, when every connection has stopped, whether there is more to send, once it waited for the turn of a domain.
func (s *stock) more(ctx context.Context) bool {
	s.mu.Lock()
	i, wait := s.first(time.Now())
	more := i >= 0 || wait > 0 || s.claiming != nil || !s.dry
	s.mu.Unlock()
	sleep(ctx, wait)
	return more && ctx.Err() == nil
}

func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
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

// domains keep the messages to each domain apart. They are those of one stock.
type domains struct {
	pause time.Duration
	next  map[string]time.Time
}

// wait is how long until a message may go to the domain; 0 if it may now.
func (d *domains) wait(domain string, now time.Time) time.Duration {
	if d.pause == 0 {
		return 0
	}
	return max(d.next[domain].Sub(now), 0)
}

// use counts a message to the domain.
func (d *domains) use(domain string, now time.Time) {
	if d.pause > 0 {
		d.next[domain] = now.Add(d.pause)
	}
}

func domainOf(email string) string {
	return strings.ToLower(email[strings.LastIndexByte(email, '@')+1:])
}
