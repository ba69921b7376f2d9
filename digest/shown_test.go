package digest

import "testing"

func TestShownURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://news.example/feed.xml":                             "https://news.example/feed.xml",
		"https://news.example/feed?token=SECRET&a=&b=SECRET=":       "https://news.example/feed?token=…&a=&b=…",
		"https://news.example/feed?SECRET":                          "https://news.example/feed?…",
		"https://news.example?k=SECRET;l=SECRET":                    "https://news.example?k=…",
		"https://news.example/feed#access_token=SECRET":             "https://news.example/feed",
		"https://ada:SECRET@news.example/@ada/feed":                 "https://…@news.example/@ada/feed",
		"https://SECRET@news.example":                               "https://…@news.example",
		"http://ada:SEC@RET@[::1/feed?x=SECRET%zz":                  "http://…@[::1/feed?x=…",
		"//ada:SECRET@news.example/":                                "//…@news.example/",
		"https://news.example/feed?next=https://a:SECRET@b.example": "https://news.example/feed?next=…",
		"no address": "no address", "": "", "?": "?",
	} {
		if got := ShownURL(address); got != want {
			t.Errorf("%s: %s, want %s", address, got, want)
		}
	}
}
