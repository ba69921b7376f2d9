package templates

import "time"

// PageWords is what the pages of the site, and the mails about subscribing, say by themselves in one language. {email} stands for
// a reader's address, {title} for a newsletter's name, {titles} for those of several, in quotes.
type PageWords struct {
	LeaveHeading string // {title}
	Leave        string // {email} {title}
	LeaveButton  string

	LeftHeading    string
	Left           string // {email} {title}
	LeftAll        string // {email}
	OthersRemain   string
	LeaveAllButton string

	TestHeading, Test         string
	NotFoundHeading, NotFound string
	TroubleHeading, Trouble   string

	Titled       string // {title}: a newsletter's name within a sentence
	Newsletters  string
	Comes        string // {schedule} {zone}
	ComesFreely  string
	About        string // {tags}
	LastIssue    string
	NoIssue      string
	AllIssues    string
	Older        string
	AtomFeed     string
	Subscribe    string // a button, and a heading
	Email        string
	Name         string
	Topics       string
	Zone         string
	Language     string
	OwnChoice    string // of a zone or a language: none
	MoreChoices  string
	Trap         string // the label of a field that only programs fill in
	Promise      string
	BadEmail     string
	NoNewsletter string
	NoTopic      string
	PressAgain   string
	TooOften     string

	AskedHeading   string
	Asked          string // {email}
	ConfirmHeading string // {titles}
	Confirm        string // {email} {titles}
	ConfirmButton  string
	WelcomeHeading string
	Welcome        string // {email} {titles}
	Expired        string

	MailSubject  string // {titles}
	MailAsked    string // {email} {titles}
	MailIgnore   string
	KnownSubject string
	MailKnown    string // {email} {titles}
	KnownIgnore  string

	Choices     string // a heading, and a link
	ChoicesOf   string // {email}
	Pause       string
	NoPause     string
	Weeks       counted
	PausedUntil string // {date}
	Save        string
	Saved       string
	Unfollow    string // {tag}
	UnfollowAsk string // {tag}
	Undo        string

	EmbedHeading string
	Embed        string
}

// Speech is what pages say in one language, with its dates and lists.
type Speech struct {
	PageWords
	Lang       string // BCP 47
	ReadOnline string
	words      *words
}

// Speech is the words of a language, or of the closest to it that there is.
func (s *Set) Speech(lang string) Speech {
	w := s.words.speak(lang)
	return Speech{PageWords: w.Pages, Lang: w.Tag.String(), ReadOnline: w.ReadOnline, words: w}
}

// Fill puts names into the braces of a phrase, given as "email", address, "title", name.
func (s Speech) Fill(phrase string, pairs ...string) string {
	set := make([]string, len(pairs))
	for i, p := range pairs {
		set[i] = p
		if i%2 == 1 {
			set[i] = apart(p, s.words.RTL)
		}
	}
	return fill(phrase, set...)
}

// Titles are the names of newsletters within a sentence.
func (s Speech) Titles(titles []string) string {
	quoted := make([]string, len(titles))
	for i, t := range titles {
		quoted[i] = s.Fill(s.Titled, "title", t)
	}
	return s.words.list(quoted)
}

// List joins names as a sentence does.
func (s Speech) List(names []string) string { return s.words.list(names) }

// Date is a day in full.
func (s Speech) Date(t time.Time) string { return s.words.date(t) }

// Weeks is a number of weeks.
func (s Speech) Weeks(n int) string { return s.words.count(s.PageWords.Weeks, n) }

// Issue is the number of an issue.
func (s Speech) Issue(n int) string { return fill(s.words.Issue, "n", s.words.figures(n)) }

// Schedule says a cron expression in words; empty if there are none for it.
func (s Speech) Schedule(cron string) string { return s.words.schedule(cron) }
