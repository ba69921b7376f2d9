package fetch

import (
	"errors"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tidings/digest"
)

const (
	day          = 24 * time.Hour
	longestRetry = 7 * day // the longest that a Retry-After is believed
	goneForGood  = 7 * day // until a feed that answered 410 is asked again
	maxValidator = 1024    // bytes of a validator; a longer one is not kept
)

// succeeded is the state after a document was read.
func (c *Client) succeeded(f digest.Feed, s digest.FeedState, ans *answer, doc *document, now time.Time) digest.FeedState {
	s.Partial = doc.salvaged && (s.Partial || s.LastSuccess.IsZero())
	s = healthy(s, now)
	s.Note = doc.note
	s.Title, s.Home, s.Lang = doc.title(), doc.home(ans.url), doc.lang()
	s.Answered, s.ETag, s.LastModified = ans.url, "", ""
	if !ans.cut && !doc.cut {
		s.ETag, s.LastModified = validator(ans.header, "ETag"), lastModified(ans.header, now)
	}
	s.Period = doc.period()
	s.SkipHours, s.SkipDays = doc.skips()
	if ans.moved && s.MovedTo != ans.url {
		s.MovedTo, s.MovedSeen = ans.url, 0
	}
	return c.next(f, relocated(s, ans), ans, now)
}

// unchanged is the state after a 304: it may bring new validators and a new lifetime (RFC 9111 §4.3.4). What the feed asked for
// in its document goes on.
func (c *Client) unchanged(f digest.Feed, s digest.FeedState, ans *answer, now time.Time) digest.FeedState {
	s = healthy(s, now)
	if v := validator(ans.header, "ETag"); v != "" {
		s.ETag = v
	}
	if v := lastModified(ans.header, now); v != "" {
		s.LastModified = v
	}
	return c.next(f, relocated(s, ans), ans, now)
}

// next sets when a feed that answered is asked again.
func (c *Client) next(f digest.Feed, s digest.FeedState, ans *answer, now time.Time) digest.FeedState {
	wanted := max(freshness(ans.header, now), s.Period)
	s.NextFetch = past(s, now.Add(c.distance(f, wanted)))
	return s
}

func healthy(s digest.FeedState, now time.Time) digest.FeedState {
	s.LastTry, s.LastSuccess = now, now
	s.FailingSince, s.RetryAfter = time.Time{}, time.Time{}
	s.Failures, s.Error, s.Closed = 0, "", false
	return s
}

// failed is the state after a failure: the validators stay as they were, and the feed is asked less and less often.
func (c *Client) failed(f digest.Feed, s digest.FeedState, err error, now time.Time) digest.FeedState {
	s.LastTry = now
	s.Failures++
	if s.FailingSince.IsZero() {
		s.FailingSince = now
	}
	s.Error = sentence(f, s, err)
	s.RetryAfter, s.Closed = time.Time{}, false
	s.NextFetch = past(s, now.Add(backoff(c.every(f), s.Failures, spread(f.URL, s.Failures))))
	var status *statusError
	if !errors.As(err, &status) {
		return s
	}
	switch status.code {
	case http.StatusGone:
		s.Closed = true
		s.NextFetch = now.Add(goneForGood)
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		s.RetryAfter = retryAfter(status.retryAfter, now)
		if s.RetryAfter.After(s.NextFetch) {
			s.NextFetch = s.RetryAfter
		}
	}
	return s
}

func (c *Client) every(f digest.Feed) time.Duration { return orElse(f.Every, c.Every) }

// distance is the time to the next request: what the admin set, or what the server wants if that is longer, up to a day.
func (c *Client) distance(f digest.Feed, wanted time.Duration) time.Duration {
	return max(c.every(f), min(wanted, day))
}

// backoff doubles the distance with each failure, to a day; spread in [0,1) moves it upward by up to a quarter.
func backoff(every time.Duration, failures int, spread float64) time.Duration {
	d := every
	for range failures - 1 {
		if d >= day {
			break
		}
		d = min(2*d, day)
	}
	return d + time.Duration(float64(d)/4*spread)
}

// spread is a number in [0,1) that differs from feed to feed and from try to try, so that feeds which failed together do not come
// back together.
func spread(url string, failures int) float64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(url + strconv.Itoa(failures)))
	return float64(h.Sum32()) / (1 << 32)
}

// freshness is how long an answer says that it is good for (RFC 9111 §4.2.1); 0 if it does not say.
func freshness(h http.Header, now time.Time) time.Duration {
	if age, ok := maxAge(h.Values("Cache-Control")); ok {
		spent, _ := strconv.Atoi(h.Get("Age"))
		return max(0, age-min(time.Duration(max(spent, 0))*time.Second, age))
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(0, expires.Sub(now))
}

// maxAge finds the max-age of a Cache-Control, up to a day.
func maxAge(values []string) (time.Duration, bool) {
	for directive := range strings.SplitSeq(strings.Join(values, ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		if !strings.EqualFold(name, "max-age") {
			continue
		}
		if n, ok := seconds(strings.Trim(value, `"`)); ok {
			return min(n, day), true
		}
	}
	return 0, false
}

// retryAfter reads either form of the header (RFC 9110 §10.2.3); zero if it says nothing.
func retryAfter(value string, now time.Time) time.Time {
	at := time.Time{}
	if wait, ok := seconds(value); ok {
		at = now.Add(wait)
	} else if t, err := http.ParseTime(value); err == nil {
		at = t
	}
	if latest := now.Add(longestRetry); at.After(latest) {
		return latest
	}
	return at
}

// seconds reads a number of seconds; one too large to hold is a week.
func seconds(s string) (time.Duration, bool) {
	s = strings.TrimSpace(s)
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return longestRetry, true
	}
	return time.Duration(n) * time.Second, true
}

// validator is a header byte for byte as it came, unless it is too long to send back on every request.
func validator(h http.Header, key string) string {
	if v := h.Get(key); len(v) <= maxValidator {
		return v
	}
	return ""
}

// lastModified is the validator of that name, unless it lies ahead: nothing would ever be newer.
func lastModified(h http.Header, now time.Time) string {
	v := validator(h, "Last-Modified")
	if at, err := http.ParseTime(v); err == nil && at.After(now.Add(day)) {
		return ""
	}
	return v
}
