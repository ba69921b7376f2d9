package web_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
	tmail "tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/run"
	"tidings/digest/store"
)

// crowd lists so many subscribers, and plans an issue for each of them.
func (h *house) crowd(n int) []digest.Subscriber {
	h.t.Helper()
	ctx := context.Background()
	list := make([]digest.Subscriber, n)
	for i := range list {
		list[i].Email = fmt.Sprintf("p%05d@reader.example", i)
	}
	if err := h.store.SyncSubscribers(ctx, list, h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	all, err := h.store.Audience(ctx, "weekly")
	if err != nil || len(all) != n {
		h.t.Fatalf("%d, %v", len(all), err)
	}
	return all
}

// plan freezes an issue for everybody.
func (h *house) plan(all []digest.Subscriber) (issue string) {
	h.t.Helper()
	is, err := h.store.Issue(context.Background(), h.issue)
	if err != nil {
		h.t.Fatal(err)
	}
	is.ID = "to-everybody"
	f := store.Frozen{Issue: is, Deliveries: func(yield func(digest.Delivery, error) bool) {
		for _, sub := range all {
			if !yield(digest.Delivery{Subscriber: sub.ID, Email: sub.Email}, nil) {
				return
			}
		}
	}}
	if _, err := h.store.Freeze(context.Background(), f, h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	return is.ID
}

// leaver is a client that keeps connections, as a mailbox provider does.
func leaver(connections int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxConnsPerHost: connections, MaxIdleConnsPerHost: connections}}
}

// oneClick is what a mail client sends (RFC 8058).
func (h *house) oneClick(client *http.Client, subscriber string) error {
	token := h.signer.Token(digest.PurposeUnsubscribe, subscriber, "weekly")
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, h.url+"/u/"+token, strings.NewReader("List-Unsubscribe=One-Click"))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", formType)
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%d, %w", resp.StatusCode, err)
	}
	return nil
}

// TestTenThousandLeaveWhileAnIssueGoesOut has everybody leave at once, by one click, while an issue is being sent to them: nobody's wish is
// lost, and what was not on the wire stays away.
func TestTenThousandLeaveWhileAnIssueGoesOut(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a while")
	}
	t.Parallel()
	const people, connections = 10_000, 4
	h := newHouse(t, "")
	all := h.crowd(people)
	issue := h.plan(all)
	sink := smtptest.New(t, smtptest.Keep(0), smtptest.Latency(2*time.Millisecond))
	sender, err := tmail.NewSMTP(tmail.SMTPOptions{Host: sink.Host(), Port: sink.Port(), TLS: tmail.TLSNone, Connections: connections, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	service := &run.Service{
		Newsletters: h.options.Newsletters, Site: h.options.Site, Store: h.store, Templates: h.options.Templates, Sender: sender,
		Log: slog.New(slog.DiscardHandler), GiveUpAfter: 5 * 24 * time.Hour,
	}
	var report run.DeliverReport
	under := make(chan struct{})
	var begun sync.Once
	delivered := make(chan error)
	go func() {
		var err error
		report, err = service.Deliver(context.Background(), issue, run.DeliverOptions{Progress: func(run.DeliverReport) { begun.Do(func() { close(under) }) }}, h.clock.now)
		delivered <- err
	}()
	<-under
	client := leaver(512)
	var failed atomic.Int32
	var leaving sync.WaitGroup
	for _, sub := range slices.Backward(all) { // the last of the queue first
		leaving.Go(func() {
			if err := h.oneClick(client, sub.ID); err != nil && failed.Add(1) < 10 {
				t.Error(err)
			}
		})
	}
	leaving.Wait()
	gone := sink.Accepted()
	if err := <-delivered; err != nil {
		t.Fatal(err)
	}
	if late := sink.Accepted() - gone; late > 2*connections {
		t.Errorf("%d messages went out after everybody had left", late)
	}
	if got := h.audience("weekly"); got != nil {
		t.Errorf("%d of %d are still subscribed", len(got), people)
	}
	tally, err := h.store.Tally(context.Background(), issue)
	if err != nil || tally[digest.Sent]+tally[digest.Suppressed] != people || tally[digest.Sent] != sink.Accepted() {
		t.Errorf("%v, %v; the server took %d, the report says %s", tally, err, sink.Accepted(), report)
	}
	if tally[digest.Suppressed] == 0 {
		t.Error("all were sent before anybody left")
	}
	t.Logf("%d got it before they left, %d did not", tally[digest.Sent], tally[digest.Suppressed])
}

// BenchmarkOneClick is many people leaving at once, over HTTP, each for good when they are answered.
func BenchmarkOneClick(b *testing.B) {
	h := newHouse(b, "")
	all := h.crowd(5000)
	h.plan(all)
	client := leaver(64)
	var mu sync.Mutex
	var took []time.Duration
	var next atomic.Int64
	b.SetParallelism(32)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			began := time.Now()
			if err := h.oneClick(client, all[next.Add(1)%int64(len(all))].ID); err != nil {
				b.Error(err)
			}
			mu.Lock()
			took = append(took, time.Since(began))
			mu.Unlock()
		}
	})
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(float64(len(took))/b.Elapsed().Seconds(), "people/s")
}
