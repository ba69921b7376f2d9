package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"code.dny.dev/ssrf"

	"tidings/digest"
)

// maxHops is how many redirects are followed.
const maxHops = 10

// newHTTPClient makes a client that follows no redirect, keeps no cookies, uses no proxy and decodes nothing: all
// of that is done by hand, or not at all. Unless private addresses are allowed, it refuses them when dialing, after
// the name was resolved: on every hop, whatever the name server said before. Until a connection stands there are ten seconds; all else is within
// the time of the feed, see asking.left.
func newHTTPClient(o Options) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            newDialer(o).DialContext,
			TLSHandshakeTimeout:    min(o.Timeout, 10*time.Second),
			MaxResponseHeaderBytes: 256 << 10,
			MaxIdleConns:           2 * o.Connections,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        30 * time.Second,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func newDialer(o Options) *net.Dialer {
	d := &net.Dialer{Timeout: min(o.Timeout, 10*time.Second), KeepAlive: 30 * time.Second}
	if !o.AllowPrivate {
		d.Control = ssrf.New(ssrf.WithAnyPort()).Safe
	}
	return d
}

// request is what is asked for.
type request struct {
	url          string
	accept       string
	userAgent    string
	headers      map[string]string // may hold secrets: sent to the host of headersFor alone
	headersFor   string
	etag         string // validators, sent to the host of knownFrom alone
	lastModified string
	knownFrom    string
	maxBytes     int64 // of the answer, decoded; 0: the client's
	timeout      time.Duration
	robots       bool   // only where robots.txt lets us
	lost         string // an address that has just failed: no redirect is followed there
}

// feedRequest asks for the feed where the state says it is.
func (c *Client) feedRequest(f digest.Feed, s digest.FeedState) request {
	q := request{
		timeout:      orElse(f.Timeout, c.Timeout),
		url:          f.URL,
		accept:       "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.5",
		userAgent:    c.UserAgent,
		headers:      f.Headers,
		headersFor:   f.URL,
		etag:         s.ETag,
		lastModified: s.LastModified,
		knownFrom:    s.Answered,
	}
	if s.Location != "" {
		q.url = s.Location
	}
	if f.UserAgent != "" {
		q.userAgent = f.UserAgent
	}
	return q
}

// answer is a 200, or a 203 as proxies make of it, with its body decoded, or a 304.
type answer struct {
	url       string // which answered, after redirects
	status    int
	header    http.Header
	body      []byte
	cut       bool // the connection ended before the body did
	told      bool // the one who answered had been sent the validators
	moved     bool // there were redirects on the way, and all of them for good
	mediaType string
	charset   string // of the Content-Type; may be empty
}

func (a *answer) notModified() bool { return a.status == http.StatusNotModified }

// asking is a request on its way through redirects.
type asking struct {
	*Client
	request
	home  *url.URL      // of request.headersFor
	known *url.URL      // of request.knownFrom; nil if there is none
	left  time.Duration // of the time for all hops; waiting for a host's other requests does not count
}

// get asks, following redirects by hand: net/http would send the validators, and a Referer, on to other hosts.
func (c *Client) get(ctx context.Context, q request) (*answer, error) {
	first, err := parseHTTP(q.url)
	if err != nil {
		return nil, err
	}
	home, err := parseHTTP(q.headersFor)
	if err != nil {
		return nil, err
	}
	a := asking{Client: c, request: q, home: home, left: q.timeout}
	if known, err := parseHTTP(q.knownFrom); err == nil {
		a.known = known
	}
	at, moved := first, true
	for range maxHops + 1 {
		ans, next, err := a.permittedHop(ctx, at)
		if err != nil {
			if at != first {
				err = fmt.Errorf("redirected to %s: %w", cleanURL(at.String()), err)
			}
			return nil, err
		}
		if ans != nil {
			ans.moved = moved && at != first
			return ans, nil
		}
		to, err := follow(at, next.location)
		if err != nil {
			return nil, err
		}
		if to.String() == q.lost {
			return nil, fmt.Errorf("redirected to %s, which has just failed", cleanURL(q.lost))
		}
		moved = moved && next.forGood && (at.Scheme == "http" || to.Scheme == "https")
		at = to
	}
	return nil, fmt.Errorf("more than %d redirects, the last to %s; check the address", maxHops, cleanURL(at.String()))
}

// permittedHop makes one request if the site permits it.
func (a *asking) permittedHop(ctx context.Context, at *url.URL) (*answer, redirect, error) {
	if a.request.robots {
		if err := a.allowed(ctx, at); err != nil {
			return nil, redirect{}, err
		}
	}
	return a.hop(ctx, at)
}

// redirect is what a server says about where else to ask.
type redirect struct {
	location string // as sent
	forGood  bool   // RFC 9110 §15.4: 301 and 308; the others are for once
}

// hop makes one request, once it is its turn. It returns an answer, where the server redirects to, or an error.
func (a *asking) hop(ctx context.Context, at *url.URL) (ans *answer, next redirect, err error) {
	leave, err := a.hosts.enter(ctx, strings.ToLower(at.Host))
	if err != nil {
		return nil, redirect{}, err
	}
	defer leave()
	select {
	case a.slots <- struct{}{}:
		defer func() { <-a.slots }()
	case <-ctx.Done():
		return nil, redirect{}, ctx.Err()
	}
	start := time.Now()
	timed, cancel := context.WithTimeout(ctx, a.left)
	defer cancel()
	ans, next, err = a.exchange(timed, at)
	if err != nil && timed.Err() != nil && ctx.Err() == nil {
		err = fmt.Errorf("no complete answer within %s: %w", a.timeout, errTimeout)
	}
	a.left -= time.Since(start)
	return ans, next, err
}

// exchange is one request and its answer.
func (a *asking) exchange(ctx context.Context, at *url.URL) (*answer, redirect, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, redirect{}, err
	}
	told := a.setHeaders(req)
	res, err := a.http.Do(req)
	if err != nil {
		return nil, redirect{}, err
	}
	defer func() { _ = res.Body.Close() }()
	switch res.StatusCode {
	case http.StatusOK, http.StatusNonAuthoritativeInfo, http.StatusNotModified:
		ans, err := readAnswer(res, orElse(a.maxBytes, a.MaxBytes))
		if ans != nil {
			ans.told = told
		}
		return ans, redirect{}, err
	case http.StatusMovedPermanently, http.StatusPermanentRedirect:
		drain(res.Body)
		return nil, redirect{res.Header.Get("Location"), true}, nil
	case http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect:
		drain(res.Body)
		return nil, redirect{res.Header.Get("Location"), false}, nil
	}
	drain(res.Body)
	return nil, redirect{}, &statusError{code: res.StatusCode, retryAfter: res.Header.Get("Retry-After")}
}

// setHeaders tells whether the request carries validators.
func (a *asking) setHeaders(req *http.Request) (told bool) {
	h := req.Header
	// A scheme lowered to http would show the secrets to the network.
	if sameHost(req.URL, a.home) && (req.URL.Scheme == a.home.Scheme || req.URL.Scheme == "https") {
		if password, ok := a.home.User.Password(); ok && req.URL.User == nil {
			req.SetBasicAuth(a.home.User.Username(), password)
		}
		for k, v := range a.headers {
			h.Set(k, v)
		}
	}
	if a.known != nil && sameHost(req.URL, a.known) {
		setUnlessEmpty(h, "If-None-Match", a.etag)
		setUnlessEmpty(h, "If-Modified-Since", a.lastModified)
		told = a.etag+a.lastModified != ""
	}
	setUnlessEmpty(h, "User-Agent", a.userAgent)
	if h.Get("Accept") == "" {
		h.Set("Accept", a.accept)
	}
	h.Set("Accept-Encoding", "gzip, br, zstd")
	return told
}

func setUnlessEmpty(h http.Header, key, value string) {
	if value != "" {
		h.Set(key, value)
	}
}

// follow is where a redirect from one address leads.
func follow(from *url.URL, location string) (*url.URL, error) {
	if location == "" {
		return nil, errors.New("the server redirects to nowhere; check the address")
	}
	to, err := from.Parse(location)
	if err != nil {
		return nil, fmt.Errorf("the server redirects to %s, which is no address", quote(digest.ShownURL(location)))
	}
	to.User, to.Fragment = nil, ""
	if _, err := parseHTTP(to.String()); err != nil {
		return nil, fmt.Errorf("the server redirects: %w", err)
	}
	return to, nil
}

// parseHTTP reads an address that may be asked for: http or https, with a host.
func parseHTTP(address string) (*url.URL, error) {
	shown := quote(digest.ShownURL(address))
	u, err := url.Parse(strings.TrimSpace(address))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s is no address", shown)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%s is not an http or https address, and nothing else is fetched", shown)
	case u.Hostname() == "":
		return nil, fmt.Errorf("%s names no host", shown)
	case u.Port() != "":
		if n, err := strconv.Atoi(u.Port()); err != nil || n < 1 || n > 65535 {
			return nil, fmt.Errorf("%s names port %s, and there are 1 to 65535", shown, quote(u.Port()))
		}
	}
	return u, nil
}

// sameHost tells whether two addresses lead to the same host and port, where http and https at their default ports count as one.
func sameHost(a, b *url.URL) bool {
	return strings.EqualFold(a.Hostname(), b.Hostname()) && explicitPort(a) == explicitPort(b)
}

func explicitPort(u *url.URL) string {
	if p := u.Port(); !(u.Scheme == "http" && p == "80") && !(u.Scheme == "https" && p == "443") {
		return p
	}
	return ""
}
