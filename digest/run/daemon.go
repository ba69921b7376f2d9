package run

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"tidings/digest/fetch"
	"tidings/digest/mail/bounce"
)

const (
	longestSleep  = time.Minute // so that a clock that was set, or a machine that slept, is noticed
	shortestSleep = time.Second
	unstoredPause = 10 * time.Minute // no feed is asked while its answers cannot be stored
)

// Daemon calls the three verbs when they are due, until it is told to stop. Nothing that goes wrong ends it: it is logged, once, with what can be done,
// and tried again. One loop collects and composes, another delivers, a third reads bounces, a fourth asks models, so that neither a slow mail
// server nor a slow model holds up a slot.
type Daemon struct {
	clock   func() time.Time
	collect chan struct{} // wakes the loops
	deliver chan struct{}
	bounces chan struct{}
	models  chan struct{}

	mu      sync.Mutex
	current *turn

	// What the collecting loop remembers.
	began     time.Time
	synced    *Service             // whose subscribers are in the store
	restUntil time.Time            // no feed is asked before
	pruned    time.Time            // when the store was last cleared of what is old
	rehearsed map[string]time.Time // the last slot of each newsletter that was rehearsed, which the store does not know

	collected atomic.Bool // there may be something to ask models about

	// What the loop that asks models remembers.
	asked time.Time // when it last did

	// What the delivering loop remembers.
	tried     *Service  // whose mail server was tried last
	relayDown int       // passes in a row that the mail server stopped
	relayRest time.Time // it is left alone before
	alertRest time.Time // the admin is not written to before

	// What the loop that reads bounces remembers.
	polled   *bounce.Mailbox // that was read last
	pollNext time.Time       // it is left alone before

	said said
}

// turn is a service while it is the daemon's.
type turn struct {
	*Service
	users sync.WaitGroup
}

// NewDaemon makes a daemon that begins with the given service.
func NewDaemon(s *Service, clock func() time.Time) *Daemon {
	return &Daemon{
		clock: clock, collect: make(chan struct{}, 1), deliver: make(chan struct{}, 1), bounces: make(chan struct{}, 1), models: make(chan struct{}, 1),
		current: &turn{Service: s}, rehearsed: map[string]time.Time{},
	}
}

// Swap makes a new configuration the current one. What is under way ends with the old one, whose Sender is closed then unless the
// new one has it too. Swap does not wait for that.
func (d *Daemon) Swap(s *Service) {
	d.mu.Lock()
	old := d.current
	d.current = &turn{Service: s}
	d.mu.Unlock()
	go func() {
		old.users.Wait()
		if old.Sender != s.Sender {
			closeSender(old.Service)
		}
	}()
	nudge(d.collect)
	nudge(d.deliver)
	nudge(d.bounces)
}

// use returns the current service, which stays usable until release is called.
func (d *Daemon) use() (s *Service, release func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	t := d.current
	t.users.Add(1)
	return t.Service, t.users.Done
}

// Run works until ctx ends; it then finishes the messages on the wire, closes the Sender and returns.
func (d *Daemon) Run(ctx context.Context) {
	d.began = d.clock()
	var loops sync.WaitGroup
	loops.Go(func() { d.loop(ctx, d.collect, d.tick) })
	loops.Go(func() { d.loop(ctx, d.deliver, d.pass) })
	loops.Go(func() { d.loop(ctx, d.bounces, d.pollBounces) })
	loops.Go(func() { d.loop(ctx, d.models, d.ask) })
	loops.Wait()
	s, release := d.use()
	defer release()
	closeSender(s)
}

// loop calls step, sleeps until the moment that it returns or a nudge, and begins again.
func (d *Daemon) loop(ctx context.Context, woken <-chan struct{}, step func(context.Context, *Service) time.Time) {
	for ctx.Err() == nil {
		s, release := d.use()
		wake := step(ctx, s)
		release()
		timer := time.NewTimer(min(max(wake.Sub(d.clock()), shortestSleep), longestSleep))
		select {
		case <-ctx.Done():
		case <-woken:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// tick collects the feeds that are due, then composes the slots that are, and returns when there is something to do again.
func (d *Daemon) tick(ctx context.Context, s *Service) time.Time {
	d.sync(ctx, s)
	d.collectDue(ctx, s)
	for _, n := range s.Newsletters {
		if ctx.Err() != nil {
			break
		}
		if err := d.composeDue(ctx, s, n); err != nil && ctx.Err() == nil {
			d.said.once(s.Log.Error, "compose "+n.Name, "an issue could not be composed; it is tried again each minute", "newsletter", n.Name, "error", err)
		}
	}
	d.prune(ctx, s)
	return d.wake(ctx, s)
}

// sync brings a new configuration's subscribers into the store.
func (d *Daemon) sync(ctx context.Context, s *Service) {
	if d.synced == s {
		return
	}
	if err := s.SyncSubscribers(ctx, d.clock()); err != nil {
		d.said.once(s.Log.Error, "sync", "the list of subscribers is not taken over yet; it is tried again each minute", "error", err)
		return
	}
	d.said.forget("sync")
	d.synced = s
}

func (d *Daemon) collectDue(ctx context.Context, s *Service) {
	now := d.clock()
	if now.Before(d.restUntil) && d.restUntil.Sub(now) <= unstoredPause {
		return
	}
	report, err := s.Collect(ctx, CollectOptions{Done: func(r fetch.Result, added int) {
		s.Log.Debug("a feed was asked", "feed", r.Feed.Name(r.State), "new", added, "unchanged", r.NotModified)
	}}, now)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		d.said.once(s.Log.Error, "collect", "the feeds cannot be asked; it is tried again each minute", "error", err)
	case report.Unstored > 0:
		d.restUntil = now.Add(unstoredPause)
	default:
		d.said.forget("collect")
	}
	if report.Added > 0 {
		s.Log.Info("there are new articles", "articles", report.Added)
		d.collected.Store(true)
		nudge(d.models)
	}
}

// ask asks the models about what was collected, and now and then about what is left: a cap ends with the day, and a pause after a while.
func (d *Daemon) ask(ctx context.Context, s *Service) time.Time {
	const again = 15 * time.Minute
	now := d.clock()
	if since := now.Sub(d.asked); !d.collected.Swap(false) && 0 <= since && since < again {
		return d.asked.Add(again)
	}
	d.asked = now
	if _, err := s.AskModels(ctx, now); err != nil && ctx.Err() == nil {
		d.said.once(s.Log.Error, "models", "the models are not asked; the articles' own sentences stand", "error", err)
	}
	return now.Add(again)
}

// wake is when the next feed or slot is due.
func (d *Daemon) wake(ctx context.Context, s *Service) time.Time {
	now := d.clock()
	next := now.Add(longestSleep)
	if states, err := s.Store.Feeds(ctx); err == nil && !now.Before(d.restUntil) {
		next = nextCollect(s.Feeds, states, now, next)
	}
	for _, n := range s.Newsletters {
		if sched, regular, err := s.schedule(ctx, n); err == nil && regular {
			if at := sched.nextOpening(now); !at.IsZero() {
				next = earlier(next, at)
			}
		}
	}
	return next
}

func nudge(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default: // it wakes already
	}
}

func closeSender(s *Service) {
	if err := s.Sender.Close(); err != nil {
		s.Log.Warn("the mail server's connections could not be closed", "error", err)
	}
}
