package templates

import "golang.org/x/text/language"

// Numerals are inflected, so they are written in figures. Names are not, so that they stand behind a noun that is.
func polish() words {
	return words{
		Tag: language.Polish,

		Mail:         "e-mail",
		Issue:        "Numer {n}",
		ReadOnline:   "Wersja w przeglądarce",
		Inside:       "W tym numerze",
		TopStory:     "Najważniejsze",
		Rest:         "Pozostałe",
		ReadAt:       "Całość: {source}",
		AlsoIn:       "Ponadto w dziale {tag}",
		AlsoTags:     "także {tags}",
		Elsewhere:    "Także: {sources}",
		Untitled:     "Bez tytułu",
		Unsubscribe:  "Rezygnacja z subskrypcji",
		ChooseTopics: "Wybierz tematy",
		PauseMail:    "Wstrzymaj",
		Unfollow:     "Przestań obserwować: {tag}",
		LeaveLink:    "Rezygnacja e-mailem",
		LeaveByMail:  "Aby zrezygnować, wystarczy napisać na adres {address} z tematem „unsubscribe”.",
		Privacy:      "Bez pikseli śledzących i przerabianych linków: każdy nagłówek prowadzi prosto do źródła.",
		PrivacyLoad:  "Bez przerabianych linków: każdy nagłówek prowadzi prosto do źródła. Obraz jest pobierany ze strony wydawcy.",
		Done:         "To już wszystko.",
		Next:         "Następny numer przyjdzie {when}.",
		Why:          "Adres {email} otrzymuje ten list, ponieważ subskrybuje „{title}”.",
		WhyWhen:      "Adres {email} otrzymuje ten list {schedule}, ponieważ subskrybuje „{title}”.",

		Hello:       "Dzień dobry, {name}.",
		Overview:    "{stories} z {sources}.",
		OverviewMin: "{stories} z {sources}, razem około {minutes} czytania.",

		NewStories: counted{One: "{n} nowy artykuł", Few: "{n} nowe artykuły", Other: "{n} nowych artykułów"},
		Sources:    counted{One: "{n} źródła", Other: "{n} źródeł"},
		MinutesAll: counted{One: "{n} minuty", Other: "{n} minut"},
		Stories:    counted{One: "{n} artykuł", Few: "{n} artykuły", Other: "{n} artykułów"},
		Minutes:    counted{Other: "{n} min"},
		MoreOnline: counted{One: "jeszcze {n} artykuł w sieci", Few: "jeszcze {n} artykuły w sieci", Other: "jeszcze {n} artykułów w sieci"},
		MoreHidden: counted{One: "jeszcze {n}, na który zabrakło miejsca", Other: "jeszcze {n}, na które zabrakło miejsca"},
		MoreNames:  counted{One: "{n} inne", Few: "{n} inne", Other: "{n} innych"},
		Broken: counted{
			One:   "tym razem nie udało się odczytać {n} źródła: {names}.",
			Other: "tym razem nie udało się odczytać {n} źródeł: {names}.",
		},
		Shortened: counted{
			One:   "Aby list dotarł w całości, {n} artykuł podano bez streszczenia.",
			Few:   "Aby list dotarł w całości, {n} artykuły podano bez streszczenia.",
			Other: "Aby list dotarł w całości, {n} artykułów podano bez streszczenia.",
		},

		And:      " i ",
		Comma:    ", ",
		Pause:    ", ",
		Colon:    ": ",
		Gap:      " ",
		Grouped:  10_000,
		LongDate: "{weekday}, {day} {month} {year}",
		At:       "o godz. {time}",
		When:     "{weekday} {at}",
		WhenDate: "{weekday}, {day} {month}, {at}",
		Daily:    "codziennie {at}",
		Workdays: "od poniedziałku do piątku {at}",
		Weekly:   "{weekdays} {at}",
		Monthly:  "{day}. dnia każdego miesiąca {at}",
		Weekdays: [7]string{"niedziela", "poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota"},
		OnDay: [7]string{
			"w niedzielę", "w poniedziałek", "we wtorek", "w środę", "w czwartek", "w piątek", "w sobotę",
		},
		EachDay: [7]string{
			"w niedziele", "w poniedziałki", "we wtorki", "w środy", "w czwartki", "w piątki", "w soboty",
		},
		Months: [12]string{ // as they stand behind a day
			"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca",
			"lipca", "sierpnia", "września", "października", "listopada", "grudnia",
		},

		Pages: polishPages(),
	}
}
