package templates

import (
	"strings"

	"golang.org/x/text/language"
)

// Swedish says du to everybody.
func swedish() words {
	return words{
		Tag: language.Swedish,

		Mail:         "e-post",
		Issue:        "Nummer {n}",
		ReadOnline:   "Läs på webben",
		Inside:       "I det här numret",
		TopStory:     "Huvudartikeln",
		Rest:         "Övrigt",
		ReadAt:       "Läs vidare hos {source}",
		AlsoIn:       "Även i {tag}",
		AlsoTags:     "även {tags}",
		Elsewhere:    "Även hos {sources}",
		Untitled:     "Utan rubrik",
		Unsubscribe:  "Avsluta prenumerationen",
		ChooseTopics: "Välj ämnen",
		PauseMail:    "Pausa",
		Unfollow:     "Sluta följa {tag}",
		LeaveLink:    "Avsluta prenumerationen via e-post",
		LeaveByMail:  "Vill du avsluta prenumerationen räcker det att skriva till {address} med ämnet ”unsubscribe”.",
		Privacy:      "Ingen spårningspixel och inga omskrivna länkar: varje rubrik leder raka vägen till sin källa.",
		PrivacyLoad:  "Inga omskrivna länkar: varje rubrik leder raka vägen till sin källa. Bilden hämtas från utgivaren.",
		Done:         "Det var allt.",
		Next:         "Nästa nummer kommer {when}.",
		Why:          "{email} får det här brevet eftersom adressen prenumererar på ”{title}”.",
		WhyWhen:      "{email} får det här brevet {schedule} eftersom adressen prenumererar på ”{title}”.",

		Hello:       "Hej {name}!",
		Overview:    "{stories} från {sources}.",
		OverviewMin: "{stories} från {sources}, ungefär {minutes} läsning.",

		NewStories: counted{One: "en ny artikel", Other: "{n} nya artiklar"},
		Sources:    counted{One: "en källa", Other: "{n} källor"},
		MinutesAll: counted{One: "{n} minuts", Other: "{n} minuters"},
		Stories:    counted{One: "{n} artikel", Other: "{n} artiklar"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{Other: "{n} till på webben"},
		MoreHidden: counted{Other: "{n} till som inte fick plats"},
		MoreNames:  counted{Other: "{n} till"},
		Broken: counted{
			One:   "en källa gick inte att läsa den här gången: {names}.",
			Other: "{n} källor gick inte att läsa den här gången: {names}.",
		},
		Shortened: counted{
			One:   "För att brevet ska komma fram helt står en artikel här utan sammanfattning.",
			Other: "För att brevet ska komma fram helt står {n} artiklar här utan sammanfattning.",
		},

		And:      " och ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("noll en två tre fyra fem sex sju åtta nio tio"),
		Grouped:  1000,
		LongDate: "{weekday} {day} {month} {year}",
		At:       "kl. {time}",
		When:     "på {weekday} {at}",
		WhenDate: "{weekday}en den {day} {month} {at}",
		Daily:    "varje dag {at}",
		Workdays: "måndag till fredag {at}",
		Weekly:   "varje {weekdays} {at}",
		Monthly:  "den {day} varje månad {at}",
		Weekdays: [7]string{"söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"},
		Months: [12]string{
			"januari", "februari", "mars", "april", "maj", "juni",
			"juli", "augusti", "september", "oktober", "november", "december",
		},

		Pages: swedishPages(),
	}
}
