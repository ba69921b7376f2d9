package digest

import (
	"slices"
	"time"
)

// Subscriber is one address and what it wants.
type Subscriber struct {
	ID          string // ours, given when stored
	Email       string // as written, domain in ASCII (IDNA)
	Name        string
	Newsletters []string  // empty: all
	Tags        []string  // empty: every section
	Muted       []string  // sections that the subscriber unfollowed, whatever Tags says
	Timezone    string    // IANA name, such as Europe/Paris; empty: the newsletter's
	Language    string    // BCP 47, of the words around the articles; empty: the newsletter's
	Paused      time.Time // nothing comes before it; zero: not paused
}

// Takes tells whether the subscriber asked for a newsletter.
func (s Subscriber) Takes(newsletter string) bool {
	return len(s.Newsletters) == 0 || slices.Contains(s.Newsletters, newsletter)
}

// Follows tells whether the subscriber wants a section.
func (s Subscriber) Follows(tag string) bool {
	return Selection{Tags: s.Tags, Muted: s.Muted}.Follows(tag)
}

// Choice is what a subscriber says on a page about all that the page showed. What it did not show stays as it is.
type Choice struct {
	Name, Timezone, Language string
	Take, Leave              []string // newsletters
	Follow, Mute             []string // sections
	Paused                   time.Time
}

// Choose is the subscriber after a choice. Somebody who took every newsletter, or every section, goes on to take those that come later.
// Newsletters that they leave are no part of it: the store keeps who left.
func (s Subscriber) Choose(c Choice) Subscriber {
	s.Name, s.Timezone, s.Language, s.Paused = c.Name, c.Timezone, c.Language, c.Paused
	s.Newsletters, s.Tags, s.Muted = slices.Clone(s.Newsletters), slices.Clone(s.Tags), slices.Clone(s.Muted)
	for _, name := range c.Take {
		if !s.Takes(name) {
			s.Newsletters = append(s.Newsletters, name)
		}
	}
	s.Muted = slices.DeleteFunc(s.Muted, func(tag string) bool { return containsFold(c.Follow, tag) })
	for _, tag := range c.Follow {
		if !s.Follows(tag) {
			s.Tags = append(s.Tags, tag)
		}
	}
	for _, tag := range c.Mute {
		if s.Follows(tag) {
			s.Muted = append(s.Muted, tag)
		}
	}
	return s
}

// AddressKey is what makes two addresses one subscriber: the address without regard to case.
func AddressKey(email string) string { return Fold(email) }
