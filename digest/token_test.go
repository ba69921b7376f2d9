package digest_test

import (
	"bytes"
	"slices"
	"testing"

	"tidings/digest"
)

func TestToken(t *testing.T) {
	t.Parallel()
	s := digest.NewSigner(bytes.Repeat([]byte{7}, 32))
	tok := s.Token(digest.PurposeUnsubscribe, "subscriber", "weekly")
	if ids, ok := s.Open(digest.PurposeUnsubscribe, tok); !ok || !slices.Equal(ids, []string{"subscriber", "weekly"}) {
		t.Errorf("own token: %q, %v", ids, ok)
	}
	if _, ok := s.Open(digest.PurposeMessage, tok); ok {
		t.Error("a token serves another purpose")
	}
	if _, ok := digest.NewSigner(make([]byte, 32)).Open(digest.PurposeUnsubscribe, tok); ok {
		t.Error("a token opens under another key")
	}
	for i := range len(tok) {
		forged := []byte(tok)
		forged[i] ^= 1
		if _, ok := s.Open(digest.PurposeUnsubscribe, string(forged)); ok {
			t.Errorf("forged at %d: accepted", i)
		}
	}
	if s.MAC(digest.PurposeMessage, "a", "bc") == s.MAC(digest.PurposeMessage, "ab", "c") {
		t.Error("two lists of ids have one MAC")
	}
}

func FuzzOpenToken(f *testing.F) {
	s := digest.NewSigner([]byte("a key"))
	good := s.Token(digest.PurposeUnsubscribe, "id")
	f.Add("test")
	f.Add(good[:len(good)-1])
	f.Fuzz(func(t *testing.T, token string) {
		if _, ok := s.Open(digest.PurposeUnsubscribe, token); ok && token != good {
			t.Errorf("opened %q", token)
		}
	})
}

func TestSite(t *testing.T) {
	t.Parallel()
	if u := (digest.Site{}).UnsubscribeURL("x"); u != "" {
		t.Errorf("without a site: %q", u)
	}
	if u := (digest.Site{URL: "https://news.example/list"}).IssueURL("x"); u != "https://news.example/list/i/x" {
		t.Errorf("with a path: %q", u)
	}
}

func TestSubscriberTakes(t *testing.T) {
	t.Parallel()
	if !(digest.Subscriber{}).Takes("weekly") || (digest.Subscriber{Newsletters: []string{"daily"}}).Takes("weekly") {
		t.Error("who names no newsletter takes all; who names some takes those")
	}
	if digest.AddressKey("Ada@Example.COM") != digest.AddressKey("ada@example.com") {
		t.Error("case makes two subscribers")
	}
}

func TestSubscriberChooses(t *testing.T) {
	t.Parallel()
	is := &digest.Issue{Order: []string{"Go", "Databases", "Sport"}, Rest: "More"}
	for name, c := range map[string]struct {
		before  digest.Subscriber
		choice  digest.Choice
		follows []string // of the issue
		nothing bool
		takes   bool // the newsletter weekly
	}{
		"everything":             {takes: true},
		"all but one":            {choice: digest.Choice{Follow: []string{"Go"}, Mute: []string{"sport"}}, follows: []string{"Go", "Databases", "More"}, takes: true},
		"one more":               {before: digest.Subscriber{Tags: []string{"Go"}, Newsletters: []string{"daily"}}, choice: digest.Choice{Take: []string{"weekly"}, Follow: []string{"GO", "Sport"}}, follows: []string{"Go", "Sport"}, takes: true},
		"followed again":         {before: digest.Subscriber{Muted: []string{"Sport"}}, choice: digest.Choice{Follow: []string{"sport"}}, takes: true},
		"nothing of this one":    {before: digest.Subscriber{Tags: []string{"Go"}}, choice: digest.Choice{Mute: []string{"Go"}}, nothing: true, takes: true},
		"not shown stays":        {before: digest.Subscriber{Tags: []string{"Go"}, Muted: []string{"Rust"}, Newsletters: []string{"daily"}}, follows: []string{"Go"}},
		"the rest is a section":  {choice: digest.Choice{Mute: []string{"More"}}, follows: []string{"Go", "Databases", "Sport"}, takes: true},
		"muted once, not thrice": {before: digest.Subscriber{Muted: []string{"Sport"}}, choice: digest.Choice{Mute: []string{"Sport", "SPORT"}}, follows: []string{"Go", "Databases", "More"}, takes: true},
	} {
		after := c.before.Choose(c.choice)
		follows, ok := after.Selection(is)
		if !slices.Equal(follows, c.follows) || ok == c.nothing || after.Takes("weekly") != c.takes || len(after.Muted) > 1 {
			t.Errorf("%s: %+v follows %q, %v", name, after, follows, ok)
		}
	}
}
