package mail

import (
	"context"
	"fmt"
	"maps"
	"time"
)

// Rate is a limit: no more than N messages in any time of the length Per.
type Rate struct {
	N   int
	Per time.Duration
}

// String is the rate as the configuration writes it, such as 14/s.
func (r Rate) String() string {
	units := map[time.Duration]string{time.Second: "s", time.Minute: "min", time.Hour: "h", 24 * time.Hour: "day"}
	if unit := units[r.Per]; unit != "" {
		return fmt.Sprintf("%d/%s", r.N, unit)
	}
	return fmt.Sprintf("%d/%s", r.N, r.Per)
}

// Tally keeps counts of messages, so that limits of an hour and more outlast this process and hold for all that share it.
type Tally interface {
	// CountMessages adds n messages, which may be negative, to what was counted for a relay under a rate in a span of time, and
	// returns the counts of all spans from since on.
	CountMessages(ctx context.Context, relay, rate string, span, since int64, n int) (map[int64]int, error)
}

const (
	spans     = 24        // the time of a rate is counted in so many parts
	keptSince = time.Hour // rates over so much time and more are kept in the tally
)

// meter holds messages to a rate. It counts them in spans of a 24th of the time; those of the last 24 whole spans and of the
// running one are together no more than the rate allows, so that no time of that length sees more.
type meter struct {
	Rate
	counts map[int64]int // by span, counted from 1970

	// With a tally, messages are counted there in advance, a few at a time.
	tally  Tally
	relay  string
	credit int   // counted, and not yet used
	span   int64 // where credit was counted
	known  bool  // counts are those of the tally
}

func newMeter(r Rate, relay string, tally Tally) *meter {
	m := &meter{Rate: r, counts: map[int64]int{}, relay: relay}
	if r.Per >= keptSince {
		m.tally = tally
	}
	return m
}

func (m *meter) spanOf(now time.Time) int64 { return now.UnixNano() / int64(m.Per/spans) }

// next is when one more message may go: not after now if it may at once.
func (m *meter) next(now time.Time) time.Time {
	if m.credit > 0 || m.tally != nil && !m.known {
		return now
	}
	total := m.total(now)
	if total < m.N {
		return now
	}
	for span := m.spanOf(now) - spans; ; span++ { // the oldest goes first
		if total -= m.counts[span]; total < m.N {
			return time.Unix(0, (span+spans+1)*int64(m.Per/spans))
		}
	}
}

// total is what was counted in the time that the rate is for. What is older is forgotten.
func (m *meter) total(now time.Time) int {
	forget(m.counts, m.spanOf(now))
	return sum(m.counts)
}

// forget drops the counts of spans that are over for long; and of those still to come for longer than the rate is for: they were counted by a
// clock that was ahead, and would hold up everything until then.
func forget(counts map[int64]int, now int64) {
	maps.DeleteFunc(counts, func(span int64, _ int) bool { return span < now-spans || span > now+spans })
}

func sum(counts map[int64]int) (total int) {
	for _, n := range counts {
		total += n
	}
	return total
}

func (m *meter) spend(now time.Time) {
	if m.tally != nil {
		m.credit--
		return
	}
	m.counts[m.spanOf(now)]++
}

// takeBack counts one message less, of those that were counted last here.
func (m *meter) takeBack() {
	last, some := int64(0), false
	for span, n := range m.counts {
		if n > 0 && (!some || span > last) {
			last, some = span, true
		}
	}
	if some {
		m.counts[last]--
	}
}

// poor tells whether the meter must count more messages in its tally before one can go.
func (m *meter) poor() bool { return m.tally != nil && m.credit <= 0 }

// request is a few messages to be counted in the tally.
type request struct {
	meter *meter
	span  int64
	n     int
}

// ask is what a poor meter needs.
func (m *meter) ask(now time.Time) request {
	n := max(1, min(m.N/100, 100))
	if m.known {
		n = max(0, min(n, m.N-m.total(now)))
	}
	return request{m, m.spanOf(now), n}
}

// count asks the tally; it may take long. What exceeds the rate, because others count too, is given back.
func (q request) count(ctx context.Context) (counts map[int64]int, granted int, err error) {
	add := func(n int) (err error) {
		counts, err = q.meter.tally.CountMessages(ctx, q.meter.relay, q.meter.String(), q.span, q.span-spans, n)
		forget(counts, q.span)
		return err
	}
	if err := add(q.n); err != nil {
		return nil, 0, err
	}
	excess := min(q.n, max(0, sum(counts)-q.meter.N))
	if excess > 0 {
		err = add(-excess)
	}
	return counts, q.n - excess, err
}

// grant takes over what the tally said.
func (m *meter) grant(q request, counts map[int64]int, granted int) {
	m.counts, m.known = counts, true
	m.credit += granted
	m.span = q.span
}

// giveBack is the request that returns unused credit to the tally.
func (m *meter) giveBack() (q request, ok bool) {
	q, ok = request{m, m.span, -m.credit}, m.credit > 0
	m.credit = 0
	return q, ok
}
