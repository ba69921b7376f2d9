package run

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tidings/digest"
)

// modelled is a house with some articles and a model that answers as it is told to.
func modelled(t *testing.T, articles int, answer http.HandlerFunc) (h *house, calls *atomic.Int32) {
	t.Helper()
	calls = &atomic.Int32{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	h = newHouse(t)
	h.Newsletters[0].Model = digest.Model{URL: s.URL, Name: "small", Key: "sk-secret", CallsPerDay: 100, TokensPerDay: 1_000_000}
	var items []string
	for i := range articles {
		title := fmt.Sprintf("Bridge %d opens", i+1)
		items = append(items, strings.Replace(item(title, time.Duration(i+1)*time.Minute), "</description>", fmt.Sprintf(" The iron bridge no. %d over the river Aln opened to walkers, eleven years after a flood tore away its middle span.</description>", i+1), 1))
	}
	h.feeds.set("/news.xml", rss("The News", items...))
	h.collect()
	return h, calls
}

// bridgeAnswer is a good answer for every article of modelled.
const bridgeAnswer = "After eleven years, the iron bridge over the river Aln is open to walkers."

func answering(text string, tokens int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{
			"choices": []any{map[string]any{"message": map[string]string{"content": text}, "finish_reason": "stop"}},
			"usage":   map[string]int{"total_tokens": tokens},
		})
	}
}

func (h *house) askModels() ModelReport {
	h.t.Helper()
	r, err := h.AskModels(h.t.Context(), h.clock.now())
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func TestModelWritesSummaries(t *testing.T) {
	t.Parallel()
	h, calls := modelled(t, 3, answering(bridgeAnswer, 100))
	before := h.compose(ComposeOptions{Draft: true}).Issue.Items
	if calls.Load() != 0 || before[0].Summary == bridgeAnswer {
		t.Fatal("composing asked the model")
	}
	if r := h.askModels(); r != (ModelReport{Taken: 3}) {
		t.Errorf("%+v", r)
	}
	for _, it := range h.compose(ComposeOptions{Draft: true}).Issue.Items {
		if it.Summary != bridgeAnswer {
			t.Errorf("%s: %q", it.Title, it.Summary)
		}
	}
	if r := h.askModels(); r != (ModelReport{}) || calls.Load() != 3 {
		t.Errorf("asked again: %+v, %d calls", r, calls.Load())
	}
	if strings.Contains(h.log.String(), "sk-secret") {
		t.Error("the key is in the log")
	}
}

// The text of an article leaves the host only if the newsletter has a model, or the tag whose section it stands in.
func TestModelOfATag(t *testing.T) {
	t.Parallel()
	h, calls := modelled(t, 3, answering(bridgeAnswer, 100))
	model := h.Newsletters[0].Model
	h.Newsletters[0].Model = digest.Model{}
	h.Tags = digest.Taxonomy{Rest: "Else", Rules: []digest.TagRule{{Name: "First", Match: []digest.Pattern{pattern(t, "Bridge 1 opens")}}, {Name: "Open", Match: []digest.Pattern{pattern(t, "Bridge 1 opens"), pattern(t, "Bridge 2 opens")}, Model: model}}}
	if r := h.askModels(); r != (ModelReport{Taken: 1}) || calls.Load() != 1 {
		t.Fatalf("%+v, %d calls", r, calls.Load())
	}
	for _, it := range h.compose(ComposeOptions{Draft: true}).Issue.Items {
		if asked := it.Title == "Bridge 2 opens"; asked != (it.Summary == bridgeAnswer) {
			t.Errorf("%s in %v: %q", it.Title, it.Tags, it.Summary)
		}
	}
	h.Newsletters[0].Model = model
	h.Newsletters[0].Model.Name = "large"
	if r := h.askModels(); r != (ModelReport{Taken: 2}) || calls.Load() != 3 {
		t.Errorf("with a model of the newsletter besides: %+v, %d calls", r, calls.Load())
	}
	if log := h.log.String(); !strings.Contains(log, "model=small taken=1") || !strings.Contains(log, "model=large taken=2") {
		t.Errorf("%s", log)
	}
}

// Where a newsletter has its sections in another order, an article stands in another of them: that one's model is asked, and no other.
func TestModelOfTheSectionInTheNewslettersOrder(t *testing.T) {
	t.Parallel()
	h, calls := modelled(t, 1, answering(bridgeAnswer, 100))
	model := h.Newsletters[0].Model
	h.Newsletters[0].Model = digest.Model{}
	bridges := []digest.Pattern{pattern(t, "Bridge 1 opens")}
	h.Tags = digest.Taxonomy{Rules: []digest.TagRule{{Name: "Public", Match: bridges, Model: model}, {Name: "Private", Match: bridges}}}
	h.Newsletters[0].Tags = []string{"Private", "Public"}
	if r := h.askModels(); r != (ModelReport{}) || calls.Load() != 0 {
		t.Errorf("the text of an article under Private left the host: %+v, %d calls", r, calls.Load())
	}
	h.Newsletters[0].Tags = []string{"Public", "Private"}
	if r := h.askModels(); r != (ModelReport{Taken: 1}) || calls.Load() != 1 {
		t.Errorf("under Public: %+v, %d calls", r, calls.Load())
	}
}

// A daemon that is stopped, or a round that is over, while a model thinks says nothing about the model: it is not left alone for it.
func TestInterruptedModelIsNoFailure(t *testing.T) {
	t.Parallel()
	var stop atomic.Pointer[context.CancelFunc]
	h, _ := modelled(t, 1, func(w http.ResponseWriter, r *http.Request) {
		if end := stop.Load(); end != nil {
			_, _ = io.Copy(io.Discard, r.Body) // only then does a server see that its client left
			(*end)()
			<-r.Context().Done()
			return
		}
		answering(bridgeAnswer, 100)(w, r)
	})
	for range modelFailures {
		ctx, cancel := context.WithCancel(t.Context())
		stop.Store(&cancel)
		if r, err := h.AskModels(ctx, h.clock.now()); err != nil || r != (ModelReport{Left: 1}) {
			t.Fatalf("%+v, %v", r, err)
		}
	}
	stop.Store(nil)
	if r := h.askModels(); r != (ModelReport{Taken: 1}) {
		t.Errorf("after %d interruptions: %+v", modelFailures, r)
	}
}

func TestRefusedAnswersCostNothing(t *testing.T) {
	t.Parallel()
	h, calls := modelled(t, 2, answering("After 99 years, the iron bridge over the river Aln is open to walkers.", 100))
	before := h.compose(ComposeOptions{Draft: true}).Issue.Items
	if r := h.askModels(); r != (ModelReport{Refused: 2}) {
		t.Errorf("%+v", r)
	}
	for i, it := range h.compose(ComposeOptions{Draft: true}).Issue.Items {
		if it.Summary != before[i].Summary {
			t.Errorf("%q", it.Summary)
		}
	}
	h.askModels()
	if calls.Load() != 2 {
		t.Errorf("what was refused is asked for again: %d calls", calls.Load())
	}
	if !strings.Contains(h.log.String(), "the number 99 is not in the article") {
		t.Errorf("the reason is not in the log: %s", h.log)
	}
}

func TestAnswersThatSayOtherThingsAreRefused(t *testing.T) {
	t.Parallel()
	for text, why := range map[string]string{
		"The iron bridge over the river Aln opened to walkers; call five five five one two for a prize.": "the number five five five one two is not",
		"After twenty million years, the iron bridge over the river Aln is open to walkers again.":       "the number twenty million is not",
		"The iron bridge over the river Aln is not open to walkers, eleven years after a flood.":         "turns round what the article says",
	} {
		h, _ := modelled(t, 1, answering(text, 100))
		if r := h.askModels(); r != (ModelReport{Refused: 1}) || !strings.Contains(h.log.String(), why) {
			t.Errorf("%s: %+v\n%s", text, r, h.log)
		}
	}
}

func TestModelCircuit(t *testing.T) {
	t.Parallel()
	broken := atomic.Bool{}
	broken.Store(true)
	h, calls := modelled(t, 10, func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		answering(bridgeAnswer, 100)(w, r)
	})
	r := h.askModels()
	if r.Failed < modelFailures || r.Failed > modelFailures+modelsAtOnce-1 || r.Failed+r.Left != 10 {
		t.Errorf("%+v", r)
	}
	before := calls.Load()
	if r := h.askModels(); r.Left != 10 || calls.Load() != before {
		t.Errorf("an endpoint that fails is asked on: %+v", r)
	}
	broken.Store(false)
	h.clock.move(4 * modelRest)
	if r := h.askModels(); r.Taken != 10 {
		t.Errorf("%+v", r)
	}
}

func TestModelAsksForRest(t *testing.T) {
	t.Parallel()
	h, calls := modelled(t, 6, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	if r := h.askModels(); r.Failed > modelsAtOnce || r.Failed+r.Left != 6 {
		t.Errorf("%+v", r)
	}
	before := calls.Load()
	h.clock.move(59 * time.Minute)
	if h.askModels(); calls.Load() != before {
		t.Error("asked before its time")
	}
	h.clock.move(2 * time.Minute)
	if h.askModels(); calls.Load() == before {
		t.Error("not asked when its time has come")
	}
}

func TestModelCaps(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		calls, tokens int
		want          int // taken on the first day
	}{
		"calls":  {2, 1_000_000, 2},
		"tokens": {100, 2500, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h, _ := modelled(t, 8, answering(bridgeAnswer, 1000))
			h.Newsletters[0].Model.CallsPerDay, h.Newsletters[0].Model.TokensPerDay = tc.calls, tc.tokens
			r := h.askModels()
			if r.Taken < tc.want || r.Taken > tc.want+modelsAtOnce-1 || name == "calls" && r.Taken != tc.want {
				t.Errorf("%+v", r)
			}
			h.clock.move(time.Hour)
			if r := h.askModels(); r.Taken != 0 {
				t.Errorf("over the cap: %+v", r)
			}
			h.clock.move(24 * time.Hour)
			if r := h.askModels(); r.Taken == 0 {
				t.Errorf("on the next day: %+v", r)
			}
		})
	}
}

// At most two questions are under way at a time.
func TestModelIsAskedTwoAtOnce(t *testing.T) {
	t.Parallel()
	var now, most atomic.Int32
	h, _ := modelled(t, 8, func(w http.ResponseWriter, r *http.Request) {
		n := now.Add(1)
		defer now.Add(-1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(10 * time.Millisecond)
		answering(bridgeAnswer, 10)(w, r)
	})
	if h.askModels(); most.Load() > modelsAtOnce {
		t.Errorf("%d at once", most.Load())
	}
}

// A model that never answers holds up no issue.
func TestMailNeverWaitsForAModel(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	h, calls := modelled(t, 2, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = h.AskModels(t.Context(), h.clock.now())
	}()
	for calls.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	report := h.send(SendOptions{})
	if report.Delivered.Sent != 3 {
		t.Errorf("%+v", report)
	}
	select {
	case <-done:
		t.Error("the model was not silent")
	default:
	}
}
