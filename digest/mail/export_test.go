package mail

import "time"

// SetIdle has idle connections closed after d, for tests that cannot wait.
func (s *SMTP) SetIdle(d time.Duration) { s.pool.idleFor = d }

// WireForm is what follows DATA.
func WireForm(raw []byte) []byte { return wireForm(raw) }
