package templates

import (
	"strings"

	"golang.org/x/text/language"
)

func italian() words {
	return words{
		Tag: language.Italian,

		Mail:         "e-mail",
		Issue:        "Numero {n}",
		ReadOnline:   "Leggere sul web",
		Inside:       "In questo numero",
		TopStory:     "In primo piano",
		Rest:         "E inoltre",
		ReadAt:       "L’articolo su {source}",
		AlsoIn:       "Inoltre in {tag}",
		AlsoTags:     "anche in {tags}",
		Elsewhere:    "Anche su {sources}",
		Untitled:     "Senza titolo",
		Unsubscribe:  "Annullare l’iscrizione",
		ChooseTopics: "Scegli gli argomenti",
		PauseMail:    "Sospendi",
		Unfollow:     "Non seguire più {tag}",
		LeaveLink:    "Annullare l’iscrizione per e-mail",
		LeaveByMail:  "Per annullare l’iscrizione basta scrivere a {address} con oggetto «unsubscribe».",
		Privacy:      "Nessun pixel di tracciamento, nessun link riscritto: ogni titolo porta direttamente alla sua fonte.",
		PrivacyLoad:  "Nessun link riscritto: ogni titolo porta direttamente alla sua fonte. L’immagine viene caricata dal sito che la pubblica.",
		Done:         "Per questa volta è tutto.",
		Next:         "Il prossimo numero arriva {when}.",
		Why:          "{email} riceve questa lettera perché l’indirizzo è iscritto a «{title}».",
		WhyWhen:      "{email} riceve questa lettera {schedule} perché l’indirizzo è iscritto a «{title}».",

		Hello:       "Buongiorno {name}.",
		Overview:    "{stories} da {sources}.",
		OverviewMin: "{stories} da {sources}, circa {minutes} di lettura in tutto.",

		NewStories: counted{One: "un nuovo articolo", Other: "{n} nuovi articoli"},
		Sources:    counted{One: "una fonte", Other: "{n} fonti"},
		MinutesAll: counted{One: "{n} minuto", Other: "{n} minuti"},
		Stories:    counted{One: "{n} articolo", Other: "{n} articoli"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{One: "un altro articolo sul web", Other: "altri {n} articoli sul web"},
		MoreHidden: counted{One: "un altro articolo non ha trovato posto", Other: "altri {n} articoli non hanno trovato posto"},
		MoreNames:  counted{One: "un’altra", Other: "altre {n}"},
		Broken: counted{
			One:   "questa volta una fonte non era leggibile: {names}.",
			Other: "questa volta {n} fonti non erano leggibili: {names}.",
		},
		Shortened: counted{
			One:   "Perché il messaggio arrivi intero, un articolo compare qui senza riassunto.",
			Other: "Perché il messaggio arrivi intero, {n} articoli compaiono qui senza riassunto.",
		},

		And:      " e ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Spelled:  strings.Fields("zero uno due tre quattro cinque sei sette otto nove dieci"),
		Grouped:  1000,
		LongDate: "{weekday} {day} {month} {year}",
		FirstDay: "1º",
		At:       "alle ore {time}",
		When:     "{weekday} {at}",
		WhenDate: "{weekday} {day} {month} {at}",
		Daily:    "ogni giorno {at}",
		Workdays: "dal lunedì al venerdì {at}",
		Weekly:   "ogni {weekdays} {at}",
		Monthly:  "il giorno {day} di ogni mese {at}",
		Weekdays: [7]string{"domenica", "lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato"},
		Months: [12]string{
			"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
			"luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
		},

		Pages: italianPages(),
	}
}
