package mail

import (
	"fmt"
	"slices"
	"time"

	"tidings/digest"
)

// trouble is told of a failure that is the relay's. The lock is held.
func (in *intake) trouble(r *relay, why *digest.Refusal, now time.Time) {
	r.limit = 1
	r.circuit.open(why, now)
	if r.circuit.failures >= in.patience {
		in.down[r] = now.Add(leftAlone)
	}
	in.beginAnew()
}

// leftAlone is how long a relay that failed too often is not tried again for the same queue.
const leftAlone = 30 * time.Second

// soon tells whether the relay can be expected to take a message soon.
func (in *intake) soon(r *relay, now time.Time) bool {
	return in.usable(r, now) || !in.down[r].After(now) && r.circuit.until.After(now) && r.circuit.failures < in.patience
}

// stopIfHopeless gives up when no relay can be expected to take a message soon.
func (in *intake) stopIfHopeless(now time.Time) {
	var why *digest.Refusal
	for _, r := range in.relays {
		switch {
		case in.soon(r, now):
			return
		case why == nil:
			why = r.why(now)
		}
	}
	if !in.single && !why.Again.IsZero() { // all of a queue stops: its messages are not put off one by one
		all := *why
		all.Again = time.Time{}
		why = &all
	}
	in.stop(why)
}

func (in *intake) stop(why *digest.Refusal) {
	if in.stopped == nil {
		in.stopped = why
		in.stopTaking()
	}
	in.changed.Broadcast()
}

// cannot takes a message back that no connection could be had for, or whose connection failed at once. If others are at work
// the relay has enough of them; else it is in trouble. A message that met with this before is handed back to the queue: it
// may be the cause.
func (in *intake) cannot(r *relay, j *Job, why *digest.Refusal) {
	now := time.Now()
	in.mu.Lock()
	enough := r.working > 1 && why.Stage == digest.StageConnect
	if enough {
		r.full(why)
	} else {
		in.trouble(r, why, now)
	}
	in.domains.takeBack(j.Blanks.To.Address)
	j.met++
	others := slices.ContainsFunc(in.relays, func(other *relay) bool { return other != r && j.fits(other) && in.usable(other, now) })
	back := j.met < 2 && (enough || others || in.patience > 1)
	if back {
		in.putBack(j)
	}
	in.mu.Unlock()
	if !back {
		in.done(r, j, putOff(j, why))
	}
}

// putOff is what becomes of a message that is taken back. If connection after connection ended at its recipient, it is that which is put off, so
// that it does not hold up the others for ever.
func putOff(j *Job, why *digest.Refusal) *digest.Refusal {
	if j.met < 2 || why.Stage != digest.StageRcpt || why.Code != 0 && why.Code != 421 {
		return why
	}
	return &digest.Refusal{Stage: why.Stage, Code: 450, Text: "connection after connection ended at this recipient: " + why.Text}
}

// elsewhere takes a message back that the relay cannot take as it is, and tells whether there are others that may.
func (in *intake) elsewhere(r *relay, j *Job) bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.domains.takeBack(j.Blanks.To.Address)
	if j.fits(r) {
		j.unfit = append(j.unfit, r)
	}
	if !slices.ContainsFunc(in.relays, j.fits) {
		return false
	}
	in.putBack(j)
	return true
}

// fits tells whether the relay may be able to take the message.
func (j *Job) fits(r *relay) bool { return !slices.Contains(j.unfit, r) }

// handBackLate tells the queue of one of the messages that nobody waits for, without the lock, and tells whether there was one.
func (in *intake) handBackLate(now time.Time) bool {
	for i, j := range in.ready {
		if why := in.late(j, now); why != nil {
			in.ready = slices.Delete(in.ready, i, i+1)
			in.out++
			in.changed.Broadcast()
			in.tell(j, why)
			return true
		}
	}
	return false
}

// late is why a message is not waited for: its turn is far off, while that of others is not. It is nil if it may come soon.
func (in *intake) late(j *Job, now time.Time) *digest.Refusal {
	to := j.Blanks.To.Address
	if at, by := in.domains.limit(to, now); at.After(now.Add(longWait)) {
		text := fmt.Sprintf("the limit of %s for %s is reached", by, domainOf(to))
		return &digest.Refusal{Stage: digest.StageRcpt, Text: oneLine(text), Again: at}
	}
	if len(j.unfit) == 0 {
		return nil
	}
	return in.unreachable(j, now)
}

// unreachable is why a message is not waited for that only some relays can take: all of those are in trouble. It is nil if one is not.
func (in *intake) unreachable(j *Job, now time.Time) (late *digest.Refusal) {
	for _, r := range in.relays {
		if !j.fits(r) {
			continue
		}
		if in.soon(r, now) {
			return nil
		}
		_, again := r.ready(now)
		if down := in.down[r]; down.After(again) {
			again = down
		}
		if late == nil || again.Before(late.Again) {
			text := fmt.Sprintf("it waits for %s, as no other relay can take it: %s", r.Host, r.why(now).Text)
			late = &digest.Refusal{Stage: digest.StageConnect, Text: oneLine(text), Again: again}
		}
	}
	return late
}
