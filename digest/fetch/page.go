package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"codeberg.org/readeck/go-readability/v2"
	"golang.org/x/net/html"
	"golang.org/x/net/html/charset"

	"tidings/digest"
)

// What a page may cost. The pages of articles stay far below.
const (
	pageBytes    = 4 << 20
	pageElements = 20_000
	pageStyled   = 30
	pageTime     = 3 * time.Second // to find the article on it
)

// PageError says why a page could not be read, and when it may be asked for again.
type PageError struct {
	err   error
	Rest  time.Time // its host is to be left alone until then (RFC 9110 §10.2.3); zero: it did not say
	Again bool      // it may work another time
}

// Error is one sentence for people.
func (e *PageError) Error() string { return e.err.Error() }

// Unwrap is the cause.
func (e *PageError) Unwrap() error { return e.err }

// Page asks for the page of an article of the feed and finds the article on it, within the guards of feeds and as robots.txt permits. The
// error is a *PageError, but for the end of ctx.
func (c *Client) Page(ctx context.Context, f digest.Feed, address string, now time.Time) (digest.Page, error) {
	p, err := c.page(ctx, f, address)
	switch {
	case err == nil:
		return p, nil
	case ctx.Err() != nil:
		return digest.Page{}, ctx.Err()
	}
	failed := &PageError{err: fmt.Errorf("page %s: %s", cleanURL(address), explain(err)), Again: !final(err)}
	if status := (*statusError)(nil); errors.As(err, &status) {
		failed.Rest = retryAfter(status.retryAfter, now)
	}
	return digest.Page{}, failed
}

// final tells whether an error will be the same another time.
func final(err error) bool {
	if errors.As(err, new(*robotsError)) || errors.As(err, new(*unreadableError)) {
		return true
	}
	status := (*statusError)(nil)
	return errors.As(err, &status) && !status.passing()
}

// unreadableError is a page that came and holds no article that can be read.
type unreadableError struct{ why string }

func (e *unreadableError) Error() string { return e.why }

func (c *Client) page(ctx context.Context, f digest.Feed, address string) (digest.Page, error) {
	q := request{
		url:        address,
		accept:     "text/html, application/xhtml+xml;q=0.9, */*;q=0.1",
		userAgent:  c.UserAgent,
		headers:    f.Headers,
		headersFor: f.URL,
		maxBytes:   min(c.MaxBytes, pageBytes),
		timeout:    orElse(f.Timeout, c.Timeout),
		robots:     true,
	}
	if f.UserAgent != "" {
		q.userAgent = f.UserAgent
	}
	ans, err := c.get(ctx, q)
	switch {
	case err != nil:
		return digest.Page{}, err
	case ans.cut:
		return digest.Page{}, passingError("the answer was cut off")
	}
	return c.readPage(ctx, ans)
}

// readPage finds the article on a page. Whoever reads it cannot be stopped: after its time it is left to itself, and as long as it goes on,
// no other page is read.
func (c *Client) readPage(ctx context.Context, ans *answer) (digest.Page, error) {
	body, err := ans.page()
	if err != nil {
		return digest.Page{}, err
	}
	at, err := url.Parse(ans.url)
	if err != nil {
		return digest.Page{}, err
	}
	tooLong := time.NewTimer(c.pageTime)
	defer tooLong.Stop()
	select {
	case c.reading <- struct{}{}:
	case <-tooLong.C:
		return digest.Page{}, passingError("another page takes too long to read")
	case <-ctx.Done():
		return digest.Page{}, ctx.Err()
	}
	type result struct {
		page digest.Page
		err  error
	}
	done := make(chan result, 1)
	go func() {
		defer func() { <-c.reading }()
		p, err := extract(body, at, c.Text)
		done <- result{p, err}
	}()
	tooLong.Reset(c.pageTime)
	select {
	case r := <-done:
		return r.page, r.err
	case <-tooLong.C:
		return digest.Page{}, &unreadableError{"the page takes too long to read, as if it were made to; it was given up"}
	case <-ctx.Done():
		return digest.Page{}, ctx.Err()
	}
}

// page is the answer as HTML in UTF-8, if it is HTML and no larger than pages are.
func (a *answer) page() ([]byte, error) {
	switch a.mediaType {
	case "text/html", "application/xhtml+xml", "":
	default:
		return nil, &unreadableError{"it is " + quote(a.mediaType) + ", not a page"}
	}
	if media := http.DetectContentType(a.body); a.mediaType == "" && !strings.HasPrefix(media, "text/") {
		return nil, &unreadableError{"it is " + media + ", not a page"}
	}
	body := pageUTF8(a.body, a.charset)
	return body, checkPage(body)
}

// pageUTF8 makes a page UTF-8: what is UTF-8 already stays, whatever it says it is; else the server is asked, and then the page.
func pageUTF8(b []byte, label string) []byte {
	e, _ := charset.Lookup(label)
	if e == nil {
		e, label, _ = charset.DetermineEncoding(b, "")
	}
	if shifting(label) {
		if decoded, err := e.NewDecoder().Bytes(b); err == nil {
			return decoded
		}
	}
	return toUTF8(b, label)
}

// checkPage refuses a page that would cost who reads it far more than its size: of very many elements, or of many that style text and are
// never closed, since the parser opens those anew in every paragraph.
func checkPage(b []byte) error {
	z := html.NewTokenizer(bytes.NewReader(b))
	elements, open := 0, map[string]int{}
	for styled := 0; ; {
		switch z.Next() {
		case html.ErrorToken:
			return nil
		case html.StartTagToken, html.SelfClosingTagToken:
			elements++
			if name, _ := z.TagName(); isStyling(string(name)) {
				open[string(name)]++
				styled++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); open[string(name)] > 0 {
				open[string(name)]--
				styled--
			}
		}
		switch {
		case elements > pageElements:
			return &unreadableError{fmt.Sprintf("the page has more than %d elements, as no article does; it was given up", pageElements)}
		case styled > pageStyled:
			return &unreadableError{"the page leaves its elements open, as if it were made to take long; it was given up"}
		}
	}
}

// isStyling tells whether an element is one of HTML's "formatting" elements.
func isStyling(name string) bool {
	switch name {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// extract finds the article on a page.
func extract(body []byte, at *url.URL, text func(string) string) (p digest.Page, err error) {
	defer func() {
		if v := recover(); v != nil {
			p, err = digest.Page{}, &unreadableError{"the page breaks who reads it: " + bounded(digest.OneLine(fmt.Sprint(v)), 200)}
		}
	}()
	doc, err := html.Parse(bytes.NewReader(body))
	if err != nil {
		return digest.Page{}, &unreadableError{"the page cannot be read: " + err.Error()}
	}
	p.Description = bounded(digest.OneLine(text(described(doc))), maxDescription)
	parser := readability.NewParser()
	parser.MaxElemsToParse = 2 * pageElements
	article, err := parser.ParseAndMutate(doc, at)
	if err != nil || article.Node == nil {
		return p, nil // there may still be its description
	}
	var b strings.Builder
	if err := html.Render(&b, article.Node); err == nil {
		p.Text = text(b.String())
	}
	return p, nil
}

// maxDescription is how long a page's description may be, in runes.
const maxDescription = 2000

// described is what a page says of itself: og:description, or else meta description.
func described(doc *html.Node) (description string) {
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "meta" {
			continue
		}
		t := html.Token{Attr: n.Attr}
		name := strings.ToLower(attr(t, "property") + attr(t, "name"))
		switch content := attr(t, "content"); {
		case content == "":
		case name == "og:description":
			return content
		case name == "description" && description == "":
			description = content
		}
	}
	return description
}
