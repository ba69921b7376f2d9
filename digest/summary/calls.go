package summary

import (
	"strings"
	"unicode/utf8"
)

// withoutCalls drops a line that only says "read more", or takes such a last sentence from a line.
func withoutCalls(line string) string {
	if isReadMore(line) {
		return ""
	}
	at := lastSegment(line)
	if at == 0 {
		return line
	}
	last := line[at:]
	if p := phrase(last, longestPhrase); isReadMore(last) || isAppeal(p) || isLeftover(last, p) {
		return strings.TrimRight(line[:at], " |")
	}
	return line
}

// isReadMore tells whether a line is a link to the whole text and nothing else, in many languages.
func isReadMore(line string) bool {
	switch p := phrase(line, 90); p {
	case "":
		return false
	case "read more", "read full article", "read the full article", "read full story", "read the full story", "read full post",
		"read the full post", "read the rest",
		"read the rest of this entry", "read on", "more", "continue reading", "continue", "keep reading", "learn more", "find out more",
		"see more", "view more", "show more",
		"full story", "full article", "view article", "view post", "view original", "click to read", "read it here", "read article",
		"read in full", "more info", "details", "more details",
		"weiterlesen", "mehr lesen", "mehr", "mehr dazu", "mehr erfahren", "zum artikel", "zum ganzen artikel",
		"zum vollständigen artikel", "ganzen artikel lesen", "artikel lesen",
		"jetzt lesen", "hier weiterlesen", "jetzt weiterlesen", "den ganzen artikel lesen", "vollständigen artikel lesen",
		"lesen sie weiter", "weiter lesen",
		"lire la suite", "lire plus", "en savoir plus", "lire l'article", "lire l'article complet", "la suite", "suite", "voir plus",
		"lire", "plus d'informations",
		"leer más", "seguir leyendo", "continuar leyendo", "sigue leyendo", "leer artículo completo", "leer el artículo completo",
		"ver más", "más información", "leer nota completa", "leer la nota completa",
		"leggi tutto", "leggi di più", "continua a leggere", "continua", "leggi l'articolo", "leggi l'articolo completo", "approfondisci",
		"scopri di più",
		"ler mais", "leia mais", "continue lendo", "continuar a ler", "continue a ler", "saiba mais", "leia na íntegra", "ver mais",
		"lees meer", "lees verder", "meer lezen", "verder lezen", "lees het hele artikel", "meer info",
		"czytaj więcej", "czytaj dalej", "więcej", "czytaj całość", "dowiedz się więcej", "läs mer", "läs hela artikeln", "les mer",
		"les hele saken", "læs mere", "læs hele artiklen", "lue lisää", "lue koko juttu",
		"читать далее", "читать дальше", "читать полностью", "подробнее", "далее", "читати далі", "докладніше", "детальніше",
		"прочети още", "číst dál", "číst více", "celý článek", "více", "čítať ďalej", "viac",
		"devamını oku", "devamı", "tovább", "tovább olvasom", "bővebben", "citește mai mult", "citeste mai mult", "opširnije",
		"pročitaj više", "preberi več", "διαβάστε περισσότερα", "περισσότερα",
		"続きを読む", "もっと見る", "全文を読む", "続きはこちら", "阅读更多", "阅读全文", "查看更多", "閱讀更多", "閱讀全文", "繼續閱讀", "继续阅读", "더 보기", "더보기", "자세히 보기", "기사 더보기",
		"اقرأ المزيد", "إقرأ المزيد", "المزيد", "קרא עוד", "המשך קריאה", "और पढ़ें", "อ่านต่อ", "อ่านเพิ่มเติม", "baca selengkapnya",
		"selengkapnya", "xem thêm", "đọc tiếp":
		return true
	default:
		return namesWhatFollows(line, p)
	}
}

// namesWhatFollows tells whether a line says "continue reading" with the title or the place: it ends in an arrow, or names the thing
// that is read. "Read more than …" is a sentence.
func namesWhatFollows(line, p string) bool {
	rest, ok := follows(p, "read more", "continue reading", "keep reading", "read the full", "read full", "read the rest",
		"read the original", "weiterlesen", "lire la suite",
		"leer más", "seguir leyendo", "leggi tutto", "continua a leggere", "ler mais", "leia mais", "lees meer", "lees verder",
		"czytaj więcej", "czytaj dalej", "läs mer", "читать далее", "mehr lesen", "mehr dazu", "view the full", "see the full")
	if !ok {
		return false
	}
	if r, _ := utf8.DecodeLastRuneInString(line); r == '→' || r == '»' || r == '›' || r == '>' || r == '➜' || r == '⟶' || r == '…' {
		return true
	}
	_, ok = follows(strings.TrimLeft(rest, " "), "here", "article at", "article on", "article", "story at", "story on", "story", "post at",
		"post on", "post", "about this", "on our", "at the", "hier", "bei", "auf", "ici", "aquí", "sur", "en nuestra")
	return ok && !strings.Contains(p, ", ")
}

// isReadAlso tells whether a phrase points to another article.
func isReadAlso(p string) bool {
	if p == "" || len(p) > 220 {
		return false
	}
	rest, ok := follows(p, "related", "related articles", "related article", "related stories", "related story", "related posts",
		"related content", "related news", "see also", "also read", "read also", "also see", "read more", "read next",
		"read", "more", "watch", "listen", "also", "more on this story", "more from", "more on", "more about", "more stories",
		"you may also like", "you might also like", "recommended", "recommended reading", "don't miss", "up next", "what to read next",
		"continue reading", "keep reading",
		"weiterlesen", "mehr zum thema", "mehr dazu", "lesen sie auch", "lesen sie mehr", "lesen sie hier", "lies auch",
		"auch interessant", "das könnte sie auch interessieren", "zum thema", "siehe auch",
		"lire aussi", "à lire aussi", "a lire aussi", "lire la suite", "à lire", "sur le même sujet", "à lire également", "voir aussi",
		"à voir aussi",
		"leer más", "lea también", "lee también", "leer también", "te puede interesar", "también te puede interesar", "le puede interesar",
		"ver también", "más información", "relacionado", "noticias relacionadas",
		"leggi anche", "leggi tutto", "potrebbe interessarti", "potrebbe interessarti anche", "vedi anche", "ler mais", "leia também",
		"leia mais", "veja também", "saiba mais", "lees ook", "lees meer", "bekijk ook",
		"czytaj też", "czytaj także", "zobacz też", "zobacz także", "czytaj również", "läs också", "läs även", "läs mer", "les også",
		"læs også", "lue myös", "lue lisää", "читайте также", "читать также", "смотрите также", "читайте також",
		"viz také", "čtěte také", "přečtěte si také", "関連記事", "あわせて読みたい", "相关阅读", "相关文章", "相關文章", "延伸閱讀", "관련기사", "관련 기사", "اقرأ أيضا",
		"اقرأ أيضاً", "baca juga", "xem thêm")
	if !ok {
		return false
	}
	if strings.HasPrefix(strings.TrimLeft(rest, " "), ":") || strings.HasPrefix(rest, "：") || strings.HasPrefix(rest, " |") {
		return true
	}
	return rest == ""
}

// isAppeal tells whether a phrase asks the reader to subscribe, to follow, to donate or to click: it begins with the verb, and names
// what is offered.
func isAppeal(p string) bool {
	if p == "" {
		return false
	}
	if _, ok := follows(p, "click here", "tap here", "click below", "click the link", "click on the link", "klicken sie hier",
		"hier klicken", "klick hier", "cliquez ici", "haga clic aquí", "haz clic aquí", "clicca qui", "klik hier", "clique aqui",
		"kliknij tutaj",
		"нажмите здесь", "follow us", "like us on", "find us on", "connect with us", "folgen sie uns", "folge uns", "suivez-nous",
		"síguenos", "seguici", "siga-nos", "volg ons", "śledź nas", "följ oss", "følg oss", "подписывайтесь на", "подпишитесь на",
		"sign up here", "sign up now", "sign up today", "subscribe here", "subscribe now", "subscribe today", "enter your email",
		"donate now", "thanks for reading", "thank you for reading", "if you enjoyed this", "if you liked this"); ok {
		return wordCount(p, 40) < 40
	}
	if hasAny(p, "to your inbox", "in your inbox", "ihr postfach", "dein postfach", "votre boîte mail", "tu correo", "affiliate link",
		"affiliate commission", "we may earn a commission", "we may receive a commission") {
		return true
	}
	_, ok := follows(p, "sign up", "subscribe", "get", "join", "follow", "receive", "register for", "want", "stay up to date",
		"stay informed", "stay in the loop", "never miss", "don't miss", "support", "become a", "this newsletter", "you can also",
		"download",
		"abonnieren", "abonniere", "abonnier", "jetzt", "melden sie sich", "melde dich", "für unseren", "bestellen sie", "abonnez-vous",
		"inscrivez-vous", "recevez", "rejoignez", "suscríbete", "suscríbase", "regístrate", "apúntate", "recibe", "únete", "iscriviti",
		"ricevi",
		"assine", "inscreva-se", "receba", "entre", "schrijf je in", "meld je aan", "ontvang", "abonneer", "zapisz się", "subskrybuj",
		"dołącz", "prenumerera", "anmäl dig", "meld deg på", "tilmeld dig", "tilaa")
	return ok && hasAny(p, "newsletter", "news letter", "mailing list", "email alert", "e-mail alert", "email update", "our email",
		"whatsapp-kanal", "whatsapp channel", "canal de whatsapp", "telegram channel", "telegram-kanal", "canal de telegram",
		"our telegram", "our youtube", "our patreon", "patreon",
		"our podcast", "our app", "unsere app", "infolettre", "boletín", "boletim", "nyhetsbrev", "nyhedsbrev", "nieuwsbrief",
		"uutiskirje", "newslettera", "biuletyn", "our journalism", "our work", "unseren kanal", "our channel", "nuestro canal",
		"notre chaîne")
}
