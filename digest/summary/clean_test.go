package summary

import (
	"strings"
	"testing"
)

// filler keeps a line from being first or last.
const (
	above = "The first paragraph says what happened."
	below = "The last paragraph says what will happen."
)

// Lines that are dropped wherever they stand.
func TestCleanDropsLines(t *testing.T) {
	t.Parallel()
	for line := range strings.SplitSeq(strings.TrimSpace(`
The post How we built it appeared first on Example Blog.
The post “Quoted” &#8211; Title appeared first on Blog
Der Beitrag Wie wir es bauten erschien zuerst auf Beispielblog.
L’article Comment nous l’avons fait est apparu en premier sur Le Blog.
La entrada Cómo lo hicimos se publicó primero en El Blog.
Het bericht Hoe wij het deden verscheen eerst op Blog.
L'articolo Come lo abbiamo fatto proviene da Blog.
O post Como fizemos apareceu primeiro em Blog.
Read more
Read More »
[Read more]
(more…)
Continue reading →
Continue reading How we built the bridge →
Weiterlesen …
Lire la suite
Leer más
Leggi tutto
Leia mais
Lees verder
Czytaj dalej
Läs mer
Читать далее
続きを読む
阅读全文
더 보기
اقرأ المزيد
Advertisement
- Advertisement -
ADVERTISEMENT
Anzeige
Publicité
Publicidad
Реклама
広告
A+ A-
Share this:
Share on Facebook
Share Tweet Email Print
Facebook Twitter LinkedIn WhatsApp Copy link
Teilen auf Facebook
3 Comments
5 min read
Story continues below advertisement
https://example.com/story?id=1
Click here to read the whole story
Klicken Sie hier, um mehr zu erfahren.
Sign up for our newsletter and never miss a story.
Subscribe to our newsletter
Get the best stories delivered to your inbox every Friday.
Abonnieren Sie unseren Newsletter.
Inscrivez-vous à notre newsletter.
Suscríbete a nuestra newsletter.
Follow us on Twitter and Facebook.
Join our WhatsApp channel for the latest.
We may earn a commission if you buy through these links.
© 2026 Example Media. All rights reserved.
This article originally appeared on Example News.
Photo: Jane Roe
Photo by Jane Roe on Unsplash
Foto: dpa
Bildquelle: Beispiel AG
© Jane Roe / Example Agency
Getty Images
President Jane Doe waves to the crowd in Springfield on Monday. (Jane Roe/AFP/Getty Images/TNS)
The bridge seen from the north. (AP Photo/John Roe)
The mayor opens the bridge. Photo: Jane Roe/AFP
The mayor opens the bridge. Photograph by Jane Roe
Die Brücke am Morgen. Foto: Max Muster/dpa
The bridge in March 1950. (Courtesy of the Springfield Museum)
(Photo by Jane Roe/Example via Getty Images)
**FOR USE WITH THIS STORY ONLY** The bridge at night
[caption id="attachment_1" align="left"]The bridge at night.[/caption]
* * *
submitted by /u/someone [link] [comments]
S'abonner à la newsletter
S’inscrire à notre newsletter !
Inscription à la newsletter
Subscribe to our newsletter!
Newsletter abonnieren
Zum Newsletter anmelden
Suscríbete al boletín
Suscribirse al boletín
Iscriviti alla newsletter
Iscrizione alla newsletter
Assine a newsletter
Inschrijven voor de nieuwsbrief
Prenumerera på nyhetsbrevet
Abonner på nyhetsbrevet
Tilmeld nyhedsbrev
Zapisz się do newslettera
Подписаться на рассылку
メルマガ登録
Fans wait outside the ground. Mike Egerton/PA Wire
Fans wait outside the ground. Jane Roe/AFP/Getty Images
Mike Egerton/PA Wire
The bridge at night. Crédit photo : AFP
File photo of the stadium.
FILE - In this Jan. 3, 2020, photo, the mayor waves.
Archivbild von der Brücke.
Photo d’archives du stade.
Photo: the bridge seen from the north.
Comments are closed.
Comments are closed
Die Kommentarfunktion ist geschlossen.
Les commentaires sont fermés.
We use cookies to improve your experience.
We use cookies to improve your experience. By continuing to browse, you accept them.
This website uses cookies.
Wir verwenden Cookies…
Wir verwenden Cookies, um Ihnen die beste Nutzung zu ermöglichen.
Nous utilisons des cookies pour améliorer votre expérience.
Utilizamos cookies propias y de terceros.
Save my name, email, and website in this browser for the next time I comment.
Meinen Namen, meine E-Mail-Adresse und meine Website in diesem Browser speichern.
Enregistrer mon nom, mon e-mail et mon site dans le navigateur pour mon prochain commentaire.
Your email address will not be published. Required fields are marked *
Notify me of follow-up comments by email.
`), "\n") {
		got := clean(above+"\n"+Text(line)+"\n"+below, Source{Title: "The bridge"}, "en").lines
		if len(got) != 2 || got[0] != above || got[1] != below {
			t.Errorf("%q is left: %q", line, got)
		}
	}
}

// Lines that look like rubbish and are none.
func TestCleanKeepsLines(t *testing.T) {
	t.Parallel()
	for line := range strings.SplitSeq(strings.TrimSpace(`
Share prices rose by three percent on Monday.
Read more than one book a year, say teachers, and you will never be bored.
Reading more is what she wanted.
She wrote "Photo: mine" on the back of it and smiled.
The photo was taken in 1950, when the bridge was new.
The post office appeared first on the list of closures.
The Post appeared first on newsstands in 1877.
Follow the river and you will find the bridge.
Subscribers to the newsletter fell by half.
Get ready for another outage of Facebook, experts warn.
Continue reading and you will see why it matters, he said.
Related companies must publish their accounts.
More than half of them left.
Comments by the mayor were not well received.
Print is not dead, says the publisher.
The company (Getty said nothing) will be sold.
He left the company (it was called Acme) in May.
By Monday morning, the rain had stopped.
Updated rules come into force in May.
Tags are a way to sort things: nobody agrees how.
Join the army, they said.
Video games are sold in 12 countries.
The © sign was introduced in 1909.
Advertisement spending fell by a tenth.
Image and reality differ in this town, she said.
And then she was gone… or so we thought.
Click fraud costs the industry billions.
Sponsored riders must wear the shirt.
Support for the mayor is fading in the city.
Watch makers in Geneva fear for their jobs.
Source code was found on the server.
NASA — the space agency — said so.
It cost 5 (or 6) euros (dollars were not accepted).
Home is where the heart is.
Photo: the word comes from Greek and means light. It was coined in 1839 by an astronomer.
Newsletter abonnieren kostet nichts, sagt die Zentrale.
S’abonner à la newsletter ne suffit pas, dit le maire.
The newsletter reaches 5,000 people.
Inscription à la marche : les dossiers sont prêts.
Comments are closed on the new rule, the agency said.
We use cookies as the base of the cake.
Cookies are baked here every morning.
File photos of the stadium were found in the attic.
File photo of the stadium was deleted by the police, he said.
Save my place in the queue, she said.
The deal was signed at noon. Both sides won on price/quality
The band of the night. AC/DC
`), "\n") {
		for i, text := range []string{above + "\n" + line + "\n" + below, line + "\n" + below, above + "\n" + line} {
			got := strings.Join(clean(text, Source{Title: "The bridge"}, "en").lines, "\n")
			if got != text {
				t.Errorf("%q is not left (case %d): %q", line, i, got)
			}
		}
	}
}

// What is taken from a line, or dropped at the top or the tail alone.
func TestClean(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, title, in, want string }{
		{"dateline", "", "WASHINGTON (Reuters) — The bridge is open.", "The bridge is open."},
		{"dateline with a date", "", "BERLIN, Nov. 3 (Xinhua) -- The bridge is open.", "The bridge is open."},
		{"German dateline", "", "Berlin (dpa) - Die Brücke ist offen.", "Die Brücke ist offen."},
		{"agency alone", "", "(CNN) — The bridge is open.", "The bridge is open."},
		{"agency without a dash", "", "(CNN)The bridge is open.", "The bridge is open."},
		{"place alone", "", "NEW YORK — The bridge is open.", "The bridge is open."},
		{"place and state", "", "SPRINGFIELD, Ill. (AP) — The bridge is open.", "The bridge is open."},
		{"a place in a sentence", "", "New York — the city — has a bridge.", "New York — the city — has a bridge."},
		{"share buttons without spaces", "", "Share this withEmailFacebookMessengerTwitterWhatsAppLinkedinCopy this linkThe bridge is open.", "The bridge is open."},
		{"share buttons", "", "Facebook Twitter WhatsApp Email Print The bridge is open.", "The bridge is open."},
		{"a player without a space", "", "Media playback is not supported on this deviceThe bridge is open.", "The bridge is open."},
		{"place and agency without a dash", "", "London (CNN)The bridge is open.", "The bridge is open."},
		{"an agency in a sentence", "", "Turner (CNN) is a station.", "Turner (CNN) is a station."},
		{"networks in a sentence", "", "Facebook, Twitter and WhatsApp were down on Monday.", "Facebook, Twitter and WhatsApp were down on Monday."},
		{"one network", "", "Twitter Email The bridge is open.", "Twitter Email The bridge is open."},
		{"byline", "", "By Jane Roe, Staff Writer\nUpdated 12:30\nMarch 3, 2026\nThe bridge is open.", "The bridge is open."},
		{"German stamps", "", "Von Max Muster\nStand: 03.05.2026, 12:30 Uhr\nDie Brücke ist offen.", "Die Brücke ist offen."},
		{"tail", "", "The bridge is open.\nBy Jane Roe\nTags: bridge, river\nFiled under: News", "The bridge is open."},
		{"hashtags", "", "The bridge is open.\n#bridge #river", "The bridge is open."},
		{"read also", "", "The bridge is open.\nRelated: Another bridge in the next town", "The bridge is open."},
		{"title", "The bridge is open", "The bridge is open!\nCars drive on it.", "Cars drive on it."},
		{"title and site", "The bridge is open", "The bridge is open - Example News\nCars drive on it.", "Cars drive on it."},
		{"title before the text", "The bridge is open to all again", "The bridge is open to all again “Cars drive on it,” he said.", "“Cars drive on it,” he said."},
		{"title before a starter", "The bridge is open to all again", "The bridge is open to all again The repair took years.", "The repair took years."},
		{"title goes on", "The bridge is open to all again", "The bridge is open to all again Monday, he said.", "The bridge is open to all again Monday, he said."},
		{"Japanese title goes on", "市長が新しい橋を開通させた", "市長が新しい橋を開通させたことを発表した。", "市長が新しい橋を開通させたことを発表した。"},
		{"Japanese title", "市長が新しい橋を開通させた", "市長が新しい橋を開通させた。多くの人が渡った。", "多くの人が渡った。"},
		{"sentence like the title", "The bridge is open to all again", "The bridge is open to all again after years.", "The bridge is open to all again after years."},
		{"teaser", "", "The bridge, which was closed in spring…\nThe bridge, which was closed in spring, is open again. Cars drive.", "The bridge, which was closed in spring, is open again. Cars drive."},
		{"teaser of two paragraphs", "", "The bridge is open again after years. Cars drive on […]\nThe bridge is open again after years.\nCars drive on it.", "The bridge is open again after years.\nCars drive on it."},
		{"line twice", "", "The bridge is open again after years.\nOther.\nThe bridge is open again after years.", "Other.\nThe bridge is open again after years."},
		{"cut", "", "The bridge is open. Cars drive on it and […]", "The bridge is open."},
		{"cut and linked", "", "The bridge is open. Cars drive on it and... Read more", "The bridge is open."},
		{"cut, escaped", "", "The bridge is open. Cars drive [&#8230;]", "The bridge is open."},
		{"cut, one sentence", "", "The bridge is open and cars, [...]", "The bridge is open and cars…"},
		{"cut, complete", "", "The bridge is open. […]", "The bridge is open."},
		{"cut before a trailer", "", "The bridge is open. Cars drive on […]\nThe post The Bridge appeared first on Blog.", "The bridge is open."},
		{"trailer in the line", "", "The bridge is open. The post The Bridge appeared first on Blog.", "The bridge is open."},
		{"ellipsis of the author", "", "And then she was gone…\nThe bridge is open.", "And then she was gone…\nThe bridge is open."},
		{"link at the end", "", "The bridge is open. Read more", "The bridge is open."},
		{"agency at the end", "", "The bridge is open. (Reuters)", "The bridge is open."},
		{"glued caption", "", "Cars on the bridge on Monday. (Photo by Jane Roe/Getty Images) The bridge is open. Cars drive on it.", "The bridge is open. Cars drive on it."},
		{"credit after a paragraph", "", "Le port rouvre lundi après la tempête. Les pêcheurs sont soulagés. Crédit photo : AFP", "Le port rouvre lundi après la tempête. Les pêcheurs sont soulagés."},
		{"bracketed credit after a paragraph", "", "The port opens again on Monday. The fishermen are glad. (Photo: Jane Roe/AFP)", "The port opens again on Monday. The fishermen are glad."},
		{"agency after a paragraph", "", "The port opens again on Monday. The fishermen are glad. Jane Roe/PA Wire", "The port opens again on Monday. The fishermen are glad."},
		{"caption and credit after a paragraph", "", "The port opens again on Monday. The fishermen are glad. The port at night Photo: Jane Roe", "The port opens again on Monday. The fishermen are glad."},
		{"Japanese credit after a paragraph", "", "港は月曜日に再開する。漁師たちは喜んでいる。 Photo: Jane Roe", "港は月曜日に再開する。漁師たちは喜んでいる。"},
		{"form after the text", "", "The port opens again. Comments are closed.", "The port opens again."},
		{"shortcode", "", "[vc_row][vc_column width=”1/2″]The bridge is open.", "The bridge is open."},
		{"bullets", "", "• The bridge is open.\n- Cars drive.", "The bridge is open.\nCars drive."},
		{"nothing left", "The bridge", "The Bridge\nRead more", ""},
	} {
		got := strings.Join(clean(tc.in, Source{Title: tc.title}, "en").lines, "\n")
		if got != tc.want {
			t.Errorf("%s\n got %q\nwant %q", tc.name, got, tc.want)
		}
	}
}

func TestLearn(t *testing.T) {
	t.Parallel()
	repeated := Learn([]string{
		"One.\nOur editors choose these, 3 of them.\nOnce.\nOnce.\nOnce.",
		"Two.\nOur editors choose these, 12 of them!",
		"Three.\nour editors choose these, 4 of them",
		"Four.",
	})
	for line, want := range map[string]bool{"Our editors choose these, 999 of them.": true, "One.": false, "Once.": false, "": false, "***": false} {
		if repeated(line) != want {
			t.Errorf("repeated(%q) = %v", line, !want)
		}
	}
	s := Source{Content: above + "\nOur editors choose these, 5 of them.\n" + below, Boilerplate: repeated}
	if got, want := strings.Join(clean(s.Content, s, "en").lines, "\n"), above+"\n"+below; got != want {
		t.Errorf("got %q", got)
	}
}
