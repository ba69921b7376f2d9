package fetch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tidings/digest"
)

// believed is how many times in a row a move must be seen, or the place that a feed moved to be out of order: one may be a mistake, or the page
// that a network shows to those who have not paid.
const believed = 3

// relocated counts an answer that came over permanent redirects alone, and moves the feed once that was seen often enough. A 304
// counts where a document was read before.
func relocated(s digest.FeedState, ans *answer) digest.FeedState {
	switch {
	case !ans.moved:
		s.MovedTo, s.MovedSeen = "", 0
	case s.MovedTo == ans.url:
		s.MovedSeen++
	}
	if s.MovedSeen < believed {
		return s
	}
	s.Location, s.MovedTo, s.MovedSeen = s.MovedTo, "", 0
	if s.Location == s.URL {
		s.Location = ""
	}
	s.Note = joinNotes("the feed has moved to "+cleanURL(ans.url)+" for good: use that address", s.Note)
	return s
}

// lostAway tells whether a feed that is asked for elsewhere than at its configured address may be there no more: as it failed in a way that does
// not pass by itself, or too often. A server that asks to be left alone is well.
func lostAway(s digest.FeedState, err error, now time.Time) bool {
	status := (*statusError)(nil)
	isStatus := errors.As(err, &status)
	switch {
	case s.Location == "", isStatus && retryAfter(status.retryAfter, now).After(now):
		return false
	case isStatus && status.passing(), isPassing(err):
		return s.Failures+1 >= believed
	}
	return true
}

// askAtHome asks for a feed at its configured address. If it is not there either, lost tells what became of it; and if a page is, which was
// configured in place of a feed, what that names now.
func (c *Client) askAtHome(ctx context.Context, f digest.Feed, s *digest.FeedState, lost error, now time.Time) (*answer, *document, error) {
	home := *s
	home.Location, home.MovedTo, home.MovedSeen = "", "", 0
	home.ETag, home.LastModified = "", "" // they are of another document
	q := c.feedRequest(f, home)
	q.lost = s.Location
	ans, doc, err := c.getAndRead(ctx, f, q, now)
	if page := (*pageError)(nil); errors.As(err, &page) && len(page.feeds) > 0 && page.feeds[0] != s.Location {
		lost = fmt.Errorf("%w; the page names %s now", lost, cleanURL(page.feeds[0]))
	}
	if err != nil {
		return nil, nil, lost
	}
	doc.note = joinNotes("the feed is no longer at "+cleanURL(s.Location)+", and was read at its configured address again", doc.note)
	*s = home
	return ans, doc, nil
}
