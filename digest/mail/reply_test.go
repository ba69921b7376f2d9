package mail_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"tidings/digest"
	"tidings/digest/mail"
)

func TestRefused(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]digest.Refusal{
		"550 5.1.1 gone\r\n":                             {Code: 550, Enhanced: "5.1.1", Text: "gone"},
		"550-5.1.1 gone\r\n550-5.1.1\r\n550 5.1.1 far\n": {Code: 550, Enhanced: "5.1.1", Text: "gone far"},
		"550 5.1.10 null MX\r\n":                         {Code: 550, Enhanced: "5.1.10", Text: "null MX"},
		"450 5.1.1 of another class\r\n":                 {Code: 450, Text: "5.1.1 of another class"},
		"550 10.0.0.1 is listed\r\n":                     {Code: 550, Text: "10.0.0.1 is listed"},
		"550 5.1 short\r\n":                              {Code: 550, Text: "5.1 short"},
		"550 5..1 x\r\n":                                 {Code: 550, Text: "5..1 x"},
		"550-first\r\n550 5.7.1 second\r\n":              {Code: 550, Enhanced: "5.7.1", Text: "first second"},
		"550\r\n":                                        {Code: 550},
	} {
		got, err := mail.ReadRefusal(strings.NewReader(in))
		if err != nil || *got != want {
			t.Errorf("%q: %+v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "55", "5x0 what\r\n", "550+x\r\n", "550-more\r\n", "\r\n"} {
		if got, err := mail.ReadRefusal(strings.NewReader(in)); err == nil {
			t.Errorf("%q: %+v", in, got)
		}
	}
}

func FuzzReply(f *testing.F) {
	f.Add("550-5.1.1 no\r\n550 5.1.1 such user\r\n")
	f.Add("421\r\n")
	f.Add("250-\r\n250 \x1b[0m\u202e\xff\r\n")
	f.Add("999 9.9.9 " + strings.Repeat("x", 1000) + "\n")
	f.Fuzz(func(t *testing.T, reply string) {
		got, err := mail.ReadRefusal(strings.NewReader(reply))
		if err != nil {
			return
		}
		if got.Code < 0 || got.Code > 999 || utf8.RuneCountInString(got.Text) > 300 || !utf8.ValidString(got.Text) ||
			strings.ContainsAny(got.Text+got.Enhanced, "\r\n\x00\x1b\u202e") || len(got.Enhanced) > 9 {
			t.Errorf("%q: %+v", reply, got)
		}
	})
}
