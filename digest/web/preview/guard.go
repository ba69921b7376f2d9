package preview

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// pagePolicy lets the page load its own style and script, and frame its own messages; nothing else.
const pagePolicy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// messagePolicy shows a message without scripts and forms, and with the pictures alone that it brings. The page may look into it, to keep the place that
// it is scrolled to; links open in tabs of their own.
const messagePolicy = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; base-uri 'none'; img-src "

// guard refuses requests under names that are not this machine's own, and says what browsers may do with the answers.
func (p *Preview) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", pagePolicy)
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "SAMEORIGIN")
		h.Set("Cache-Control", "no-store")
		if !p.isOurs(r.Host) {
			http.Error(w, "this page is for http://"+p.address+"/ alone", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// isOurs tells whether a Host header names this machine by itself, at the port that we are on.
func (p *Preview) isOurs(host string) bool {
	_, ours, err := net.SplitHostPort(p.address)
	if err != nil {
		return false
	}
	name, port, err := net.SplitHostPort(host)
	if err != nil || port != ours {
		return false
	}
	return IsLoopback(name)
}

// IsLoopback tells whether a host is this machine alone: localhost, or a loopback address.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
