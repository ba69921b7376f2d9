package summary

// isStopWord tells whether a lower-case word says nothing by itself in a language.
func isStopWord(word []byte, lang string) bool {
	switch lang {
	case "en":
		return isEnglishStopWord(word)
	case "de":
		return isGermanStopWord(word)
	case "fr":
		return isFrenchStopWord(word)
	case "es":
		return isSpanishStopWord(word)
	case "it":
		return isItalianStopWord(word)
	case "pt":
		return isPortugueseStopWord(word)
	case "nl":
		return isDutchStopWord(word)
	case "pl":
		return isPolishStopWord(word)
	case "sv", "da", "no", "nb":
		return isNordicStopWord(word)
	case "ru", "uk", "bg":
		return isRussianStopWord(word)
	}
	return false
}

func isEnglishStopWord(word []byte) bool {
	switch string(word) {
	case "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be", "because", "been",
		"before", "being", "below", "between", "both", "but", "by", "can", "could", "did", "do", "does", "doing", "don", "down", "during", "each",
		"even", "ever", "every", "few", "for", "from", "further", "get", "go", "got", "had", "has", "have", "having", "he", "her", "here", "hers",
		"herself", "him", "himself", "his", "how", "however", "i", "if", "in", "into", "is", "it", "its", "itself", "just", "know", "last", "like",
		"made", "make", "many", "may", "me", "might", "more", "most", "much", "must", "my", "myself", "new", "no", "nor", "not", "now", "of",
		"off", "on", "once", "one", "only", "or", "other", "our", "ours", "out", "over", "own", "people", "per", "put", "said", "say", "says",
		"see", "set", "she", "should", "since", "so", "some", "still", "such", "take", "than", "that", "the", "their", "theirs", "them",
		"themselves", "then", "there", "these", "they", "thing", "this", "those", "through", "time", "to", "too", "two", "under", "until", "up",
		"upon", "us", "use", "very", "was", "way", "we", "well", "were", "what", "when", "where", "which", "while", "who", "whom", "whose", "why",
		"will", "with", "within", "without", "would", "year", "years", "yet", "you", "your", "yours", "mr", "mrs", "ms", "told", "added",
		"according":
		return true
	}
	return false
}

func isGermanStopWord(word []byte) bool {
	switch string(word) {
	case "der", "die", "das", "den", "dem", "des", "ein", "eine", "einer", "eines", "einem", "einen", "und", "oder", "aber", "doch", "ist", "sind",
		"war", "waren", "wird", "werden", "wurde", "wurden", "hat", "haben", "hatte", "hatten", "kann", "können", "soll", "sollen", "muss",
		"müssen", "mit", "von", "zu", "zum", "zur", "im", "in", "am", "an", "auf", "aus", "bei", "bis", "durch", "für", "gegen", "nach", "über",
		"um", "unter", "vor", "während", "wegen", "ohne", "als", "wie", "wenn", "dass", "daß", "weil", "auch", "noch", "nur", "schon", "sehr",
		"so", "nicht", "kein", "keine", "mehr", "es", "er", "sie", "wir", "ihr", "ich", "du", "man", "sich", "sein", "seine", "seiner", "seinen",
		"ihre", "ihrer", "ihren", "ihrem", "uns", "unser", "was", "wer", "wo", "dann", "da", "dort", "hier", "dieser", "diese", "dieses", "diesem",
		"diesen", "alle", "alles", "andere", "anderen", "habe", "beim", "vom", "etwa", "seit", "zwei", "sagte", "sagt", "immer":
		return true
	}
	return false
}

func isFrenchStopWord(word []byte) bool {
	switch string(word) {
	case "le", "la", "les", "l", "un", "une", "des", "du", "de", "d", "et", "ou", "mais", "donc", "or", "ni", "car", "que", "qui", "quoi", "dont",
		"où", "ce", "cet", "cette", "ces", "mon", "ma", "mes", "ton", "ta", "tes", "son", "sa", "ses", "notre", "nos", "votre", "vos", "leur",
		"leurs", "je", "tu", "il", "elle", "on", "nous", "vous", "ils", "elles", "me", "te", "se", "lui", "y", "en", "à", "au", "aux", "par",
		"pour", "sur", "sous", "dans", "avec", "sans", "entre", "vers", "chez", "est", "sont", "était", "étaient", "être", "été", "a", "ont",
		"avait", "avaient", "avoir", "eu", "fait", "faire", "plus", "moins", "très", "aussi", "comme", "si", "ne", "pas", "n", "s", "c", "j", "qu",
		"m", "t", "même", "tout", "toute", "tous", "toutes", "après", "avant", "depuis", "pendant", "selon", "encore", "deux", "ans":
		return true
	}
	return false
}

func isSpanishStopWord(word []byte) bool {
	switch string(word) {
	case "el", "la", "los", "las", "un", "una", "unos", "unas", "de", "del", "al", "y", "o", "u", "pero", "que", "quien", "cual", "como", "cuando",
		"donde", "en", "con", "sin", "por", "para", "sobre", "entre", "hasta", "desde", "hacia", "según", "su", "sus", "mi", "tu", "se", "lo",
		"le", "les", "me", "te", "nos", "ya", "no", "sí", "si", "más", "menos", "muy", "también", "es", "son", "era", "eran", "fue", "fueron",
		"ser", "ha", "han", "había", "haber", "está", "están", "estar", "este", "esta", "estos", "estas", "ese", "esa", "eso", "esto", "todo",
		"toda", "todos", "todas", "dos", "años", "tras", "porque", "hay", "tiene":
		return true
	}
	return false
}

func isItalianStopWord(word []byte) bool {
	switch string(word) {
	case "il", "lo", "la", "i", "gli", "le", "un", "uno", "una", "di", "del", "della", "dei", "delle", "degli", "dello", "al", "alla", "ai", "alle",
		"da", "dal", "dalla", "in", "nel", "nella", "con", "su", "sul", "sulla", "per", "tra", "fra", "e", "o", "ma", "che", "chi", "cui", "non",
		"più", "anche", "come", "quando", "dove", "se", "si", "è", "sono", "era", "erano", "essere", "stato", "ha", "hanno", "aveva", "avere",
		"questo", "questa", "questi", "queste", "quello", "quella", "suo", "sua", "suoi", "loro", "ci", "ne", "lui", "lei", "anni", "due", "dopo":
		return true
	}
	return false
}

func isPortugueseStopWord(word []byte) bool {
	switch string(word) {
	case "o", "a", "os", "as", "um", "uma", "uns", "umas", "de", "do", "da", "dos", "das", "em", "no", "na", "nos", "nas", "por", "pelo", "pela",
		"para", "com", "sem", "sobre", "entre", "até", "e", "ou", "mas", "que", "quem", "qual", "como", "quando", "onde", "se", "não", "mais",
		"muito", "também", "é", "são", "era", "eram", "foi", "foram", "ser", "está", "estão", "este", "esta", "isso", "isto", "esse", "essa",
		"seu", "sua", "seus", "suas", "ele", "ela", "eles", "elas", "há", "tem", "têm", "ao", "à", "aos", "às", "já", "anos", "dois":
		return true
	}
	return false
}

func isDutchStopWord(word []byte) bool {
	switch string(word) {
	case "de", "het", "een", "en", "of", "maar", "dat", "die", "dit", "deze", "er", "in", "op", "aan", "van", "voor", "met", "bij", "tot", "uit",
		"over", "door", "naar", "om", "te", "is", "zijn", "was", "waren", "wordt", "worden", "werd", "heeft", "hebben", "had", "kan", "kunnen",
		"niet", "geen", "ook", "nog", "als", "dan", "wel", "zo", "hij", "zij", "ze", "we", "wij", "je", "ik", "hun", "haar", "hem", "zich", "meer",
		"al", "na", "jaar", "twee":
		return true
	}
	return false
}

func isPolishStopWord(word []byte) bool {
	switch string(word) {
	case "i", "w", "na", "z", "do", "że", "się", "nie", "jest", "to", "o", "od", "za", "po", "przez", "dla", "jak", "ale", "czy", "co", "tym",
		"tego", "tej", "ten", "ta", "te", "był", "była", "było", "były", "są", "będzie", "może", "oraz", "już", "tylko", "jego", "jej", "ich",
		"które", "która", "który", "przy", "ze", "we", "lat", "roku", "także":
		return true
	}
	return false
}

func isNordicStopWord(word []byte) bool {
	switch string(word) {
	case "och", "att", "det", "som", "en", "på", "är", "av", "för", "med", "den", "till", "inte", "har", "de", "i", "om", "ett", "men", "jag",
		"hon", "han", "var", "vi", "så", "från", "kan", "när", "man", "nu", "vara", "efter", "eller", "vid", "ska", "skulle", "hade", "också",
		"sig", "bara", "mot", "mycket", "än", "här", "där", "år", "alla", "andra", "deras", "sin", "sina", "under", "over", "og", "er", "at",
		"ikke", "af", "til", "der", "et", "hun", "vil", "blev", "fra", "ved", "også", "mod", "når", "siger", "være", "havde", "skal", "jeg":
		return true
	}
	return false
}

func isRussianStopWord(word []byte) bool {
	switch string(word) {
	case "и", "в", "во", "не", "что", "он", "на", "я", "с", "со", "как", "а", "то", "все", "она", "так", "его", "но", "да", "ты", "к", "у", "же",
		"вы", "за", "бы", "по", "только", "ее", "мне", "было", "вот", "от", "меня", "еще", "нет", "о", "из", "ему", "теперь", "когда", "даже",
		"ну", "ли", "если", "или", "быть", "был", "была", "были", "него", "до", "вас", "они", "тут", "где", "есть", "для", "мы", "их", "чем",
		"себя", "это", "этот", "эта", "эти", "который", "которые", "года", "лет", "при", "также":
		return true
	}
	return false
}
