package summary

import (
	"strings"
	"testing"
)

// Each text is split where it says "|".
func TestSentences(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ lang, text string }{
		{"en", "One. |Two! |Three? |Four"},
		{"en", "Dr. Roe met Mr. Smith. |They talked."},
		{"en", "The firm Acme Inc. Tuesday said no. |The market fell."},
		{"en", "He works for Acme Inc. |The pay is good."},
		{"en", "She lives in the U.S. |The house is small."},
		{"en", "She lives in the U.S. Virgin Islands."},
		{"en", "It was 3.5 percent. |Then it fell to no. 5 of the list."},
		{"en", "See No. 5 there. |He said no. |Then he left."},
		{"en", "J. R. Roe wrote it. |So did I. |Nobody read it."},
		{"en", "“I left.” |“She stayed.” |Then nothing."},
		{"en", "He asked “Why?” and left. |Nobody knew."},
		{"en", "It ended (he said it. Twice. Loudly.) at noon. |Then they left."},
		{"en", "It ended. |(Nobody saw it. Nobody heard.) |Then they left."},
		{"en", "It ended (at noon, etc.) and so on (as in Acme Inc.) Nobody knew."},
		{"en", "It never closed (as we saw. |Then it did not. |So be it."},
		{"en", "Wait... what? |No... |Yes."},
		{"en", "It grew in the community.|Dr Venter said so."},
		{"en", "It ended in 1999.|It cost £225,000.|They paid HMRC.|An offer (HMO).|But half (46%).|The rest left the UK.|Nobody knew."},
		{"en", "It has node 16.Js and R-W.Va. men, e.Consult, no. 5.IT and section 3.5.A there. |Fine."},
		{"de", "Am 9.Dezember 2021.|Dann kam die 2.Liga nach St.Gallen und zu D.Live. |Gut."},
		{"en", "Visit Example.Com or www.example.Org now. |Thanks."},
		{"en", "Really?! |Yes."},
		{"en", "He studied at M.I.T. Boston was cold. |It snows."},
		{"en", "He studied at M.I.T. |The town was cold."},
		{"en", "12. Know when to plant. |Then plant."},
		{"en", "The work e.g. Of art is i.e. This. |Fine."},
		{"en", "It opened on Jan. 5 and closed in Dec. |Nobody came."},
		{"en", "She joined in 1990. |It was late."},
		{"de", "Am 3. Oktober kam Dr. Müller z. B. Nach Bonn. |Er blieb."},
		{"de", "Er wurde nur 3. |Der Sieger war froh."},
		{"de", "Das kostet ca. 5 Mio. Euro bzw. Franken. |Gut so."},
		{"de", "„Ich gehe.“ |„Ich bleibe.“ |Dann war Ruhe."},
		{"de", "Ludwig XIV. König der Franzosen. |Im 20. Jahrhundert nicht mehr."},
		{"fr", "« Je pars. » |Il est parti avec M. Dupont. |Fin."},
		{"fr", "Est-ce vrai ? |Oui ! |Mme. Roe le dit."},
		{"es", "¿Qué pasa? |¡Nada! |La Sra. Gómez vive en EE.UU. |La casa es grande."},
		{"it", "Il sig. Rossi è qui. |Il dott. Verdi no."},
		{"pt", "O Dr. Silva chegou. |A Sra. Costa não."},
		{"nl", "Dhr. Jansen kwam bijv. Gisteren. |Hij bleef."},
		{"pl", "To jest np. Warszawa. |Jest 5. Maja tutaj."},
		{"ru", "Это г. Москва, т.е. Столица. |Он там живёт."},
		{"el", "Τι είναι; |Δεν ξέρω."},
		{"ja", "今日は晴れです。|明日は雨でしょう。"},
		{"ja", "彼は「行く。待って。」と言った。|そして帰った。"},
		{"ja", "（注。これは例。）|終わり。"},
		{"zh", "他说：“好。”|她走了！|真的吗？|是的"},
		{"zh", "价格是３．５元。|不贵。"},
		{"hi", "यह एक वाक्य है। |यह दूसरा है।"},
		{"ar", "هل هذا صحيح؟ |نعم. |انتهى"},
		{"ur", "یہ ایک ہے۔ |یہ دو ہے۔"},
		{"th", "นี่คือประโยคภาษาไทย และอีกประโยค"},
		{"am", "ይህ አንድ ነው። |ሁለት ነው።"},
		{"ko", "오늘은 맑다. |내일은 비가 온다."},
		{"", "Line one\n|Line two"},
	} {
		want := strings.Split(tc.text, "|")
		for i := range want {
			want[i] = strings.TrimSpace(want[i])
		}
		got := Sentences(strings.ReplaceAll(tc.text, "|", ""), tc.lang)
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s\n got %q\nwant %q", tc.lang, got, want)
		}
	}
}

func TestGuessLanguage(t *testing.T) {
	t.Parallel()
	for want, text := range map[string]string{
		"en": "The bridge that was closed in spring will be opened before the summer.",
		"de": "Die Brücke, die im Frühjahr gesperrt wurde, wird noch vor dem Sommer geöffnet.",
		"fr": "Le pont qui a été fermé au printemps sera ouvert avant l’été, selon la ville.",
		"es": "El puente que fue cerrado en primavera se abrirá antes del verano.",
		"it": "Il ponte che è stato chiuso in primavera sarà aperto prima della fine dell’estate.",
		"pt": "A ponte que foi fechada na primavera será aberta antes do verão, e não depois.",
		"nl": "De brug die in het voorjaar werd gesloten, wordt nog voor de zomer geopend.",
		"ru": "Мост, который был закрыт весной, откроют ещё до лета.",
		"ja": "春に閉鎖された橋は、夏までに開通する。",
		"el": "Η γέφυρα θα ανοίξει το καλοκαίρι.",
		"he": "הגשר ייפתח לפני הקיץ.",
	} {
		if got := guessLanguage(text); got != want && !(want == "ja" && got == "zh") {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}
