package fetch

import (
	"time"

	"tidings/digest"
)

// longestRest is how long, at most, the other feeds of a host wait because it asked us to leave one of them alone: that one waits as long as was
// asked for (RFC 9110 §10.2.3), but what is said of one feed is not always meant of all.
const longestRest = time.Hour

// Rests are the hosts that want to be left alone, and until when.
type Rests map[string]time.Time

// RestsOf finds them in what is remembered of feeds.
func RestsOf(states map[string]digest.FeedState, now time.Time) Rests {
	rests := Rests{}
	for url, s := range states {
		if s.LastTry.After(now.Add(clockSlack)) {
			continue // see Due
		}
		until := s.RetryAfter
		if latest := s.LastTry.Add(longestRest); until.After(latest) {
			until = latest
		}
		if host := hostOf(url, s); until.After(now) && until.After(rests[host]) {
			rests[host] = until
		}
	}
	return rests
}

// Until is when the feed's host may be asked again; zero if it may be now.
func (r Rests) Until(f digest.Feed, s digest.FeedState) time.Time { return r[hostOf(f.URL, s)] }
