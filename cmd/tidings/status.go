package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/run"
	"tidings/digest/store"
)

// lastIssues is how many issues of a newsletter status shows.
const lastIssues = 5

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show next runs, last issues, deliveries by state, and how the feeds are",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			h, err := a.openToRead(c.Context())
			if err != nil {
				return err
			}
			defer func() { _ = h.Close() }()
			st, err := h.status(c.Context(), time.Now())
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(st)
			}
			a.showStatus(st)
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "for scripts")
	return c
}

// The shape of status --json. Times are RFC 3339; absent where there is none.
type (
	status struct {
		Now         time.Time          `json:"now"`
		Newsletters []newsletterStatus `json:"newsletters"`
		Feeds       []feedStatus       `json:"feeds"`
	}
	newsletterStatus struct {
		Name        string        `json:"name"`
		Title       string        `json:"title"`
		Schedule    string        `json:"schedule,omitempty"`
		Next        time.Time     `json:"next,omitzero"`
		Subscribers int           `json:"subscribers"`
		LastSlot    *slotStatus   `json:"last_slot,omitempty"`
		Issues      []issueStatus `json:"issues"`
	}
	slotStatus struct {
		Slot    time.Time `json:"slot"`
		Outcome string    `json:"outcome"`
		Note    string    `json:"note,omitempty"`
	}
	issueStatus struct {
		ID         string           `json:"id"`
		Number     int              `json:"number"`
		Slot       time.Time        `json:"slot"`
		Manual     bool             `json:"manual"`
		Articles   int              `json:"articles"`
		State      string           `json:"state"`
		Note       string           `json:"note,omitempty"`
		Deliveries map[string]int   `json:"deliveries"`
		Bounces    map[string]int   `json:"bounces,omitempty"` // what came back, by kind
		Troubled   []deliveryStatus `json:"troubled,omitempty"`
	}
	deliveryStatus struct {
		To    string    `json:"to"`
		State string    `json:"state"`
		Tries int       `json:"tries"`
		Next  time.Time `json:"next,omitzero"`
		Reply string    `json:"reply,omitempty"`
	}
	feedStatus struct {
		URL         string    `json:"url"`
		Name        string    `json:"name"`
		Healthy     bool      `json:"healthy"`
		Articles    int       `json:"articles"`
		LastSuccess time.Time `json:"last_success,omitzero"`
		NextFetch   time.Time `json:"next_fetch,omitzero"`
		Failures    int       `json:"failures,omitempty"`
		Error       string    `json:"error,omitempty"`
		Note        string    `json:"note,omitempty"`
		asked       bool
	}
)

func (h *house) status(ctx context.Context, now time.Time) (status, error) {
	s := status{Now: now.UTC().Truncate(time.Second), Newsletters: []newsletterStatus{}, Feeds: []feedStatus{}}
	for _, n := range h.Newsletters {
		ns, err := h.newsletterStatus(ctx, n, now)
		if err != nil {
			return s, err
		}
		s.Newsletters = append(s.Newsletters, ns)
	}
	states, err := h.Store.Feeds(ctx)
	if err != nil {
		return s, err
	}
	for _, f := range h.Feeds {
		st := states[f.URL]
		s.Feeds = append(s.Feeds, feedStatus{
			URL: digest.ShownURL(f.URL), Name: f.Name(st), Healthy: st.Healthy() && !st.LastTry.IsZero(), Articles: st.Articles, LastSuccess: st.LastSuccess,
			NextFetch: st.NextFetch, Failures: st.Failures, Error: st.Error, Note: st.Note, asked: !st.LastTry.IsZero(),
		})
	}
	return s, nil
}

func (h *house) newsletterStatus(ctx context.Context, n digest.Newsletter, now time.Time) (newsletterStatus, error) {
	s := newsletterStatus{Name: n.Name, Title: n.Title, Schedule: n.Schedule, Issues: []issueStatus{}}
	if n.Schedule != "" {
		next, err := run.NextSlot(n, now)
		if err != nil {
			return s, err
		}
		s.Next = next
	}
	var err error
	if s.Subscribers, err = h.Store.CountAudience(ctx, n.Name); err != nil {
		return s, err
	}
	slots, err := h.Store.SlotsRecorded(ctx, n.Name, 1)
	if err != nil {
		return s, err
	}
	if len(slots) > 0 {
		s.LastSlot = &slotStatus{Slot: slots[0].Slot.In(n.Location), Outcome: string(slots[0].Outcome), Note: slots[0].Note}
	}
	infos, err := h.Store.Issues(ctx, n.Name, lastIssues)
	if err != nil {
		return s, err
	}
	for _, info := range infos {
		is, err := h.issueStatus(ctx, info, n.Location)
		if err != nil {
			return s, err
		}
		s.Issues = append(s.Issues, is)
	}
	return s, nil
}

func (h *house) issueStatus(ctx context.Context, info store.IssueInfo, zone *time.Location) (issueStatus, error) {
	s, err := h.withBounces(ctx, newIssueStatus(info, zone))
	if err != nil {
		return s, err
	}
	const most = 20
	troubled, err := h.Store.Troubled(ctx, info.ID, most)
	for _, d := range troubled {
		t := deliveryStatus{To: d.Email, State: string(d.State), Tries: d.Tries, Reply: d.Reply}
		if !d.State.Finished() && !d.Next.Equal(store.Held()) {
			t.Next = d.Next.In(zone)
		}
		s.Troubled = append(s.Troubled, t)
	}
	return s, err
}

func newIssueStatus(info store.IssueInfo, zone *time.Location) issueStatus {
	s := issueStatus{
		ID: info.ID, Number: info.Number, Slot: info.Slot.In(zone), Manual: info.Manual, Articles: info.Articles,
		State: string(info.State), Note: info.Note, Deliveries: map[string]int{},
	}
	for state, n := range info.Tally {
		s.Deliveries[string(state)] = n
	}
	return s
}

// withBounces adds what came back.
func (h *house) withBounces(ctx context.Context, is issueStatus) (issueStatus, error) {
	counts, err := h.Store.CountBounces(ctx, is.ID)
	is.Bounces = map[string]int{}
	for kind, n := range counts {
		is.Bounces[string(kind)] = n
	}
	return is, err
}

// zoneOf is the time zone of a newsletter; of one that is configured no more, UTC.
func (h *house) zoneOf(newsletter string) *time.Location {
	if n, err := h.Newsletter(newsletter); err == nil && n.Location != nil {
		return n.Location
	}
	return time.UTC
}

func (a *app) showStatus(s status) {
	for i, n := range s.Newsletters {
		if i > 0 {
			a.say("")
		}
		next := "only by hand"
		if !n.Next.IsZero() {
			next = fmt.Sprintf("next issue %s, %s", moment(n.Next), ago(n.Next, s.Now))
		}
		a.say("%s (%s): %s, %s", n.Title, n.Name, count(n.Subscribers, "subscriber"), next)
		if n.LastSlot != nil && n.LastSlot.Outcome != string(store.SlotIssued) {
			a.say("  the slot of %s was %s%s", moment(n.LastSlot.Slot), n.LastSlot.Outcome, parenthesis(n.LastSlot.Note))
		}
		a.showIssues(n.Issues)
	}
	a.say("\nFeeds")
	rows := make([][]string, len(s.Feeds))
	for i, f := range s.Feeds {
		rows[i] = f.row(s.Now)
	}
	a.table(rows)
}

func (a *app) showIssues(issues []issueStatus) {
	if len(issues) == 0 {
		a.say("  no issue yet")
	}
	var rows [][]string
	for _, is := range issues {
		rows = append(rows, is.row())
	}
	a.table(rows)
	for _, is := range issues {
		for _, d := range is.Troubled {
			a.say("    #%d to %s: %s after %s: %s", is.Number, d.To, d.State, tries(d.Tries), digest.OneLine(d.Reply))
		}
	}
}

func (is issueStatus) row() []string {
	return []string{fmt.Sprintf("#%d", is.Number), moment(is.Slot), count(is.Articles, "article"), is.State + parenthesis(is.Note), is.deliveries()}
}

// deliveries is how many there are in which state, and what came back of them.
func (is issueStatus) deliveries() string {
	all := tally(is.Deliveries)
	if len(is.Bounces) > 0 {
		all += "; came back: " + tally(is.Bounces)
	}
	return all
}

func tries(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

func parenthesis(note string) string {
	if note == "" {
		return ""
	}
	return " (" + digest.OneLine(note) + ")"
}

// tally is how many deliveries are in which state, the most first.
func tally(states map[string]int) string {
	type entry struct {
		state string
		n     int
	}
	var entries []entry
	for state, n := range states {
		entries = append(entries, entry{state, n})
	}
	slices.SortFunc(entries, func(a, b entry) int { return cmp.Or(b.n-a.n, cmp.Compare(a.state, b.state)) })
	parts := make([]string, len(entries))
	for i, e := range entries {
		parts[i] = fmt.Sprintf("%s %d", e.state, e.n)
	}
	return strings.Join(parts, ", ")
}

func (f feedStatus) row(now time.Time) []string {
	name := digest.OneLine(f.Name)
	switch {
	case !f.asked:
		return []string{"new", name, "never asked"}
	case f.Healthy:
		return []string{"ok", name, count(f.Articles, "article") + ", read " + ago(f.LastSuccess, now) + parenthesis(f.Note)}
	}
	last := "never read"
	if !f.LastSuccess.IsZero() {
		last = "last read " + ago(f.LastSuccess, now)
	}
	return []string{"FAIL", name, fmt.Sprintf("%s, %s: %s", count(f.Failures, "failure"), last, strings.TrimPrefix(digest.OneLine(f.Error), name+": "))}
}
