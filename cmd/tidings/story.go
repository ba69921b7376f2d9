package main

import (
	"fmt"
	"strings"

	"tidings/digest"
	"tidings/digest/run"
)

// tellStory tells of an article in sentences.
func (a *app) tellStory(e explained) {
	a.say("%s", digest.OneLine(e.Title))
	if e.URL != "" {
		a.say("  %s", digest.OneLine(e.URL))
	}
	a.say("It came from %s (%s)%s, %s, and was first seen %s.", shortened(e.Source), digest.OneLine(e.Feed), gone(e), published(e), moment(e.Seen.Local()))
	switch {
	case e.FirstFetch:
		a.say("It came with the first fetch of its feed, so it is news only if its date says so.")
	case e.Guarded:
		a.say("It came when the feed showed older articles as if they were new (after a move, with new ids or addresses, or after broken or empty documents), so it is news only if its date says so.")
	}
	a.say("It is known by its %s.", known(e))
	if sentence := filtered(e); sentence != "" {
		a.say("%s", sentence)
	}
	a.say("%s", tagged(e.Tags))
	for _, n := range e.Newsletters {
		a.say("\n%s", n.Name)
		a.tellNewsletter(e, n)
	}
}

func (a *app) tellNewsletter(e explained, n explainedNewsletter) {
	if !n.NewsAfter.IsZero() {
		where := "inside"
		switch {
		case e.Published.IsZero():
			where = "outside, as the feed gives no date"
		case !e.Published.After(n.NewsAfter):
			where = "outside"
		}
		a.say("  The window of what is news begins %s: it is %s.", moment(n.NewsAfter), where)
	}
	if !n.Considered.IsZero() && len(n.Issues) == 0 {
		a.say("  An issue that is kept no longer considered it, %s.", moment(n.Considered))
	}
	for i, is := range n.Issues {
		what := "shows it again"
		if i == 0 && !n.Considered.IsZero() {
			what = "considered it"
		}
		by := ""
		if is.Manual {
			by = ", sent by hand"
		}
		a.say("  Issue %d of %s%s, %s: %s.", is.Number, moment(is.Slot), by, what, is.fate())
	}
	if !n.Considered.IsZero() {
		a.say("  Later issues pass it over, unless --since asks for it again.")
	}
	if n.Next == nil {
		return
	}
	when := "when it is sent by hand"
	if !n.Next.Slot.IsZero() {
		when = moment(n.Next.Slot)
	}
	a.say("  No issue has considered it yet. In the next one, %s: %s.", when, n.Next.fate())
	if n.Next.NoIssue != "" {
		a.say("  But as things are there would be no issue: %s.", n.Next.NoIssue)
	}
}

// fate is what becomes of the article in an issue, as a clause.
func (is explainedIssue) fate() string {
	merged := ""
	if is.Into != "" {
		merged = fmt.Sprintf(", merged into %q of another feed, which tells the same story", digest.OneLine(is.Into))
	}
	section := digest.OneLine(is.Section)
	switch run.Outcome(is.Outcome) {
	case run.Shown:
		return fmt.Sprintf("it stands under %s%s", section, merged)
	case run.OnPage:
		return fmt.Sprintf("it is over a limit (%s), so it stands on the page of the issue alone, under %s%s", limits(is.limit), section, merged)
	case run.LeftOut:
		return "it is left out by its feed's include and exclude"
	case run.NoNews:
		return "it is left out, as it is outside the window of what is news"
	case run.Untagged:
		return "it is left out, as no tag that is shown takes it and there is no rest"
	case run.NoSection:
		return "it is left out, as the newsletter has no section for its tags"
	case run.BeyondIssue:
		return "it is left out, as there was more than an issue can hold"
	case run.NoFeed:
		return "it is left out, as the configuration has its feed no more"
	case run.Changed:
		return "it was left out, though today's rules would take it: the configuration or the article has changed since"
	}
	return is.Outcome
}

func limits(l digest.Limit) string {
	var parts []string
	if l.Articles > 0 {
		parts = append(parts, count(l.Articles, "article"))
	}
	if l.PerTag > 0 {
		parts = append(parts, fmt.Sprintf("%d in a section", l.PerTag))
	}
	return strings.Join(parts, ", ")
}

func gone(e explained) string {
	if e.Configured {
		return ""
	}
	return ", which the configuration has no more"
}

func published(e explained) string {
	if e.Published.IsZero() {
		return "has no date of its own"
	}
	return "was published " + moment(e.Published.Local())
}

// known is what identifies the article in its feed, the strongest first.
func known(e explained) string {
	keys := make([]string, len(e.Keys))
	for i, k := range e.Keys {
		kind, value, _ := strings.Cut(digest.OneLine(k), ":")
		switch kind {
		case "text":
			value = "hash " + value
		case "dated":
			kind, value = "title and date", "hash "+value
		}
		keys[i] = kind + " " + value
	}
	if len(keys) < 2 {
		return strings.Join(keys, "")
	}
	return keys[0] + ", and also by its " + strings.Join(keys[1:], " and ")
}

func filtered(e explained) string {
	switch {
	case e.Exclude != "":
		return fmt.Sprintf("It is not wanted: %s, which its feed excludes, is found in it.", quotedPattern(e.Exclude))
	case !e.Wanted:
		return "It is not wanted: nothing that its feed includes is found in it."
	case e.Include != "":
		return fmt.Sprintf("It is wanted: %s, which its feed includes, is found in it.", quotedPattern(e.Include))
	}
	return ""
}

func tagged(tags []explainedTag) string {
	if len(tags) == 0 {
		return "It has no tag."
	}
	var parts []string
	for _, t := range tags {
		text := digest.OneLine(t.Tag)
		if t.Hidden {
			text += " (hidden)"
		}
		switch digest.TagSource(t.Source) {
		case digest.FromFeed:
			text += fmt.Sprintf(", since the configuration gives its feed the tag %q", digest.OneLine(t.By))
		case digest.FromArticle:
			text += fmt.Sprintf(", since the feed itself tags it %q", digest.OneLine(t.By))
		case digest.FromText:
			text += fmt.Sprintf(", since its text matches %s", quotedPattern(t.By))
		}
		parts = append(parts, text)
	}
	return "Its tags: " + strings.Join(parts, "; ") + "."
}

// quotedPattern shows a pattern as it was written; a regular expression brings its own marks.
func quotedPattern(p string) string {
	if strings.HasPrefix(p, "/") {
		return digest.OneLine(p)
	}
	return fmt.Sprintf("%q", digest.OneLine(p))
}
