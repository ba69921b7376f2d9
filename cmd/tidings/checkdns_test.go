package main

import (
	"crypto/ed25519"
	"net"
	"net/mail"
	"strings"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"tidings/config"
	"tidings/digest"
)

// dnsServer answers for TXT records over UDP on loopback.
func dnsServer(t *testing.T, records map[string][]string) string {
	t.Helper()
	c, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	go func() {
		packet := make([]byte, 4096)
		for {
			n, from, err := c.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Header = dnsmessage.Header{ID: m.ID, Response: true, RecursionAvailable: true}
			m.Additionals = nil
			texts, ok := records[strings.TrimSuffix(q.Name.String(), ".")]
			if !ok {
				m.RCode = dnsmessage.RCodeNameError
			}
			for _, text := range texts {
				var parts []string
				for ; len(text) > 255; text = text[255:] {
					parts = append(parts, text[:255])
				}
				m.Answers = append(m.Answers, dnsmessage.Resource{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: dnsmessage.TypeTXT, Class: dnsmessage.ClassINET, TTL: 1},
					Body:   &dnsmessage.TXTResource{TXT: append(parts, text)},
				})
			}
			if out, err := m.Pack(); err == nil {
				_, _ = c.WriteTo(out, from)
			}
		}
	}()
	return c.LocalAddr().String()
}

func TestDNS(t *testing.T) {
	t.Parallel()
	public, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	_, p, err := publicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	cfg := &config.Config{
		SMTP:        &config.SMTP{Relays: []config.Relay{{DKIM: []config.DKIM{{Domain: "example.com", Selector: "s1", Key: key}}}}},
		Newsletters: []digest.Newsletter{{From: mail.Address{Address: "a@News.example.com"}}, {From: mail.Address{Address: "b@news.example.com"}}},
	}
	const spf, dmarc, dkim = "news.example.com", "_dmarc.news.example.com", "s1._domainkey.example.com"
	good := func() map[string][]string {
		return map[string][]string{
			spf: {"google-site-verification=x", "v=spf1 include:relay.example -all"}, "_dmarc.example.com": {"v=DMARC1; p=none"},
			dkim: {"v=DKIM1; k=ed25519; n=" + strings.Repeat("x", 300) + "; p=" + p[:20] + " " + p[20:]},
		}
	}
	for name, tc := range map[string]struct {
		change func(map[string][]string)
		wrong  string // about what
		want   string
	}{
		"good":        {func(map[string][]string) {}, "", ""},
		"no SPF":      {func(r map[string][]string) { delete(r, spf) }, "SPF", "no record"},
		"two SPF":     {func(r map[string][]string) { r[spf] = []string{"v=spf1 -all", "v=spf1 a -all"} }, "SPF", "2 records"},
		"open SPF":    {func(r map[string][]string) { r[spf] = []string{"v=spf1 +all"} }, "SPF", "everybody"},
		"no DMARC":    {func(r map[string][]string) { delete(r, "_dmarc.example.com") }, "DMARC", "_dmarc.news.example.com"},
		"two DMARC":   {func(r map[string][]string) { r[dmarc] = []string{"v=DMARC1; p=none", "v=DMARC1; p=reject"} }, "DMARC", "2 records"},
		"no DKIM":     {func(r map[string][]string) { delete(r, dkim) }, "DKIM", "v=DKIM1; k=ed25519; p=" + p},
		"revoked":     {func(r map[string][]string) { r[dkim] = []string{"v=DKIM1; p="} }, "DKIM", "revoked"},
		"another key": {func(r map[string][]string) { r[dkim] = []string{"v=DKIM1; p=AAAA"} }, "DKIM", "another key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			records := good()
			tc.change(records)
			all := tryDNS(t.Context(), cfg, newDNS(dnsServer(t, records)))
			if len(all) != 3 {
				t.Fatalf("%+v", all)
			}
			for _, got := range all {
				about, _, _ := strings.Cut(got.What, " ")
				if (got.Error != "") != (about == tc.wrong) || got.Error != "" && !strings.Contains(got.Error, tc.want) {
					t.Errorf("%+v", got)
				}
			}
		})
	}
}
