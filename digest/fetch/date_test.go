package fetch

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tidings/digest"
)

func TestTableDateForms(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"2026-03-04T09:00:00Z":                                  "2026-03-04 09:00:00",
		"2026-03-04T09:00:00.123+02:00":                         "2026-03-04 07:00:00",
		"2026-03-04T09:00":                                      "2026-03-04 09:00:00",
		"2026-03-04 09:00:00 +0530":                             "2026-03-04 03:30:00",
		"Wed, 04 Mar 2026 09:00:00 GMT":                         "2026-03-04 09:00:00",
		"Wed, 4 Mar 26 09:00 EST":                               "2026-03-04 14:00:00",
		"Wed, 04 Mar 2026 09:00:00 JST":                         "2026-03-04 00:00:00",
		"Wed, 04 Mar 2026 09:00:00 GMT+1":                       "2026-03-04 08:00:00",
		"Wed, 04 Mar 2026 02:02:33 PM -0500":                    "2026-03-04 19:02:33",
		"March 4th, 2026 12:30am":                               "2026-03-04 00:30:00",
		"Mittwoch, 4. März 2026 09:00 MEZ":                      "2026-03-04 08:00:00",
		"mer., 04 févr. 2026 09:00:00 +0100":                    "2026-02-04 08:00:00",
		"mar, 13 ene 2026 09:00:00 GMT":                         "2026-01-13 09:00:00",
		"mié, 04 mar 2026 09:00:00 GMT":                         "2026-03-04 09:00:00",
		"Ср, 04 мар 2026 09:00:00 +0300":                        "2026-03-04 06:00:00",
		"2020/1/10":                                             "2020-01-10 00:00:00",
		"10.01.2020 15:04":                                      "2020-01-10 15:04:00",
		"1/10/2020 3:04:05 PM":                                  "2020-01-10 15:04:05",
		"10-Jan-20 15:04:05 UTC":                                "2020-01-10 15:04:05",
		"2026年3月4日 09:00":                                       "2026-03-04 09:00:00",
		"Wed Mar 04 2026 09:00:00 GMT (UTC)":                    "2026-03-04 09:00:00",
		"2026年3月4日 9時05分":                                       "2026-03-04 09:05:00",
		"2026年3月4日 9時":                                          "2026-03-04 09:00:00",
		"1772614800":                                            "2026-03-04 09:00:00",
		"1772614800000":                                         "2026-03-04 09:00:00",
		"20260304":                                              "2026-03-04 00:00:00",
		"20260304T090000Z":                                      "2026-03-04 09:00:00",
		"20260304T090000+0100":                                  "2026-03-04 08:00:00",
		"20260304090807":                                        "2026-03-04 09:08:07",
		"4. desember 2025":                                      "2025-12-04 00:00:00",
		"4 Agustus 2025":                                        "2025-08-04 00:00:00",
		"2026. március 4.":                                      "2026-03-04 00:00:00",
		"4 iunie 2025":                                          "2025-06-04 00:00:00",
		"4. marraskuuta 2025":                                   "2025-11-04 00:00:00",
		"4. července 2025":                                      "2025-07-04 00:00:00",
		"Wed, 04 Mar 2026 09:00:00 +9999":                       "2026-03-04 09:00:00",
		"2026-03-04T09:00:00-25:00":                             "2026-03-04 09:00:00",
		"2026-03-04T09:00:00.123456789+13:00[Pacific/Auckland]": "2026-03-03 20:00:00",
		"177261480":                                             "",
		"-1772614800":                                           "",
		"":                                                      "",
		"yesterday":                                             "",
		"31 Feb 2026":                                           "",
		"99:99:99 4 Mar 2026":                                   "",
		"4 Mar":                                                 "",
		"::: --- +++ 2026-99-99 ///":                            "",
	} {
		got, ok := parseDate(in)
		if s := got.UTC().Format(time.DateTime); ok && s != want || !ok && want != "" {
			t.Errorf("%q: %s, %v; want %q", in, s, ok, want)
		}
	}
}

func TestTableDates(t *testing.T) {
	t.Parallel()
	for item, want := range map[string]time.Time{
		"<pubDate>Wed, 04 Mar 2026 09:00:00 GMT</pubDate>":                                time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC),
		"<dc:date>2026-03-04</dc:date>":                                                   time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
		"<dcterms:issued>2026-03-04</dcterms:issued>":                                     time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
		"<atom:updated>2026-03-04T00:00:00Z</atom:updated>":                               time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
		"<pubDate>Thu, 05 Mar 2026 15:00:00 GMT</pubDate>":                                noon(), // a wrong zone
		"<pubDate>Thu, 05 Mar 2027 15:00:00 GMT</pubDate>":                                {},
		"<pubDate>Thu, 01 Jan 1970 00:00:00 GMT</pubDate>":                                {},
		"<pubDate>Mon, 01 Jan 0001 00:00:00 +0000</pubDate><dc:date>2026-03-04</dc:date>": time.Date(2026, 3, 4, 0, 0, 0, 0, time.UTC),
		"<pubDate>soon</pubDate><dcterms:created>nope</dcterms:created>":                  {},
		"": {},
	} {
		if got := articleOf(t, "<item><title>t</title>"+item+"</item>").Published; !got.Equal(want) {
			t.Errorf("%s: %v, want %v", item, got, want)
		}
	}
}

// A feed that dates all of its articles at the moment of the request does not say when they were published.
func TestTableDatesOfTheRequest(t *testing.T) {
	t.Parallel()
	feed := func(dates ...time.Time) string {
		var items strings.Builder
		for i, at := range dates {
			fmt.Fprintf(&items, "<item><title>%d</title><pubDate>%s</pubDate></item>", i, at.Format(time.RFC1123Z))
		}
		return "<rss><channel>" + items.String() + "</channel></rss>"
	}
	now, real, old := noon(), time.Now(), noon().Add(-time.Hour)
	for name, tt := range map[string]struct {
		body  string
		dated bool
	}{
		"at the request":            {feed(now, now.Add(time.Second), now.Add(-time.Minute)), false},
		"by the server's clock":     {feed(real, real, real), false},
		"by a clock that is behind": {strings.ReplaceAll(feed(old, old, old), "pubDate", "dcterms:created"), true},
		"all but one":               {feed(now, now, old), true},
		"two":                       {feed(now, now), true},
		"updated":                   {strings.ReplaceAll(feed(now, now, now), "pubDate", "dcterms:modified"), false},
	} {
		u := serveBody(t, "text/xml", strings.Replace(tt.body, "<rss", `<rss xmlns:dcterms="http://purl.org/dc/terms/"`, 1))
		c := client(Options{})
		r := fetchOne(t, c, u)
		if r.Err != nil || len(r.Articles) < 2 {
			t.Fatal(name, r.Err, r.Articles)
		}
		for _, a := range r.Articles {
			if a.Published.IsZero() == tt.dated {
				t.Errorf("%s: %q is dated %v", name, a.Title, a.Published)
			}
		}
	}
	keys := func(at time.Time) (keys []string) {
		u := serveBody(t, "text/xml", feed(at, at, at))
		for _, a := range client(Options{}).Fetch(t.Context(), digest.Feed{URL: u}, digest.FeedState{}, at).Articles {
			keys = append(keys, a.Keys...)
		}
		return keys
	}
	if before, after := keys(noon()), keys(noon().Add(time.Hour)); len(before) != 3 || !slices.Equal(before, after) {
		t.Errorf("the same articles are %q, and then %q", before, after)
	}
}
