package summary

import "strings"

// isLeftover tells whether a line, whose phrase is p, belongs to the page and not to its text: what the comment form, the cookie
// banner or the newsletter box say.
func isLeftover(line, p string) bool {
	return p != "" && (isCommentForm(p) || isCookieLine(p) || isNewsletterBox(line, p))
}

// isCommentForm tells whether a phrase is of the form for comments, or says that there is none.
func isCommentForm(p string) bool {
	switch p {
	case "comments are closed", "comments are now closed", "comments are off", "comments are disabled", "comments have been disabled",
		"comments closed", "comments off", "comments disabled", "commenting is closed", "comments for this article are closed",
		"comments are closed for this article", "the comments are closed", "sorry, comments are closed",
		"required fields are marked *", "required fields are marked", "log in to leave a comment", "login to comment", "log in to comment",
		"kommentare sind geschlossen", "die kommentare sind geschlossen", "die kommentarfunktion ist geschlossen",
		"kommentarfunktion ist deaktiviert", "kommentare deaktiviert", "les commentaires sont fermés",
		"les commentaires sont désactivés", "commentaires fermés", "los comentarios están cerrados", "comentarios cerrados",
		"comentarios desactivados", "i commenti sono chiusi", "commenti disabilitati", "os comentários estão fechados",
		"os comentários estão encerrados", "reacties zijn gesloten", "de reacties zijn gesloten", "komentarze są wyłączone",
		"możliwość komentowania jest wyłączona", "kommentarer är stängda", "kommentarer inaktiverade", "комментарии закрыты",
		"komentáře nejsou povoleny", "yorumlar kapalı", "コメントは受け付けていません", "评论已关闭":
		return true
	}
	_, ok := follows(p, "save my name", "your email address will not be published", "notify me of follow-up comments",
		"notify me of followup comments", "notify me of new posts", "this site uses akismet", "you must be logged in to post a comment",
		"you must log in to post a comment", "meinen namen, meine e-mail", "meinen namen, e-mail",
		"deine e-mail-adresse wird nicht veröffentlicht", "ihre e-mail-adresse wird nicht veröffentlicht", "enregistrer mon nom",
		"votre adresse e-mail ne sera pas publiée", "votre adresse de messagerie ne sera pas publiée", "guarda mi nombre",
		"guardar mi nombre", "tu dirección de correo electrónico no será publicada", "salva il mio nome",
		"il tuo indirizzo email non sarà pubblicato", "salvar meus dados neste navegador", "guardar o meu nome",
		"o seu endereço de e-mail não será publicado", "o seu endereço de email não será publicado", "mijn naam, e-mail",
		"mijn naam, email", "je e-mailadres wordt niet gepubliceerd", "het e-mailadres wordt niet gepubliceerd",
		"zapamiętaj moje dane w tej przeglądarce", "twój adres e-mail nie zostanie opublikowany", "spara mitt namn",
		"din e-postadress kommer inte publiceras", "сохранить моё имя", "ваш адрес email не будет опубликован")
	return ok
}

// isCookieLine tells whether a phrase is a cookie banner's. "We use cookies" may be a recipe's, unless it speaks of pages and browsers.
func isCookieLine(p string) bool {
	switch p {
	case "we use cookies", "we use cookies on our website", "accept all cookies", "accept cookies", "reject all cookies", "cookie settings",
		"cookie policy", "manage cookies", "cookie preferences", "alle cookies akzeptieren", "cookie-einstellungen",
		"tout accepter", "accepter les cookies", "aceptar cookies", "accetta i cookie":
		return true
	}
	if rest, ok := follows(p, "we use cookies", "we and our partners use cookies", "we use necessary cookies"); ok {
		return hasAny(rest, "experience", " site", "website", "traffic", "analy", "advertis", " ads", "personali", "privacy", "consent",
			"browser", "preferences", "our service", "your device", "store and", "similar technologies")
	}
	_, ok := follows(p, "this site uses cookies", "this website uses cookies", "our site uses cookies", "our website uses cookies",
		"by continuing to use this site", "by continuing to use this website", "by continuing to browse", "wir verwenden cookies",
		"wir nutzen cookies", "wir setzen cookies ein", "diese website verwendet cookies", "diese website nutzt cookies",
		"diese webseite verwendet cookies", "diese webseite nutzt cookies", "diese seite verwendet cookies",
		"unsere website verwendet cookies", "nous utilisons des cookies", "nous utilisons les cookies", "ce site utilise des cookies",
		"utilizamos cookies", "usamos cookies", "este sitio utiliza cookies", "este sitio usa cookies", "este sitio web utiliza cookies",
		"este sitio web usa cookies", "utilizziamo i cookie", "utilizziamo cookie", "questo sito utilizza cookie",
		"questo sito utilizza i cookie", "questo sito usa cookie", "este site utiliza cookies", "este site usa cookies",
		"wij gebruiken cookies", "we gebruiken cookies", "deze website gebruikt cookies", "deze site gebruikt cookies",
		"używamy plików cookie", "ta strona używa plików cookie", "vi använder cookies", "vi bruker informasjonskapsler",
		"vi bruger cookies", "käytämme evästeitä", "мы используем cookie", "мы используем файлы cookie", "používáme cookies")
	return ok
}

// isNewsletterBox tells whether a line labels the box where a newsletter is ordered: "Newsletter abonnieren", "S'abonner à la newsletter".
// It names both and says little more. A sentence about it is one: "Newsletter abonnieren kostet nichts, sagt sie."
func isNewsletterBox(line, p string) bool {
	const most = 8 // words
	if len(p) > 100 || wordCount(p, most+1) > most {
		return false
	}
	switch p {
	case "newsletter", "newsletter signup", "newsletter sign up", "newsletter sign-up", "newsletter subscription",
		"newsletter abonnieren", "newsletter bestellen", "newsletter-anmeldung", "newsletter anmeldung", "zum newsletter anmelden",
		"zur newsletter-anmeldung", "unseren newsletter abonnieren", "den newsletter abonnieren", "jetzt newsletter abonnieren",
		"hier newsletter abonnieren", "nieuwsbrief", "nieuwsbrief ontvangen", "boletín de noticias", "bültene abone ol",
		"bültenimize abone olun", "メルマガ登録", "メールマガジン登録", "ニュースレター登録",
		"ニュースレターを購読する", "订阅我们的新闻邮件", "订阅电子报", "訂閱電子報", "뉴스레터 구독", "뉴스레터 구독하기",
		"اشترك في نشرتنا الإخبارية":
		return true
	}
	_, ok := follows(p, "s'abonner à", "s'inscrire à", "je m'abonne à", "je m'inscris à", "inscription à", "abonnement à", "suscribirse a",
		"suscribirse al", "suscripción a", "suscripción al", "suscribirme a", "suscribirme al", "iscrizione alla", "iscriversi alla",
		"abbonati alla", "assinar", "assinar a", "subscrever", "subscreva", "inscrever-se na", "inschrijven voor", "aanmelden voor",
		"abonneren op", "abonner på", "tilmeld", "abonnér på", "abonează-te la", "abonați-vă la", "iratkozz fel", "iratkozzon fel",
		"přihlaste se k odběru", "přihlásit se k odběru", "odebírat", "подписаться на", "підписатися на", "pretplatite se na", "prijavite se na")
	return ok && !endsSentence(strings.TrimRight(line, "!")) && hasAny(p, "newsletter", "infolettre", "lettre d'information", "boletín", "boletim",
		"nieuwsbrief", "nyhetsbrev", "nyhedsbrev", "hírlev", "рассылк", "розсилк", "zpravodaj", "bilten")
}
