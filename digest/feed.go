package digest

import "time"

// Feed is one source as the admin configured it. What the program learned
// about it since is in FeedState.
type Feed struct {
	URL       string            // as configured: the key of everything stored about the feed
	Title     string            // the admin's name for it; empty takes the feed's own
	Tags      []string          // given to every article of the feed
	Include   []Pattern         // if any: only articles that match one of these
	Exclude   []Pattern         // articles that match one of these are left out
	Headers   map[string]string // sent with every request; may hold secrets, never log
	UserAgent string            // empty: Tidings' own
	Every     time.Duration     // shortest time between two requests; 0: the client's default
	Timeout   time.Duration     // for one whole request; 0: the client's default
	FullText  FullText          // empty: FullTextAuto
}

// FullText says when the page of an article is read for its text.
type FullText string

// The modes of full text.
const (
	FullTextAuto   FullText = "auto"   // where the feed gives neither a good description nor the text
	FullTextAlways FullText = "always" // for every article, in place of what the feed gives
	FullTextNever  FullText = "never"  //
)

// Wants tells whether the feed's include and exclude patterns let an article through.
func (f Feed) Wants(a Article) bool { return f.Filter(a).Wanted }

// FeedState is what the program remembers of a feed between two fetches.
type FeedState struct {
	URL          string        // the configured URL
	Location     string        // where it is asked for, if not at URL: found on a page, or moved there for good
	Answered     string        // the address that the last document came from, after redirects
	MovedTo      string        // where permanent redirects lead; a few of them in a row make it the Location
	MovedSeen    int           // how many they were
	Title        string        // the feed's own title
	Home         string        // the site that the feed belongs to
	Lang         string        // BCP 47, as the feed says; may be empty
	ETag         string        // validators, byte for byte as the server sent them (RFC 9110 §8.8); for the host of Answered alone
	LastModified string        //
	Period       time.Duration // the distance between two requests that the document asks for; 0: none
	SkipHours    uint32        // bits 0 to 23: hours of the day, in GMT, at which the feed is not to be asked (RSS 2.0)
	SkipDays     uint8         // bits 0, Sunday, to 6: days of the week, in GMT
	Partial      bool          // no whole document came yet: each was salvaged
	First        time.Time     // the first fetch that succeeded
	LastTry      time.Time
	LastSuccess  time.Time
	FailingSince time.Time // zero while healthy
	NextFetch    time.Time // not asked again before this, unless by hand
	RetryAfter   time.Time // not asked again before this, even by hand (RFC 9110 §10.2.3)
	Error        string    // the last failure, one sentence; empty while healthy
	Note         string    // something odd that cost nothing, such as a salvaged document
	Failures     int       // in a row
	Closed       bool      // the last failure was a 410: the publisher closed it for good (RFC 9110 §15.5.11)
	Articles     int       // ever stored
}

// Healthy tells whether the last attempt succeeded.
func (s FeedState) Healthy() bool { return s.Failures == 0 }

// Name is what people see for the feed: the admin's title, the feed's own, or the URL as it may be shown.
func (f Feed) Name(s FeedState) string {
	for _, n := range []string{f.Title, s.Title} {
		if n != "" {
			return n
		}
	}
	return ShownURL(f.URL)
}
