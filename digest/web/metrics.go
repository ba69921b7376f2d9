package web

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tidings/digest"
	"tidings/digest/store"
)

// patience is how long the store may take for a look at its health or its figures.
const patience = 10 * time.Second

// MonitorOptions is what the figures are taken from.
type MonitorOptions struct {
	Store       *store.Store
	Feeds       []digest.Feed
	Newsletters []digest.Newsletter
	Version     string
	Log         *slog.Logger
}

// Monitor serves what watches the program: /healthz (the process answers), /readyz (so does the store; else 503) and /metrics (in the
// format of Prometheus). It says nothing of any subscriber, and yet belongs on a listener of its own that the world does not reach.
//
// The figures are counted in the store when they are asked for, so they hold for all processes that share it and survive a restart.
func Monitor(o MonitorOptions) http.Handler {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), figures{o})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, r *http.Request) { answer(w, http.StatusOK, "ok\n") })
	mux.HandleFunc("GET /readyz", o.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 2 * patience}))
	return mux
}

func (o MonitorOptions) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	if _, err := o.Store.NextDue(ctx); err != nil {
		o.Log.Error("not ready: the store does not answer", "error", err)
		answer(w, http.StatusServiceUnavailable, "the store does not answer; the log says why\n")
		return
	}
	answer(w, http.StatusOK, "ok\n")
}

func answer(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // nobody is left to be told
}

// figures is a prometheus.Collector over the store.
type figures struct{ MonitorOptions }

// family is a metric with the names of its labels.
func family(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("tidings_"+name, help, labels, nil)
}

// Describe sends nothing: the metrics differ with what is in the store, and are checked as they are collected.
func (figures) Describe(chan<- *prometheus.Desc) {}

// Collect counts. A store that does not answer is a figure too: tidings_store_up 0.
func (f figures) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	send := func(d *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, value, labels...)
	}
	send(family("build_info", "1, with the version of the program.", "version"), 1, f.Version)
	up := 1.0
	for _, count := range []func(context.Context, func(*prometheus.Desc, float64, ...string)) error{f.feeds, f.newsletters, f.unfinished} {
		if err := count(ctx, send); err != nil {
			f.Log.Error("figures could not be counted", "error", err)
			up = 0
			break
		}
	}
	send(family("store_up", "Whether the store answered."), up)
}

func (f figures) feeds(ctx context.Context, send func(*prometheus.Desc, float64, ...string)) error {
	states, err := f.Store.Feeds(ctx)
	if err != nil {
		return err
	}
	failing := family("feed_failing_since_timestamp_seconds", "Since when a feed that is broken now has been so.", "feed")
	number, articles := map[string]int{"new": 0, "healthy": 0, "broken": 0}, 0
	for _, feed := range f.Feeds {
		st := states[feed.URL]
		articles += st.Articles
		switch {
		case st.LastTry.IsZero():
			number["new"]++
		case st.Healthy():
			number["healthy"]++
		default:
			number["broken"]++
			send(failing, seconds(st.FailingSince), digest.ShownURL(feed.URL))
		}
	}
	total := family("feeds", "Feeds of the configuration, by how they are.", "state")
	for state, n := range number {
		send(total, float64(n), state)
	}
	send(family("articles", "Articles that the feeds have brought."), float64(articles))
	return nil
}

func (f figures) newsletters(ctx context.Context, send func(*prometheus.Desc, float64, ...string)) error {
	last := family("last_issue_timestamp_seconds", "When the newsletter's last issue was composed.", "newsletter")
	size := family("last_issue_articles", "Articles in the newsletter's last issue.", "newsletter")
	tally := family("last_issue_deliveries", "Deliveries of the newsletter's last issue, by state.", "newsletter", "state")
	readers := family("subscribers", "Subscribers who get the newsletter.", "newsletter")
	for _, n := range f.Newsletters {
		audience, err := f.Store.CountAudience(ctx, n.Name)
		if err != nil {
			return err
		}
		send(readers, float64(audience), n.Name)
		issues, err := f.Store.Issues(ctx, n.Name, 1)
		if err != nil {
			return err
		}
		for _, is := range issues {
			send(last, seconds(is.Created), n.Name)
			send(size, float64(is.Articles), n.Name)
			for state, count := range is.Tally {
				send(tally, float64(count), n.Name, string(state))
			}
		}
	}
	return nil
}

func (f figures) unfinished(ctx context.Context, send func(*prometheus.Desc, float64, ...string)) error {
	sending, err := f.Store.Unfinished(ctx, "")
	if err != nil {
		return err
	}
	waiting := 0
	for _, is := range sending {
		for state, n := range is.Tally {
			if !state.Finished() {
				waiting += n
			}
		}
	}
	paused, err := f.Store.Paused(ctx, "")
	if err != nil {
		return err
	}
	mails, err := f.Store.SignupsWaiting(ctx)
	if err != nil {
		return err
	}
	send(family("signups_waiting", "Sign-ups whose mail is not sent yet; the form refuses more than 1000."), float64(mails))
	send(family("deliveries_waiting", "Deliveries that are still to be made, of all issues that are being sent."), float64(waiting))
	open := family("issues_open", "Issues that are not finished.", "state")
	send(open, float64(len(sending)), string(store.IssueSending))
	send(open, float64(len(paused)), string(store.IssuePaused))
	return nil
}

// seconds since 1970, as Prometheus wants them; 0 for no time.
func seconds(t time.Time) float64 {
	if t.IsZero() {
		return 0
	}
	return float64(t.UnixMilli()) / 1000
}
