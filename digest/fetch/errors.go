package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tidings/digest"
)

// passingError is a trouble that may be over the next time.
type passingError string

func (e passingError) Error() string { return string(e) }

// errTimeout marks a request that ran out of its time.
const errTimeout = passingError("the server is too slow or cannot be reached")

// statusError is an answer that is neither 200 nor 304 nor a redirect.
type statusError struct {
	code       int
	retryAfter string // as sent
}

func (e *statusError) Error() string {
	return strings.TrimSpace(fmt.Sprintf("the server answered %d %s", e.code, http.StatusText(e.code)))
}

// passing tells whether the answer may be another one later, at the same address.
func (e *statusError) passing() bool {
	return e.code >= 500 || e.code == http.StatusTooManyRequests || e.code == http.StatusRequestTimeout
}

// pageError is a page in the place of a feed.
type pageError struct {
	feeds []string // absolute addresses of the feeds that the page names
}

// Error names the feeds found on the page.
func (e *pageError) Error() string {
	if len(e.feeds) == 0 {
		return "this is an HTML page, not a feed, and it names none; find the address of the feed"
	}
	shown := make([]string, min(len(e.feeds), 3))
	for i := range shown {
		shown[i] = cleanURL(e.feeds[i])
	}
	return "this is an HTML page, not a feed; it names " + strings.Join(shown, ", ") + ": use that address"
}

// sentence is the error of a feed as people read it: the feed's address, then what happened and what becomes of it or is to be done.
func sentence(f digest.Feed, s digest.FeedState, err error) string {
	return located(f, s, explain(err))
}

func located(f digest.Feed, s digest.FeedState, what string) string {
	where := cleanURL(f.URL)
	if s.Location != "" && s.Location != f.URL {
		where += " (its feed is " + cleanURL(s.Location) + ")"
	}
	return bounded(where+": "+what, 1000)
}

// explain says what happened, and what becomes of it or is to be done. It is for those who look after a feed that is asked again and again.
func explain(err error) string {
	status := (*statusError)(nil)
	switch isStatus := errors.As(err, &status); {
	case isStatus && status.code == http.StatusGone:
		return happened(err) + "; the feed is gone for good: remove it"
	case isStatus && (status.code == http.StatusUnauthorized || status.code == http.StatusForbidden):
		return happened(err) + "; check the feed's headers, or ask its publisher"
	case isStatus && status.passing(), isPassing(err):
		return happened(err) + "; it is tried again"
	case isStatus:
		return happened(err) + "; check the address"
	}
	return happened(err)
}

// explainOnce says the same to those who have just typed the address: nobody tries again but they.
func explainOnce(err error, now time.Time) string {
	status := (*statusError)(nil)
	switch isStatus := errors.As(err, &status); {
	case isStatus && status.code == http.StatusGone:
		return happened(err) + "; the feed is gone for good, look for another on its site"
	case isStatus && (status.code == http.StatusUnauthorized || status.code == http.StatusForbidden):
		return happened(err) + "; it wants a login, or no programs: write the feed into the configuration by hand, with `headers` or `user_agent`, or ask its publisher"
	case isStatus && retryAfter(status.retryAfter, now).After(now):
		return happened(err) + "; it wants to be left alone until " + retryAfter(status.retryAfter, now).UTC().Format("2 January, 15:04 UTC")
	case isStatus && status.passing(), isPassing(err):
		return happened(err) + "; check the address, or try again later"
	case isStatus:
		return happened(err) + "; check the address"
	}
	return happened(err)
}

// cleanURL is an address fit for a message: without what may be secret, on one line, of bounded length.
func cleanURL(address string) string { return bounded(digest.OneLine(digest.ShownURL(address)), 300) }

// quote shows foreign text within a sentence.
func quote(s string) string { return "“" + bounded(digest.OneLine(s), 100) + "”" }

func joinNotes(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "; " + b
}
