package summary

import "testing"

func TestNumerals(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ text, lang, said, scaled string }{
		{"It cost 3.4 million.", "en", "3.4 million", "3400000"},
		{"It cost 3,400,000.", "en", "3,400,000", "3400000"},
		{"It cost $3.4m.", "en", "3.4m", "3400000"},
		{"Es kostete 3,4 Mrd. Euro.", "de", "3,4 Mrd", "3400000000"},
		{"two thousand and five people", "en", "two thousand and five", "2005"},
		{"two hundred thirty-one", "en", "two hundred thirty-one", "231"},
		{"in nineteen eighty-four", "en", "nineteen eighty-four", "1984"},
		{"call five five five one two", "en", "five five five one two", "55512"},
		{"three hundred million", "en", "three hundred million", "300000000"},
		{"seven thousand three hundred", "en", "seven thousand three hundred", "7300"},
		{"zwanzig Millionen", "de", "zwanzig Millionen", "20000000"},
		{"neunzehnhundertvierundachtzig", "de", "neunzehnhundertvierundachtzig", "1984"},
		{"zweitausendfünfhundert", "de", "zweitausendfünfhundert", "2500"},
		{"hunderteins", "de", "hunderteins", "101"},
		{"sechsundsechzig", "de", "sechsundsechzig", "66"},
		{"sechs", "de", "sechs", "6"},
		{"quatre-vingt-dix-sept", "fr", "quatre-vingt-dix-sept", "97"},
		{"quatre-vingts", "fr", "quatre-vingts", "80"},
		{"soixante et onze", "fr", "soixante et onze", "71"},
		{"deux cent vingt et un", "fr", "deux cent vingt et un", "221"},
		{"treinta y cinco", "es", "treinta y cinco", "35"},
		{"dos mil quinientos", "es", "dos mil quinientos", "2500"},
		{"dos millones", "es", "dos millones", "2000000"},
		{"\xff 25 people", "en", "25", "25"},
		{"millions of people", "en", "", ""},
		{"twenty years", "fi", "", ""},
	} {
		got := numerals(tc.text, tc.lang)
		if tc.said == "" && len(got) > 0 || tc.said != "" && (len(got) != 1 || got[0].said != tc.said || got[0].scaled != tc.scaled) {
			t.Errorf("%s: %+v", tc.text, got)
		}
	}
	if got := numerals("On 23.11.2026 at 12:30", "en"); len(got) != 3 || len(got[0].parts) != 3 {
		t.Errorf("%+v", got)
	}
}
