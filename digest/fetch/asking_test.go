package fetch

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// Row 1 and 13: what comes back is byte for byte what the server sent, however odd.
func TestRow01ValidatorsAreSentBack(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ etag, date string }{
		{`W/"x y"`, "Tue, 1 Jan 2019 7:00:00 +0100"},
		{`"plain"`, "Thu, 05 Mar 2026 10:00:00 GMT"},
		{`unquoted`, "yesterday"},
		{`"quo\"te" `, ""},
		{"", "2026-03-05T10:00:00Z"},
		{"\"caf\xe9\"", ""},
	} {
		var got http.Header
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.Header.Clone()
			w.Header().Set("ETag", tt.etag)
			w.Header().Set("Last-Modified", tt.date)
			if r.Header.Get("If-None-Match")+r.Header.Get("If-Modified-Since") != "" {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		c := client(Options{})
		first := fetchOne(t, c, u)
		wantArticles(t, first, 1)
		second := c.Fetch(t.Context(), first.Feed, first.State, noon())
		wantArticles(t, second, 0)
		if etag := strings.TrimSpace(tt.etag); !second.NotModified || got.Get("If-None-Match") != etag || got.Get("If-Modified-Since") != tt.date {
			t.Errorf("sent back %q and %q for %q and %q", got.Get("If-None-Match"), got.Get("If-Modified-Since"), etag, tt.date)
		}
	}
}

// A validator as long as a document is not kept.
func TestRow01ValidatorsAreBounded(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"`+strings.Repeat("x", 100_000)+`"`)
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	if r := fetchOne(t, client(Options{}), u); r.Err != nil || r.State.ETag != "" {
		t.Errorf("%v, a validator of %d bytes", r.Err, len(r.State.ETag))
	}
}

func TestRow02NewValidatorsFrom200And304(t *testing.T) {
	t.Parallel()
	const date, later = "Tue, 01 Jan 2019 07:00:00 GMT", "Wed, 02 Jan 2019 07:00:00 GMT"
	n := 0
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		n++
		if r.Header.Get("If-None-Match") != map[int]string{1: "", 2: `"1"`, 3: `"2"`, 4: `"3"`, 6: `"5"`}[n] {
			t.Errorf("request %d has %q", n, r.Header.Get("If-None-Match"))
		}
		w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n))
		if n == 1 {
			w.Header().Set("Last-Modified", date) // and so it stays
		}
		if n == 2 {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if n == 4 {
			w.Header().Del("ETag")
		}
		if n == 5 {
			w.Header().Set("Last-Modified", date)
		}
		if n == 6 {
			w.Header().Set("Last-Modified", later)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte(rssFeed(n)))
	})
	c, s := client(Options{}), digest.FeedState{}
	for i, want := range [][2]string{{`"1"`, date}, {`"2"`, date}, {`"3"`, ""}, {"", ""}, {`"5"`, date}, {`"6"`, later}} {
		r := c.Fetch(t.Context(), digest.Feed{URL: u}, s, noon())
		s = r.State
		if r.Err != nil || s.ETag != want[0] || s.LastModified != want[1] || r.NotModified != (i == 1 || i == 5) {
			t.Errorf("after request %d: %v, %q, %q", i+1, r.Err, s.ETag, s.LastModified)
		}
	}
}

func TestRow03NoValidatorsFromErrors(t *testing.T) {
	t.Parallel()
	for _, code := range []int{400, 404, 429, 500, 503} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"of the error"`)
			w.Header().Set("Last-Modified", "of the error")
			w.WriteHeader(code)
			_, _ = w.Write([]byte(rssFeed(1)))
		})
		before := digest.FeedState{ETag: `"old"`, LastModified: "old", Answered: u, First: noon().Add(-day)}
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, before, noon())
		wantError(t, r, fmt.Sprint(code))
		if r.State.ETag != `"old"` || r.State.LastModified != "old" || r.State.Answered != u {
			t.Errorf("%d: validators %q, %q of an error", code, r.State.ETag, r.State.LastModified)
		}
	}
	page := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"of the page"`)
		_, _ = w.Write([]byte("<!doctype html><title>Be right back</title>"))
	})
	if r := fetchOne(t, client(Options{}), page); r.Err == nil || r.State.ETag != "" {
		t.Errorf("%v: validator %q of a page", r.Err, r.State.ETag)
	}
}

func TestRow05NextFetch(t *testing.T) {
	t.Parallel()
	withTTL := strings.Replace(rssFeed(1), "<channel>", "<channel><ttl>180</ttl>", 1)
	withPeriod := strings.Replace(strings.Replace(rssFeed(1), "<rss", `<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"`, 1),
		"<channel>", "<channel><sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>6</sy:updateFrequency>", 1)
	for name, tt := range map[string]struct {
		header http.Header
		body   string
		every  time.Duration
		want   time.Duration
	}{
		"default":        {want: time.Hour},
		"max-age":        {header: http.Header{"Cache-Control": {"max-age=7200"}}, want: 2 * time.Hour},
		"age":            {header: http.Header{"Cache-Control": {"max-age=9000"}, "Age": {"1800"}}, want: 2 * time.Hour},
		"short max-age":  {header: http.Header{"Cache-Control": {"max-age=60"}}, want: time.Hour},
		"capped":         {header: http.Header{"Cache-Control": {"max-age=99999999999"}}, want: day},
		"expires":        {header: http.Header{"Date": {"Thu, 05 Mar 2026 10:00:00 GMT"}, "Expires": {"Thu, 05 Mar 2026 13:00:00 GMT"}}, want: 3 * time.Hour},
		"expires late":   {header: http.Header{"Date": {"Thu, 05 Mar 2026 10:00:00 GMT"}, "Expires": {"Sun, 05 Apr 2026 10:00:00 GMT"}}, want: day},
		"yearly":         {body: strings.Replace(strings.Replace(withPeriod, "daily", "yearly", 1), ">6<", ">1<", 1), want: day},
		"ttl of a year":  {body: strings.Replace(withTTL, "180", "525600", 1), want: day},
		"ttl":            {body: withTTL, want: 3 * time.Hour},
		"update period":  {body: withPeriod, want: 4 * time.Hour},
		"admin's longer": {header: http.Header{"Cache-Control": {"max-age=7200"}}, every: 72 * time.Hour, want: 72 * time.Hour},
		"nonsense":       {header: http.Header{"Cache-Control": {"max-age=-1, max-age=x"}, "Expires": {"0"}, "Age": {"-5"}}, want: time.Hour},
	} {
		if tt.body == "" {
			tt.body = rssFeed(1)
		}
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), tt.header)
			_, _ = w.Write([]byte(tt.body))
		})
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u, Every: tt.every}, digest.FeedState{}, noon())
		wantArticles(t, r, 1)
		if got := r.State.NextFetch.Sub(noon()); got != tt.want {
			t.Errorf("%s: next in %s, want %s", name, got, tt.want)
		}
	}
}

// A 304 may bring a lifetime of its own; what the document asks for goes on beside it.
func TestRow05NextFetchAfter304(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		header http.Header
		period time.Duration
		want   time.Duration
	}{
		"max-age":          {http.Header{"Cache-Control": {"public, max-age=7200"}, "Age": {"600"}}, 0, 110 * time.Minute},
		"ttl of before":    {nil, 3 * time.Hour, 3 * time.Hour},
		"the larger":       {http.Header{"Cache-Control": {"max-age=7200"}}, 3 * time.Hour, 3 * time.Hour},
		"nothing, at last": {nil, 0, time.Hour},
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			maps.Copy(w.Header(), tt.header)
			w.WriteHeader(http.StatusNotModified)
		})
		before := digest.FeedState{LastTry: noon().Add(-9 * time.Hour), NextFetch: noon(), ETag: "x", Answered: u, Period: tt.period}
		r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, before, noon())
		wantArticles(t, r, 0)
		if got := r.State.NextFetch.Sub(noon()); got != tt.want || r.State.Period != tt.period {
			t.Errorf("%s: next in %s, want %s", name, got, tt.want)
		}
	}
}

// Thursday, 5 March 2026, is when these documents are read, at noon in GMT.
func TestRow06SkipHoursAndDays(t *testing.T) {
	t.Parallel()
	hours := func(from, to int) string {
		var b strings.Builder
		for h := from; h <= to; h++ {
			fmt.Fprintf(&b, "<hour>%d</hour>", h)
		}
		return "<skipHours>" + b.String() + "</skipHours>"
	}
	for name, tt := range map[string]struct{ channel, want string }{
		"nothing":             {"", "2026-03-05 13:00"},
		"the next hour":       {hours(13, 13), "2026-03-05 14:00"},
		"over midnight":       {hours(13, 23), "2026-03-06 00:00"},
		"24 is 0":             {hours(13, 24), "2026-03-06 01:00"},
		"another hour":        {hours(0, 12), "2026-03-05 13:00"},
		"the day":             {"<skipDays><day>Thursday</day></skipDays>", "2026-03-06 00:00"},
		"days, and hours":     {"<skipDays><day> thursday</day><day>FRIDAY</day></skipDays>" + hours(0, 5), "2026-03-07 06:00"},
		"every hour is none":  {hours(0, 23), "2026-03-05 13:00"},
		"nonsense is nothing": {"<skipHours><hour>-1</hour><hour>99</hour><hour>x</hour></skipHours><skipDays><day>Donnerstag</day></skipDays>", "2026-03-05 13:00"},
	} {
		var status int
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("ETag", `"1"`)
			if status != 0 {
				w.WriteHeader(status)
			}
			if status != http.StatusNotModified {
				_, _ = w.Write([]byte(strings.Replace(rssFeed(1), "<channel>", "<channel>"+tt.channel, 1)))
			}
		})
		c, s := client(Options{}), digest.FeedState{}
		in := time.FixedZone("UTC+9", 9*3600) // wherever we are
		for _, status = range []int{0, http.StatusNotModified, http.StatusInternalServerError} {
			r := c.Fetch(t.Context(), digest.Feed{URL: u}, s, noon().In(in))
			s = r.State
			got := s.NextFetch.UTC().Format("2006-01-02 15:04")
			if status < 500 && got != tt.want || got < tt.want {
				t.Errorf("%s, status %d: next at %s, want %s", name, status, got, tt.want)
			}
		}
	}
}

func TestRow07RetryAfter(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Time{
		"7200":                          noon().Add(2 * time.Hour),
		"Thu, 05 Mar 2026 18:00:00 GMT": noon().Add(6 * time.Hour),
		"99999999999999999999":          noon().Add(7 * day),
		"Thu, 05 Mar 2099 18:00:00 GMT": noon().Add(7 * day),
		"soon":                          {},
		"":                              {},
	} {
		for _, code := range []int{429, 503} {
			u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", value)
				w.WriteHeader(code)
			})
			r := fetchOne(t, client(Options{}), u)
			wantError(t, r, fmt.Sprint(code))
			if !r.State.RetryAfter.Equal(want) || r.State.NextFetch.Before(want) {
				t.Errorf("%d, %q: not before %v, next %v", code, value, r.State.RetryAfter, r.State.NextFetch)
			}
		}
	}
}

func TestRow08Backoff(t *testing.T) {
	t.Parallel()
	for failures, want := range map[int]time.Duration{1: time.Hour, 2: 2 * time.Hour, 4: 8 * time.Hour, 6: day, 1000: day} {
		if got := backoff(time.Hour, failures, 0); got != want {
			t.Errorf("%d failures: %s, want %s", failures, got, want)
		}
		if got := backoff(time.Hour, failures, 0.999); got <= want || got > want+want/4 {
			t.Errorf("%d failures, spread: %s", failures, got)
		}
	}
	if spread("https://a.example/", 1) == spread("https://b.example/", 1) {
		t.Error("two feeds come back at the same moment")
	}
}

// A server that fails five hundred times is asked less and less often, once in each fetch.
func TestRow08BackoffFor500(t *testing.T) {
	t.Parallel()
	requests, broken := 0, true
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if requests++; broken {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c, s, now := client(Options{}), digest.FeedState{}, noon()
	feed := digest.Feed{URL: u}
	last := time.Duration(0)
	for i := range 20 {
		r := c.Fetch(t.Context(), feed, s, now)
		s = r.State
		wait := s.NextFetch.Sub(now)
		if r.Err == nil || s.Failures != i+1 || !s.FailingSince.Equal(noon()) || requests != i+1 {
			t.Fatalf("failure %d: %v, %+v after %d requests", i+1, r.Err, s, requests)
		}
		if wait < min(2*last*4/5, day) || wait > day+day/4 || Due(s, now.Add(wait-time.Second), false) || !Due(s, now.Add(wait), false) {
			t.Errorf("failure %d: next in %s after %s", i+1, wait, last)
		}
		last, now = wait, s.NextFetch
	}
	broken = false
	r := c.Fetch(t.Context(), feed, s, now)
	if r.Err != nil || !r.State.Healthy() || r.State.NextFetch.Sub(now) != time.Hour {
		t.Errorf("after it: %v, %+v", r.Err, r.State)
	}
}

// A date of change that lies ahead is not sent back: a server that compares would never have anything newer.
func TestRow02AChangeThatLiesAhead(t *testing.T) {
	t.Parallel()
	const ahead, past = "Thu, 01 Jan 2099 00:00:00 GMT", "Thu, 05 Mar 2026 10:00:00 GMT"
	date, status := ahead, http.StatusOK
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Last-Modified", date)
		if status == http.StatusNotModified {
			w.WriteHeader(status)
			return
		}
		w.WriteHeader(http.StatusNonAuthoritativeInfo) // as a proxy makes of 200
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{})
	r := fetchOne(t, c, u)
	wantArticles(t, r, 1)
	if r.State.LastModified != "" || r.State.ETag != `"1"` {
		t.Errorf("%+v", r.State)
	}
	date = past
	r = c.Fetch(t.Context(), r.Feed, r.State, noon())
	date, status = ahead, http.StatusNotModified
	r = c.Fetch(t.Context(), r.Feed, r.State, noon())
	if !r.NotModified || r.State.LastModified != past {
		t.Errorf("after a 304: %v, %+v", r.Err, r.State)
	}
}
