package digest_test

import (
	"crypto/rand"
	"strings"
	"testing"

	"tidings/digest"
)

const deliveryID = "ABCDEFGHIJKLMNOPQRSTUVWX27"

func TestReturnPath(t *testing.T) {
	t.Parallel()
	s := digest.NewSigner([]byte("a key"))
	path := s.ReturnPath("bounce@news.example.com", deliveryID)
	local, domain, _ := strings.Cut(path, "@")
	if !strings.HasPrefix(local, "bounce+") || domain != "news.example.com" || strings.ToLower(path) != path {
		t.Errorf("return path: %q", path)
	}
	longest := strings.Repeat("b", digest.MaxReturnPath)
	if local, _, _ := strings.Cut(s.ReturnPath(longest+"@example.com", deliveryID), "@"); len(local) != 64 {
		t.Errorf("the longest local part has %d octets", len(local))
	}
	for name, address := range map[string]string{
		"its own":                       path,
		"in capitals":                   strings.ToUpper(path),
		"with letters of both cases":    strings.ToUpper(local[:20]) + local[20:] + "@" + domain,
		"under another name and domain": "returns+" + local[len("bounce+"):] + "@old.example.com",
		"tagged by a relay (BATV)":      "prvs=0123456789=" + path,
		"without a domain":              local,
		"with a + of the admin's own":   s.ReturnPath("news+bounce@example.com", deliveryID),
	} {
		if id, ok := s.Returned(address); !ok || id != deliveryID {
			t.Errorf("%s: %q, %v from %q", name, id, ok, address)
		}
	}
	if id := rand.Text(); s.ReturnPath("b@c", id) == "b@c" {
		t.Errorf("the ids of the store are not signed: %q", id)
	}
}

func TestReturnPathWithoutRoom(t *testing.T) {
	t.Parallel()
	s := digest.NewSigner([]byte("a key"))
	for _, c := range [][2]string{
		{strings.Repeat("b", digest.MaxReturnPath+1) + "@example.com", deliveryID},
		{"bounce@example.com", "another id"},
		{"bounce@example.com", strings.ToLower(deliveryID)},
		{"nobody", deliveryID},
	} {
		if got := s.ReturnPath(c[0], c[1]); got != c[0] {
			t.Errorf("%q, %q: %q", c[0], c[1], got)
		}
	}
}

func TestReturnedForged(t *testing.T) {
	t.Parallel()
	s := digest.NewSigner([]byte("a key"))
	path := s.ReturnPath("bounce@example.com", deliveryID)
	local, _, _ := strings.Cut(path, "@")
	token := local[len("bounce+"):]
	for i := range token {
		for _, c := range []byte("a7=+\xc5@") {
			if token[i] == c {
				continue
			}
			forged := "bounce+" + token[:i] + string(rune(c)) + token[i+1:] + "@example.com"
			if id, ok := s.Returned(forged); ok {
				t.Errorf("forged at %d: %q from %q", i, id, forged)
			}
		}
		if id, ok := s.Returned("bounce+" + token[:i] + "@example.com"); ok {
			t.Errorf("cut off at %d: %q", i, id)
		}
	}
	for _, address := range []string{"", "@", "+", "bounce@example.com", "bounce+@example.com", token + "@example.com", path[:len("bounce+")] + token + token} {
		if id, ok := s.Returned(address); ok {
			t.Errorf("%q: %q", address, id)
		}
	}
	if _, ok := digest.NewSigner([]byte("another")).Returned(path); ok {
		t.Error("a token opens under another key")
	}
	if _, ok := s.Returned("bounce+" + s.MAC(digest.PurposeBounce, deliveryID) + "@example.com"); ok {
		t.Error("a MAC alone names a delivery")
	}
}

func FuzzReturned(f *testing.F) {
	s := digest.NewSigner([]byte("a key"))
	good := s.ReturnPath("bounce@example.com", deliveryID)
	f.Add(good)
	f.Add(strings.ToUpper(good))
	f.Add(good[:len(good)-20])
	f.Add("a+" + strings.Repeat("ſ", 42) + "@b")
	f.Fuzz(func(t *testing.T, address string) {
		if id, ok := s.Returned(address); ok && s.ReturnPath("bounce@example.com", id) != good {
			t.Errorf("opened %q: %q", address, id)
		}
	})
}
