package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/digest"
)

func TestRow16OneRequestPerHost(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now, most := map[string]int{}, map[string]int{}
	total, mostTotal := 0, 0
	bothIn := make(chan struct{})
	handler := func(name string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			mu.Lock()
			now[name]++
			total++
			most[name], mostTotal = max(most[name], now[name]), max(mostTotal, total)
			if total == 2 {
				select {
				case <-bothIn:
				default:
					close(bothIn)
				}
			}
			mu.Unlock()
			select { // until both hosts were asked at the same time
			case <-bothIn:
			case <-time.After(time.Minute):
			}
			_, _ = w.Write([]byte(rssFeed(1)))
			mu.Lock()
			now[name]--
			total--
			mu.Unlock()
		}
	}
	var jobs []Job
	for _, name := range []string{"a", "b"} {
		url := serve(t, handler(name))
		for i := range 4 {
			jobs = append(jobs, Job{Feed: digest.Feed{URL: fmt.Sprintf("%s/%d", url, i)}})
		}
	}
	jobs = append(jobs, Job{Feed: digest.Feed{URL: "ftp://nowhere.example/"}})
	ok, failed := 0, 0
	client(Options{}).FetchAll(t.Context(), jobs, noon(), each(func(r Result) {
		if r.Err != nil {
			failed++
		} else {
			ok++
		}
	}))
	if ok != 8 || failed != 1 {
		t.Errorf("%d fetched, %d failed", ok, failed)
	}
	if most["a"] != 1 || most["b"] != 1 || mostTotal != 2 {
		t.Errorf("requests at the same time: %v, in all %d", most, mostTotal)
	}
}

// The requests to one host keep their distance, whoever makes them; another host has nothing to do with it.
func TestRow16RequestsAreSpaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, start := newHosts(), time.Now()
		var mu sync.Mutex
		var requests sync.WaitGroup
		at := map[string][]time.Duration{}
		for _, host := range []string{"a", "a", "a", "b"} {
			requests.Go(func() {
				leave, err := h.enter(t.Context(), host)
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				at[host] = append(at[host], time.Since(start))
				mu.Unlock()
				time.Sleep(time.Second) // the request
				leave()
			})
		}
		requests.Wait()
		if got, want := fmt.Sprint(at), "map[a:[0s 1.05s 2.1s] b:[0s]]"; got != want {
			t.Errorf("requests at %s, want %s", got, want)
		}
		_, err := h.enter(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := h.enter(ctx, "a"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("waiting had no end: %v", err)
		}
	})
}

// The feeds of one host share a connection.
func TestRow16KeepAlive(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/3" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	var jobs []Job
	for i := range 6 {
		jobs = append(jobs, Job{Feed: digest.Feed{URL: fmt.Sprintf("%s/%d", s.URL, i)}})
	}
	client(Options{}).FetchAll(t.Context(), jobs, noon(), func([]Result) {})
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for six feeds", n)
	}
}

// No more requests are under way than there may be, though more feeds are being read.
func TestRow16ConnectionsAreBounded(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int64
	var jobs []Job
	for range 12 {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(20 * time.Millisecond)
			now.Add(-1)
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		jobs = append(jobs, Job{Feed: digest.Feed{URL: u}})
	}
	client(Options{Connections: 3}).FetchAll(t.Context(), jobs, noon(), each(func(r Result) { wantArticles(t, r, 1) }))
	if n := most.Load(); n > 3 {
		t.Errorf("%d requests at the same time, want 3 at most", n)
	}
}
