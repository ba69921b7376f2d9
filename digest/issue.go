package digest

import (
	"cmp"
	"net/mail"
	"slices"
	"time"
)

// Issue is one edition of a newsletter, frozen when it was composed: it holds copies of all that it shows, so that
// nothing which changes later changes what is still to be sent.
type Issue struct {
	ID         string                 `json:"id"` // unguessable; names its "Read online" page
	Newsletter string                 `json:"newsletter"`
	Number     int                    `json:"number"`  // counts the newsletter's issues from 1
	Slot       time.Time              `json:"slot"`    // what it was due at; by hand, when it was composed
	Manual     bool                   `json:"manual"`  // composed by hand, for no slot of the schedule
	Created    time.Time              `json:"created"` //
	Next       time.Time              `json:"next"`    // the newsletter's next slot, in its own zone; zero if none
	Schedule   string                 `json:"schedule"`
	Title      string                 `json:"title"`
	From       mail.Address           `json:"from"`
	ReplyTo    mail.Address           `json:"reply_to"`
	Subject    string                 `json:"subject"` // a text/template over Headline
	Lang       string                 `json:"lang"`
	Images     ImageMode              `json:"images"`
	Limit      Limit                  `json:"limit"`
	Order      []string               `json:"order"`            // the tags that make sections, in order
	Rest       string                 `json:"rest,omitempty"`   // the section of items that none of Order took; empty: there is none
	Leads      map[string][]Highlight `json:"leads,omitempty"`  // by tag: a sentence or two over the articles of its section
	Items      []Item                 `json:"items"`            // in the order of their sections' display
	Broken     []string               `json:"broken,omitempty"` // names of sources that could not be read
	Pictures   []Picture              `json:"-"`                // of lead stories, named by Item.Picture
}

// In is the issue with the words around its articles in another language, which is a BCP 47 tag; empty: as it is.
func (is *Issue) In(language string) *Issue {
	if language == "" || language == is.Lang {
		return is
	}
	other := *is
	other.Lang, other.Items = language, slices.Clone(is.Items)
	for i := range other.Items {
		other.Items[i].Lang = cmp.Or(other.Items[i].Lang, is.Lang)
	}
	return &other
}

// Item is an article as an issue shows it.
type Item struct {
	Article   string    `json:"article"` // Article.ID
	Title     string    `json:"title"`
	URL       string    `json:"url,omitempty"`
	Source    string    `json:"source"` // the feed's name
	Author    string    `json:"author,omitempty"`
	Lang      string    `json:"lang,omitempty"`
	Published time.Time `json:"published"`
	Minutes   int       `json:"minutes,omitempty"` // reading time; 0 is unknown
	Summary   string    `json:"summary,omitempty"`
	Image     string    `json:"image,omitempty"` // the publisher's picture
	ImageAlt  string    `json:"image_alt,omitempty"`
	Picture   string    `json:"picture,omitempty"`   // the CID of our copy of it, if there is one
	Tags      []string  `json:"tags,omitempty"`      // every shown tag it has, in order
	Elsewhere []Link    `json:"elsewhere,omitempty"` // the same story in other feeds
}

// Highlight is a sentence of an article that stands over its section.
type Highlight struct {
	Article string `json:"article"` // Article.ID
	Text    string `json:"text"`
	URL     string `json:"url,omitempty"` // of the article
}

// Link is a named address.
type Link struct {
	Name string `json:"name"`
	URL  string `json:"url"`
}
