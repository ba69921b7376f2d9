package preview

import (
	"net/url"
	"slices"
	"strings"
)

// choice is what somebody wants to see. It is in the address of the page, so that a bookmark or a reload brings it back.
type choice struct {
	Newsletter string // empty: the first
	Period     Period
	Reader     string // the key of an edition, or the address of a subscriber; empty: everything
	View       string // html, text or header
	Width      string // of the HTML: 320, 600, 1000, or all of them
	Scheme     string // light, dark or both
	Styles     string // off: as in clients that drop <style>
	Pictures   string // off: as in clients that load none
	Keys       string // off: no shortcuts
}

// allowed are the values that a name may have; the first is the default.
func allowed(name string) []string {
	switch name {
	case "view":
		return []string{"html", "text", "header"}
	case "width":
		return []string{"600", "320", "1000", "all"}
	case "scheme":
		return []string{"light", "dark", "both"}
	}
	return []string{"", "off"}
}

// readChoice reads a query or a form. What is not allowed is the default.
func readChoice(v url.Values) choice {
	pick := func(name string) string {
		values := allowed(name)
		if got := v.Get(name); slices.Contains(values, got) {
			return got
		}
		return values[0]
	}
	const longest = 320 // an address has no more (RFC 5321 §4.5.3.1)
	short := func(name string) string { return strings.TrimSpace(v.Get(name)[:min(len(v.Get(name)), longest)]) }
	c := choice{
		Newsletter: short("newsletter"), Period: Period(short("period")), Reader: short("reader"),
		View: pick("view"), Width: pick("width"), Scheme: pick("scheme"),
		Styles: pick("styles"), Pictures: pick("pictures"), Keys: pick("keys"),
	}
	if a := short("address"); a != "" { // typed, where there are too many to choose from
		c.Reader = a
	}
	return c
}

// values is the choice as a form has it.
func (c choice) values() url.Values {
	return url.Values{
		"newsletter": {c.Newsletter}, "period": {string(c.Period)}, "reader": {c.Reader},
		"view": {c.View}, "width": {c.Width}, "scheme": {c.Scheme}, "styles": {c.Styles}, "pictures": {c.Pictures}, "keys": {c.Keys},
	}
}

// query is the choice as a query, with its question mark; the defaults are left out.
func (c choice) query() string {
	v := c.values()
	for name := range v {
		if value := v.Get(name); value == "" || value == allowed(name)[0] {
			v.Del(name)
		}
	}
	if len(v) == 0 {
		return ""
	}
	return "?" + v.Encode()
}
