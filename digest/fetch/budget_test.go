package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tidings/digest"
)

// bubble is a client of 20 s whose connections are in memory, and lead to h whatever the host: for the time of a bubble.
func bubble(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	c := client(Options{Timeout: 20 * time.Second})
	l := &memory{conns: make(chan net.Conn), closed: make(chan struct{})}
	s := &http.Server{Handler: h}
	go func() { _ = s.Serve(l) }()
	transport, ok := c.http.Transport.(*http.Transport)
	if !ok {
		t.Fatal("the transport is another")
	}
	transport.DialContext = l.dial
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = s.Close()
		time.Sleep(time.Minute) // whoever still answers
	})
	return c
}

// memory is a listener whose connections never leave the process.
type memory struct {
	conns  chan net.Conn
	closed chan struct{}
}

func (m *memory) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case m.conns <- theirs:
		return ours, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (m *memory) Accept() (net.Conn, error) {
	select {
	case c := <-m.conns:
		return c, nil
	case <-m.closed:
		return nil, net.ErrClosed
	}
}

func (m *memory) Close() error {
	close(m.closed)
	return nil
}

func (m *memory) Addr() net.Addr { return &net.UnixAddr{Name: "memory", Net: "unix"} }

// All hops of a chain share the time of one feed: ten of three seconds are too many for twenty.
func TestRow15SlowHopsShareOneBudget(t *testing.T) {
	t.Parallel()
	for hops, within := range map[int]time.Duration{3: 0, 9: 20 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			c := bubble(t, func(w http.ResponseWriter, r *http.Request) {
				time.Sleep(3 * time.Second)
				if n := strings.Count(r.URL.Path, "/x"); n > 0 {
					http.Redirect(w, r, fmt.Sprintf("http://host-%d.example%s", n, strings.Repeat("/x", n-1)), http.StatusFound)
					return
				}
				_, _ = w.Write([]byte(rssFeed(1)))
			})
			start := time.Now()
			r := fetchOne(t, c, "http://first.example"+strings.Repeat("/x", hops))
			if within == 0 {
				wantArticles(t, r, 1)
				return
			}
			wantError(t, r, "no complete answer within 20s")
			if took := time.Since(start); took != within {
				t.Errorf("%d hops: %s", hops, took)
			}
		})
	}
}

// What a feed waits for the other feeds of its host is not taken from its time.
func TestRow15WaitingForTheHostCostsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(9 * time.Second)
			if to, ok := strings.CutPrefix(r.URL.Path, "/old"); ok {
				http.Redirect(w, r, to, http.StatusFound)
				return
			}
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		results := make(chan Result, 4)
		for i := range 4 {
			go func() {
				results <- c.Fetch(t.Context(), digest.Feed{URL: fmt.Sprintf("http://busy.example/old/%d", i)}, digest.FeedState{}, noon())
			}()
		}
		for range 4 {
			wantArticles(t, <-results, 1)
		}
	})
}

// One host is one, however its name is written.
func TestRow16AHostInCapitals(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(9 * time.Second)
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		start, jobs := time.Now(), []Job{}
		for _, u := range []string{"http://notes.example/1", "http://NOTES.example/2", "http://elsewhere.example/"} {
			jobs = append(jobs, Job{Feed: digest.Feed{URL: u}})
		}
		jobs[2].State.Location = "http://Notes.Example/3"
		if n := len(byHost(jobs)); n != 1 {
			t.Errorf("%d hosts", n)
		}
		results := make(chan Result, len(jobs))
		for _, j := range jobs {
			go func() { results <- c.Fetch(t.Context(), j.Feed, j.State, noon()) }()
		}
		for range jobs {
			wantArticles(t, <-results, 1)
		}
		if took := time.Since(start); took != 27*time.Second+2*spacing {
			t.Errorf("three requests to one host took %s", took)
		}
	})
}

// A feed's own time may be longer than that of the others, for one whose server thinks for long.
func TestRow15AFeedsOwnTime(t *testing.T) {
	t.Parallel()
	for thinks, ok := range map[time.Duration]bool{50 * time.Second: true, 70 * time.Second: false} {
		synctest.Test(t, func(t *testing.T) {
			c := bubble(t, func(w http.ResponseWriter, _ *http.Request) {
				time.Sleep(thinks)
				_, _ = w.Write([]byte(rssFeed(1)))
			})
			start := time.Now()
			r := c.Fetch(t.Context(), digest.Feed{URL: "http://slow.example/", Timeout: time.Minute}, digest.FeedState{}, noon())
			if took := time.Since(start); (r.Err == nil) != ok || took != min(thinks, time.Minute) {
				t.Errorf("thinks for %s: %v after %s", thinks, r.Err, took)
			}
		})
	}
}

// Who takes a connection and says nothing in the handshake is given up before the time of the feed is over.
func TestRow15HandshakeWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := bubble(t, nil)
		transport, ok := c.http.Transport.(*http.Transport)
		if !ok {
			t.Fatal("the transport is another")
		}
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			return ours, nil
		}
		start := time.Now()
		wantError(t, fetchOne(t, c, "https://silent.example/"), "too slow or cannot be reached; it is tried again")
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("given up after %s", took)
		}
	})
}
