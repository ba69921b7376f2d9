package digest

import "strings"

// Site is where the pages are reached and who stands behind them.
type Site struct {
	URL     string // without a final slash; empty: there are no pages
	Address string // postal, printed in every footer
}

// InertToken stands for a token in test messages and dry runs: its pages explain themselves and change nothing.
const InertToken = "test"

// IssueURL is the "Read online" page of an issue; empty without a site.
func (s Site) IssueURL(issue string) string { return s.page("/i/" + issue) }

// UnsubscribeURL is the page (GET) and the one-click target (POST, RFC 8058) of an unsubscribe token.
func (s Site) UnsubscribeURL(token string) string { return s.page("/u/" + token) }

func (s Site) page(path string) string {
	if s.URL == "" {
		return ""
	}
	return strings.TrimSuffix(s.URL, "/") + path
}
