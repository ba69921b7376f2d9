package preview

import (
	"context"
	"strings"
	"sync"

	"tidings/digest"
)

// Desk is a configuration at work, which issues are taken from.
type Desk struct {
	Newsletters []digest.Newsletter
	// Compose makes an issue of a newsletter from articles that are named by a Period.
	Compose func(ctx context.Context, newsletter string, p Period) (*Issue, error)
}

// Period says which articles an issue is made of.
type Period string

// The periods. Any other is a time before now, such as 7d.
const (
	Next Period = ""     // those that the next issue would have
	Last Period = "last" // those of the last issue
	All  Period = "all"  // all there are
)

// Reader is somebody who gets the newsletter.
type Reader struct {
	Email, Name string
	digest.Selection
}

// Issue is an issue as it would go out now.
type Issue struct {
	Held     string    // why it would not go out, one sentence; empty if it would
	Articles int       // in the edition of everything; 0: there is nothing to see
	Number   int       // of an issue that went out before, else 0
	Editions []Edition // what its readers see: first the one of everything
	Readers  []Reader  // who gets the newsletter

	Message   func(digest.Selection) (*digest.Message, error) // to a reader who does not exist
	MessageTo func(address string) (*digest.Message, error)   // nil without an error: there is nothing in it for that reader
}

// Edition is what the readers who take the same see of an issue.
type Edition struct {
	digest.Selection
	Readers  int
	Articles int
}

// keyOf names an edition in an address.
func keyOf(sel digest.Selection) string {
	if sel.Everything() {
		return ""
	}
	return "tags:" + strings.TrimSuffix(strings.ReplaceAll(sel.Key(), "\x00", ","), ",,")
}

// drafts keeps the issues that a desk has composed, so that the parts of a page are of the same one.
type drafts struct {
	desk *Desk
	mu   sync.Mutex
	kept map[draftKey]*Issue
}

type draftKey struct {
	newsletter string
	period     Period
}

// maxDrafts bounds how many are kept.
const maxDrafts = 16

func (d *drafts) get(ctx context.Context, newsletter string, p Period) (*Issue, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	key := draftKey{newsletter, p}
	if is := d.kept[key]; is != nil {
		return is, nil
	}
	is, err := d.desk.Compose(context.WithoutCancel(ctx), newsletter, p) // somebody who goes away comes back for it
	if err != nil {
		return nil, err
	}
	if d.kept == nil || len(d.kept) >= maxDrafts {
		d.kept = map[draftKey]*Issue{}
	}
	d.kept[key] = is
	return is, nil
}
