package summary

// knownOpening is what the first words of a sentence, as openingOf gives them, say of it in a language.
func knownOpening(words []byte, lang string) lean {
	switch lang {
	case "en":
		return englishOpening(words)
	case "de":
		return germanOpening(words)
	case "fr":
		return frenchOpening(words)
	case "es":
		return spanishOpening(words)
	case "it":
		return italianOpening(words)
	case "pt":
		return portugueseOpening(words)
	case "nl":
		return dutchOpening(words)
	case "sv", "da", "no", "nb":
		return nordicOpening(words)
	case "pl":
		return polishOpening(words)
	case "ar":
		return arabicOpening(words)
	}
	return unknownLean
}

func englishOpening(words []byte) lean {
	switch string(words) {
	case "this week", "this month", "this year", "this morning", "this afternoon", "this evening", "this weekend", "this spring", "this summer",
		"this autumn", "this fall", "this winter", "this season", "this time of", "later this", "later today", "earlier this", "earlier today",
		"so far", "so called", "then president", "both sides", "or else", "still life", "such is", "that said", "another day":
		return standsAlone
	case "he", "she", "it", "they", "him", "his", "her", "hers", "its", "their", "theirs", "them", "the former", "the latter", "the two", "the pair",
		"the duo", "the trio", "the couple", "the others", "the 0 year old", "all of them", "both of them", "one of them", "some of them",
		"most of them", "none of them", "neither of them", "there he", "there she":
		return byPronoun
	case "this", "that", "these", "those", "such", "but", "and", "or", "so", "yet", "nor", "however", "then", "also", "therefore", "thus",
		"meanwhile", "instead", "otherwise", "still", "moreover", "furthermore", "nevertheless", "nonetheless", "besides", "additionally", "another",
		"both", "neither", "either", "consequently", "hence", "likewise", "similarly", "conversely", "accordingly", "afterwards", "afterward",
		"thereafter", "subsequently", "later", "finally", "indeed", "elsewhere", "though", "because of this", "because of that", "as a result",
		"as such", "as well", "at the same", "at that", "at this", "by contrast", "by comparison", "by the same", "by then", "by that",
		"despite this", "despite that", "even so", "for example", "for instance", "for that", "for this", "for one thing", "from there",
		"in addition", "in contrast", "in fact", "in other words", "in response", "in return", "in that", "in the meantime", "in this", "in turn",
		"not only that", "of these", "of those", "of course", "on that", "on this", "on the contrary", "on the other", "since then", "soon after",
		"shortly after", "shortly afterwards", "the same", "the next day", "the following", "the day after", "the day before", "the previous",
		"to that end", "to this end", "until then", "what is more", "what s more", "with that", "with this", "after that", "after this", "that s",
		"more importantly", "even worse", "the result":
		return byConjunction
	}
	if rest, ok := cutWord(words, "many", "most", "some", "others", "few", "several", "all", "none", "one"); ok && isEnglishAuxiliary(rest) {
		return byPronoun
	}
	return unknownLean
}

// isEnglishAuxiliary tells a verb after "many" from the noun that tells many of what.
func isEnglishAuxiliary(word []byte) bool {
	switch string(word) {
	case "are", "were", "is", "was", "have", "had", "has", "will", "would", "can", "could", "may", "might", "must", "should", "do", "did", "does", "used",
		"said", "say", "took", "take", "came", "come", "went", "go", "also", "even", "simply", "still", "never":
		return true
	}
	return false
}

func germanOpening(words []byte) lean {
	switch string(words) {
	case "es gibt", "es geht um", "diese woche", "diesen monat", "dieses jahr", "dieser tage", "diesen sommer", "diesen winter", "diesen herbst",
		"diesen montag", "diesen dienstag", "diesen mittwoch", "diesen donnerstag", "diesen freitag", "diesen samstag", "diesen sonntag",
		"dieses wochenende", "und täglich", "so genannte", "so viele", "so viel", "auch wenn", "auch im jahr", "beide seiten", "in diesem jahr",
		"in diesem sommer", "in diesem winter", "in diesen tagen", "in dieser woche", "an diesem montag", "an diesem dienstag", "an diesem mittwoch",
		"an diesem donnerstag", "an diesem freitag", "an diesem samstag", "an diesem sonntag", "an diesem wochenende":
		return standsAlone
	case "er", "sie", "es", "ihm", "ihn", "ihr", "ihre", "ihren", "ihrer", "ihrem", "sein", "seine", "seinen", "seiner", "seinem", "ihnen", "deren",
		"dessen", "letzterer", "letztere", "letzteres", "ersterer", "erstere", "die beiden", "derselbe", "dieselbe", "dasselbe":
		return byPronoun
	case "dieser", "diese", "dieses", "diesen", "diesem", "dies", "dabei", "dazu", "dafür", "damit", "dadurch", "davon", "darauf", "daher", "deshalb",
		"deswegen", "dennoch", "trotzdem", "jedoch", "allerdings", "aber", "doch", "und", "oder", "auch", "dann", "beide", "zudem", "außerdem",
		"stattdessen", "denn", "darum", "daran", "darin", "daraus", "darüber", "darunter", "dagegen", "dahinter", "danach", "davor", "daneben",
		"daraufhin", "demnach", "dementsprechend", "demzufolge", "dort", "dorthin", "ebenso", "ferner", "folglich", "hierbei", "hierfür", "hiermit",
		"hierzu", "hinzu", "indes", "indessen", "infolgedessen", "insofern", "jener", "jene", "jenes", "mithin", "nichtsdestotrotz", "schließlich",
		"seitdem", "seither", "so", "solche", "solcher", "solches", "somit", "sonst", "später", "überdies", "vielmehr", "weiterhin", "weiters",
		"zugleich", "gleichzeitig", "zuvor", "anschließend", "ansonsten", "andererseits", "einerseits", "entsprechend", "kurzum", "nämlich",
		"übrigens", "da", "am gleichen", "am selben", "am folgenden", "am nächsten tag", "am tag darauf", "aus diesem", "aus diesen", "bei diesem",
		"bei dieser", "bis dahin", "vor diesem", "vor dieser", "unter diesen", "unter diesem", "durch diese", "durch diesen", "um dies", "um das zu", "im gegensatz dazu", "im gegenzug", "im anschluss", "in diesem", "in dieser", "in diesen", "in der folge", "mit dieser",
		"mit diesem", "mit diesen", "nach dieser", "nach diesem", "an diesem", "an dieser", "auf diese", "zu diesem", "zu dieser", "zur gleichen",
		"zur selben", "zum beispiel", "unter anderem", "darüber hinaus", "der gleiche", "die gleiche", "das gleiche", "mehr noch", "auf der anderen",
		"zum einen", "zum anderen", "ein weiterer", "eine weitere", "ein weiteres", "mit anderen worten", "kurz darauf", "kurz danach",
		"wenig später", "tags darauf", "aufgrund dessen", "trotz dieser", "für diese", "für diesen", "von diesen", "von dieser", "von diesem":
		return byConjunction
	}
	if rest, ok := cutWord(words, "das", "der", "die"); ok && isGermanVerb(rest) {
		return byConjunction
	}
	return unknownLean
}

// isGermanVerb tells a verb after "das" from what stands between an article and its noun.
func isGermanVerb(word []byte) bool {
	switch string(word) {
	case "ist", "war", "wäre", "sei", "sind", "waren", "seien", "hat", "hatte", "hatten", "haben", "habe", "hätte", "wird", "wurde", "wurden",
		"werden", "würde", "soll", "sollte", "sollen", "kann", "könnte", "können", "konnte", "muss", "müsse", "darf", "dürfte", "will", "wollte",
		"geht", "ging", "gilt", "galt", "gelang", "ergab", "ergibt", "ergaben", "teilt", "teilte", "teilten", "sagt", "sagte", "sagten", "berichtet",
		"berichtete", "berichten", "meldet", "meldete", "melden", "zeigt", "zeigte", "zeigen", "bedeutet", "bedeutete", "heißt", "hieß", "macht",
		"machte", "machen", "führt", "führte", "lässt", "ließ", "steht", "stand", "liegt", "lag", "kam", "kommt", "bestätigte", "erklärte",
		"kündigte", "schreibt", "schrieb", "gab", "gibt", "reicht", "betrifft", "betraf", "entspricht", "entsprach", "betonte", "begründete", "sorgt",
		"sorgte", "klingt", "klang", "sieht", "sah", "bringt", "brachte", "passt", "gefällt", "wirkt", "wirft", "wissen", "weiß", "scheint", "schien",
		"hängt", "freut", "gehört", "ändert", "änderte", "alles", "auch":
		return true
	}
	return false
}

func frenchOpening(words []byte) lean {
	switch string(words) {
	case "il y a", "il faut", "il existe", "ce lundi", "ce mardi", "ce mercredi", "ce jeudi", "ce vendredi", "ce samedi", "ce dimanche", "ce matin",
		"ce soir", "ce mois", "ce week end", "cet été", "cet hiver", "cet automne", "cet après midi", "cette semaine", "cette année", "cette saison",
		"cette nuit", "ces jours", "alors que", "alors qu", "ainsi que", "or noir", "aussi bien", "et si", "ces derniers jours",
		"ces dernières années":
		return standsAlone
	case "il", "elle", "ils", "elles", "son", "sa", "ses", "leur", "leurs", "lui", "eux", "celui", "celle", "ceux", "celles", "ce dernier",
		"cette dernière", "ces derniers", "ces dernières", "tous deux", "toutes deux", "les deux", "le couple", "le duo":
		return byPronoun
	case "ce", "cet", "cette", "ces", "cela", "ça", "c", "mais", "et", "ou", "donc", "or", "ni", "car", "ainsi", "pourtant", "cependant", "toutefois",
		"aussi", "puis", "ensuite", "alors", "enfin", "néanmoins", "d ailleurs", "par ailleurs", "de plus", "de même", "de fait", "de son côté",
		"de leur côté", "du coup", "en effet", "en outre", "en revanche", "en fait", "en conséquence", "en réponse", "en même temps", "au contraire",
		"au final", "autrement dit", "bref", "par conséquent", "par contre", "par exemple", "par la suite", "pour autant", "pour cela",
		"pour sa part", "à l inverse", "à ce", "à cette", "à son tour", "c est", "c était", "dans ce", "dans cette", "dans le même", "au même",
		"le même", "la même", "les mêmes", "le lendemain", "la veille", "le jour même", "le soir même", "malgré cela", "malgré tout", "quant à",
		"parallèlement", "finalement", "entre temps", "entretemps", "là", "là bas", "tel", "telle", "un autre", "une autre", "d autres",
		"d autre part", "d un autre", "depuis lors", "dès lors", "sinon", "sans compter", "plus encore", "résultat", "voilà", "après cela",
		"avec cette", "pour cette", "sur ce", "parmi eux", "parmi elles":
		return byConjunction
	}
	return unknownLean
}

func spanishOpening(words []byte) lean {
	switch string(words) {
	case "este año", "este mes", "este lunes", "este martes", "este miércoles", "este jueves", "este viernes", "este sábado", "este domingo",
		"este fin de semana", "esta semana", "esta mañana", "esta tarde", "esta noche", "esta temporada", "este verano", "este invierno", "así como",
		"y si", "estos días":
		return standsAlone
	case "él", "ella", "ellos", "ellas", "su", "sus", "le", "les", "lo", "ambos", "ambas", "los dos", "las dos", "la pareja", "dicho", "dicha",
		"dichos", "dichas", "el mismo", "la misma", "los mismos", "las mismas", "aquel", "aquella", "aquellos", "aquellas":
		return byPronoun
	case "este", "esta", "estos", "estas", "esto", "ese", "esa", "esos", "esas", "eso", "pero", "y", "e", "o", "además", "también", "entonces", "así",
		"luego", "asimismo", "tampoco", "después", "posteriormente", "mientras tanto", "sin embargo", "no obstante", "por eso", "por ello",
		"por esto", "por lo tanto", "por tanto", "por otra", "por otro", "por su", "por último", "por ejemplo", "por esa", "por ese", "por esta",
		"por este", "en cambio", "en tanto", "en ese", "en esa", "en este", "en esta", "en consecuencia", "en respuesta", "en total", "en efecto",
		"de hecho", "de esta", "de este", "de esa", "de ese", "de ahí", "de igual", "de la misma", "del mismo", "es decir", "al mismo",
		"al día siguiente", "a su vez", "a pesar de ello", "a pesar de esto", "a pesar de eso", "aun así", "ante esto", "ante ello", "ante esta",
		"ante este", "con ello", "con esto", "con esta", "con este", "desde entonces", "finalmente", "igualmente", "incluso", "allí", "ahí", "otro",
		"otra", "otros", "otras", "para ello", "para eso", "para esto", "pues", "sino", "tal", "tales", "tras ello", "tras esto", "una vez allí",
		"acá":
		return byConjunction
	}
	return unknownLean
}

func italianOpening(words []byte) lean {
	switch string(words) {
	case "quest anno", "quest estate", "questa settimana", "questa mattina", "questa sera", "questa notte", "questo mese", "questo weekend",
		"questo fine settimana", "questo lunedì", "questo martedì", "questo mercoledì", "questo giovedì", "questo venerdì", "e se", "così come":
		return standsAlone
	case "lui", "lei", "loro", "egli", "ella", "essi", "esse", "esso", "essa", "il suo", "la sua", "i suoi", "le sue", "il loro", "la loro", "i loro",
		"le loro", "suo", "sua", "entrambi", "entrambe", "i due", "le due", "la coppia", "gli altri", "quest ultimo", "quest ultima", "costui",
		"tale", "tali":
		return byPronoun
	case "questo", "questa", "questi", "queste", "quest", "quello", "quella", "quelli", "quelle", "quel", "quei", "ciò", "ma", "e", "ed", "o", "però",
		"tuttavia", "inoltre", "infatti", "quindi", "dunque", "perciò", "pertanto", "poi", "così", "anche", "invece", "intanto", "nel frattempo",
		"allo stesso", "lo stesso", "la stessa", "gli stessi", "le stesse", "il giorno dopo", "d altra", "d altronde", "per questo", "per questa",
		"di conseguenza", "ad esempio", "per esempio", "ecco", "al contrario", "a sua volta", "a questo", "a quel punto", "da allora", "del resto",
		"di fatto", "eppure", "in questo", "in questa", "in quel", "in seguito", "in effetti", "in altre parole", "insomma", "nonostante ciò",
		"oppure", "successivamente", "un altro", "un altra", "altri", "altre", "lì", "là", "con questo", "con questa", "dopo di", "dal canto suo",
		"da parte sua", "infine", "né", "neanche", "peraltro":
		return byConjunction
	}
	return unknownLean
}

func portugueseOpening(words []byte) lean {
	switch string(words) {
	case "este ano", "este mês", "esta semana", "esta manhã", "esta tarde", "esta noite", "neste ano", "nesta semana", "nesta segunda", "nesta terça",
		"nesta quarta", "nesta quinta", "nesta sexta", "neste sábado", "neste domingo", "neste mês", "neste fim de semana", "e se", "assim como":
		return standsAlone
	case "ele", "ela", "eles", "elas", "seu", "sua", "seus", "suas", "o seu", "a sua", "os seus", "as suas", "ambos", "ambas", "os dois", "as duas",
		"o casal", "a dupla", "o mesmo", "a mesma", "os mesmos", "as mesmas", "tal", "tais":
		return byPronoun
	case "este", "esta", "estes", "estas", "isso", "isto", "esse", "essa", "esses", "essas", "aquele", "aquela", "aquilo", "mas", "e", "ou", "porém",
		"contudo", "todavia", "entretanto", "no entanto", "além disso", "além dele", "além dela", "também", "assim", "então", "depois", "portanto",
		"por isso", "por outro", "por sua", "por exemplo", "por fim", "já", "enquanto isso", "no mesmo", "na mesma", "no dia seguinte", "ainda assim",
		"apesar disso", "com isso", "com essa", "com esse", "dessa", "desse", "desta forma", "deste modo", "desde então", "de fato", "de facto",
		"do mesmo", "da mesma", "em seguida", "em resposta", "finalmente", "lá", "ali", "logo", "mesmo assim", "nessa", "nesse", "nesta", "neste",
		"nisso", "ou seja", "outro", "outra", "outros", "outras", "para isso", "pois", "posteriormente", "ao mesmo", "a seguir", "aí", "dali", "daí",
		"entre eles", "entre elas":
		return byConjunction
	}
	return unknownLean
}

func dutchOpening(words []byte) lean {
	switch string(words) {
	case "deze week", "deze maand", "deze zomer", "deze winter", "dit jaar", "dit weekend", "dit seizoen", "zo n", "er is", "er zijn", "er was",
		"of het", "of de":
		return standsAlone
	case "hij", "zij", "ze", "zijn", "haar", "hun", "hem", "hen", "de twee", "beiden", "beide", "het tweetal", "het duo", "het stel", "het is",
		"het was", "het gaat", "het ging", "het wordt", "het werd", "het heeft", "het had", "het kan", "het lijkt", "het blijkt", "laatstgenoemde":
		return byPronoun
	case "dit", "dat", "deze", "die", "maar", "en", "of", "dus", "toch", "echter", "ook", "daarom", "daardoor", "daarna", "daarnaast", "bovendien",
		"vervolgens", "verder", "dan", "intussen", "ondertussen", "hierdoor", "hiermee", "hierbij", "hiervoor", "daarmee", "daarvoor", "daarbij",
		"daarop", "daarover", "daaruit", "daar", "dezelfde", "hetzelfde", "diezelfde", "aan de andere", "tegelijkertijd", "tegelijk",
		"in plaats daarvan", "desondanks", "desalniettemin", "niettemin", "namelijk", "want", "zo", "zulke", "dergelijke", "een andere", "een ander",
		"later", "de volgende dag", "de dag erna", "op dat moment", "in die", "op die", "sindsdien", "uiteindelijk", "ten slotte", "tot slot",
		"bijvoorbeeld", "met andere woorden", "om die reden", "als gevolg daarvan", "evenals", "evenmin", "eveneens", "anders", "kort daarna",
		"kort daarop", "in dat", "met die", "met deze", "door deze", "door die", "voor deze":
		return byConjunction
	}
	return unknownLean
}

func nordicOpening(words []byte) lean {
	switch string(words) {
	case "det finns", "det fanns", "det finnes", "det er blevet", "denna vecka", "den här veckan", "den här månaden", "dette år", "denne uge",
		"denne uken", "så kallade":
		return standsAlone
	case "han", "hon", "hun", "hans", "hennes", "hendes", "deras", "deres", "dess", "hen", "båda", "begge", "paret", "duon", "de två", "de to",
		"den senare", "de andra", "den är", "den var", "den har", "den er", "de är", "de var", "de har", "de hade", "de er", "de blev", "de ska",
		"de vil":
		return byPronoun
	case "detta", "denna", "denne", "dette", "dessa", "disse", "sådan", "sådana", "sådant", "men", "och", "og", "eller", "dock", "också", "også",
		"därför", "derfor", "därefter", "derefter", "dessutom", "dessuden", "samtidigt", "samtidig", "däremot", "derimod", "ändå", "samma", "samme",
		"dagen efter", "då", "där", "der", "därmed", "dermed", "därmot", "så", "senare", "senere", "trots detta", "trots det", "på trods af det",
		"istället", "i stället", "i stedet", "till exempel", "til eksempel", "for eksempel", "å andra sidan", "på andra sidan", "vidare", "således",
		"följaktligen", "emellertid", "imidlertid", "likaså", "slutligen", "på samma", "vid samma", "i samma", "det är", "det var", "det blir",
		"det blev", "det har", "det hade", "det ska", "det skulle", "det kan", "det kunde", "det säger", "det visar", "det handlar", "det gäller",
		"det framgår", "det skriver", "det rapporterar", "det innebär", "det betyder", "det er", "det vil", "det siger", "det viser", "det oplyser",
		"det sier", "en annan", "ett annat", "en anden", "et andet", "för att göra det", "av dem", "bland dem":
		return byConjunction
	}
	return unknownLean
}

func polishOpening(words []byte) lean {
	switch string(words) {
	case "w tym roku", "w tym tygodniu", "w tym miesiącu", "a jednak", "i tak", "ten rok", "tego lata", "tej zimy", "to już":
		return standsAlone
	case "on", "ona", "ono", "oni", "one", "jego", "jej", "ich", "obaj", "obie", "oboje", "jemu", "im", "mu", "ten sam", "ta sama", "to samo",
		"ci sami":
		return byPronoun
	case "ten", "ta", "to", "te", "ci", "tamten", "tamta", "tego", "tej", "tych", "tym", "ale", "a", "i", "lecz", "jednak", "jednakże", "zatem",
		"więc", "dlatego", "ponadto", "również", "także", "też", "potem", "później", "następnie", "wtedy", "wówczas", "natomiast", "tymczasem",
		"poza tym", "dodatkowo", "następnego dnia", "w ten", "w tym", "w tej", "w tych", "z kolei", "z tego", "z tej", "z tym", "oprócz tego",
		"mimo to", "mimo tego", "przy tym", "przy okazji", "dzięki temu", "dzięki tym", "dzięki tej", "na przykład", "albo", "lub", "oraz", "bo",
		"bowiem", "gdyż", "tam", "stąd", "takie", "taki", "taka", "tacy", "tak", "po tym", "od tego", "od tej", "do tego", "do tej", "dla tego",
		"za to", "przez to", "jednocześnie", "równocześnie", "w rezultacie", "w efekcie", "w konsekwencji", "w odpowiedzi", "inny", "inna", "inne",
		"inni", "kolejny", "kolejna", "kolejne", "tuż po", "wśród nich", "w międzyczasie", "wreszcie", "z drugiej strony", "innymi słowy",
		"ostatecznie", "zresztą", "co więcej", "przecież":
		return byConjunction
	}
	return unknownLean
}

func arabicOpening(words []byte) lean {
	switch string(words) {
	case "هذا العام", "هذا الأسبوع", "هذا الشهر", "هذه السنة":
		return standsAlone
	case "هو", "هي", "هم", "هن", "وهو", "وهي", "وهم", "وكان", "وكانت", "وقال", "وقالت", "وأضاف", "وأضافت", "وتابع", "وتابعت", "وأوضح", "وأوضحت",
		"وأكد", "وأكدت", "وأشار", "وأشارت", "وذكر", "وذكرت", "ولفت", "كما قال":
		return byPronoun
	case "هذا", "هذه", "هؤلاء", "ذلك", "تلك", "لكن", "ولكن", "لكنه", "لكنها", "كما", "ثم", "أو", "لذلك", "لذا", "ولذلك", "وقد", "وفي", "ومن", "وعلى",
		"وعن", "وإلى", "ولم", "ولا", "وتم", "وهذا", "وهذه", "وذلك", "وأعلن", "وأعلنت", "وأفاد", "وأفادت", "وبحسب", "ووفق", "ووفقا", "ويأتي", "وتأتي",
		"ويشار", "يذكر", "يشار", "ويذكر", "ومع", "ومع ذلك", "بالإضافة إلى ذلك", "إضافة إلى ذلك", "علاوة على ذلك", "من جهته", "من جهتها", "من جانبه",
		"من جانبها", "في المقابل", "بدوره", "بدورها", "إلى ذلك", "في غضون ذلك", "في الوقت نفسه", "على سبيل المثال", "بعد ذلك", "وبعد", "وكذلك",
		"كذلك", "أيضا", "حيث", "إذ", "غير أن", "إلا أن", "بينما", "بالتالي", "وبالتالي", "ونتيجة", "نتيجة لذلك", "وكما":
		return byConjunction
	}
	return unknownLean
}

// cutWord is what stands behind one of the words that words begin with.
func cutWord(words []byte, first ...string) (rest []byte, ok bool) {
	for _, f := range first {
		if len(words) > len(f) && string(words[:len(f)]) == f && words[len(f)] == ' ' {
			return words[len(f)+1:], true
		}
	}
	return nil, false
}
