package run

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"html"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"tidings/digest"
)

// alert is something that the admin has to hear of, once when it begins and once when it is over.
type alert struct {
	subject string    // what it is about, for the store
	since   time.Time // when it began
	name    string    // what it is about, for people
	lines   []string  // what happened, and what to do
}

// Alert mails the admin what has begun to need a hand since the last time, and what is well again: all of it in one message. What was told is
// kept in the store, so that it is told once, whoever restarts. A mail that cannot be sent is an error, and due again.
func (s *Service) Alert(ctx context.Context, now time.Time) error {
	if s.Admin.Address == "" || s.Rehearsal {
		return nil
	}
	told, err := s.Store.Reported(ctx)
	if err != nil {
		return fmt.Errorf("report to %s: %w", s.Admin.Address, err)
	}
	feeds, well, err := s.feedAlerts(ctx, now)
	if err != nil {
		return fmt.Errorf("report to %s: %w", s.Admin.Address, err)
	}
	issues, err := s.pausedAlerts(ctx)
	if err != nil {
		return fmt.Errorf("report to %s: %w", s.Admin.Address, err)
	}
	news := newsOf(told, slices.Concat(feeds, issues), well)
	if len(news.begun)+len(news.over) > 0 {
		sending, cancel := context.WithTimeout(ctx, sendTime)
		defer cancel()
		if err := s.Sender.Send(sending, s.adminMessage(news, now)); err != nil {
			return fmt.Errorf("report to %s: it cannot be sent, and is tried again: %w", s.Admin.Address, err)
		}
	}
	if err := s.Store.RecordReport(ctx, news.record, news.forget, now); err != nil {
		return fmt.Errorf("report to %s: %w", s.Admin.Address, err)
	}
	return nil
}

const feedSubject, issueSubject = "feed ", "issue "

// feedAlerts are the feeds that have been broken for long, or are closed for good; and, by subject, the name of each that is not broken now.
func (s *Service) feedAlerts(ctx context.Context, now time.Time) (alerts []alert, well map[string]string, err error) {
	states, err := s.Store.Feeds(ctx)
	if err != nil {
		return nil, nil, err
	}
	well = map[string]string{}
	for _, f := range s.Feeds {
		st, subject := states[f.URL], feedSubject+f.URL
		switch {
		case st.Healthy():
			well[subject] = f.Name(st)
		case st.Closed || now.Sub(st.FailingSince) >= s.alertAfter():
			alerts = append(alerts, alert{
				subject: subject, since: st.FailingSince, name: f.Name(st),
				lines: []string{
					fmt.Sprintf("Broken since %s, %s. Tried again %s.", minute(st.FailingSince), attempts(st.Failures), minute(st.NextFetch)),
					st.Error,
				},
			})
		}
	}
	return alerts, well, nil
}

func attempts(n int) string {
	if n == 1 {
		return "1 attempt"
	}
	return fmt.Sprintf("%d attempts", n)
}

// pausedAlerts are the issues that wait for the admin.
func (s *Service) pausedAlerts(ctx context.Context) (alerts []alert, err error) {
	for _, n := range s.Newsletters {
		paused, err := s.Store.Paused(ctx, n.Name)
		if err != nil {
			return nil, err
		}
		for _, is := range paused {
			alerts = append(alerts, alert{
				subject: issueSubject + is.ID + " " + is.Note, since: is.Created,
				name: fmt.Sprintf("Issue %d of %s is paused", is.Number, n.Name),
				lines: []string{
					"Nothing more of it is sent: " + is.Note,
					"Remove the cause, then send the rest with: tidings send " + n.Name,
				},
			})
		}
	}
	return alerts, nil
}

// adminNews is what a report tells, and what is to be remembered of it.
type adminNews struct {
	begun  []alert
	over   []string             // names of what is well again
	record map[string]time.Time // by subject
	forget []string
}

// newsOf compares what is the matter with what the admin was told. What was told and is neither the matter nor well has gone from the
// configuration, or is dealt with: it is forgotten without a word. An outage that began after another ended is a new one.
func newsOf(told map[string]time.Time, alerts []alert, well map[string]string) adminNews {
	news := adminNews{record: map[string]time.Time{}}
	matter := map[string]bool{}
	for _, a := range alerts {
		matter[a.subject] = true
		if since, known := told[a.subject]; !known || !since.Equal(a.since) {
			news.begun = append(news.begun, a)
			news.record[a.subject] = a.since
		}
	}
	for _, subject := range slices.Sorted(maps.Keys(told)) {
		if matter[subject] {
			continue
		}
		news.forget = append(news.forget, subject)
		if name, ok := well[subject]; ok {
			news.over = append(news.over, name)
		}
	}
	return news
}

// adminMessage is the report.
func (s *Service) adminMessage(news adminNews, now time.Time) *digest.Message {
	from := mail.Address{Name: "Tidings", Address: s.Admin.Address}
	if len(s.Newsletters) > 0 {
		from.Address = s.Newsletters[0].From.Address // whose domain the mail server sends for
	}
	text := adminText(news)
	return &digest.Message{
		ID: rand.Text() + "@" + domain(from), From: from, To: s.Admin, Date: now,
		Subject: adminSubject(news), Text: text,
		HTML: `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Tidings</title><body><pre style="white-space:pre-wrap;font:inherit">` +
			html.EscapeString(text) + "</pre></body></html>\n",
	}
}

func adminSubject(news adminNews) string {
	feeds := 0
	for _, a := range news.begun {
		if strings.HasPrefix(a.subject, feedSubject) {
			feeds++
		}
	}
	var parts []string
	if issues := len(news.begun) - feeds; issues > 0 {
		parts = append(parts, numbered(issues, "issue is", "issues are")+" paused")
	}
	if feeds > 0 {
		parts = append(parts, numbered(feeds, "feed is", "feeds are")+" broken")
	}
	if len(news.over) > 0 {
		parts = append(parts, numbered(len(news.over), "feed works", "feeds work")+" again")
	}
	return "Tidings: " + strings.Join(parts, ", ")
}

func numbered(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// adminText tells the longest trouble first.
func adminText(news adminNews) string {
	var b strings.Builder
	slices.SortStableFunc(news.begun, func(a, b alert) int { return cmp.Or(a.since.Compare(b.since), cmp.Compare(a.name, b.name)) })
	feeds := false
	for _, a := range news.begun {
		feeds = feeds || strings.HasPrefix(a.subject, feedSubject)
		fmt.Fprintf(&b, "%s\n", a.name)
		for _, line := range a.lines {
			fmt.Fprintf(&b, "  %s\n", digest.OneLine(line))
		}
		b.WriteString("\n")
	}
	if feeds {
		b.WriteString("Open a broken feed's address in a browser. If the feed has moved, write its new address into the configuration; if it is gone, remove it. " +
			"Once it works, it is read again by itself; `tidings fetch NAME` tries at once. You are told of each outage once, and when it is over.\n\n")
	}
	if len(news.over) > 0 {
		b.WriteString("These feeds can be read again:\n")
		for _, name := range news.over {
			fmt.Fprintf(&b, "  %s\n", name)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func minute(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
