package bounce

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// maxAnswer is how much a server may say in one step, in octets: a message and its wrapping, or the numbers of a few hundred thousand.
const maxAnswer = maxReport + 1<<20

// wire is a connection on which every step of the dialogue has a bounded time and a bounded answer, whatever deadlines its user sets. It closes
// when its context ends.
type wire struct {
	net.Conn
	timeout time.Duration
	timer   *time.Timer
	stop    func() bool

	mu    sync.Mutex
	left  int // octets that the server may still send in this step
	cause error
}

var (
	errStall = errors.New("the server does not answer in time")
	errFlood = errors.New("the server sends without end")
)

func newWire(ctx context.Context, conn net.Conn, timeout time.Duration) *wire {
	w := &wire{Conn: conn, timeout: timeout}
	w.timer = time.AfterFunc(timeout, func() { w.fail(errStall) })
	w.stop = context.AfterFunc(ctx, func() { w.fail(ctx.Err()) })
	return w
}

// step begins the next step.
func (w *wire) step() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.left = maxAnswer
	w.timer.Reset(w.timeout)
}

// rest stops the clock while it is not for the server to say something.
func (w *wire) rest() { w.timer.Stop() }

// Read reads within the step's bound.
func (w *wire) Read(p []byte) (int, error) {
	w.mu.Lock()
	left := w.left
	w.mu.Unlock()
	if left <= 0 {
		w.fail(errFlood)
		return 0, errFlood
	}
	n, err := w.Conn.Read(p[:min(len(p), left)])
	w.mu.Lock()
	w.left -= n
	w.mu.Unlock()
	return n, err
}

// fail closes the connection for a cause.
func (w *wire) fail(cause error) {
	w.mu.Lock()
	if w.cause == nil {
		w.cause = cause
	}
	w.mu.Unlock()
	_ = w.Conn.Close()
}

// dead tells whether the connection was closed for a cause.
func (w *wire) dead() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cause != nil
}

// why is the cause behind an error of a connection that is closed.
func (w *wire) why(err error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil:
		return nil
	case w.cause != nil:
		return w.cause
	case errors.Is(err, net.ErrClosed): // by the client library, because the server did
		return errLost
	}
	return err
}

// end closes the connection and stops its clocks.
func (w *wire) end() {
	w.stop()
	w.timer.Stop()
	_ = w.Conn.Close()
}
