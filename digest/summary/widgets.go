package summary

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isWidget tells whether a line, whose phrase is p, is what a page shows around its text: advertising marks, print and share buttons, counters of
// comments, controls of players, or an address.
func isWidget(line, p string) bool {
	if p == "" || len(p) > 120 {
		return false
	}
	switch p {
	case "advertisement", "advertisements", "advertising", "ad", "ads", "sponsored", "sponsored content", "promoted", "anzeige",
		"anzeigen", "werbung", "reklame", "publicité", "publicidad", "pubblicità", "advertentie", "publicidade", "reklama", "reklam",
		"реклама", "annonce",
		"annons", "mainos", "διαφήμιση", "広告", "广告", "廣告", "광고", "إعلان", "iklan", "quảng cáo",
		"a+ a-", "a+ a", "a a", "a a a", "text size", "font size", "comments", "comment", "kommentare", "commentaires", "comentarios",
		"permalink", "loading", "listen", "watch", "play", "pause", "print", "print this page", "share", "share this",
		"share this article", "share this story", "share this post",
		"share article", "tweet", "email", "e-mail", "save", "bookmark", "teilen", "artikel teilen", "drucken", "merken", "vorlesen",
		"partager", "imprimer", "compartir", "imprimir", "condividi", "stampa", "compartilhar", "compartilhe", "delen", "udostępnij",
		"dela", "del", "jaa", "поделиться", "поділитися",
		"シェア", "分享", "공유", "like this", "like this: like loading", "be the first to comment", "leave a comment", "leave a reply",
		"add a comment", "post a comment", "no comments", "no comments yet", "scroll to continue", "scroll for more", "skip to content",
		"skip to main content", "back to top", "top", "home", "menu",
		"previous", "next", "your browser does not support the audio element", "your browser does not support the video tag", "image",
		"video", "gallery", "slideshow", "end", "ends", "30", "source", "link", "via", "table of contents", "inhalt", "inhaltsverzeichnis":
		return true
	}
	if strings.HasPrefix(p, "http") && !strings.Contains(p, " ") || strings.HasPrefix(p, "www.") && !strings.Contains(p, " ") {
		return true
	}
	if _, ok := follows(p, "story continues below", "article continues below", "article continues after", "story continues after",
		"continue reading below", "this article continues", "scroll down to", "share this:", "share via", "share on", "article url:",
		"comments url:",
		"points:", "# comments:", "submitted by", "print this article", "print article", "report a typo", "estimated reading time",
		"reading time", "lesezeit", "temps de lecture", "tiempo de lectura", "tempo di lettura", "tempo de leitura",
		"leestijd"); ok && !endsSentence(line) {
		return true
	}
	return isCounter(p) || isShareRow(p)
}

// isCounter tells whether a line is a number and the thing counted: "3 Comments", "5 min read".
func isCounter(p string) bool {
	rest := strings.TrimLeft(p, "0123456789.,k")
	if rest == p || len(p) > 40 {
		return false
	}
	switch strings.TrimLeft(rest, " -") {
	case "comments", "comment", "shares", "share", "views", "likes", "replies", "kommentare", "kommentar", "commentaires", "comentarios",
		"commenti", "comentários", "reacties", "комментариев",
		"min read", "minute read", "minutes read", "mins read", "min", "minuten lesezeit", "min lesezeit", "min de lecture",
		"min de lectura", "min. lesezeit", "min leestijd":
		return true
	}
	return false
}

// isShareRow tells whether all words of a line belong on buttons, and one is a network or an act of sharing.
func isShareRow(p string) bool {
	named, n := false, 0
	for word := range strings.FieldsSeq(p) {
		n++
		switch strings.Trim(word, ".,:;|/·•-–+&()[]") {
		case "facebook", "twitter", "linkedin", "whatsapp", "pinterest", "reddit", "telegram", "messenger", "tumblr", "xing", "instagram",
			"bluesky", "mastodon", "threads", "flipboard", "pocket", "share", "tweet", "teilen", "partager", "compartir", "condividi",
			"drucken", "print":
			named = true
		case "", "x", "email", "e-mail", "mail", "copy", "link", "url", "save", "more", "on", "with", "this", "via", "to", "clipboard",
			"imprimer", "auf", "per", "sur", "par", "en", "por", "su", "a+", "a-", "a", "sms", "and", "und", "et", "y", "or", "comment",
			"comments", "article", "story", "page", "merken", "kopieren":
		default:
			return false
		}
	}
	return named && n > 1
}

// withoutShareRow takes from the beginning of a line a row of share buttons whose words run into each other and into the text: "Share this
// withEmailFacebookTwitterCopy this linkThe council …"; and the notice of a player that does so.
func withoutShareRow(line string) string {
	const enough = 3 // networks: a sentence seldom begins with so many, without a comma between
	for _, notice := range [...]string{"Media playback is unsupported on your device", "Media playback is not supported on this device"} {
		if rest, ok := strings.CutPrefix(line, notice); ok && startsUpper(rest) {
			return rest
		}
	}
	rest, networks := line, 0
	for {
		word, network := shareWord(rest)
		if word == 0 {
			break
		}
		if network {
			networks++
		}
		rest = strings.TrimLeft(rest[word:], " |·•")
	}
	if networks < enough || !startsUpper(rest) {
		return line
	}
	return rest
}

// shareWord is how many bytes a line begins with of what stands on a share button, and whether it is the name of a network. The word ends where
// no small letter follows.
func shareWord(line string) (n int, network bool) {
	for i, word := range [...]string{
		"Facebook", "Messenger", "Twitter", "Pinterest", "WhatsApp", "LinkedIn", "Reddit", "Telegram", "Tumblr", "Xing", "Flipboard", "Bluesky",
		"Email", "E-Mail", "Print", "SMS", "Share this with", "Share this", "Share on", "Share", "Copy this link", "Copy link", "Tweet",
	} {
		if len(line) >= len(word) && strings.EqualFold(line[:len(word)], word) && line[0] == word[0] {
			if next, _ := utf8.DecodeRuneInString(line[len(word):]); !unicode.IsLower(next) {
				return len(word), i < 12
			}
		}
	}
	return 0, false
}

// withoutShortcodes drops the WordPress shortcodes that some feeds leave unrendered: a caption whole, of others the brackets.
func withoutShortcodes(line string) string {
	for strings.HasPrefix(line, "[") {
		end := strings.IndexByte(line, ']')
		if end < 0 {
			return line
		}
		code := line[1:end]
		switch {
		case strings.HasPrefix(code, "caption "):
			_, after, _ := strings.Cut(line, "[/caption]")
			line = after
		case strings.HasPrefix(code, "/"), strings.Contains(code, `="`), strings.Contains(code, "=”"), strings.HasPrefix(code, "vc_"), strings.HasPrefix(code, "et_pb_"), code == "embed", code == "gallery":
			line = line[end+1:]
		default:
			return line
		}
		line = strings.TrimSpace(line)
	}
	return line
}

// isNotice tells whether a phrase is about rights or about where the text stood before.
func isNotice(p string) bool {
	if p == "" {
		return false
	}
	if hasAny(p, "all rights reserved", "alle rechte vorbehalten", "tous droits réservés", "todos los derechos reservados",
		"tutti i diritti riservati", "todos os direitos reservados", "alle rechten voorbehouden",
		"use of this feed is for personal") && len(p) < 250 {
		return true
	}
	_, ok := follows(p, "this article was originally published", "this story was originally published",
		"this post was originally published", "this article originally appeared", "this story originally appeared",
		"this post originally appeared",
		"this article first appeared", "this story first appeared", "this post first appeared", "originally published",
		"this article is republished from", "this article was first published", "this story was first published", "copyright",
		"distributed by tribune content agency")
	return ok
}
