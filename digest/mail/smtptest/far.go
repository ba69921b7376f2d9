package smtptest

import (
	"net"
	"runtime"
	"time"
)

// farWriter writes to a connection, so much later.
type farWriter struct {
	latency time.Duration
	way     chan parcel
	arrived chan struct{}
}

type parcel struct {
	text []byte
	due  time.Time
}

func newFarWriter(c net.Conn, latency time.Duration) *farWriter {
	f := &farWriter{latency: latency, way: make(chan parcel, 64), arrived: make(chan struct{})}
	go f.carry(c)
	return f
}

func (f *farWriter) Write(text []byte) (int, error) {
	f.way <- parcel{append([]byte(nil), text...), time.Now().Add(f.latency)}
	return len(text), nil
}

func (f *farWriter) carry(c net.Conn) {
	defer close(f.arrived)
	for p := range f.way {
		f.wait(p.due)
		_, _ = c.Write(p.text) // as on a long line, whoever writes does not hear of it
	}
}

// wait returns at a moment: not before it, and hardly later. A sleeper is woken some tenths of a millisecond late, so of a long latency the last of it
// is waited for awake.
func (f *farWriter) wait(due time.Time) {
	awake := min(f.latency/40, 500*time.Microsecond)
	time.Sleep(time.Until(due) - awake)
	for time.Now().Before(due) {
		runtime.Gosched()
	}
}

// finish waits for all that was written to arrive.
func (f *farWriter) finish() {
	close(f.way)
	<-f.arrived
}
