package web

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"tidings/digest"
	"tidings/digest/store"
	"tidings/templates"
)

// How often the form may be used. Every count survives a restart.
const (
	perAddress = 3   // a day, for one mailbox
	perNetwork = 20  // an hour
	perHour    = 500 // by everybody
	perDay     = 5000
	maxWaiting = 1000 // sign-ups whose mail is not sent yet
)

// The fields of the sign-up form.
const (
	fieldEmail       = "email"
	fieldName        = "name"
	fieldNewsletters = "newsletters"
	fieldTopics      = "topics"
	fieldZone        = "zone"
	fieldToken       = "form"
	fieldOffered     = "offered" // which lists the form held: what is not ticked was seen
	fieldTrap        = "website"
)

// application is what somebody fills into the sign-up form of a newsletter.
type application struct {
	newsletter  digest.Newsletter
	say         words
	email, name string
	newsletters []string
	topics      []string
	allTopics   bool
	zone        string
	wrong       map[string]string // by field
}

// blank is the form before anything is filled in.
func (p pages) blank(n digest.Newsletter) application {
	return application{newsletter: n, say: p.speak(n.Language), newsletters: []string{n.Name}, allTopics: true, wrong: map[string]string{}}
}

// form is the sign-up form with what was filled in.
func (p pages) form(f application, topics []string) *templates.Form {
	say := f.say
	form := &templates.Form{
		URL: local(p.Site.NewsletterURL(f.newsletter.Name)), ID: "subscribe", Label: say.Subscribe, Reveal: say.MoreChoices,
		Fields: map[string]string{fieldToken: p.formToken()},
		Trap:   &templates.Field{Name: fieldTrap, Label: say.Trap},
		Inputs: []templates.Field{{
			Name: fieldEmail, Label: say.Email, Type: "email", Value: f.email, Complete: "email", Needed: true, Wrong: f.wrong[fieldEmail],
		}},
		More: []templates.Field{
			{Name: fieldName, Label: say.Name, Type: "text", Value: f.name, Complete: "name"},
			{Name: fieldZone, Label: say.Zone, Type: "select", Choices: zoneChoices(say, f.zone)},
		},
	}
	var offered []string
	if len(p.public()) > 1 {
		offered = append(offered, fieldNewsletters)
		list := templates.Field{Name: fieldNewsletters, Label: say.Newsletters, Type: "check", Wrong: f.wrong[fieldNewsletters]}
		for _, n := range p.public() {
			list.Choices = append(list.Choices, templates.Choice{Value: n.Name, Label: n.Title, On: slices.Contains(f.newsletters, n.Name)})
		}
		form.Inputs = append(form.Inputs, list)
	}
	if len(topics) > 1 {
		offered = append(offered, fieldTopics)
		form.Fields[shownIn(fieldTopics)] = asShown(topics)
		list := templates.Field{Name: fieldTopics, Label: say.Topics, Type: "check", Wrong: f.wrong[fieldTopics]}
		for _, tag := range topics {
			list.Choices = append(list.Choices, templates.Choice{Value: tag, Label: tag, On: f.allTopics || hasFold(f.topics, tag)})
		}
		if f.wrong[fieldTopics] != "" {
			form.Inputs = append(form.Inputs, list)
		} else {
			form.More = append([]templates.Field{list}, form.More...)
		}
	}
	form.Fields[fieldOffered] = strings.Join(offered, " ")
	return form
}

// signUp takes the form. A form that did not come from a page of ours, such as one embedded elsewhere, is shown again, filled in: the
// button there is pressed by a person who sees what it does.
func (p pages) signUp(w http.ResponseWriter, r *http.Request) {
	n, ok := p.offered(r.PathValue("newsletter"))
	if !ok {
		p.notFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		say := p.speak(n.Language)
		p.show(w, r, http.StatusBadRequest, say.page(say.TroubleHeading, say.PressAgain))
		return
	}
	topics, err := p.offeredTopics(r.Context(), n)
	if err != nil {
		p.fail(w, r, err)
		return
	}
	f := p.read(r, n, topics)
	switch {
	case r.PostForm.Get(fieldTrap) != "": // a program; it learns nothing
		p.showAsked(w, r, f)
	case !p.fromHere(r) || !p.shown(r.PostForm.Get(fieldToken)):
		p.showForm(w, r, http.StatusOK, f, f.say.PressAgain)
	case len(f.wrong) > 0:
		p.showForm(w, r, http.StatusUnprocessableEntity, f, "")
	default:
		p.ask(w, r, f)
	}
}

// read takes over what was filled in, and notes what is wrong with it.
func (p pages) read(r *http.Request, n digest.Newsletter, topics []string) application {
	f := p.blank(n)
	form := r.PostForm
	f.email = digest.OneLine(cut(form.Get(fieldEmail), maxTyped))
	f.name = digest.OneLine(cut(form.Get(fieldName), maxTyped))
	if zone := form.Get(fieldZone); isZone(zone) {
		f.zone = zone
	}
	if address, err := p.Address(f.email); err != nil || len(address) > 254 || strings.ContainsAny(f.email, "<>") {
		f.wrong[fieldEmail] = f.say.BadEmail
	} else {
		f.email = address
	}
	offered := strings.Fields(form.Get(fieldOffered))
	if slices.Contains(offered, fieldNewsletters) {
		f.newsletters = nil
		for _, known := range p.offeredBeside(n) { // in this order: the mail is from the first, and in its language
			if slices.Contains(form[fieldNewsletters], known.Name) {
				f.newsletters = append(f.newsletters, known.Name)
			}
		}
		if len(f.newsletters) == 0 {
			f.wrong[fieldNewsletters] = f.say.NoNewsletter
		}
	}
	if slices.Contains(offered, fieldTopics) {
		ticked, declined := parted(wasShown(form, fieldTopics, topics), func(tag string) bool { return hasFold(form[fieldTopics], tag) })
		f.topics, f.allTopics = ticked, len(declined) == 0
		if len(f.topics) == 0 && !f.allTopics {
			f.wrong[fieldTopics] = f.say.NoTopic
		}
	}
	return f
}

// maxTyped bounds what somebody types into a line, in bytes.
const maxTyped = 300

func cut(s string, most int) string {
	return strings.ToValidUTF8(s[:min(len(s), most)], "")
}

// ask stores the sign-up, whose mail is sent by somebody else, later: what happens here is the same for every address.
func (p pages) ask(w http.ResponseWriter, r *http.Request, f application) {
	waiting, err := p.Store.SignupsWaiting(r.Context())
	if err != nil {
		p.fail(w, r, err)
		return
	}
	up := store.Signup{Subscriber: digest.Subscriber{Email: f.email, Name: f.name, Newsletters: f.newsletters, Timezone: f.zone}}
	if !f.allTopics {
		up.Tags = f.topics
	}
	if waiting < maxWaiting {
		err = p.Store.AddSignup(r.Context(), up, p.limitOf(f.email), p.limits(r), p.Now())
	} else {
		err = &store.OverLimitError{Limit: store.Limit{Most: maxWaiting}}
	}
	over, limited := errors.AsType[*store.OverLimitError](err)
	switch {
	case limited:
		if over.First { // one line, however many are refused
			p.Log.Warn("too many sign-ups by the form; further ones are refused for a while", "most", over.Limit.Most, "within", over.Limit.Within)
		}
		w.Header().Set("Retry-After", "3600")
		p.show(w, r, http.StatusTooManyRequests, f.say.page(f.say.TroubleHeading, f.say.TooOften))
	case err != nil:
		p.fail(w, r, err)
	default:
		if waiting == maxWaiting-1 { // one line, here too
			p.Log.Warn("the form refuses further sign-ups until their mails leave: too many wait for theirs; see why none is sent", "most", maxWaiting)
		}
		p.showAsked(w, r, f)
	}
}

// limitOf is how often an address may be asked for: its mailbox, whatever is behind a + in its name and wherever dots are, which large servers pass over.
func (p pages) limitOf(email string) store.Limit {
	local, domain, _ := strings.Cut(digest.AddressKey(email), "@")
	mailbox, _, _ := strings.Cut(strings.ReplaceAll(local, ".", ""), "+")
	return store.Limit{Name: p.Signer.MAC(digest.PurposeLimit, "mailbox", mailbox+"@"+domain), Most: perAddress, Within: 24 * time.Hour}
}

// limits are what every sign-up counts against.
func (p pages) limits(r *http.Request) []store.Limit {
	name := func(of ...string) string { return p.Signer.MAC(digest.PurposeLimit, of...) }
	return []store.Limit{
		{Name: name("network", p.network(r)), Most: perNetwork, Within: time.Hour},
		{Name: name("all in an hour"), Most: perHour, Within: time.Hour},
		{Name: name("all in a day"), Most: perDay, Within: 24 * time.Hour},
	}
}

// showAsked is the answer to every sign-up.
func (p pages) showAsked(w http.ResponseWriter, r *http.Request, f application) {
	p.show(w, r, http.StatusOK, f.say.page(f.say.AskedHeading, f.say.Fill(f.say.Asked, "email", f.email)))
}
