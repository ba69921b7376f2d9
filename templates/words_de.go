package templates

import (
	"strings"

	"golang.org/x/text/language"
)

func german() words {
	return words{
		Tag: language.German,

		Mail:         "E-Mail",
		Issue:        "Ausgabe {n}",
		ReadOnline:   "Online lesen",
		Inside:       "In dieser Ausgabe",
		TopStory:     "Aufmacher",
		Rest:         "Weiteres",
		ReadAt:       "Weiterlesen bei {source}",
		AlsoIn:       "Außerdem in {tag}",
		AlsoTags:     "auch {tags}",
		Elsewhere:    "Auch bei {sources}",
		Untitled:     "Ohne Titel",
		Unsubscribe:  "Abmelden",
		ChooseTopics: "Themen wählen",
		PauseMail:    "Pausieren",
		Unfollow:     "{tag} abbestellen",
		LeaveLink:    "Per Mail abmelden",
		LeaveByMail:  "Zum Abmelden genügt eine Mail an {address} mit dem Betreff „unsubscribe“.",
		Privacy:      "Kein Zählpixel, keine umgeschriebenen Links: Jede Überschrift führt direkt zu ihrer Quelle.",
		PrivacyLoad:  "Keine umgeschriebenen Links: Jede Überschrift führt direkt zu ihrer Quelle. Das Bild wird beim Herausgeber geladen.",
		Done:         "Das war alles.",
		Next:         "Die nächste Ausgabe kommt {when}.",
		Why:          "{email} bekommt diese Mail, weil die Adresse „{title}“ abonniert hat.",
		WhyWhen:      "{email} bekommt diese Mail {schedule}, weil die Adresse „{title}“ abonniert hat.",

		Hello:       "Hallo {name}.",
		Overview:    "{stories} aus {sources}.",
		OverviewMin: "{stories} aus {sources}, zusammen etwa {minutes} Lesezeit.",

		NewStories: counted{One: "ein neuer Artikel", Other: "{n} neue Artikel"},
		Sources:    counted{One: "einer Quelle", Other: "{n} Quellen"},
		MinutesAll: counted{One: "{n} Minute", Other: "{n} Minuten"},
		Stories:    counted{Other: "{n} Artikel"},
		Minutes:    counted{Other: "{n} Min."},
		MoreOnline: counted{One: "{n} weiterer online", Other: "{n} weitere online"},
		MoreHidden: counted{One: "{n} weiterer fand keinen Platz", Other: "{n} weitere fanden keinen Platz"},
		MoreNames:  counted{One: "{n} weitere", Other: "{n} weitere"},
		Broken: counted{
			One:   "eine Quelle war diesmal nicht lesbar: {names}.",
			Other: "{n} Quellen waren diesmal nicht lesbar: {names}.",
		},
		Shortened: counted{
			One:   "Damit diese Mail vollständig ankommt, steht ein Artikel ohne Zusammenfassung da.",
			Other: "Damit diese Mail vollständig ankommt, stehen {n} Artikel ohne Zusammenfassung da.",
		},

		And:      " und ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("null ein zwei drei vier fünf sechs sieben acht neun zehn"),
		Grouped:  1000,
		LongDate: "{weekday}, {day}. {month} {year}",
		At:       "um {time} Uhr",
		When:     "am {weekday} {at}",
		WhenDate: "am {weekday}, {day}. {month}, {at}",
		Daily:    "täglich {at}",
		Workdays: "montags bis freitags {at}",
		Weekly:   "jeden {weekdays} {at}",
		Monthly:  "am {day}. jedes Monats {at}",
		Weekdays: [7]string{"Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"},
		Months: [12]string{
			"Januar", "Februar", "März", "April", "Mai", "Juni",
			"Juli", "August", "September", "Oktober", "November", "Dezember",
		},

		Pages: germanPages(),
	}
}
