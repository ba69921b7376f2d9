package mail

import "sync"

// scratch is memory in which messages are put together, one after the other, while they are written: so few pieces of it are in use that
// they stay in the processor's caches.
type scratch struct{ pool sync.Pool }

// use lends memory to f, which appends to it, and may keep nothing of it but what it returns: that is lent again.
func (s *scratch) use(f func(empty []byte) []byte) {
	m, _ := s.pool.Get().(*[]byte)
	if m == nil {
		m = new([]byte)
	}
	*m = f((*m)[:0])
	s.pool.Put(m)
}
