package config

import (
	"regexp"
	"testing"
)

func TestLanguage(t *testing.T) {
	t.Parallel()
	pattern, _ := schemaOfScalar(new(languageTag))["pattern"].(string)
	described := regexp.MustCompile(pattern)
	for text, want := range map[string]string{
		"en": "en", "de": "de", "en-GB": "en-GB", "pt-BR": "pt-BR", "zh-Hant": "zh-Hant", "zh-Hant-TW": "zh-Hant-TW", "es-419": "es-419",
		"fi": "", "": "", "en-": "", "english": "", "klingon_": "", "und": "", "mul": "",
	} {
		var got languageTag
		if err := got.parse(text); string(got) != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
		if described.MatchString(text) != (want != "") {
			t.Errorf("%q: the schema, %s, says otherwise", text, pattern)
		}
	}
}
