package fetch

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// hostile lists servers that would stop a daemon which trusts them, and what becomes of each; where that is nothing, the feed is read.
func hostile(t *testing.T) (servers map[string]http.HandlerFunc, says map[string]string) {
	t.Helper()
	servers, says = map[string]http.HandlerFunc{}, map[string]string{}
	add := func(name, say string, h http.HandlerFunc) { servers[name], says[name] = h, say }
	document := func(name, say, coding string, body []byte) {
		body = encode(t, coding, body)
		add(name, say, func(w http.ResponseWriter, _ *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			_, _ = w.Write(body)
		})
	}
	repeat := func(open, part string, n int) []byte {
		return []byte("<rss><channel><item>" + open + strings.Repeat(part, n))
	}
	var namespaces strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&namespaces, " xmlns:n%d='u'", i)
	}
	document("deep", "200 elements in one another", "gzip", repeat("", "<a>", 2_000_000))
	document("deep JSON", "200 objects in one another", "gzip", []byte(`{"items":`+strings.Repeat("[", 2_000_000)))
	document("namespaces", "250 namespaces", "gzip", append([]byte("<rss"+namespaces.String()+"><channel>"), bytes.Repeat([]byte("<item><title>t</title></item>"), 20_000)...))
	document("fragments", "too long to read", "gzip", repeat("<x:y>", "abcdefgh<!---->", 900_000))
	document("elements", "300000 elements", "gzip", repeat("", "<a/>", 1_000_000))
	document("items", "20000 items", "gzip", repeat("</item>", "<item/>", 100_000))
	document("nulls", "", "", []byte(`{"version":"https://jsonfeed.org/version/1","items":[null,null,{"id":"1","title":"t","authors":[null]}]}`))
	document("an error", "no JSON Feed", "", []byte(`{"error":"rate limited"}`))
	for _, coding := range []string{"gzip", "br", "zstd"} {
		document(coding+" bomb", "larger than 16 MB when decoded", coding, bytes.Repeat([]byte("<item/>"), 2_500_000))
	}
	document("a tag without end", "", "", append([]byte(rssFeed(1)), bytes.Repeat([]byte("<a b='"), 100_000)...))
	add("slow drip", "no complete answer", func(w http.ResponseWriter, r *http.Request) {
		for r.Context().Err() == nil {
			_, _ = w.Write([]byte("<"))
			_ = http.NewResponseController(w).Flush()
			time.Sleep(20 * time.Millisecond)
		}
	})
	add("silence", "no complete answer", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	add("headers without end", "", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 20_000 {
			w.Header().Set(fmt.Sprintf("X-%d", i), strings.Repeat("x", 100))
		}
	})
	add("loop for good", "more than 10 redirects", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
	})
	add("redirect to a file", "not an http or https address", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	})
	add("loop", "more than 10 redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path+"a", http.StatusFound) })
	add("page", "HTML page", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("<html>" + strings.Repeat("<p>", 1000)))
	})
	add("itself as its feed", "names the feed", func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, `<html><link rel="alternate" type="application/rss+xml" href="%sx">`, r.URL.Path)
	})
	add("hang up", "closed the connection", func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := w.(http.Hijacker).Hijack(); err == nil {
			_ = conn.Close()
		}
	})
	says["headers without end"] = "header"
	return servers, says
}
