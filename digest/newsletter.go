package digest

import (
	"net/mail"
	"time"
)

// Newsletter is a schedule and an audience: it makes an issue at every slot.
type Newsletter struct {
	Name         string // its key: in commands, links and the store
	Title        string // what subscribers see
	From         mail.Address
	ReplyTo      mail.Address // zero: From
	Subject      string       // a text/template over Headline
	Schedule     string       // robfig/cron standard syntax, read in civil time; empty: only by hand
	Location     *time.Location
	MaxLateness  time.Duration // a slot missed by more than this is skipped
	Tags         []string      // sections it has, in order; empty: all
	MinArticles  int           // fewer are no issue
	Limit        Limit
	Summary      Budget
	Model        Model // that may write summaries; zero: none
	SectionLeads bool  // a section opens with a sentence or two over its articles
	Images       ImageMode
	Language     string // BCP 47
	Private      bool   // no page shows it: who gets it is the admin's choice
	Templates    string // folder of files that take the place of built-in templates; empty: none do
}

// Limit bounds what one reader's edition of an issue shows in full; 0 is no bound.
type Limit struct {
	Articles int `json:"articles,omitempty"`
	PerTag   int `json:"per_tag,omitempty"`
}

// Budget is the size of a summary: whole sentences within Chars runes, or exactly Sentences of them.
// One of the two is set.
type Budget struct {
	Chars     int
	Sentences int
	Fill      bool // Chars are to be filled: the last sentence may be cut
}

// Model is an OpenAI-compatible chat endpoint and a model behind it. It holds a secret: it is never to be logged whole.
type Model struct {
	URL          string // such as https://api.example.com/v1; /chat/completions is added
	Name         string
	Key          string // empty: none is sent
	CallsPerDay  int    // at most, by the day in UTC
	TokensPerDay int    //
}

// ImageMode says which pictures a message shows.
type ImageMode string

// The image modes.
const (
	ImagesLead   ImageMode = "lead"   // the lead story's, embedded
	ImagesNone   ImageMode = "none"   //
	ImagesRemote ImageMode = "remote" // the lead story's, loaded from its publisher
)
