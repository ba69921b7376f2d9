package fetch

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// maxURL is how long an address may be, in bytes, to be of use.
const maxURL = 4096

// webURL is ref as an absolute http or https address, its host in ASCII and without user or password; empty if it is none.
func webURL(base *url.URL, ref string) string {
	ref = strings.TrimSpace(ref)
	if ref == "" || len(ref) > maxURL {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return ""
	}
	u.User = nil
	if host, err := idna.Lookup.ToASCII(u.Hostname()); err == nil && host != u.Hostname() {
		if port := u.Port(); port != "" {
			host += ":" + port
		}
		u.Host = host
	}
	if s := u.String(); len(s) <= maxURL {
		return s
	}
	return ""
}

// link is the page of the item: the first of its addresses that is one.
func (r *reader) link(s source) string {
	for _, ref := range s.links() {
		if u := webURL(r.base, ref); u != "" {
			return u
		}
	}
	return ""
}

// links lists the addresses that may be the item's page, the best first.
func (s source) links() []string {
	var refs []string
	switch {
	case s.atom != nil:
		refs = s.atomLinks()
	case s.json != nil:
		refs = []string{s.json.URL, s.json.ExternalURL}
		if looksWeb(s.GUID) { // as it should, says JSON Feed 1.1
			refs = append(refs, s.GUID)
		}
	default:
		refs = append(refs, s.Link)
		if s.rss != nil && s.rss.GUID != nil && !strings.EqualFold(s.rss.GUID.IsPermalink, "false") && looksWeb(s.GUID) {
			refs = append(refs, s.GUID)
		}
		for _, prefix := range []string{"atom", "atom10", "atom03"} {
			for _, l := range s.Extensions[prefix]["link"] {
				if rel := l.Attrs["rel"]; rel == "" || rel == "alternate" {
					refs = append(refs, l.Attrs["href"])
				}
			}
		}
		refs = append(refs, s.Links...)
	}
	for _, e := range firstOf(s.Enclosures, 1) {
		refs = append(refs, e.URL)
	}
	return refs
}

// atomLinks lists the alternates: pages first, then other media, then the id if it is an address.
func (s source) atomLinks() []string {
	var pages, others []string
	for _, l := range s.atom.Links {
		switch {
		case l.Rel != "alternate":
		case l.Type == "" || strings.Contains(l.Type, "html"):
			pages = append(pages, l.Href)
		default:
			others = append(others, l.Href)
		}
	}
	refs := append(pages, others...)
	if len(refs) == 0 && looksWeb(s.GUID) {
		refs = append(refs, s.GUID)
	}
	return refs
}

func looksWeb(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

// canonical is an address in the form under which two links compare: without scheme, tracking, default port or the order of its
// query, and without fragment unless that is wanted. It is for comparing, never for asking.
func canonical(address string, fragment bool) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if p := explicitPort(u); p != "" {
		host += ":" + p
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	s := host + path
	if q := canonicalQuery(u.RawQuery); q != "" {
		s += "?" + q
	}
	if fragment && u.Fragment != "" {
		s += "#" + u.EscapedFragment()
	}
	return s
}

// canonicalQuery sorts the parameters, and leaves out those that say how a reader came.
func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	kept := slices.DeleteFunc(strings.Split(raw, "&"), func(param string) bool {
		name, _, _ := strings.Cut(param, "=")
		return name == "" || isTracking(strings.ToLower(name))
	})
	slices.Sort(kept)
	return strings.Join(kept, "&")
}

func isTracking(name string) bool {
	switch name {
	case "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "igshid", "igsh", "mc_cid", "mc_eid",
		"mkt_tok", "_hsenc", "_hsmi", "oly_anon_id", "oly_enc_id", "vero_id", "wickedid", "ns_campaign", "ns_mchannel", "cmpid",
		"at_medium", "at_campaign", "xtor", "s_cid", "srsltid", "__twitter_impression":
		return true
	}
	for _, prefix := range []string{"utm_", "pk_", "mtm_", "hsa_", "piwik_", "matomo_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}
