package fetch

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

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
