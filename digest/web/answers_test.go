package web_test

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tidings/digest"
)

// standings are how an address may stand with us, and what brings it there. The first is that of a stranger.
func standings() []standing {
	return []standing{
		{"unknown", func(*house, string) {}},
		{"subscribed", func(h *house, email string) { h.joins(email) }},
		{"left", func(h *house, email string) {
			h.must(h.store.Unsubscribe(context.Background(), h.joins(email), "", h.clock.now()))
		}},
		{"paused", func(h *house, email string) {
			choice := digest.Choice{Take: []string{"weekly"}, Paused: h.clock.now().AddDate(0, 0, 7)}
			h.must(h.store.Choose(context.Background(), h.joins(email), choice, h.clock.now()))
		}},
		{"pending", func(h *house, email string) { h.asks("weekly", email); h.work() }},
		{"suppressed", func(h *house, email string) {
			h.must(h.store.Suppress(context.Background(), email, "no such mailbox", h.clock.now()))
		}},
		{"erased", func(h *house, email string) {
			h.joins(email)
			_, err := h.store.Erase(context.Background(), email, h.clock.now())
			h.must(err)
		}},
		{"tried-often", func(h *house, email string) {
			for range 4 {
				h.asks("weekly", email)
			}
			h.work()
		}},
	}
}

type standing struct {
	name  string
	bring func(h *house, email string)
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

// joins makes a subscriber of an address, by hand.
func (h *house) joins(email string) (id string) {
	h.t.Helper()
	_, err := h.store.Enlist(context.Background(), []digest.Subscriber{{Email: email}}, h.clock.now())
	h.must(err)
	return h.find(email).ID
}

// post is the form with an address, as the server gets it.
func (h *house) post(email string) *http.Request {
	h.t.Helper()
	values := h.form("weekly")
	values.Set("email", email)
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/n/weekly", strings.NewReader(values.Encode()))
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:99", rand.IntN(256), rand.IntN(256))
	r.Header.Set("Content-Type", formType)
	return r
}

// TestAnswersAreTheSame holds that the form answers with the same status, header and bytes however an address stands, and does the same for it: so many
// rows of the same tables are written, and no mail is sent before the answer.
func TestAnswersAreTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	var wantHeader http.Header
	var wantPage string
	var wantWork map[string]int
	for i, s := range standings() {
		email := fmt.Sprintf("somebody-%d@reader.example", i)
		s.bring(h, email)
		request, answer := h.post(email), httptest.NewRecorder()
		mails, before := len(h.relay.Messages()), h.rows()
		h.handler.ServeHTTP(answer, request)
		work, page := changes(before, h.rows()), strings.ReplaceAll(answer.Body.String(), email, "EMAIL")
		if i == 0 {
			wantHeader, wantPage, wantWork = answer.Header(), page, work
		}
		if answer.Code != http.StatusOK || page != wantPage || !strings.Contains(page, "EMAIL") {
			t.Errorf("%s: %d %s", s.name, answer.Code, page)
		}
		if diff := cmp.Diff(wantHeader, answer.Header()); diff != "" {
			t.Errorf("%s: %s", s.name, diff)
		}
		if diff := cmp.Diff(wantWork, work); diff != "" || work["signups"] != 1 {
			t.Errorf("%s: rows written by table: %s", s.name, diff)
		}
		if len(h.relay.Messages()) != mails {
			t.Errorf("%s: a mail was sent while the visitor waited", s.name)
		}
		h.work()
	}
}

// rows is every row of the store, by its table and number.
func (h *house) rows() map[string]string {
	h.t.Helper()
	db, err := sql.Open("sqlite", h.file)
	h.must(err)
	defer func() { h.must(db.Close()) }()
	all := map[string]string{}
	for _, table := range h.query(db, `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`) {
		var columns []string
		for _, name := range h.query(db, `SELECT name FROM pragma_table_info('`+table+`')`) {
			columns = append(columns, `quote("`+name+`")`)
		}
		for _, row := range h.query(db, `SELECT rowid || ' ' || `+strings.Join(columns, " || ' ' || ")+` FROM "`+table+`"`) {
			number, _, _ := strings.Cut(row, " ")
			all[table+" "+number] = row
		}
	}
	return all
}

func (h *house) query(db *sql.DB, text string) (all []string) {
	h.t.Helper()
	rows, err := db.QueryContext(context.Background(), text)
	h.must(err)
	defer func() { h.must(rows.Close()) }()
	for rows.Next() {
		var s string
		h.must(rows.Scan(&s))
		all = append(all, s)
	}
	h.must(rows.Err())
	return all
}

// changes counts by table the rows that came, went or became others.
func changes(before, after map[string]string) map[string]int {
	n := map[string]int{}
	both := maps.Clone(before)
	maps.Copy(both, after)
	for key := range both {
		if before[key] != after[key] {
			table, _, _ := strings.Cut(key, " ")
			n[table]++
		}
	}
	return n
}

// BenchmarkAnswersByStanding posts the form for addresses that stand in every way, in turn and each time in another order, and tells how the times differ from
// those of strangers: the ratio of the medians, and how sure it is that one is slower at all, as the z of a Mann–Whitney U test, which for no difference lies
// between -3 and 3. Run it with -benchtime 500x.
func BenchmarkAnswersByStanding(b *testing.B) {
	h := newHouse(b, "")
	all := standings()
	took := make([][]float64, len(all))
	h.clock.move(30 * time.Minute)
	for round := range b.N {
		email := func(kind int) string { return fmt.Sprintf("k%d-%06d@reader.example", kind, round) }
		for kind, s := range all {
			s.bring(h, email(kind))
		}
		for _, kind := range rand.Perm(len(all)) {
			request, answer := h.post(email(kind)), httptest.NewRecorder()
			began := time.Now()
			h.handler.ServeHTTP(answer, request)
			took[kind] = append(took[kind], float64(time.Since(began).Nanoseconds()))
			if answer.Code != http.StatusOK {
				b.Fatalf("%s: %d %s", all[kind].name, answer.Code, answer.Body)
			}
		}
		h.work()
		h.clock.move(time.Hour) // for the limits
	}
	for kind, s := range all[1:] {
		b.ReportMetric(median(took[1+kind])/median(took[0]), s.name+"/unknown")
		b.ReportMetric(mannWhitney(took[1+kind], took[0]), s.name+"-z")
	}
	b.ReportMetric(median(took[0]), "unknown-ns")
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// mannWhitney is the z of the U test that the first are greater than the second.
func mannWhitney(a, b []float64) float64 {
	u := 0.0
	for _, x := range a {
		for _, y := range b {
			switch {
			case x > y:
				u++
			case x == y:
				u += 0.5
			}
		}
	}
	n, m := float64(len(a)), float64(len(b))
	return (u - n*m/2) / math.Sqrt(n*m*(n+m+1)/12)
}
