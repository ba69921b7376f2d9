package mail

import (
	"bufio"
	"io"
	"net/textproto"
	"time"

	"tidings/digest"
)

// SetIdle has idle connections closed after d, for tests that cannot wait.
func (s *SMTP) SetIdle(d time.Duration) { s.pool.idleFor = d }

// WireForm is what follows DATA.
func WireForm(raw []byte) []byte { return wireForm(raw) }

// ReadRefusal reads a reply and takes it for a refusal.
func ReadRefusal(r io.Reader) (*digest.Refusal, error) {
	code, text, err := readReply(textproto.NewReader(bufio.NewReader(r)))
	return refused("", code, text), err
}
