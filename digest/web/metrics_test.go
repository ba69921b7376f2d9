package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"tidings/digest"
	"tidings/digest/web"
)

func TestMonitor(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.asks("weekly", "grace@reader.example")
	monitor := httptest.NewServer(web.Monitor(web.MonitorOptions{
		Store: h.store, Version: "v1", Log: slog.New(slog.DiscardHandler),
		Feeds:       []digest.Feed{{URL: "https://a.example/feed?key=hunter2"}},
		Newsletters: []digest.Newsletter{{Name: "weekly"}, {Name: "daily"}},
	}))
	defer monitor.Close()

	text := fetchText(t, monitor.URL+"/metrics", http.StatusOK)
	for _, want := range []string{
		`tidings_build_info{version="v1"} 1`, `tidings_store_up 1`, `tidings_feeds{state="new"} 1`, `tidings_feeds{state="broken"} 0`,
		`tidings_subscribers{newsletter="weekly"} 1`, `tidings_last_issue_articles{newsletter="weekly"} 1`,
		`tidings_issues_open{state="sending"} 1`, `tidings_deliveries_waiting 0`, `tidings_signups_waiting 1`, "go_goroutines", "process_resident_memory_bytes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("there is no %s in\n%s", want, text)
		}
	}
	for _, secret := range []string{"hunter2", "ada@reader.example"} {
		if strings.Contains(text, secret) {
			t.Errorf("it tells %s", secret)
		}
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	if _, err := parser.TextToMetricFamilies(strings.NewReader(text)); err != nil {
		t.Errorf("it is not in the format of Prometheus: %v", err)
	}
	fetchText(t, monitor.URL+"/healthz", http.StatusOK)
	fetchText(t, monitor.URL+"/readyz", http.StatusOK)

	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	fetchText(t, monitor.URL+"/healthz", http.StatusOK)
	fetchText(t, monitor.URL+"/readyz", http.StatusServiceUnavailable)
	if text := fetchText(t, monitor.URL+"/metrics", http.StatusOK); !strings.Contains(text, "tidings_store_up 0") {
		t.Errorf("without a store it says\n%s", text)
	}
}

// fetchText gets a page, which must have the status.
func fetchText(t *testing.T, url string, status int) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		t.Fatalf("%s: %d, %v: %s", url, resp.StatusCode, err, body)
	}
	return string(body)
}
