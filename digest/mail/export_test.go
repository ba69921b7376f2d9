package mail

import (
	"bufio"
	"io"
	"net/textproto"
	"time"

	"tidings/digest"
)

// SetIdle has idle connections closed after d, for tests that cannot wait.
func (s *SMTP) SetIdle(d time.Duration) { s.idleFor = d }

// ReadRefusal reads a reply and takes it for a refusal.
func ReadRefusal(r io.Reader) (*digest.Refusal, error) {
	code, text, err := readReply(textproto.NewReader(bufio.NewReader(r)))
	return refused("", code, text), err
}

// Signatures are the DKIM-Signature fields of a message.
func Signatures(keys []DKIM, from string, raw []byte) (string, error) {
	return signatures(keys, from, raw)
}

// Limit is how many connections the first relay may have now.
func (s *SMTP) Limit() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.relays[0].limit
}

// Look is what a timer does when its time has come, or seems to because the clock was set back meanwhile.
func (s *SMTP) Look() {
	s.mu.Lock()
	if s.wakeup != nil {
		s.wakeup.Stop()
	}
	s.mu.Unlock()
	s.look()
}

// CountLater has the first relay's rates as they are after n messages if the clock is then set back by d.
func (s *SMTP) CountLater(n int, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, m := range s.relays[0].meters {
		m.counts[m.spanOf(time.Now().Add(d))] += n
	}
}
