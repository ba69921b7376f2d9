package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// What robots.txt may cost, and how long it is kept.
const (
	robotsLargest = 4 << 20
	robotsTime    = 10 * time.Second
	robotsKept    = day // RFC 9309 §2.4
	robotsAgain   = time.Hour
	manyRobots    = 1000
)

// robotsError is a page that its site does not want robots to read.
type robotsError struct{ site string }

func (e *robotsError) Error() string {
	return "robots.txt of " + e.site + " does not let robots read it; it is left alone"
}

// robots remembers what the robots.txt of each site says, for a day.
type robots struct {
	mu    sync.Mutex
	sites map[string]*robotsSite
}

type robotsSite struct {
	once  sync.Mutex
	until time.Time
	rules robotRules
	err   error
}

// allowed tells whether the site lets us read a page (RFC 9309); nil if it does. A site without robots.txt does; one whose robots.txt cannot be
// had does not, for now.
func (c *Client) allowed(ctx context.Context, page *url.URL) error {
	origin := page.Scheme + "://" + strings.ToLower(page.Host)
	site := c.robots.site(origin)
	site.once.Lock()
	defer site.once.Unlock()
	if time.Now().After(site.until) {
		rules, err := c.askRobots(ctx, origin)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		site.rules, site.err, site.until = rules, err, time.Now().Add(robotsKept)
		if err != nil {
			site.until = time.Now().Add(robotsAgain)
		}
	}
	if site.err != nil {
		return fmt.Errorf("robots.txt of %s cannot be had, so its pages are left alone for now: %w", cleanURL(origin), site.err)
	}
	if !site.rules.allow(robotsPath(page)) {
		return &robotsError{cleanURL(origin)}
	}
	return nil
}

func (r *robots) site(origin string) *robotsSite {
	r.mu.Lock()
	defer r.mu.Unlock()
	site := r.sites[origin]
	if site == nil {
		if len(r.sites) >= manyRobots || r.sites == nil {
			r.sites = map[string]*robotsSite{} // all are asked for again, once
		}
		site = &robotsSite{}
		r.sites[origin] = site
	}
	return site
}

// askRobots gets the rules of a site. What is not there forbids nothing (RFC 9309 §2.3.1.3).
func (c *Client) askRobots(ctx context.Context, origin string) (robotRules, error) {
	ans, err := c.get(ctx, request{
		url: origin + "/robots.txt", accept: "text/plain, */*;q=0.5", userAgent: c.UserAgent, headersFor: origin,
		maxBytes: robotsLargest, timeout: min(c.Timeout, robotsTime),
	})
	var status *statusError
	switch {
	case errors.As(err, &status) && status.code >= 400 && status.code < 500 && status.code != http.StatusTooManyRequests:
		return nil, nil
	case err != nil:
		return nil, err
	}
	return parseRobots(ans.body), nil
}
