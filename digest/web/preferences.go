package web

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

// What the buttons of the preferences say, beside those of unsubscribing, and the fields of the form.
const (
	actionSave     = "save"
	actionUnfollow = "unfollow"

	fieldTag      = "tag"
	fieldPause    = "pause"
	fieldLanguage = "language"

	pauseKeep  = "keep" // go on pausing as before
	pauseWeeks = 8      // at most
)

// chooser is somebody on the page of their preferences.
type chooser struct {
	store.Person
	say    words
	topics []string // that the page shows
}

// known reads the token and hands over whose it is; for any other word it answers itself.
func (p pages) known(w http.ResponseWriter, r *http.Request, f func(c chooser)) {
	if r.PathValue("token") == digest.InertToken {
		p.explainTest(w, r)
		return
	}
	ids, ok := p.Signer.Open(digest.PurposePreferences, r.PathValue("token"))
	if !ok || len(ids) != 1 {
		p.notFound(w, r)
		return
	}
	who, err := p.Store.Person(r.Context(), ids[0])
	switch {
	case err != nil:
		p.fail(w, r, err)
		return
	case who.Email == "": // erased
		p.notFound(w, r)
		return
	}
	c := chooser{Person: who, say: p.speak(p.languageFor(who))}
	if c.topics, err = p.topicsFor(r, who); err != nil {
		p.fail(w, r, err)
		return
	}
	f(c)
}

// topicsFor are the topics of all newsletters that the subscriber sees, and those that the subscriber once chose or left.
func (p pages) topicsFor(r *http.Request, who store.Person) ([]string, error) {
	topics, err := p.topics(r.Context(), p.names(who))
	for _, tag := range slices.Concat(who.Tags, who.Muted) {
		topics = addFold(topics, tag)
	}
	return topics, err
}

// showPreferences shows what the subscriber gets, and changes nothing. ?unfollow=TAG, which the sections of an issue link to, offers to
// leave that topic with one button.
func (p pages) showPreferences(w http.ResponseWriter, r *http.Request) {
	p.known(w, r, func(c chooser) {
		tag := digest.OneLine(cut(r.URL.Query().Get("unfollow"), maxTyped))
		if tag == "" || !c.Follows(tag) {
			p.showChoices(w, r, c, "", "")
			return
		}
		p.showChoices(w, r, c, tag, "")
	})
}

// showChoices is the page. The tag is one to be left, the notice says what was done; both may be empty.
func (p pages) showChoices(w http.ResponseWriter, r *http.Request, c chooser, tag, done string) {
	say := c.say
	page := say.page(say.Choices)
	page.Done = done
	if tag != "" {
		add(&page, templates.Part{Text: say.Fill(say.UnfollowAsk, "tag", tag)}, templates.Part{Form: &templates.Form{
			URL: p.self(r), Label: say.Fill(say.Unfollow, "tag", tag), Fields: map[string]string{actionField: actionUnfollow, fieldTag: tag},
		}})
	}
	add(&page,
		templates.Part{Text: say.Fill(say.ChoicesOf, "email", c.Email)},
		templates.Part{Form: p.choiceForm(r, c, tag)},
		p.button(r, say.LeaveAllButton, actionAll, true))
	p.show(w, r, http.StatusOK, page)
}

// choiceForm is all that the subscriber can choose, as it is now, but for a tag to be left.
func (p pages) choiceForm(r *http.Request, c chooser, leave string) *templates.Form {
	say := c.say
	letters := templates.Field{Name: fieldNewsletters, Label: say.Newsletters, Type: "check"}
	for _, n := range p.shownTo(c.Person) {
		letters.Choices = append(letters.Choices, templates.Choice{Value: n.Name, Label: n.Title, On: c.Gets(n.Name)})
	}
	form := &templates.Form{URL: p.self(r), Label: say.Save, Inputs: []templates.Field{letters}, Fields: map[string]string{
		actionField: actionSave, shownIn(fieldNewsletters): asShown(p.names(c.Person)), shownIn(fieldTopics): asShown(c.topics),
	}}
	if len(c.topics) > 0 {
		list := templates.Field{Name: fieldTopics, Label: say.Topics, Type: "check"}
		for _, t := range c.topics {
			list.Choices = append(list.Choices, templates.Choice{Value: t, Label: t, On: c.Follows(t) && digest.Fold(t) != digest.Fold(leave)})
		}
		form.Inputs = append(form.Inputs, list)
	}
	form.Inputs = append(form.Inputs,
		templates.Field{Name: fieldPause, Label: say.Pause, Type: "select", Choices: p.pauses(c)},
		templates.Field{Name: fieldZone, Label: say.Zone, Type: "select", Choices: zoneChoices(say, c.Timezone)},
		templates.Field{Name: fieldLanguage, Label: say.Language, Type: "select", Choices: languageChoices(say, c.Language)},
		templates.Field{Name: fieldName, Label: say.Name, Type: "text", Value: c.Name, Complete: "name"},
	)
	return form
}

func (p pages) pauses(c chooser) []templates.Choice {
	paused := c.Paused.After(p.Now())
	choices := []templates.Choice{{Label: c.say.NoPause, On: !paused}}
	if paused {
		choices = append(choices, templates.Choice{Value: pauseKeep, Label: c.say.Fill(c.say.PausedUntil, "date", c.say.Date(c.Paused.In(p.clockOf(c.Person)))), On: true})
	}
	for n := 1; n <= pauseWeeks; n++ {
		choices = append(choices, templates.Choice{Value: strconv.Itoa(n), Label: c.say.Weeks(n)})
	}
	return choices
}

// clockOf is the clock that somebody goes by: their own, or that of the first newsletter that they get.
func (p pages) clockOf(who store.Person) *time.Location {
	if zone, err := time.LoadLocation(who.Timezone); err == nil && who.Timezone != "" {
		return zone
	}
	if n, ok := p.first(who); ok && n.Location != nil {
		return n.Location
	}
	return time.UTC
}

// languageChoices are the languages, each called as it calls itself, and none.
func languageChoices(say words, chosen string) []templates.Choice {
	choices := []templates.Choice{{Label: say.OwnChoice, On: chosen == ""}}
	for _, code := range templates.Languages() {
		choices = append(choices, templates.Choice{Value: code, Label: display.Self.Name(language.Make(code)), On: code == chosen})
	}
	return choices
}

// choose takes one of the page's forms.
func (p pages) choose(w http.ResponseWriter, r *http.Request) {
	p.known(w, r, func(c chooser) {
		switch action(w, r) {
		case actionSave:
			p.save(w, r, c, p.readChoice(r, c))
		case actionUnfollow:
			p.unfollow(w, r, c)
		case actionAll:
			p.leaveAll(w, r, c)
		case actionUndo:
			p.comeBack(w, r, c)
		default:
			p.showChoices(w, r, c, "", c.say.PressAgain)
		}
	})
}

// readChoice is what the form says of all that it showed.
func (p pages) readChoice(r *http.Request, c chooser) digest.Choice {
	choice := digest.Choice{Name: digest.OneLine(cut(r.PostForm.Get(fieldName), maxTyped)), Timezone: c.Timezone, Language: c.Language, Paused: c.Paused}
	if zone := r.PostForm.Get(fieldZone); zone == "" || isZone(zone) {
		choice.Timezone = zone
	}
	if lang := r.PostForm.Get(fieldLanguage); lang == "" || slices.Contains(templates.Languages(), lang) {
		choice.Language = lang
	}
	choice.Take, choice.Leave = parted(wasShown(r.PostForm, fieldNewsletters, p.names(c.Person)), func(name string) bool {
		return slices.Contains(r.PostForm[fieldNewsletters], name)
	})
	choice.Follow, choice.Mute = parted(wasShown(r.PostForm, fieldTopics, c.topics), func(tag string) bool { return hasFold(r.PostForm[fieldTopics], tag) })
	switch pause := r.PostForm.Get(fieldPause); pause {
	case pauseKeep:
	case "":
		choice.Paused = time.Time{}
	default:
		if n, err := strconv.Atoi(pause); err == nil && n >= 1 && n <= pauseWeeks {
			choice.Paused = p.Now().AddDate(0, 0, 7*n)
		}
	}
	return choice
}

// shownTo are the newsletters that a subscriber can choose among: those for everybody, and the private ones that they get.
func (p pages) shownTo(who store.Person) []digest.Newsletter {
	return slices.DeleteFunc(slices.Clone(p.Newsletters), func(n digest.Newsletter) bool { return n.Private && !who.Gets(n.Name) })
}

func (p pages) names(who store.Person) (names []string) {
	for _, n := range p.shownTo(who) {
		names = append(names, n.Name)
	}
	return names
}

func parted(all []string, is func(string) bool) (yes, no []string) {
	for _, s := range all {
		if is(s) {
			yes = append(yes, s)
		} else {
			no = append(no, s)
		}
	}
	return yes, no
}

func (p pages) save(w http.ResponseWriter, r *http.Request, c chooser, choice digest.Choice) {
	if err := p.Store.Choose(r.Context(), c.ID, choice, p.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.Log.Info("a subscriber chose", "takes", choice.Take, "subscriber", c.ID)
	if len(choice.Take) == 0 {
		p.showLeftAll(w, r, c)
		return
	}
	p.showSaved(w, r)
}

// showSaved shows the page as it is now, in the language that was chosen.
func (p pages) showSaved(w http.ResponseWriter, r *http.Request) {
	p.known(w, r, func(c chooser) { p.showChoices(w, r, c, "", c.say.Saved) })
}

func (p pages) unfollow(w http.ResponseWriter, r *http.Request, c chooser) {
	tag := digest.OneLine(cut(r.PostForm.Get(fieldTag), maxTyped))
	if tag == "" {
		p.showChoices(w, r, c, "", c.say.PressAgain)
		return
	}
	if err := p.Store.Unfollow(r.Context(), c.ID, tag, p.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.Log.Info("a subscriber unfollowed a topic", "subscriber", c.ID)
	p.showSaved(w, r)
}

func (p pages) leaveAll(w http.ResponseWriter, r *http.Request, c chooser) {
	if err := p.Store.Unsubscribe(r.Context(), c.ID, "", p.Now()); err != nil {
		p.fail(w, r, err)
		return
	}
	p.Log.Info("a subscriber left", "all", true, "subscriber", c.ID)
	p.showLeftAll(w, r, c)
}

func (p pages) showLeftAll(w http.ResponseWriter, r *http.Request, c chooser) {
	page := c.say.page(c.say.LeftHeading, c.say.Fill(c.say.LeftAll, "email", c.Email))
	if !c.HasLeft("") || c.LeftSince("", p.Now().Add(-undoWithin)) {
		add(&page, p.button(r, c.say.Undo, actionUndo, true))
	}
	p.show(w, r, http.StatusOK, page)
}

// comeBack takes back that the subscriber left all.
func (p pages) comeBack(w http.ResponseWriter, r *http.Request, c chooser) {
	if _, err := p.Store.Rejoin(r.Context(), c.ID, "", p.Now().Add(-undoWithin)); err != nil {
		p.fail(w, r, err)
		return
	}
	p.showSaved(w, r)
}
