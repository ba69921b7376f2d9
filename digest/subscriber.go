package digest

import "slices"

// Subscriber is one address and what it wants.
type Subscriber struct {
	ID          string // ours, given when stored
	Email       string // as written, domain in ASCII (IDNA)
	Name        string
	Newsletters []string // empty: all
	Tags        []string // empty: every section
}

// Takes tells whether the subscriber asked for a newsletter.
func (s Subscriber) Takes(newsletter string) bool {
	return len(s.Newsletters) == 0 || slices.Contains(s.Newsletters, newsletter)
}

// AddressKey is what makes two addresses one subscriber: the address without regard to case.
func AddressKey(email string) string { return Fold(email) }
