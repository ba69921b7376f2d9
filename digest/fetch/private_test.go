package fetch

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"
)

func TestRow17PrivateAddresses(t *testing.T) {
	t.Parallel()
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	c := New(Options{Text: plainText})
	wantError(t, fetchOne(t, c, u), "127.0.0.1", "private address", "fetch.allow_private: true")
	if _, err := c.Picture(t.Context(), u+"/a.png"); err == nil || !strings.Contains(err.Error(), "private") {
		t.Errorf("picture: %v", err)
	}
	if asked {
		t.Error("the private address was asked")
	}
}

func TestRow17NamesOfPrivateAddresses(t *testing.T) {
	t.Parallel()
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	_, port, _ := strings.Cut(strings.TrimPrefix(u, "http://"), ":")
	c := New(Options{Text: plainText})
	for _, host := range []string{"localhost", "127.0.0.1", "127.1.2.3", "[::1]", "[::ffff:127.0.0.1]", "[::]", "0.0.0.0", "169.254.169.254", "10.0.0.1", "192.168.1.1", "[fe80::1]", "[fd00::1]"} {
		wantError(t, fetchOne(t, c, "http://"+host+":"+port+"/"), "private address")
	}
	if asked {
		t.Error("a private address was asked")
	}
}

// A name that was a public address when it was looked at, and is a private one when it is dialed, gains nothing: what is dialed counts.
func TestRow17NameThatChanges(t *testing.T) {
	t.Parallel()
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	_, port, _ := strings.Cut(strings.TrimPrefix(u, "http://"), ":")
	resolver := changing(t, [4]byte{93, 184, 216, 34}, [4]byte{127, 0, 0, 1})
	if looked, err := resolver.LookupHost(t.Context(), "feeds.example"); err != nil || !slices.Equal(looked, []string{"93.184.216.34"}) {
		t.Fatalf("at first it is %v, %v", looked, err)
	}
	for _, o := range []Options{{Timeout: time.Minute}, {Timeout: time.Minute, AllowPrivate: true}} {
		o.Text = plainText
		c, d := New(o), newDialer(o)
		d.Resolver = resolver
		c.http.Transport = &http.Transport{DialContext: d.DialContext}
		r := fetchOne(t, c, "http://feeds.example:"+port+"/")
		if refused := strings.Contains(r.State.Error, "127.0.0.1:"+port+" is a private address"); refused == o.AllowPrivate || asked != o.AllowPrivate {
			t.Errorf("allowed %v: asked %v, %v", o.AllowPrivate, asked, r.Err)
		}
	}
}

// changing asks a name server on loopback that answers with one address, and then with another.
func changing(t *testing.T, first, then [4]byte) *net.Resolver {
	t.Helper()
	server, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		b := make([]byte, 1500)
		for at := first; ; {
			n, from, err := server.ReadFrom(b)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(b[:n]) != nil {
				continue
			}
			m.Response, m.Additionals = true, nil
			if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
				m.Answers = []dnsmessage.Resource{{
					Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
					Body:   &dnsmessage.AResource{A: at},
				}}
				at = then
			}
			if out, err := m.Pack(); err == nil {
				_, _ = server.WriteTo(out, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func TestRow17RedirectToAPrivateAddress(t *testing.T) {
	t.Parallel()
	asked := false
	inner := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	outer := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, inner, http.StatusFound) })
	// Both are on loopback here: the first hop goes through a transport that may, the second through one that may not.
	c := New(Options{Text: plainText})
	guarded := c.http.Transport
	c.http.Transport = byHostPort{strings.TrimPrefix(outer, "http://"): client(Options{}).http.Transport, "": guarded}
	wantError(t, fetchOne(t, c, outer), "redirected to "+inner, "private address")
	if asked {
		t.Error("the private address was asked")
	}
}

type byHostPort map[string]http.RoundTripper

func (b byHostPort) RoundTrip(r *http.Request) (*http.Response, error) {
	if t, ok := b[r.URL.Host]; ok {
		return t.RoundTrip(r)
	}
	return b[""].RoundTrip(r)
}
