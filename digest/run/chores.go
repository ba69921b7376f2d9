package run

import (
	"cmp"
	"context"
	"time"

	"tidings/digest/store"
)

const (
	alertPause = time.Minute      // between two looks at what the admin has to hear of
	alertRetry = 10 * time.Minute // after a report that could not be sent
	pruneEvery = 24 * time.Hour
)

// alert writes to the admin, if there is something to tell.
func (d *Daemon) alert(ctx context.Context, s *Service) {
	now := d.clock()
	if now.Before(d.alertRest) && d.alertRest.Sub(now) <= alertRetry {
		return
	}
	d.alertRest = now.Add(alertPause)
	if err := s.Alert(ctx, now); err != nil {
		d.alertRest = now.Add(alertRetry)
		d.said.once(s.Log.Error, "alert", "the admin could not be told; it is tried again", "error", err)
		return
	}
	d.said.forget("alert")
}

// prune forgets once a day what nobody needs any more.
func (d *Daemon) prune(ctx context.Context, s *Service) {
	now := d.clock()
	if age := now.Sub(d.pruned); age >= 0 && age < pruneEvery {
		return
	}
	pruned, err := s.pruneDaily(ctx, now)
	switch {
	case ctx.Err() != nil:
		return
	case err != nil:
		d.said.once(s.Log.Error, "prune", "old records could not be removed; it is tried again tomorrow", "error", err)
	default:
		d.said.forget("prune")
	}
	d.pruned = now
	if pruned != (store.Pruned{}) {
		s.Log.Info("old records were removed", "articles", pruned.Articles, "feeds", pruned.Feeds, "issues", pruned.Issues,
			"deliveries", pruned.Deliveries, "slots", pruned.Slots)
	}
}

// Tidy forgets what nobody needs any more, unless a process has done so today: for those who run no daemon. What goes wrong keeps nobody from
// his work.
func (s *Service) Tidy(ctx context.Context, now time.Time) {
	if _, err := s.pruneDaily(ctx, now); err != nil && ctx.Err() == nil {
		s.Log.Warn("old records could not be removed; it is tried again tomorrow", "error", err)
	}
}

// pruneDaily forgets what nobody needs any more, once a day whoever asks: see store.Prune.
func (s *Service) pruneDaily(ctx context.Context, now time.Time) (store.Pruned, error) {
	if first, err := s.Store.BeginDaily(ctx, "prune", now); err != nil || !first {
		return store.Pruned{}, err
	}
	r := store.Retention{Keep: cmp.Or(s.Keep, 400*24*time.Hour)}
	for _, f := range s.Feeds {
		r.Feeds = append(r.Feeds, f.URL)
	}
	for _, n := range s.Newsletters {
		r.Newsletters = append(r.Newsletters, n.Name)
	}
	return s.Store.Prune(ctx, r, now)
}
