package mail

import (
	"errors"
	"net"
	"time"
)

// maxAnswer bounds what a server may say in one step, in bytes: its longest answers are a TLS handshake and EHLO.
const maxAnswer = 256 << 10

var errFlood = errors.New("the server sends without end")

// guard is a connection on which every step of the dialogue has a bounded time and a bounded answer.
type guard struct {
	net.Conn
	timeout time.Duration
	final   time.Duration // of the step in which a message is answered
	left    int           // bytes that the server may still send in this step
}

// step starts the next step.
func (g *guard) step() { g.stepFor(g.timeout) }

func (g *guard) stepFor(d time.Duration) {
	g.left = maxAnswer
	_ = g.SetDeadline(time.Now().Add(d)) // fails only if closed, as the next read or write will
}

// Read reads within the step's bounds.
func (g *guard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errFlood
	}
	n, err := g.Conn.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

// close ends the connection without a word.
func (g *guard) close() { _ = g.Conn.Close() }
