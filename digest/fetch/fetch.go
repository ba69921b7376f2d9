// Package fetch turns the address of a feed into articles.
//
// It asks politely: with validators, no more often than the server wants, one request at a time for each
// host. It trusts nothing that comes back: answers are bounded in bytes, depth and time before
// github.com/mmcdole/gofeed reads them, and only text leaves this package.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"time"

	"tidings/digest"
)

// Options say how a Client asks.
type Options struct {
	UserAgent    string                   // such as "Tidings/1.0 (+https://news.example.com)"
	Timeout      time.Duration            // of one feed from the first dial to the last byte; 0: 20 s
	Connections  int                      // hosts asked at the same time; 0: 16
	AllowPrivate bool                     // also ask private, loopback and link-local addresses
	MaxBytes     int64                    // of one answer, decoded; 0: 16 MiB
	Every        time.Duration            // shortest time between two requests for a feed; 0: 1 h
	Text         func(html string) string // makes HTML, or plain text, lines of text; required
}

// Client asks for feeds and pictures. It is safe for concurrent use.
type Client struct {
	Options
	http    *http.Client
	hosts   *hosts
	slots   chan struct{} // for Connections requests
	cores   chan struct{} // a slot for each: a parse has a budget of time
	drawing chan struct{} // one picture at a time: they are large
	reading chan struct{} // one page at a time: nothing stops who reads it
	robots  *robots

	pageTime time.Duration // to find the article on a page
}

// New makes a client. It panics without Options.Text, since feeds would then reach readers as markup.
func New(o Options) *Client {
	if o.Text == nil {
		panic("fetch: Options.Text is required")
	}
	o.Timeout = orElse(o.Timeout, 20*time.Second)
	o.Connections = orElse(o.Connections, 16)
	o.MaxBytes = orElse(o.MaxBytes, 16<<20)
	o.Every = orElse(o.Every, time.Hour)
	return &Client{
		Options: o,
		http:    newHTTPClient(o),
		hosts:   newHosts(),
		slots:   make(chan struct{}, o.Connections),
		cores:   make(chan struct{}, runtime.GOMAXPROCS(0)),
		drawing: make(chan struct{}, 1),
		reading: make(chan struct{}, 1),
		robots:  &robots{},

		pageTime: pageTime,
	}
}

func orElse[T int | int64 | time.Duration](v, otherwise T) T {
	if v <= 0 {
		return otherwise
	}
	return v
}

// Result is what one fetch brought.
type Result struct {
	Feed        digest.Feed
	State       digest.FeedState // to be stored in one transaction with Articles; complete after a failure too
	Articles    []digest.Article // without ID, Seen and FirstFetch; none if NotModified or Err
	NotModified bool
	Err         error  // one sentence for people, starting with the feed's address; nil on success
	Once        string // the same for somebody who tries it this once: nothing is said of trying again
}

// Fetch asks for one feed, whether it is due or not. The state it returns replaces s; if ctx ends, that is s itself,
// since nothing was learned about the feed.
func (c *Client) Fetch(ctx context.Context, f digest.Feed, s digest.FeedState, now time.Time) Result {
	r := Result{Feed: f}
	s.URL = f.URL
	ans, doc, err := c.ask(ctx, f, &s, now)
	switch {
	case ctx.Err() != nil:
		r.State, r.Err = s, ctx.Err()
	case err != nil:
		r.State = c.failed(f, s, err, now)
		r.Err, r.Once = errors.New(r.State.Error), located(f, r.State, explainOnce(err, now))
	case ans.notModified():
		r.NotModified = true
		r.State = c.unchanged(f, s, ans, now)
	default:
		r.State = c.succeeded(f, s, ans, doc, now)
		r.Articles = doc.articles
	}
	return r
}

// ask gets and parses the feed. A page in its place leads to the feed that it names, as long as no fetch ever succeeded; one that has
// moved and is lost there is asked for where it was configured. s then says where it is.
func (c *Client) ask(ctx context.Context, f digest.Feed, s *digest.FeedState, now time.Time) (*answer, *document, error) {
	ans, doc, err := c.getFeed(ctx, f, *s, now)
	var page *pageError
	switch {
	case errors.As(err, &page) && len(page.feeds) > 0 && s.First.IsZero() && s.LastSuccess.IsZero():
		return c.askNamed(ctx, f, s, page.feeds[0], now)
	case err != nil && lostAway(*s, err, now):
		return c.askAtHome(ctx, f, s, err, now)
	}
	return ans, doc, err
}

// askNamed asks for the feed that a page names.
func (c *Client) askNamed(ctx context.Context, f digest.Feed, s *digest.FeedState, address string, now time.Time) (*answer, *document, error) {
	found := *s
	found.Location = address
	ans, doc, err := c.getFeed(ctx, f, found, now)
	if err != nil {
		return nil, nil, fmt.Errorf("the page names the feed %s, but: %w", cleanURL(found.Location), err)
	}
	*s = found
	doc.note = joinNotes("the page's feed was found at "+cleanURL(found.Location), doc.note)
	return ans, doc, nil
}

// getFeed gets the feed where the state says it is, and reads it unless it is unchanged.
func (c *Client) getFeed(ctx context.Context, f digest.Feed, s digest.FeedState, now time.Time) (*answer, *document, error) {
	return c.getAndRead(ctx, f, c.feedRequest(f, s), now)
}

func (c *Client) getAndRead(ctx context.Context, f digest.Feed, q request, now time.Time) (*answer, *document, error) {
	ans, err := c.get(ctx, q)
	switch {
	case err != nil:
		return nil, nil, err
	case ans.notModified() && !ans.told:
		return nil, nil, passingError("the server says that nothing changed, though it was not told what we have")
	case ans.notModified():
		return ans, nil, nil
	}
	select {
	case c.cores <- struct{}{}:
		defer func() { <-c.cores }()
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
	doc, err := parse(ans)
	if err != nil {
		return nil, nil, err
	}
	doc.articles = c.articles(f, doc, ans, now)
	return ans, doc, nil
}

// articles is what the document holds, the client's way of making text applied.
func (c *Client) articles(f digest.Feed, doc *document, ans *answer, now time.Time) []digest.Article {
	r := reader{feed: f.URL, doc: doc, base: doc.baseURL(ans.url), text: c.Text, now: now}
	if made, err := http.ParseTime(ans.header.Get("Date")); err == nil {
		r.made = made
	}
	return r.articles()
}

// clockSlack is how far a clock may be set back without a feed being asked before its time.
const clockSlack = time.Hour

// Due tells whether a feed may be asked now. By hand, the distance between two requests does not count; a server's
// Retry-After always does (RFC 9110 §10.2.3). Neither does if the last try lies ahead: they were reckoned by a clock that was wrong.
func Due(s digest.FeedState, now time.Time, byHand bool) bool {
	if s.LastTry.After(now.Add(clockSlack)) {
		return true
	}
	if now.Before(s.RetryAfter) {
		return false
	}
	return byHand || !now.Before(s.NextFetch)
}
