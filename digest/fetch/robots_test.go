package fetch

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"tidings/digest"
)

func TestRobotRules(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, robots, path string
		want               bool
	}{
		{"empty", "", "/a", true},
		{"all", "User-agent: *\nDisallow: /", "/a", false},
		{"nothing disallowed", "User-agent: *\nDisallow:", "/a", true},
		{"prefix", "User-agent: *\nDisallow: /private", "/private/a", false},
		{"case counts", "User-agent: *\nDisallow: /Private", "/private/a", true},
		{"ours", "User-agent: *\nDisallow: /\n\nUser-agent: Tidings\nAllow: /", "/a", true},
		{"ours with a version", "User-agent: TIDINGS/2\nDisallow: /", "/a", false},
		{"ours has no rules", "User-agent: *\nDisallow: /\n\nUser-agent: tidings\n", "/a", true},
		{"other's", "User-agent: Googlebot\nDisallow: /", "/a", true},
		{"longer names are others", "User-agent: TidingsBot\nDisallow: /", "/a", true},
		{"a group of several", "User-agent: a\nUser-agent: Tidings\nDisallow: /x\n", "/x", false},
		{"two groups are one", "User-agent: Tidings\nDisallow: /x\n\nUser-agent: b\nDisallow: /\n\nUser-agent: Tidings\nDisallow: /y", "/y", false},
		{"longest", "User-agent: *\nDisallow: /a\nAllow: /a/b", "/a/b/c", true},
		{"longest, other order", "User-agent: *\nAllow: /a/b\nDisallow: /a", "/a/c", false},
		{"as long", "User-agent: *\nDisallow: /page\nAllow: /page", "/page", true},
		{"star", "User-agent: *\nDisallow: /*.php", "/a/b.php?x=1", false},
		{"two stars", "User-agent: *\nDisallow: /*/x*/z", "/a/xy/z", false},
		{"end", "User-agent: *\nDisallow: /*.gif$", "/a.gif", false},
		{"not the end", "User-agent: *\nDisallow: /*.gif$", "/a.gif?x", true},
		{"exact", "User-agent: *\nDisallow: /a$", "/ab", true},
		{"query", "User-agent: *\nDisallow: /a?b", "/a?b=1", false},
		{"encoded in the rule", "User-agent: *\nDisallow: /foo/bar/%E3%83%84", "/foo/bar/ツ", false},
		{"encoded in the path", "User-agent: *\nDisallow: /foo/bar/ツ", "/foo/bar/%e3%83%84", false},
		{"needlessly encoded", "User-agent: *\nDisallow: /foo/bar/%62%61%7A", "/foo/bar/baz", false},
		{"comments and noise", "\ufeff# hello\nUser-Agent : * # all\r\nfoo\nCrawl-delay: 10\nDisallow : /a # b", "/a", false},
		{"rules before any group", "Disallow: /\nUser-agent: *\nAllow: /", "/a", true},
		{"sitemaps end no group", "User-agent: *\nSitemap: https://x.example/\nDisallow: /a", "/a", false},
	} {
		u, err := url.Parse("https://x.example" + tc.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := parseRobots([]byte(tc.robots)).allow(robotsPath(u)); got != tc.want {
			t.Errorf("%s: %s allowed: %v", tc.name, tc.path, got)
		}
	}
}

func TestRobotRulesAreBounded(t *testing.T) {
	t.Parallel()
	rules := parseRobots([]byte("User-agent: *\n" + strings.Repeat("Disallow: /*a*a*a*a*a*a*a*b\n", 100_000)))
	if len(rules) > robotsRules {
		t.Errorf("%d rules", len(rules))
	}
	if !rules.allow("/" + strings.Repeat("a", 4000)) {
		t.Error("forbidden by a rule that does not match")
	}
}

// robotsServer answers for robots.txt with a status and a body, and for everything else with a page.
func robotsServer(t *testing.T, status int, body string) (address string, asked *atomic.Int32) {
	t.Helper()
	asked = &atomic.Int32{}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			asked.Add(1)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return
		}
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(articlePage))
	}), asked
}

func TestRobots(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		body   string
		says   string // empty: the page is read
	}{
		{"none", 404, "", ""},
		{"forbidden to read", 403, "", ""},
		{"allows", 200, "User-agent: *\nDisallow: /other", ""},
		{"forbids", 200, "User-agent: *\nDisallow: /story", "does not let robots read it"},
		{"broken", 500, "", "cannot be had"},
		{"too many requests", 429, "", "cannot be had"},
	} {
		address, asked := robotsServer(t, tc.status, tc.body)
		c := client(Options{})
		for range 2 {
			p, err := c.Page(t.Context(), digest.Feed{URL: address}, address+"/story", noon())
			switch {
			case tc.says == "" && (err != nil || p.Text == ""):
				t.Errorf("%s: %v", tc.name, err)
			case tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says)):
				t.Errorf("%s: %v, want %q", tc.name, err, tc.says)
			}
		}
		if n := asked.Load(); n != 1 {
			t.Errorf("%s: robots.txt was asked for %d times", tc.name, n)
		}
	}
}

// The rules hold for a day, and a robots.txt that could not be had is asked for again within the hour.
func TestRobotsAreAskedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked, status := 0, http.StatusServiceUnavailable
		c := bubble(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/robots.txt" {
				w.Header().Set("Content-Type", "text/html")
				_, _ = w.Write([]byte(articlePage))
				return
			}
			asked++
			w.WriteHeader(status)
		})
		for i, step := range []struct {
			wait  time.Duration
			asked int
			read  bool
		}{{0, 1, false}, {50 * time.Minute, 1, false}, {11 * time.Minute, 2, true}, {23 * time.Hour, 2, true}, {2 * time.Hour, 3, true}} {
			time.Sleep(step.wait)
			if i == 2 {
				status = http.StatusNotFound
			}
			_, err := c.Page(t.Context(), digest.Feed{URL: "http://notes.example/"}, "http://notes.example/story", time.Now())
			if asked != step.asked || (err == nil) != step.read {
				t.Errorf("step %d: robots.txt was asked for %d times, %v", i, asked, err)
			}
		}
	})
}

// A page that leads elsewhere is bound by the robots.txt of where it leads.
func TestRobotsOfRedirect(t *testing.T) {
	t.Parallel()
	closed, _ := robotsServer(t, 200, "User-agent: *\nDisallow: /")
	open := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		http.Redirect(w, r, closed+"/story", http.StatusFound)
	})
	_, err := client(Options{}).Page(t.Context(), digest.Feed{URL: open}, open+"/story", noon())
	if err == nil || !strings.Contains(err.Error(), "does not let robots") {
		t.Errorf("%v", err)
	}
}
