package config

import (
	"crypto/ed25519"
	"crypto/rsa"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// testKey is a private key as a file holds it.
func testKey(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("testdata/ed25519.pem")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestRelays(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, map[string]string{
		"tidings.yaml": `
smtp:
  - {host: one.example.com, rate: [14/s, 10_000/day], per_domain: 5 / min, weight: 3, messages_per_connection: 50,
     dkim: {domain: example.com, selector: s1, key_file: keys/ed.pem}}
  - {host: two.example.com, connections: 2, rate: 500/h, weight: 1}
feeds: [https://example.org/]
newsletters: [{name: weekly, title: Weekly, from: a@news.example.com}]
subscribers: [ada@example.com]
`,
		"keys/ed.pem": testKey(t),
	}))
	if err != nil {
		t.Fatal(err)
	}
	one, two := c.SMTP.Relays[0], c.SMTP.Relays[1]
	if len(one.Rate) != 2 || one.Rate[1] != (Rate{10000, 24 * time.Hour}) || two.Rate[0] != (Rate{500, time.Hour}) || c.SMTP.PerDomain[0] != (Rate{5, time.Minute}) {
		t.Errorf("%+v", c.SMTP)
	}
	if one.Weight != 3 || one.MessagesPerConnection != 50 || two.Connections != 2 || two.MessagesPerConnection != 100 {
		t.Errorf("%+v", c.SMTP)
	}
	if _, ok := one.DKIM[0].Key.(ed25519.PrivateKey); !ok || one.DKIM[0].Selector != "s1" {
		t.Errorf("%T", one.DKIM[0].Key)
	}
	if len(c.Warnings) == 0 || !strings.HasSuffix(c.Files[1], "keys/ed.pem") {
		t.Errorf("%q %q", c.Warnings, c.Files)
	}
}

// The keys that OpenSSL makes are read, and those that DKIM cannot use are named.
func TestPrivateKeys(t *testing.T) {
	t.Parallel()
	for want, command := range map[string]string{
		"rsa":                    "openssl genrsa 2048",
		"rsa traditional":        "openssl genrsa -traditional 2048",
		"ed25519":                "openssl genpkey -algorithm ed25519",
		"another kind":           "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256",
		"1024 bits":              "openssl genrsa 1024",
		"passphrase":             "openssl genrsa -aes128 -passout pass:x 2048",
		"holds a public key":     "openssl genpkey -algorithm ed25519 | openssl pkey -pubout",
		"no PEM":                 "echo nothing",
		"is damaged":             "echo '-----BEGIN PRIVATE KEY-----'",
		"no private key that ca": "printf -- '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'",
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath("openssl"); err != nil {
				t.Skip("openssl is missing")
			}
			out := filepath.Join(t.TempDir(), "key.pem")
			if err := exec.CommandContext(t.Context(), "sh", "-c", command+" > "+out+" 2>/dev/null").Run(); err != nil {
				t.Skipf("%s: %v", command, err)
			}
			data, err := os.ReadFile(out)
			if err != nil {
				t.Fatal(err)
			}
			key, err := privateKey(data)
			switch key.(type) {
			case *rsa.PrivateKey:
				if !strings.HasPrefix(want, "rsa") {
					t.Errorf("it is taken")
				}
			case ed25519.PrivateKey:
				if want != "ed25519" {
					t.Errorf("it is taken")
				}
			default:
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v", err)
				}
			}
		})
	}
}
