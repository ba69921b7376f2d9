package mail

import (
	"context"
	"slices"
	"time"
)

const (
	idleTime  = 30 * time.Second // servers wait for five minutes (RFC 5321 §4.5.3.2.7); many for less
	staleTime = 5 * time.Second  // a connection that was idle for longer is asked whether it is there
)

// line is an idle connection, or a new one. Its error is a *digest.Refusal.
func (s *SMTP) line(ctx context.Context, r *relay) (*line, error) {
	for l := s.takeIdle(r); l != nil; l = s.takeIdle(r) {
		if time.Since(l.since) < staleTime || l.alive(ctx) {
			return l, nil
		}
		l.close()
	}
	l, err := r.dial(ctx)
	if err == nil {
		s.mu.Lock()
		r.opened()
		s.changed.Broadcast()
		s.mu.Unlock()
	}
	return l, err
}

// takeIdle is the idle connection that was used last, or nil.
func (s *SMTP) takeIdle(r *relay) *line {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(r.idle)
	if n == 0 {
		return nil
	}
	l := r.idle[n-1]
	r.idle = r.idle[:n-1]
	l.expiry.Stop()
	return l
}

// putBy keeps a connection for the next message if it is still good, and else says goodbye.
func (s *SMTP) putBy(r *relay, l *line) {
	if l.broken {
		return
	}
	s.mu.Lock()
	keep := s.life.Err() == nil && l.messages < r.perLine && !l.leaving
	if keep {
		l.since = time.Now()
		l.expiry = time.AfterFunc(s.idleFor, func() { s.expire(r, l) })
		r.idle = append(r.idle, l)
	}
	s.mu.Unlock()
	if !keep {
		l.quit()
	}
}

// expire closes a connection that was idle for long, unless it was taken in this very moment.
func (s *SMTP) expire(r *relay, l *line) {
	s.mu.Lock()
	i := slices.Index(r.idle, l)
	if i >= 0 {
		r.idle = slices.Delete(r.idle, i, i+1)
		s.busy.Add(1)
	}
	s.mu.Unlock()
	if i >= 0 {
		defer s.busy.Done()
		l.quit()
	}
}

// linesWorth is how many messages one connection is to carry.
func (s *SMTP) linesWorth(r *relay) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return r.perLine
}

// endedAfter is told that the server ended a connection by itself.
func (s *SMTP) endedAfter(r *relay, messages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.ended(messages)
}
