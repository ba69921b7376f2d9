package mail

import (
	"strings"
	"time"
)

// domains hold the messages to the addresses of each domain to rates.
type domains struct {
	rates  []Rate
	meters map[string][]*meter
}

// manyDomains are so many that those without a message of late are forgotten.
const manyDomains = 10_000

func newDomains(rates []Rate) domains {
	return domains{rates: rates, meters: map[string][]*meter{}}
}

// next is when one more message may go to an address: not after now if it may at once.
func (d domains) next(address string, now time.Time) time.Time {
	at, _ := d.limit(address, now)
	return at
}

// limit is next, and the rate that it is for; nil if it is now.
func (d domains) limit(address string, now time.Time) (at time.Time, by *meter) {
	at = now
	if len(d.meters) == 0 {
		return at, nil
	}
	for _, m := range d.meters[domainOf(address)] {
		if t := m.next(now); t.After(at) {
			at, by = t, m
		}
	}
	return at, by
}

func (d domains) spend(address string, now time.Time) {
	if len(d.rates) == 0 {
		return
	}
	name := domainOf(address)
	if d.meters[name] == nil {
		d.forget(now)
		for _, r := range d.rates {
			d.meters[name] = append(d.meters[name], newMeter(r, name, nil))
		}
	}
	for _, m := range d.meters[name] {
		m.spend(now)
	}
}

// takeBack is told that a message which was counted has not been sent.
func (d domains) takeBack(address string) {
	if len(d.rates) == 0 {
		return
	}
	for _, m := range d.meters[domainOf(address)] {
		m.takeBack()
	}
}

func (d domains) forget(now time.Time) {
	if len(d.meters) < manyDomains {
		return
	}
	for name, meters := range d.meters {
		used := 0
		for _, m := range meters {
			used += m.total(now)
		}
		if used == 0 {
			delete(d.meters, name)
		}
	}
}

func domainOf(address string) string {
	return strings.ToLower(address[strings.LastIndexByte(address, '@')+1:])
}
