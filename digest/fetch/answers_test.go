package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/net/dns/dnsmessage"

	"tidings/digest"
)

func TestRow13HonestHeaders(t *testing.T) {
	t.Parallel()
	var got []*http.Request
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r)
		http.SetCookie(w, &http.Cookie{Name: "who", Value: "you"})
		if r.URL.Path == "/away" {
			http.Redirect(w, r, "/feed", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte(rssFeed(1)))
	})
	c := client(Options{UserAgent: "Tidings/1.0 (+https://news.example.com)"})
	for range 2 {
		wantArticles(t, fetchOne(t, c, u+"/away"), 1)
	}
	own := digest.Feed{URL: u + "/feed", UserAgent: "Mine/2", Headers: map[string]string{"X-Key": "s3cret", "Accept": "text/xml"}}
	wantArticles(t, c.Fetch(t.Context(), own, digest.FeedState{}, noon()), 1)
	for i, r := range got {
		h := r.Header
		if h.Get("Cookie")+h.Get("Referer")+h.Get("Cache-Control")+h.Get("Pragma")+r.URL.RawQuery != "" || !strings.Contains(h.Get("Accept-Encoding"), "gzip") {
			t.Errorf("request %d: %s %v", i, r.URL, h)
		}
		if i < 4 && (h.Get("User-Agent") != "Tidings/1.0 (+https://news.example.com)" || !strings.HasPrefix(h.Get("Accept"), "application/rss+xml")) {
			t.Errorf("request %d says it is %q and wants %q", i, h.Get("User-Agent"), h.Get("Accept"))
		}
	}
	if h := got[4].Header; h.Get("User-Agent") != "Mine/2" || h.Get("X-Key") != "s3cret" || h.Get("Accept") != "text/xml" {
		t.Errorf("the feed's own headers: %v", h)
	}
}

func TestRow14ContentCodings(t *testing.T) {
	t.Parallel()
	for _, coding := range []string{"gzip", "br", "zstd", "", "unmarked gzip"} {
		u := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), strings.TrimPrefix(coding, "unmarked ")) {
				t.Errorf("%s was not asked for", coding)
			}
			if coding != "" && coding != "unmarked gzip" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(encode(t, coding, []byte(rssFeed(5))))
		})
		wantArticles(t, fetchOne(t, client(Options{}), u), 5)
	}
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(encode(t, "zstd", []byte(rssFeed(1))))
	})
	wantError(t, fetchOne(t, client(Options{}), u), "says it is gzip and is not")
}

// What is behind the end of a gzip costs nothing. What breaks an answer on its way costs what did not come yet.
func TestRow14BrokenOnItsWay(t *testing.T) {
	t.Parallel()
	gzipped := encode(t, "gzip", []byte(rssFeed(5)))
	wrong := bytes.Clone(gzipped)
	wrong[len(wrong)-6] ^= 1 // of the checksum
	for name, tt := range map[string]struct {
		body []byte
		cut  bool
	}{
		"a line behind it":    {append(bytes.Clone(gzipped), "\n"...), false},
		"a comment behind it": {append(bytes.Clone(gzipped), "<!-- cached -->"...), false},
		"two members":         {append(encode(t, "gzip", []byte(rssFeed(5)[:500])), encode(t, "gzip", []byte(rssFeed(5)[500:]))...), false},
		"a wrong checksum":    {wrong, true},
	} {
		r := fetchOne(t, client(Options{}), serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("ETag", `"1"`)
			_, _ = w.Write(tt.body)
		}))
		wantArticles(t, r, 5)
		if (r.State.ETag == "") != tt.cut {
			t.Errorf("%s: ETag %q", name, r.State.ETag)
		}
	}
	wantArticles(t, fetchOne(t, client(Options{}), serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, b, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		part := rssFeed(5)[:900]
		_, _ = fmt.Fprintf(b, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\nno number\r\n", len(part), part)
		_ = b.Flush()
		_ = conn.Close()
	})), strings.Count(rssFeed(5)[:900], "</item>"))
}

// The same over HTTP/2, where a stream ends by itself.
func TestRow14StreamBrokenOnItsWay(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked over %s", r.Proto)
		}
		_, _ = w.Write([]byte(rssFeed(5)[:900]))
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}))
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	c := client(Options{})
	ours, trusting := c.http.Transport.(*http.Transport), s.Client().Transport.(*http.Transport)
	ours.TLSClientConfig = &tls.Config{RootCAs: trusting.TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12}
	wantArticles(t, fetchOne(t, c, s.URL), strings.Count(rssFeed(5)[:900], "</item>"))
}

// Codings are undone in the order in which they were not done; one that was not asked for is understood too.
func TestRow14CodingsOverOneAnother(t *testing.T) {
	t.Parallel()
	wide, err := zstd.NewWriter(nil, zstd.WithWindowSize(16<<20), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	long := append(bytes.Repeat([]byte(" "), 12<<20), rssFeed(1)...)
	var zlibbed bytes.Buffer
	z := zlib.NewWriter(&zlibbed)
	_, _ = z.Write([]byte(rssFeed(1)))
	_ = z.Close()
	gzipped := encode(t, "gzip", []byte(rssFeed(1)))
	for name, tt := range map[string]struct {
		header string
		body   []byte
		say    string
	}{
		"gzip, then br":    {"gzip, br", encode(t, "br", gzipped), ""},
		"in two headers":   {"gzip,identity ,BR", encode(t, "br", gzipped), ""},
		"three":            {"gzip, gzip, gzip", encode(t, "gzip", encode(t, "gzip", gzipped)), "too many times over"},
		"deflate":          {"deflate", zlibbed.Bytes(), ""},
		"compress":         {"compress", []byte("\x1f\x9d\x90<\x00\x01"), "“compress”, which was not asked for"},
		"a window of 16 M": {"zstd", wide.EncodeAll(long, nil), "window"},
	} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", tt.header)
			_, _ = w.Write(tt.body)
		})
		if r := fetchOne(t, client(Options{}), u); tt.say != "" {
			wantError(t, r, tt.say)
		} else if r.Err != nil || len(r.Articles) != 1 {
			t.Errorf("%s: %v, %d articles", name, r.Err, len(r.Articles))
		}
	}
}

// What servers say of codings is not always what they do, and some of them mean something else.
func TestRow14CodingsThatAreNone(t *testing.T) {
	t.Parallel()
	plain, gzipped := []byte(rssFeed(5)), encode(t, "gzip", []byte(rssFeed(5)))
	var raw bytes.Buffer
	z, err := flate.NewWriter(&raw, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = z.Write(plain)
	_ = z.Close()
	const jsonFeed = `{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"a"},{"id":"2","title":"a"},{"id":"3","title":"a"},{"id":"4","title":"a"},{"id":"5","title":"a"}]}`
	for header, bodies := range map[string][][]byte{
		"utf-8":             {plain, gzipped, []byte(jsonFeed)},
		"none":              {plain, gzipped},
		"UTF-8, identity":   {plain, gzipped},
		"aws-chunked":       {plain},
		"binary, 8bit, a/b": {plain},
		"gzip":              {plain, []byte(jsonFeed), []byte("\ufeff\r\n" + rssFeed(5))},
		"identity, gzip":    {plain, gzipped},
		"gzip, utf-8":       {gzipped},
		"br":                {plain, []byte(" " + jsonFeed)},
		"zstd":              {plain},
		"deflate":           {plain, raw.Bytes()},
		"compress":          {plain},
	} {
		for i, body := range bodies {
			r := fetchOne(t, client(Options{}), serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", header)
				_, _ = w.Write(body)
			}))
			if r.Err != nil || len(r.Articles) != 5 {
				t.Errorf("%s, %d: %v, %d articles", header, i, r.Err, len(r.Articles))
			}
		}
	}
}

func encode(t *testing.T, coding string, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	switch strings.TrimPrefix(coding, "unmarked ") {
	case "gzip":
		w := gzip.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
	case "br":
		w := brotli.NewWriter(&out)
		_, _ = w.Write(b)
		_ = w.Close()
	case "zstd":
		w, err := zstd.NewWriter(&out)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(b)
		_ = w.Close()
	default:
		return b
	}
	return out.Bytes()
}

func TestRow14Bombs(t *testing.T) {
	t.Parallel()
	bomb := bytes.Repeat([]byte("<item/>"), 200_000)
	for _, coding := range []string{"", "gzip", "br", "zstd"} {
		body := encode(t, coding, bomb)
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(body)
		})
		wantError(t, fetchOne(t, client(Options{MaxBytes: 1 << 20}), u), "larger than 1 MB when decoded")
	}
}

func TestRow15SlowDrip(t *testing.T) {
	t.Parallel()
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("<rss><channel>"))
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	wantError(t, fetchOne(t, client(Options{Timeout: 200 * time.Millisecond}), u), "no complete answer within 200ms")
	r := client(Options{}).Fetch(t.Context(), digest.Feed{URL: u, Timeout: 150 * time.Millisecond}, digest.FeedState{}, noon())
	wantError(t, r, "no complete answer within 150ms")
}

// Whatever the server leaves out, the handshake, the headers or the body, there is an end.
func TestRow15EveryStepEnds(t *testing.T) {
	t.Parallel()
	silent, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() }) // connections wait in its queue, and nobody takes them
	headers := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	endless := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		for i := range 10_000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
		}
	})
	c := client(Options{Timeout: 300 * time.Millisecond})
	for _, u := range []string{"https://" + silent.Addr().String(), "http://" + silent.Addr().String(), headers, headers + "/" + strings.Repeat("a", 1000)} {
		wantError(t, fetchOne(t, c, u), "too slow or cannot be reached")
	}
	wantError(t, fetchOne(t, client(Options{}), endless), "header")
}

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

func TestRow18PageInPlaceOfAFeed(t *testing.T) {
	t.Parallel()
	const page = `<!DOCTYPE html><html><head><title>Blog</title><link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed">
		<link rel="stylesheet" href="a.css"><link rel="alternate" type="application/atom+xml" href="feed.atom"></head><body>…</body></html>`
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed.atom" {
			_, _ = w.Write([]byte(rssFeed(2)))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page))
	})
	c := client(Options{})
	r := fetchOne(t, c, u+"/")
	wantArticles(t, r, 2)
	if r.State.Location != u+"/feed.atom" || !strings.Contains(r.State.Note, u+"/feed.atom") {
		t.Errorf("state %+v", r.State)
	}
	wantArticles(t, c.Fetch(t.Context(), r.Feed, r.State, noon()), 2)

	for _, once := range []digest.FeedState{{First: noon().Add(-day)}, {LastSuccess: noon().Add(-day)}} {
		wantError(t, c.Fetch(t.Context(), digest.Feed{URL: u + "/"}, once, noon()), "HTML page", u+"/feed.atom")
	}
	wantError(t, fetchOne(t, c, serveBody(t, "text/html", "<html><body>Hello</body></html>")), "HTML page", "names none")
}

func TestRow19OtherSourcesAreRefused(t *testing.T) {
	t.Parallel()
	for address, say := range map[string]string{
		"file:///etc/passwd":   "not an http or https address",
		"exec:curl":            "not an http or https address",
		"-":                    "not an http or https address",
		"http://":              "names no host",
		"http://exa mple/\x00": "is no address",
	} {
		wantError(t, fetchOne(t, client(Options{}), address), say)
	}
}

// spring gives bytes for ever, and counts them.
type spring struct{ given int64 }

func (s *spring) Read(p []byte) (int, error) {
	if s.given > 10<<20 {
		return 0, errors.New("it drinks it all")
	}
	s.given += int64(len(p))
	return len(p), nil
}

// A bomb is not decoded to its end to find that it is one.
func TestRow14NoMoreThanTheLimitIsRead(t *testing.T) {
	t.Parallel()
	for _, hint := range []int64{-1, 100, 1 << 40} {
		var s spring
		if _, err := readUpTo(&s, 1<<20, hint); err == nil || !strings.Contains(err.Error(), "larger than 1 MB") || s.given > 2<<20 {
			t.Errorf("hint %d: %d bytes were read, %v", hint, s.given, err)
		}
	}
}
