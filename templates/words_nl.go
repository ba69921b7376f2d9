package templates

import (
	"strings"

	"golang.org/x/text/language"
)

func dutch() words {
	return words{
		Tag: language.Dutch,

		Mail:         "e-mail",
		Issue:        "Nummer {n}",
		ReadOnline:   "Online lezen",
		Inside:       "In dit nummer",
		TopStory:     "Uitgelicht",
		Rest:         "Verder",
		ReadAt:       "Verder lezen bij {source}",
		AlsoIn:       "Verder in {tag}",
		AlsoTags:     "ook {tags}",
		Elsewhere:    "Ook bij {sources}",
		Untitled:     "Zonder titel",
		Unsubscribe:  "Afmelden",
		ChooseTopics: "Onderwerpen kiezen",
		PauseMail:    "Pauzeren",
		Unfollow:     "{tag} niet meer volgen",
		LeaveLink:    "Per mail afmelden",
		LeaveByMail:  "Afmelden kan met een mail aan {address} met als onderwerp ‘unsubscribe’.",
		Privacy:      "Geen volgpixel, geen herschreven links: elke kop leidt rechtstreeks naar zijn bron.",
		PrivacyLoad:  "Geen herschreven links: elke kop leidt rechtstreeks naar zijn bron. De afbeelding wordt bij de uitgever geladen.",
		Done:         "Dat was alles.",
		Next:         "Het volgende nummer komt {when}.",
		Why:          "{email} krijgt deze mail omdat dit adres op ‘{title}’ is geabonneerd.",
		WhyWhen:      "{email} krijgt deze mail {schedule}, omdat dit adres op ‘{title}’ is geabonneerd.",

		Hello:       "Dag {name}.",
		Overview:    "{stories} uit {sources}.",
		OverviewMin: "{stories} uit {sources}, samen ongeveer {minutes} lezen.",

		NewStories: counted{One: "één nieuw artikel", Other: "{n} nieuwe artikelen"},
		Sources:    counted{One: "één bron", Other: "{n} bronnen"},
		MinutesAll: counted{One: "{n} minuut", Other: "{n} minuten"},
		Stories:    counted{One: "{n} artikel", Other: "{n} artikelen"},
		Minutes:    counted{Other: "{n} min."},
		MoreOnline: counted{Other: "nog {n} online"},
		MoreHidden: counted{One: "nog {n} die er niet bij paste", Other: "nog {n} die er niet bij pasten"},
		MoreNames:  counted{Other: "nog {n}"},
		Broken: counted{
			One:   "één bron was deze keer niet te lezen: {names}.",
			Other: "{n} bronnen waren deze keer niet te lezen: {names}.",
		},
		Shortened: counted{
			One:   "Om dit bericht heel te laten aankomen, staat één artikel hier zonder samenvatting.",
			Other: "Om dit bericht heel te laten aankomen, staan {n} artikelen hier zonder samenvatting.",
		},

		And:      " en ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("nul een twee drie vier vijf zes zeven acht negen tien"),
		Grouped:  1000,
		LongDate: "{weekday} {day} {month} {year}",
		At:       "om {time} uur",
		When:     "{weekday} {at}",
		WhenDate: "{weekday} {day} {month} {at}",
		Daily:    "elke dag {at}",
		Workdays: "van maandag tot en met vrijdag {at}",
		Weekly:   "elke {weekdays} {at}",
		Monthly:  "elke {day}e van de maand {at}",
		Weekdays: [7]string{"zondag", "maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag"},
		Months: [12]string{
			"januari", "februari", "maart", "april", "mei", "juni",
			"juli", "augustus", "september", "oktober", "november", "december",
		},

		Pages: dutchPages(),
	}
}
