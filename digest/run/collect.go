package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
	"tidings/digest/store"
)

// CollectOptions say which feeds to ask.
type CollectOptions struct {
	Only   []string // URLs or titles; empty: all of the configuration
	ByHand bool     // pass over the distance between two requests, though never over a server's Retry-After
	Done   func(r fetch.Result, added int)
}

// CollectReport is what a round of collecting brought.
type CollectReport struct {
	Asked     int       // feeds
	Unchanged int       // of those, answered by 304
	Added     int       // articles that are new
	Failed    []Failure // feeds that could not be read or stored; the others went on
	Unstored  int       // of the failed, those whose answer could not be stored
	Waiting   []Waiting // feeds that the server asked us to leave alone for now, or another one of their host
}

// Failure is what went wrong with one feed.
type Failure struct {
	Feed string // its name
	Err  error  // one sentence
}

// Waiting is a feed that is not asked before Until.
type Waiting struct {
	Feed  string
	Until time.Time
}

// Collect asks the feeds that are due and stores what they answer, each wholly or not at all, and then reads the pages of new articles of which a
// feed says too little. A feed that fails stops no other
// and is part of the report; the error is for what stops all of them: an unreadable store, a name that is no feed's, the end of ctx.
func (s *Service) Collect(ctx context.Context, o CollectOptions, now time.Time) (CollectReport, error) {
	var report CollectReport
	states, err := s.Store.Feeds(ctx)
	if err != nil {
		return report, fmt.Errorf("collect: %w", err)
	}
	if err := s.followMoves(ctx, states); err != nil {
		return report, fmt.Errorf("collect: %w", err)
	}
	feeds, err := s.chosen(o.Only, states)
	if err != nil {
		return report, err
	}
	var jobs []fetch.Job
	rests := fetch.RestsOf(states, now)
	for _, f := range feeds {
		state, known := states[f.URL]
		if !known {
			state.URL = f.URL
		}
		switch {
		case !fetch.Due(state, now, o.ByHand):
			if state.RetryAfter.After(now) {
				report.Waiting = append(report.Waiting, Waiting{Feed: f.Name(state), Until: state.RetryAfter})
			}
		case !rests.Until(f, state).IsZero():
			report.Waiting = append(report.Waiting, Waiting{Feed: f.Name(state), Until: rests.Until(f, state)})
		default:
			jobs = append(jobs, fetch.Job{Feed: f, State: state})
		}
	}
	var grown []string // feeds with new articles
	unasked := s.Fetch.FetchAll(ctx, jobs, now, func(results []fetch.Result) {
		if ctx.Err() != nil { // we stopped: those that failed did nothing wrong
			results = slices.DeleteFunc(results, func(r fetch.Result) bool { return r.Err != nil })
		}
		for i, saved := range s.save(context.WithoutCancel(ctx), results, now) {
			r := results[i]
			s.logFetch(r, states[r.Feed.URL], saved.Err)
			states[r.Feed.URL] = r.State
			r.Err = errors.Join(r.Err, saved.Err)
			report.add(r, saved)
			if saved.Added > 0 {
				grown = append(grown, r.Feed.URL)
			}
			if o.Done != nil {
				o.Done(r, saved.Added)
			}
		}
	})
	rests = fetch.RestsOf(states, now)
	for _, j := range unasked {
		if until := rests.Until(j.Feed, j.State); until.After(now) {
			report.Waiting = append(report.Waiting, Waiting{Feed: j.Feed.Name(j.State), Until: until})
		}
	}
	if ctx.Err() == nil {
		s.readPages(ctx, grown, now)
	}
	return report, ctx.Err()
}

// save stores what feeds answered.
func (s *Service) save(ctx context.Context, results []fetch.Result, now time.Time) []*store.Fetched {
	saved := make([]*store.Fetched, len(results))
	for i, r := range results {
		saved[i] = &store.Fetched{State: r.State, Articles: r.Articles}
	}
	s.Store.SaveFetches(ctx, saved, now)
	for i, r := range results {
		if saved[i].Err != nil {
			saved[i].Err = fmt.Errorf("%s: what it said could not be stored, and is asked for again: %w", r.Feed.Name(r.State), saved[i].Err)
		}
	}
	return saved
}

// add counts one answer, with what went wrong in r.Err.
func (c *CollectReport) add(r fetch.Result, saved *store.Fetched) {
	c.Asked++
	c.Added += saved.Added
	if r.Err != nil {
		c.Failed = append(c.Failed, Failure{Feed: r.Feed.Name(r.State), Err: r.Err})
	}
	if saved.Err != nil {
		c.Unstored++
	}
	if r.NotModified {
		c.Unchanged++
	}
}

// chosen is the feeds of the given names, or all.
func (s *Service) chosen(only []string, states map[string]digest.FeedState) ([]digest.Feed, error) {
	if len(only) == 0 {
		return s.Feeds, nil
	}
	var feeds []digest.Feed
	for _, name := range only {
		i := slices.IndexFunc(s.Feeds, func(f digest.Feed) bool {
			return f.URL == name || digest.Fold(f.Name(states[f.URL])) == digest.Fold(name)
		})
		if i < 0 {
			return nil, fmt.Errorf("%q is no feed of the configuration: give its url or its title", name)
		}
		feeds = append(feeds, s.Feeds[i])
	}
	return feeds, nil
}

// logFetch tells of a change once: that a feed began to fail, that it works again, that something about it is odd.
func (s *Service) logFetch(r fetch.Result, before digest.FeedState, unsaved error) {
	log := s.Log.With("feed", r.Feed.Name(r.State), "url", digest.ShownURL(r.Feed.URL))
	switch {
	case unsaved != nil:
		log.Error("a feed could not be stored", "error", unsaved)
	case r.Err != nil && before.Healthy():
		log.Warn("a feed could not be read; the others go on, and it is tried again later", "error", r.Err, "next", r.State.NextFetch)
	case r.Err != nil:
		log.Debug("a feed still cannot be read", "error", r.Err, "failures", r.State.Failures, "next", r.State.NextFetch)
	case !before.Healthy():
		log.Info("a feed can be read again")
	}
	if r.State.Note != "" && r.State.Note != before.Note {
		log.Info("a feed is odd", "note", r.State.Note)
	}
}
