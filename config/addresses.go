package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/net/http/httpguts"
	"golang.org/x/net/idna"
)

// asciiDomain is a host name as DNS and SMTP take it.
func asciiDomain(name string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(strings.TrimSuffix(name, "."))
	if err != nil || ascii == "" || len(ascii) > 253 {
		return "", errors.New("no host name")
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > 63 {
			return "", errors.New("no host name")
		}
	}
	return ascii, nil
}

// hostName is the name or the IP address of a server.
type hostName string

func (h *hostName) parse(text string) error {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		*h = hostName(ip.String())
		return nil
	}
	if strings.ContainsAny(text, ":/") {
		return fmt.Errorf("%q is more than a host name: the port has a key of its own", text)
	}
	ascii, err := asciiDomain(text)
	if err != nil {
		return fmt.Errorf("%q is no host name", text)
	}
	*h = hostName(ascii)
	return nil
}

func (*hostName) wants() string { return "a host name or IP address" }

// network is an IP address, or the beginning that those of a network have (CIDR).
type network string

func (n *network) parse(text string) error {
	_, err := readNetwork(text)
	*n = network(text)
	return err
}

func (*network) wants() string { return "an IP address or a network like 10.0.0.0/8" }

func readNetwork(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return netip.PrefixFrom(ip.Unmap(), ip.Unmap().BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an IP address nor a network like 10.0.0.0/8", text)
	}
	return prefix.Masked(), nil
}

// listenAddr is host:port to listen on; without a host, every address of the machine.
type listenAddr string

func (l *listenAddr) parse(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return fmt.Errorf("%q is no host:port: write it like 127.0.0.1:8080", text)
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil {
		return fmt.Errorf("%q: the port must be a number up to 65535", text)
	}
	if host != "" && new(hostName).parse(host) != nil {
		return fmt.Errorf("%q: %q is no host", text, host)
	}
	*l = listenAddr(text)
	return nil
}

func (*listenAddr) wants() string { return "host:port" }

// feedURL is an http or https address without a login in it.
type feedURL string

func (f *feedURL) parse(text string) error {
	text = strings.TrimSpace(text)
	scheme, _, _ := strings.Cut(text, ":")
	switch strings.ToLower(scheme) {
	case "-", "exec", "file", "filter":
		return fmt.Errorf("%q is not a feed: feeds are fetched over http and https alone; a file or a program's output can be served from a web server", text)
	}
	if _, err := webURL(text); err != nil {
		return err
	}
	*f = feedURL(text)
	return nil
}

func (*feedURL) wants() string { return "an http or https address" }

// baseURL is an address that others are put behind, without a final slash: https, or http for hosts that may be spoken to in clear text.
func baseURL(text, behind string, mayBeClear func(host string) bool, why string) (string, error) {
	text = strings.TrimSpace(text)
	u, err := webURL(text)
	switch {
	case err != nil:
		return "", err
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return "", fmt.Errorf("%q: %s put behind it, so that it cannot have a ? or a #", text, behind)
	case u.Scheme != "https" && !mayBeClear(u.Hostname()):
		return "", fmt.Errorf("%q must be https: %s", text, why)
	}
	return strings.TrimRight(u.String(), "/"), nil
}

// siteURL is where our pages are: https, or http on a loopback host. It has no final slash.
type siteURL string

func (s *siteURL) parse(text string) error {
	u, err := baseURL(text, "paths are", isLoopback,
		"mailbox providers take one-click unsubscribing over https alone (RFC 8058); http is for trials on a loopback host")
	*s = siteURL(u)
	return err
}

func (*siteURL) wants() string { return "an https address" }

// modelURL is where a chat endpoint is reached, up to its version. The key goes there, so that it is https, but for what is near.
type modelURL string

func (m *modelURL) parse(text string) error {
	u, err := baseURL(text, "/chat/completions is", isNear, "the key would go there in clear text; http is for loopback and private addresses")
	*m = modelURL(strings.TrimSuffix(u, "/chat/completions"))
	return err
}

func (*modelURL) wants() string { return "an https address" }

// isNear tells whether a host is this one or an address of the private network.
func isNear(host string) bool {
	ip, err := netip.ParseAddr(host)
	return isLoopback(host) || err == nil && ip.IsPrivate()
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// webURL reads an absolute http or https URL. Its errors never quote a login.
func webURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || strings.ContainsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }):
		return nil, fmt.Errorf("%q is no URL", text)
	case u.Scheme == "" || u.Scheme != "http" && u.Scheme != "https" && u.Host == "" && strings.Contains(u.Scheme, "."):
		return nil, fmt.Errorf("%q has no https:// before it", text)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("%q is neither http nor https", text)
	case u.User != nil:
		return nil, errors.New("a URL must not hold a login, which would be shown: send it as headers: {Authorization: \"${NAME}\"}")
	}
	if strings.Trim(u.Hostname(), ".") == "" {
		return nil, fmt.Errorf("%q names no host", text)
	}
	return u, nil
}

// headerName is the canonical name of an HTTP header that an admin may set.
type headerName string

func (h *headerName) parse(text string) error {
	if !httpguts.ValidHeaderFieldName(text) {
		return fmt.Errorf("%q is no name of an HTTP header", text)
	}
	name := textproto.CanonicalMIMEHeaderKey(text)
	switch name {
	case "User-Agent":
		return errors.New("the User-Agent has a key of its own: user_agent")
	case "Host", "Connection", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "Range":
		return fmt.Errorf("the header %s is set by Tidings itself", name)
	}
	*h = headerName(name)
	return nil
}

func (*headerName) wants() string { return "the name of an HTTP header" }

// headerValue is the value of an HTTP header, and often a secret. Its errors never quote it.
type headerValue string

func (h *headerValue) parse(text string) error {
	if text = strings.TrimSpace(text); text == "" || !httpguts.ValidHeaderFieldValue(text) {
		return errors.New("must be one line of text, without control characters")
	}
	*h = headerValue(text)
	return nil
}

func (*headerValue) wants() string { return "the value of an HTTP header" }
