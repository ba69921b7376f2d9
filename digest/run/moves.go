package run

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/fetch"
)

// followMoves lets a feed of the configuration that was never read inherit what is remembered of one that is configured no more, and was
// that address in another spelling or went there: so nobody who writes a feed's new address gets its articles again.
func (s *Service) followMoves(ctx context.Context, states map[string]digest.FeedState) error {
	left := s.leftBehind(states)
	for _, f := range s.Feeds {
		if !states[f.URL].First.IsZero() {
			continue
		}
		i := slices.IndexFunc(left, func(st digest.FeedState) bool { return samePlace(st.URL, f.URL) })
		if i < 0 {
			i = slices.IndexFunc(left, func(st digest.FeedState) bool { return samePlace(st.Location, f.URL) || samePlace(st.Answered, f.URL) })
		}
		if i < 0 {
			continue
		}
		from, st := left[i].URL, inherited(left[i], f.URL)
		if err := s.Store.MoveFeed(ctx, from, st); err != nil {
			return err
		}
		states[f.URL] = st
		delete(states, from)
		left = slices.Delete(left, i, i+1)
		s.Log.Info("a feed's history goes with it to its new address", "feed", digest.ShownURL(f.URL), "before", digest.ShownURL(from))
	}
	return nil
}

// leftBehind is what is remembered of feeds that are configured no more, those that were read last first.
func (s *Service) leftBehind(states map[string]digest.FeedState) (left []digest.FeedState) {
	configured := map[string]bool{}
	for _, f := range s.Feeds {
		configured[f.URL] = true
	}
	for url, st := range states {
		if !configured[url] && !st.First.IsZero() {
			left = append(left, st)
		}
	}
	slices.SortFunc(left, func(a, b digest.FeedState) int {
		return cmp.Or(b.LastSuccess.Compare(a.LastSuccess), cmp.Compare(a.URL, b.URL))
	})
	return left
}

// inherited is what is known of a feed at its new address. How it failed was of the old one; a server's Retry-After is not.
func inherited(st digest.FeedState, url string) digest.FeedState {
	if !samePlace(st.URL, url) || samePlace(st.Location, url) {
		st.Location = ""
	}
	st.URL, st.MovedTo, st.MovedSeen = url, "", 0
	if !st.Healthy() {
		st.FailingSince, st.NextFetch = time.Time{}, time.Time{}
		st.Failures, st.Error, st.Closed = 0, "", false
	}
	return st
}

// samePlace tells whether two addresses are two spellings of one: with http or https, a www. or a slash at the end, or without.
func samePlace(a, b string) bool {
	key := placeKey(a)
	return key != "" && key == placeKey(b)
}

func placeKey(address string) string {
	key, query, _ := strings.Cut(fetch.LinkKey(address), "?")
	host, path, _ := strings.Cut(strings.TrimPrefix(key, "link:"), "/")
	if host == "" {
		return ""
	}
	return strings.TrimPrefix(host, "www.") + "/" + strings.TrimSuffix(path, "/") + "?" + query
}
