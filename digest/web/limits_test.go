package web_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tidings/digest"
	"tidings/digest/mail"
	"tidings/digest/mail/smtptest"
	"tidings/digest/store"
	"tidings/digest/web"
)

func TestLimitsOfTheForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.options.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	handler := web.Handler(h.options)
	n := 0
	ask := func(remote, forwarded string) int {
		n++
		values := h.form("weekly")
		values.Set("email", "x"+strings.Repeat("y", n)+"@reader.example")
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/n/weekly", strings.NewReader(values.Encode()))
		r.RemoteAddr = remote
		r.Header.Set("Content-Type", formType)
		if forwarded != "" {
			r.Header.Set("X-Forwarded-For", forwarded)
		}
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		return w.Code
	}
	for i := range 20 { // one network, seen in every way
		remote, forwarded := "192.0.2."+string(rune('1'+i%9))+":1234", ""
		switch i % 4 {
		case 1:
			remote, forwarded = "10.1.2.3:99", "192.0.2.77"
		case 2:
			remote, forwarded = "127.0.0.1:99", "6.6.6.6:80, 192.0.2.77:4711, 10.9.9.9"
		case 3:
			forwarded = "203.0.113.9" // by nobody whom we trust
		}
		if code := ask(remote, forwarded); code != http.StatusOK {
			t.Fatalf("%d: %d", i, code)
		}
	}
	for _, c := range []struct {
		remote, forwarded string
		want              int
	}{
		{"192.0.2.200:1", "", http.StatusTooManyRequests},
		{"[::1]:1", "::ffff:192.0.2.1", http.StatusTooManyRequests},
		{"192.0.3.1:1", "", http.StatusOK},
		{"[2001:db8::1]:1", "192.0.2.1", http.StatusOK},
		{"10.0.0.1:1", "no address", http.StatusOK},
		{"", "", http.StatusOK},
	} {
		if got := ask(c.remote, c.forwarded); got != c.want {
			t.Errorf("%+v: %d", c, got)
		}
	}
	h.clock.move(time.Hour)
	if got := ask("192.0.2.200:1", ""); got != http.StatusOK {
		t.Errorf("an hour later: %d", got)
	}
}

// The form refuses sign-ups when a thousand wait for their mail, and the log says once why.
func TestTooManyWaitForTheirMail(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	var log bytes.Buffer
	h.options.Log = slog.New(slog.NewTextHandler(&log, nil))
	handler := web.Handler(h.options)
	limit := store.Limit{Name: "any", Most: 2000, Within: time.Hour}
	for i := range 999 {
		up := store.Signup{Subscriber: digest.Subscriber{Email: fmt.Sprintf("x%d@reader.example", i), Newsletters: []string{"weekly"}}}
		if err := h.store.AddSignup(t.Context(), up, limit, nil, h.clock.now()); err != nil {
			t.Fatal(err)
		}
	}
	for i, want := range []int{http.StatusOK, http.StatusTooManyRequests, http.StatusTooManyRequests} {
		request, answer := h.post(fmt.Sprintf("y%d@reader.example", i)), httptest.NewRecorder()
		if handler.ServeHTTP(answer, request); answer.Code != want {
			t.Errorf("sign-up %d: %d", i, answer.Code)
		}
	}
	if n := strings.Count(log.String(), "refuses further sign-ups"); n != 1 || strings.Count(log.String(), "\n") != 1 {
		t.Errorf("the log says so %d times: %s", n, &log)
	}
}

// Large mail servers pass over dots, and many what is behind a +: one mailbox gets three mails a day, however its address is written.
func TestOneMailboxByManyAddresses(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	for _, email := range []string{"grace@reader.example", "g.race@reader.example", "gr.ace+x@reader.example", "g.r.a.c.e@reader.example", "GRACE+y@READER.example", "alan@reader.example"} {
		if code, page := h.asks("weekly", email); code != http.StatusOK || !strings.Contains(page, "One more step") {
			t.Errorf("%s: %d", email, code)
		}
		h.work()
	}
	var to []string
	for _, l := range h.letters() {
		to = append(to, l.Get("To"))
	}
	if want := []string{"<grace@reader.example>", "<g.race@reader.example>", "<gr.ace+x@reader.example>", "<alan@reader.example>"}; !slices.Equal(to, want) {
		t.Errorf("mails went to %q", to)
	}
}

// What a clerk cannot do it says once, and not each second.
func TestClerkSaysItOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	var log syncBuffer
	h.options.Log = slog.New(slog.NewTextHandler(&log, nil))
	h.employ(nil)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { h.clerk.Run(ctx); close(done) }()
	time.Sleep(2500 * time.Millisecond)
	stop()
	<-done
	if n := strings.Count(log.String(), "cannot be sent"); n != 1 {
		t.Errorf("said %d times: %s", n, log.String())
	}
}

// syncBuffer is a buffer that several write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestMailTroubles(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.asks("weekly", "grace@reader.example")
	h.relay.Fault(smtptest.At(digest.StageRcpt, "451 4.2.0 later"))
	h.work()
	if n, _ := h.store.SignupsWaiting(t.Context()); n != 1 || len(h.relay.Messages()) != 0 {
		t.Fatalf("%d wait", n)
	}
	h.relay.Fault(nil)
	h.work()
	if len(h.relay.Messages()) != 0 {
		t.Error("tried again at once")
	}
	h.clock.move(6 * time.Minute)
	h.work()
	if len(h.relay.Messages()) != 1 {
		t.Error("not tried again")
	}
	h.relay.Fault(smtptest.At(digest.StageRcpt, "550 5.1.1 nobody"))
	h.asks("weekly", "mary@reader.example")
	h.work()
	if n, _ := h.store.SignupsWaiting(t.Context()); n != 0 {
		t.Errorf("%d wait for an address that does not exist", n)
	}
}

// Whoever signs up while our own limit for their domain is used up gets the mail when it no longer is, however many tries that takes.
func TestMailWaitsForALimit(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.employ(nil, mail.Rate{N: 1, Per: time.Hour})
	h.asks("weekly", "grace@reader.example")
	h.asks("weekly", "mary@reader.example")
	for range 10 {
		h.work()
		h.clock.move(6 * time.Minute)
	}
	if n, _ := h.store.SignupsWaiting(t.Context()); n != 1 || len(h.relay.Messages()) != 1 {
		t.Fatalf("%d wait, %d were sent", n, len(h.relay.Messages()))
	}
	h.employ(nil) // an hour later
	h.work()
	if n := len(h.relay.Messages()); n != 1 {
		t.Errorf("%d were sent", n)
	}
}
