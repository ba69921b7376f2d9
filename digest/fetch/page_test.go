package fetch

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

// articlePage is a page of a site, with an article on it.
const articlePage = `<!DOCTYPE html><html lang="en"><head><title>The bridge | The Paper</title>
<meta name="description" content="A page of The Paper.">
<meta property="og:description" content="The old bridge opened to walkers, &quot;at last&quot;, after eleven years of repair.">
<script>var x = "<p>no</p>";</script></head><body>
<nav><a href="/">Home</a> <a href="/news">News</a> <a href="/sport">Sport</a></nav>
<article><h1>The bridge</h1>
<p>The iron bridge over the river Aln opened to walkers on Saturday, eleven years after a flood tore away its middle span, and thousands came.</p>
<p>The repair cost 3.4 million crowns, of which the town paid a third. The rest came from a national fund for old bridges, and from donors.</p>
<p>Cars will not return, the town council decided in May, since the bridge was never built for them, and the walkers would have to make room.</p>
<p>Cyclists may use it from April, when its new lights are tested, so the mayor said, and added that they will be asked to ride slowly.</p></article>
<aside><a href="/a">Most read: ten bridges</a></aside><footer>© The Paper. All rights reserved.</footer></body></html>`

func TestPage(t *testing.T) {
	t.Parallel()
	p, err := client(Options{}).Page(t.Context(), digest.Feed{URL: "https://feeds.example/"}, serveBody(t, "text/html; charset=utf-8", articlePage), noon())
	if err != nil {
		t.Fatal(err)
	}
	if want := `The old bridge opened to walkers, "at last", after eleven years of repair.`; p.Description != want {
		t.Errorf("description %q", p.Description)
	}
	if !strings.HasPrefix(p.Text, "The iron bridge") || !strings.Contains(p.Text, "ride slowly.") || strings.Contains(p.Text, "Most read") || strings.Contains(p.Text, "Sport") {
		t.Errorf("text %q", p.Text)
	}
}

func TestPageCharset(t *testing.T) {
	t.Parallel()
	latin := strings.ReplaceAll(strings.ReplaceAll(articlePage, "river Aln", "river \xc4\xdf"), `<title>`, `<meta charset="iso-8859-1"><title>`)
	for name, tc := range map[string]struct{ contentType, body string }{
		"meta":                      {"text/html", latin},
		"server":                    {"text/html; charset=iso-8859-1", strings.Replace(latin, `<meta charset="iso-8859-1">`, "", 1)},
		"neither":                   {"text/html", strings.Replace(latin, `<meta charset="iso-8859-1">`, "", 1)},
		"server wrong about UTF-8":  {"text/html; charset=iso-8859-1", strings.ReplaceAll(articlePage, "river Aln", "river Äß")},
		"server names no encoding":  {"text/html; charset=nonsense", latin},
		"UTF-16 with its mark":      {"text/html", wideText(strings.ReplaceAll(articlePage, "river Aln", "river Äß"))},
		"no type, by its beginning": {"", strings.ReplaceAll(articlePage, "river Aln", "river Äß")},
	} {
		p, err := client(Options{}).Page(t.Context(), digest.Feed{URL: "https://feeds.example/"}, serveBody(t, tc.contentType, tc.body), noon())
		if err != nil || !strings.Contains(p.Text, "river Äß opened") {
			t.Errorf("%s: %v %q", name, err, p.Text)
		}
	}
}

func wideText(s string) string {
	out := []byte{0xff, 0xfe}
	for _, r := range s {
		out = append(out, byte(r), byte(r>>8))
	}
	return string(out)
}

func TestHostilePages(t *testing.T) {
	t.Parallel()
	html := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(body))
		}
	}
	var styles strings.Builder
	for i := range 100 {
		styles.WriteString(fmt.Sprintf("<b a%d>", i))
	}
	for name, tc := range map[string]struct {
		handler http.HandlerFunc
		says    string
		again   bool
	}{
		"not there":   {http.NotFound, "404", false},
		"gone":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }, "410", false},
		"broken":      {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, "502", true},
		"PDF":         {func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "application/pdf") }, "not a page", false},
		"PNG, unsaid": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("\x89PNG\r\n\x1a\n")) }, "not a page", false},
		"deep":        {html(strings.Repeat("<div>", 100_000)), "more than", false},
		"nested":      {html(strings.Repeat("<div>", 10_000)), "nodes", false},
		"many":        {html(strings.Repeat("<p>x", 100_000)), "more than", false},
		"styled":      {html("<p>" + styles.String() + strings.Repeat("<p>x", 10_000)), "leaves its elements open", false},
		"larger":      {html(strings.Repeat("x", pageBytes+1)), "larger than", true},
		"bomb":        {bomb, "larger than", true},
		"slow":        {drip, "no complete answer", true},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "9999")
			_, _ = w.Write([]byte("<p>x"))
		}, "cut off", true},
		"to a file": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
		}, "not an http", true},
		"round in rings": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, "more than 10 redirects", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/robots.txt" {
					http.NotFound(w, r)
					return
				}
				tc.handler(w, r)
			})
			o := Options{}
			if name == "slow" {
				o.Timeout = time.Second
			}
			c := client(o)
			_, err := c.Page(t.Context(), digest.Feed{URL: address}, address+"/", noon())
			failed := (*PageError)(nil)
			if !errors.As(err, &failed) || !strings.Contains(err.Error(), tc.says) || failed.Again != tc.again || strings.Contains(err.Error(), "\n") {
				t.Errorf("%v, want %q, again %v", err, tc.says, tc.again)
			}
		})
	}
}

// A page that takes long to read is given up, and the next one is read as soon as whoever reads the first has ended.
func TestPageTakesLong(t *testing.T) {
	t.Parallel()
	c := client(Options{})
	address := serveBody(t, "text/html", strings.Repeat("<div>", 400)+strings.Repeat("<p>text here, and more, and more of it, to score.</p>", 2000))
	c.pageTime = time.Nanosecond
	if _, err := c.Page(t.Context(), digest.Feed{URL: address}, address+"/", noon()); err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("%v", err)
	}
	c.pageTime = time.Minute
	if p, err := c.Page(t.Context(), digest.Feed{URL: address}, serveBody(t, "text/html", articlePage), noon()); err != nil || p.Text == "" {
		t.Errorf("%v", err)
	}
}

// bomb is 32 MiB of spaces, packed.
func bomb(w http.ResponseWriter, _ *http.Request) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range 32 {
		_, _ = z.Write(spaces)
	}
	_ = z.Close()
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Content-Encoding", "gzip")
	_, _ = w.Write(b.Bytes())
}

// drip never comes to an end.
func drip(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html")
	for {
		select {
		case <-r.Context().Done():
			return
		case <-time.After(50 * time.Millisecond):
			_, _ = w.Write([]byte("<p>"))
			_ = http.NewResponseController(w).Flush()
		}
	}
}

func TestPageAsksForRest(t *testing.T) {
	t.Parallel()
	address := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	_, err := client(Options{}).Page(t.Context(), digest.Feed{URL: address}, address+"/", noon())
	failed := (*PageError)(nil)
	if !errors.As(err, &failed) || !failed.Rest.Equal(noon().Add(2*time.Hour)) || !failed.Again {
		t.Errorf("%+v", failed)
	}
}

func TestPageIsNotPrivate(t *testing.T) {
	t.Parallel()
	c := New(Options{Text: plainText})
	_, err := c.Page(t.Context(), digest.Feed{URL: "https://feeds.example/"}, serveBody(t, "text/html", articlePage), noon())
	if err == nil || !strings.Contains(err.Error(), "private address") {
		t.Errorf("%v", err)
	}
}

// What a feed's headers hold of secrets goes to the feed's own host alone.
func TestPageKeepsSecrets(t *testing.T) {
	t.Parallel()
	got := make(chan string, 10)
	handler := func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header.Get("Authorization") + r.Header.Get("Cookie") + r.Header.Get("Referer")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(articlePage))
	}
	own, other := serve(t, handler), serve(t, handler)
	f := digest.Feed{URL: own + "/feed.xml", Headers: map[string]string{"Authorization": "Bearer 1"}}
	for address, want := range map[string]string{own: "Bearer 1", other: ""} {
		if _, err := client(Options{}).Page(t.Context(), f, address+"/story", noon()); err != nil {
			t.Fatal(err)
		}
		if robots := <-got; robots != "" {
			t.Errorf("robots.txt was asked for with %q", robots)
		}
		if page := <-got; page != want {
			t.Errorf("%q, want %q", page, want)
		}
	}
}

func FuzzExtract(f *testing.F) {
	f.Add([]byte(articlePage))
	for _, seed := range []string{
		"", "<", "<p>x", "<html><body><article><p>" + strings.Repeat("word, ", 100), "<script type='application/ld+json'>[{}]</script>", "<meta property=og:description content='x'>",
		"<table><tr><td><p>a, b<table>", "<template><p>x</template>", "<svg><desc><p>x", "<br><br>a<br><br>b", "<noscript><img src=x></noscript>", "<p style='display:none'>x", "<iframe src='//youtube.com/x'>",
	} {
		f.Add([]byte(seed))
	}
	c := client(Options{})
	f.Fuzz(func(t *testing.T, body []byte) {
		ans := &answer{url: "https://x.example/a", body: body, mediaType: "text/html"}
		p, err := c.readPage(t.Context(), ans)
		if err == nil && (strings.Contains(p.Description, "\n") || len([]rune(p.Description)) > maxDescription) {
			t.Errorf("description %q", p.Description)
		}
	})
}
