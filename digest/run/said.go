package run

import (
	"fmt"
	"sync"
)

// said keeps an error that comes again and again from being logged each time.
type said struct {
	mu   sync.Mutex
	last map[string]string
}

// once logs, unless the last thing it logged about the subject was the same.
func (s *said) once(log func(msg string, args ...any), subject, msg string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := msg + fmt.Sprint(args...)
	if s.last[subject] == now {
		return
	}
	if s.last == nil {
		s.last = map[string]string{}
	}
	s.last[subject] = now
	log(msg, args...)
}

// forget makes the next trouble with the subject news again.
func (s *said) forget(subject string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.last, subject)
}
