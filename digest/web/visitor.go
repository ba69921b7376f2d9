package web

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidings/digest"
)

// A sign-up form is sent by somebody who was shown it, a while ago, neither too short for a person nor too long.
const (
	formAtLeast = time.Second
	formAtMost  = 24 * time.Hour
)

// formToken says when a form was shown.
func (p pages) formToken() string {
	return p.Signer.Token(digest.PurposeForm, strconv.FormatInt(p.Now().Unix(), 10))
}

// shown tells whether a form's token is one of ours, of the right age.
func (p pages) shown(token string) bool {
	ids, ok := p.Signer.Open(digest.PurposeForm, token)
	if !ok || len(ids) != 1 {
		return false
	}
	seconds, err := strconv.ParseInt(ids[0], 10, 64)
	age := p.Now().Sub(time.Unix(seconds, 0))
	return err == nil && age >= formAtLeast && age <= formAtMost
}

// fromHere tells whether a form was sent from one of our pages, as far as the browser says. "null" is what it says of a page without a
// referrer, as ours are; older ones have nothing else to say.
func (p pages) fromHere(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return true
	case "":
		origin := r.Header.Get("Origin")
		return origin == "" || origin == "null" || hostOf(origin) == r.Host || hostOf(origin) == hostOf(p.Site.URL)
	}
	return false
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// network is where a visitor comes from: a /24 of IPv4, a /64 of IPv6. A proxy that we trust says who asked it, by the last of
// X-Forwarded-For that is no such proxy.
func (p pages) network(r *http.Request) string {
	remote, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	visitor := remote.Addr().Unmap()
	for _, name := range slices.Backward(strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")) {
		before, err := addressIn(strings.TrimSpace(name))
		if !p.trusts(visitor) || err != nil {
			break
		}
		visitor = before.Unmap()
	}
	bits := 64
	if visitor.Is4() {
		bits = 24
	}
	prefix, err := visitor.WithZone("").Prefix(bits)
	if err != nil {
		return visitor.String()
	}
	return prefix.String()
}

// addressIn reads an entry of X-Forwarded-For, to which some proxies add the port.
func addressIn(entry string) (netip.Addr, error) {
	if both, err := netip.ParseAddrPort(entry); err == nil {
		return both.Addr(), nil
	}
	return netip.ParseAddr(entry)
}

func (p pages) trusts(proxy netip.Addr) bool {
	return proxy.IsLoopback() || slices.ContainsFunc(p.Proxies, func(known netip.Prefix) bool { return known.Contains(proxy) })
}
