package templates

import (
	"strings"

	"golang.org/x/text/language"
)

// The spaces inside « » and before a colon do not break.
func french() words {
	return words{
		Tag: language.French,

		Mail:         "e-mail",
		Issue:        "Numéro {n}",
		ReadOnline:   "Lire en ligne",
		Inside:       "Au sommaire",
		TopStory:     "À la une",
		Rest:         "Et aussi",
		ReadAt:       "Lire sur {source}",
		AlsoIn:       "Aussi dans {tag}",
		AlsoTags:     "aussi dans {tags}",
		Elsewhere:    "Également sur {sources}",
		Untitled:     "Sans titre",
		Unsubscribe:  "Se désabonner",
		ChooseTopics: "Choisir les sujets",
		PauseMail:    "Mettre en pause",
		Unfollow:     "Ne plus suivre {tag}",
		LeaveLink:    "Se désabonner par e-mail",
		LeaveByMail:  "Pour vous désabonner, il suffit d’écrire à {address} avec pour objet «\u00a0unsubscribe\u00a0».",
		Privacy:      "Ni pixel espion, ni liens réécrits\u00a0: chaque titre mène directement à sa source.",
		PrivacyLoad:  "Pas de liens réécrits\u00a0: chaque titre mène directement à sa source. L’image est chargée depuis le site de son éditeur.",
		Done:         "C’est tout pour cette fois.",
		Next:         "Le prochain numéro arrive {when}.",
		Why:          "{email} reçoit cette lettre parce que cette adresse est abonnée à «\u00a0{title}\u00a0».",
		WhyWhen:      "{email} reçoit cette lettre {schedule}, parce que cette adresse est abonnée à «\u00a0{title}\u00a0».",

		Hello:       "Bonjour {name}.",
		Overview:    "{stories} {sources}.",
		OverviewMin: "{stories} {sources}, soit environ {minutes} de lecture.",

		NewStories: counted{One: "un nouvel article", Other: "{n} nouveaux articles"},
		Sources:    counted{One: "d’une source", Other: "de {n} sources"},
		MinutesAll: counted{One: "{n} minute", Other: "{n} minutes"},
		Stories:    counted{One: "{n} article", Other: "{n} articles"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{One: "{n} autre article en ligne", Other: "{n} autres articles en ligne"},
		MoreHidden: counted{One: "{n} autre article n’a pas trouvé place", Other: "{n} autres articles n’ont pas trouvé place"},
		MoreNames:  counted{One: "{n} autre", Other: "{n} autres"},
		Broken: counted{
			One:   "une source n’a pas pu être lue cette fois\u00a0: {names}.",
			Other: "{n} sources n’ont pas pu être lues cette fois\u00a0: {names}.",
		},
		Shortened: counted{
			One:   "Pour que ce message vous parvienne en entier, un article figure ici sans résumé.",
			Other: "Pour que ce message vous parvienne en entier, {n} articles figurent ici sans résumé.",
		},

		And:      " et ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    "\u00a0: ",
		Gap:      " ",
		Spelled:  strings.Fields("zéro un deux trois quatre cinq six sept huit neuf dix"),
		Grouped:  1000,
		LongDate: "{weekday} {day} {month} {year}",
		FirstDay: "1er",
		At:       "à {time}",
		When:     "{weekday} {at}",
		WhenDate: "le {weekday} {day} {month} {at}",
		Daily:    "chaque jour {at}",
		Workdays: "du lundi au vendredi {at}",
		Weekly:   "{weekdays} {at}",
		Monthly:  "le {day} de chaque mois {at}",
		Weekdays: [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"},
		EachDay:  [7]string{"le dimanche", "le lundi", "le mardi", "le mercredi", "le jeudi", "le vendredi", "le samedi"},
		Months: [12]string{
			"janvier", "février", "mars", "avril", "mai", "juin",
			"juillet", "août", "septembre", "octobre", "novembre", "décembre",
		},

		Pages: frenchPages(),
	}
}
