package web_test

import (
	"context"
	"net"
	"slices"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

// serveDNS answers for what it knows, with NXDOMAIN for other names, and not at all below "silent.example".
func serveDNS(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply := answerDNS(buf[:n]); reply != nil {
				_, _ = conn.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

func answerDNS(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.RCode, m.Additionals = true, dnsmessage.RCodeSuccess, nil
	header := dnsmessage.ResourceHeader{Name: q.Name, Class: dnsmessage.ClassINET, TTL: 60}
	mx := func(host string) {
		if q.Type == dnsmessage.TypeMX {
			m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.MXResource{Pref: 10, MX: dnsmessage.MustNewName(host)}}}
		}
	}
	switch q.Name.String() {
	case "mx.example.":
		mx("mail.mx.example.")
	case "null.example.":
		mx(".")
	case "host.example.":
		if q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{Header: header, Body: &dnsmessage.AResource{A: [4]byte{192, 0, 2, 1}}}}
		}
	case "broken.example.":
		m.RCode = dnsmessage.RCodeServerFailure
	default:
		m.RCode = dnsmessage.RCodeNameError
	}
	reply, err := m.Pack()
	if err != nil {
		return nil
	}
	return reply
}

// A domain that takes no mail gets none; where the DNS does not answer, the relay may know better.
func TestDomainsThatTakeNoMail(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	h.employ(serveDNS(t))
	for _, email := range []string{"a@mx.example", "a@null.example", "a@host.example", "a@broken.example", "a@none.example"} {
		if code, _ := h.asks("weekly", email); code != 200 {
			t.Errorf("%s: %d", email, code)
		}
	}
	h.work()
	var to []string
	for _, l := range h.letters() {
		to = append(to, l.to...)
	}
	if want := []string{"a@mx.example", "a@host.example", "a@broken.example"}; !slices.Equal(to, want) {
		t.Errorf("mails went to %q", to)
	}
	if n, _ := h.store.SignupsWaiting(t.Context()); n != 0 {
		t.Errorf("%d wait", n)
	}
}

// The clerk works by itself, by its latest configuration, until it is told to end.
func TestClerk(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		h.clerk.Run(ctx)
		close(done)
	}()
	h.asks("weekly", "grace@reader.example")
	for len(h.relay.Messages()) == 0 {
		time.Sleep(20 * time.Millisecond)
	}
	cancel()
	<-done
}
