package summary

import "strings"

// abbreviationKind says what a full stop after a word may mean.
type abbreviationKind int

const (
	noAbbreviation     abbreviationKind = iota
	alwaysAbbreviation                  // never ends a sentence: "Dr."
	endAbbreviation                     // ends one if a word follows that starts sentences: "Inc."
	numberAbbreviation                  // ends one unless a number follows: "No. 5"
)

// abbreviation looks a word up, written without its last full stop, in the abbreviations of all languages and of lang.
func abbreviation(word, lang string) abbreviationKind {
	const longest = 16
	if len(word) > longest {
		return noAbbreviation
	}
	word = strings.ToLower(word)
	switch word {
	case "dr", "mr", "mrs", "ms", "prof", "st", "gen", "gov", "sen", "rep", "lt", "col", "sgt", "capt", "maj", "rev", "hon", "pres", "supt", "insp",
		"det", "cpl", "pvt", "cmdr", "adm", "messrs", "mx", "jun", "vs", "v", "e.g", "i.e", "cf", "viz", "al", "approx", "est", "dept",
		"univ", "assn",
		"bros", "ave", "blvd", "feat", "ft", "mt":
		return alwaysAbbreviation
	case "etc", "a.m", "p.m", "inc", "ltd", "co", "corp", "jr", "sr", "u.s", "u.k", "u.n", "e.u", "d.c", "plc", "llc", "s.a", "gmbh", "n.v", "b.v",
		"s.p.a", "a.g", "ca", "sq", "ph.d":
		return endAbbreviation
	case "no", "nos", "nr", "vol", "pp", "p", "fig", "figs", "ch", "art", "sec", "ed", "eds", "chap", "op", "para",
		"jan", "feb", "mar", "apr", "jul", "aug", "sep", "sept", "oct", "okt", "nov", "dec", "dez", "mon", "tue", "tues", "wed", "thu",
		"thurs", "fri",
		"tel", "min", "max", "°":
		return numberAbbreviation
	}
	switch lang {
	case "de", "lb":
		return germanAbbreviation(word)
	case "ru", "uk", "be", "bg":
		return cyrillicAbbreviation(word)
	case "fr", "es", "it", "pt", "ca", "ro", "gl":
		return romanceAbbreviation(word)
	}
	return northernAbbreviation(word)
}

func germanAbbreviation(word string) abbreviationKind {
	switch word {
	case "z.b", "d.h", "u.a", "o.ä", "i.d.r", "bzw", "hr", "fr", "evtl", "ggf", "inkl", "exkl", "mio", "mrd", "tsd", "abs", "aufl", "sog",
		"vgl", "geb",
		"gest", "zzgl", "str", "dipl", "ing", "dr.-ing", "hrsg", "lt", "rd", "s.o", "s.u", "v.a", "i.v", "z.t", "kath", "evang", "ehem", "allg",
		"gegr", "bspw", "nr":
		return alwaysAbbreviation
	case "usw", "etc", "u.s.w", "v.chr", "n.chr", "chr", "e.v", "mr":
		return endAbbreviation
	}
	return noAbbreviation
}

func cyrillicAbbreviation(word string) abbreviationKind {
	switch word {
	case "т.е", "им", "ул", "руб", "млн", "млрд", "трлн", "тыс", "стр", "рис", "см", "пр", "просп", "д-р", "проф", "акад", "напр", "т.н",
		"св", "гл", "тис", "грн", "вул":
		return alwaysAbbreviation
	case "г", "гг", "т.д", "т.п", "др", "н.э", "р", "рр", "в", "вв":
		return endAbbreviation
	}
	return noAbbreviation
}

func romanceAbbreviation(word string) abbreviationKind {
	switch word {
	case "m", "mm", "mme", "mmes", "mlle", "mlles", "me", "p.ex", "c.-à-d", "env", "réf", "éd", "av", "apr", "j.-c", // French
		"sra", "srta", "dra", "d", "dña", "ud", "uds", "pág", "págs", "núm", "ee", "aprox", "avda", "fco", "lic", "hno", "hnos", // Spanish
		"sig", "sig.ra", "sig.na", "dott", "dott.ssa", "avv", "on", "arch", "geom", "rag", "mons", "ecc.mo", // Italian
		"exmo", "exma", "nº", "eng", "tel": // Portuguese
		return alwaysAbbreviation
	case "ee.uu", "uu", "ecc", "a.c", "d.c", "s.r.l", "ltda", "cía", "s.l":
		return endAbbreviation
	}
	return noAbbreviation
}

func northernAbbreviation(word string) abbreviationKind {
	switch word {
	case "bijv", "dhr", "mevr", "drs", "ir", "mw", "resp", "m.b.t", "i.p.v", "o.a", "d.w.z", // Dutch
		"np", "m.in", "tzw", "ul", "godz", "tys", "mln", "mld", "zob", "ok", "św", "ks", "im", "woj", "gen", "płk", // Polish
		"např", "tzv", "mj", "tj", "tzn", "resp.", // Czech
		"t.ex", "bl.a", "d.v.s", "s.k", "kl", "f.eks", "bl", "dvs", "pga", "mio", "mia", "kr", // Nordic
		"örn", "vb", "yrd", "doç", "av", // Turkish
		"pl", "ún", "ill": // Hungarian
		return alwaysAbbreviation
	case "itd", "itp", "apod", "atd", "osv", "m.m", "stb", "enz", "vs":
		return endAbbreviation
	}
	return noAbbreviation
}

// isStarter tells whether a capitalised word is one that begins sentences and seldom follows an abbreviation within one.
func isStarter(word, lang string) bool {
	switch word {
	case "The", "He", "She", "It", "In", "A", "An", "And", "But", "We", "They", "This", "That", "These", "Those", "There", "When", "While",
		"As", "At",
		"On", "For", "If", "After", "Before", "His", "Her", "Their", "Its", "Our", "My", "You", "I", "Who", "What", "How", "Why", "Where", "With",
		"By", "From", "Yet", "Still", "Now", "So", "Or", "However", "Meanwhile", "Since", "Then", "To", "No", "Not", "All", "Some", "Last":
		return true
	}
	switch lang {
	case "de":
		switch word {
		case "Der", "Die", "Das", "Den", "Dem", "Ein", "Eine", "Einen", "Er", "Sie", "Es", "Wir", "Ich", "Im", "Am", "Auf", "Mit", "Bei",
			"Nach", "Doch",
			"Und", "Aber", "Auch", "Dann", "Da", "Dies", "Diese", "Dieser", "Dabei", "Damit", "So", "Nun", "Von", "Vor", "Zu", "Zum", "Als", "Wenn",
			"Was", "Wer", "Wie", "Für", "Seit", "Bis", "Durch", "Denn", "Man":
			return true
		}
	case "fr", "es", "it", "pt", "ca", "ro":
		switch word {
		case "Le", "La", "Les", "Un", "Une", "Il", "Elle", "Ils", "Elles", "Ce", "Cette", "Ces", "Mais", "Et", "En", "Dans", "Pour",
			"Après", "Selon", "Nous",
			"El", "Los", "Las", "Una", "Por", "Con", "Lo", "Según", "Y", "Pero", "Este", "Esta", "Se", "Para",
			"Gli", "I", "Ma", "E", "Nel", "Secondo", "Per", "Questo", "Questa", "Si",
			"O", "Os", "Na", "No", "Mas", "Ele", "Ela", "Segundo", "Com", "Não":
			return true
		}
	case "ru", "uk", "bg":
		switch word {
		case "В", "На", "Но", "Он", "Она", "Они", "Это", "По", "С", "Об", "А", "И", "Как", "Мы", "Я", "У", "К", "Эта", "Этот":
			return true
		}
	case "nl", "sv", "da", "no", "nb", "pl", "cs", "fi":
		switch word {
		case "De", "Het", "Een", "Hij", "Zij", "Ze", "Dit", "Dat", "Maar", "Volgens", "Det", "Den", "En", "Ett", "Han", "Hon", "Hun",
			"Men", "Och", "Og",
			"I", "På", "To", "Ten", "Ta", "W", "Na", "Z", "Po", "Jak", "Se", "Ne", "Hän":
			return true
		}
	}
	return false
}
