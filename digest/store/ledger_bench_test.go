package store

import (
	"sync"
	"testing"

	"tidings/digest"
)

// BenchmarkLedger is what one message costs the ledger, with ten connections at work: its share of a claim, its begin, and its result, which is
// stored together with the next begin.
func BenchmarkLedger(b *testing.B) {
	s, _ := sending(b, b.N)
	l := lease(b, s)
	jobs := make(chan digest.Delivery, 512)
	var connections, results sync.WaitGroup
	b.ResetTimer()
	for range 10 {
		connections.Go(func() {
			for d := range jobs {
				if begun, err := l.Begin(d.ID); err != nil || !begun {
					b.Error(begun, err)
				}
				d.State, d.Tries = digest.Sent, 1
				results.Go(func() {
					if err := l.Settle(Result{Delivery: d}, at(1))(); err != nil {
						b.Error(err)
					}
				})
			}
		})
	}
	for left := b.N; left > 0; {
		claimed := ok(l.Claim(b.Context(), "one", 256, at(1)))(b)
		left -= len(claimed)
		for _, d := range claimed {
			jobs <- d
		}
	}
	close(jobs)
	connections.Wait()
	results.Wait()
}

// BenchmarkFreeze plans an issue for 50,000 people.
func BenchmarkFreeze(b *testing.B) {
	s := openTest(b)
	audience := subscribed(b, s, people(50_000))
	for i := 0; b.Loop(); i++ {
		ok(s.Freeze(b.Context(), frozen(string(rune('a'+i)), i, audience), at(i)))(b)
	}
}

// BenchmarkSync reads a configuration of 100,000 people in which nothing has changed.
func BenchmarkSync(b *testing.B) {
	s := openTest(b)
	list := people(100_000)
	must(b, s.SyncSubscribers(b.Context(), list, at(0)))
	for b.Loop() {
		must(b, s.SyncSubscribers(b.Context(), list, at(1)))
	}
}
