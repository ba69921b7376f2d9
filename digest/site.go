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

// PreferencesURL is the page on which the subscriber of a token chooses.
func (s Site) PreferencesURL(token string) string { return s.page("/p/" + token) }

// ConfirmURL is the page that confirms the sign-up of a token.
func (s Site) ConfirmURL(token string) string { return s.page("/c/" + token) }

// HomeURL is the page that lists the newsletters.
func (s Site) HomeURL() string { return s.page("/") }

// NewsletterURL is the page of a newsletter: what it is, and the form to sign up.
func (s Site) NewsletterURL(newsletter string) string { return s.page("/n/" + newsletter) }

// ArchiveURL is the list of a newsletter's issues.
func (s Site) ArchiveURL(newsletter string) string { return s.page("/n/" + newsletter + "/archive") }

// AtomURL is the feed of a newsletter's issues (RFC 4287).
func (s Site) AtomURL(newsletter string) string { return s.page("/n/" + newsletter + "/atom.xml") }

func (s Site) page(path string) string {
	if s.URL == "" {
		return ""
	}
	return strings.TrimSuffix(s.URL, "/") + path
}
