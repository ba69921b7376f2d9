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
	for _, other := range []string{tok[:9] + "\n" + tok[9:], tok + "\r", tok + "=", tok[:len(tok)-1], tok + "A", "", tok + tok} {
		if _, ok := s.Open(digest.PurposeUnsubscribe, other); ok {
			t.Errorf("%q: accepted", other)
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
