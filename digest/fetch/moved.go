package fetch

import (
	"tidings/digest"
)

// believed is how many times in a row a move must be seen: one may be a mistake, or the page that a network shows to
// those who have not paid.
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
