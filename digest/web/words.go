package web

import "tidings/templates"

// words is what the pages say, in one language. Those with verbs for fmt name them.
type words struct {
	lang string

	leaveHeading string // newsletter
	leave        string // address, newsletter
	leaveButton  string

	leftHeading    string
	left           string // address, newsletter
	leftAll        string // address
	othersRemain   string
	leaveAllButton string

	testHeading, test         string
	notFoundHeading, notFound string
	troubleHeading, trouble   string
}

// page is a small page in this language.
func (w words) page(heading string, paragraphs ...string) templates.Page {
	return templates.Page{Lang: w.lang, Title: heading, Heading: heading, Paragraphs: paragraphs}
}

// wordsFor is the words of a language; English where there are none.
func wordsFor(lang string) words {
	switch lang {
	case "de":
		return words{
			lang:            "de",
			leaveHeading:    "„%s“ abbestellen?",
			leave:           "%s erhält „%s“ dann nicht mehr. Es genügt ein Klick, eine Anmeldung ist nicht nötig.",
			leaveButton:     "Abbestellen",
			leftHeading:     "Sie sind abgemeldet",
			left:            "%s erhält „%s“ nicht mehr. Auch eine Ausgabe, die gerade verschickt wird, wird angehalten.",
			leftAll:         "%s erhält von hier keinen Newsletter mehr.",
			othersRemain:    "Andere Newsletter von hier kommen weiterhin.",
			leaveAllButton:  "Alle abbestellen",
			testHeading:     "Dieser Link stammt aus einer Testnachricht",
			test:            "In einer echten Ausgabe führt er zur Seite der Leserin oder des Lesers. Hier ändert er nichts.",
			notFoundHeading: "Hier ist nichts",
			notFound:        "Vielleicht wurde die Adresse abgeschnitten: Öffnen Sie den Link bitte noch einmal direkt aus der E-Mail.",
			troubleHeading:  "Das hat nicht geklappt",
			trouble:         "Es liegt an uns. Bitte versuchen Sie es in ein paar Minuten noch einmal.",
		}
	default:
		return words{
			lang:            "en",
			leaveHeading:    "Leave %s?",
			leave:           "%s will not get %s any more. One click is enough; there is nothing to log in to.",
			leaveButton:     "Unsubscribe",
			leftHeading:     "You have left",
			left:            "%s does not get %s any more. If an issue is on its way right now, it is stopped too.",
			leftAll:         "%s does not get any newsletter from here any more.",
			othersRemain:    "Other newsletters from here still come.",
			leaveAllButton:  "Leave them all",
			testHeading:     "This link comes from a test message",
			test:            "In a real issue it leads to the reader’s own page. Here it changes nothing.",
			notFoundHeading: "There is nothing here",
			notFound:        "The address may have been cut off: please open the link from the mail again.",
			troubleHeading:  "That did not work",
			trouble:         "The fault is ours. Please try again in a few minutes.",
		}
	}
}
