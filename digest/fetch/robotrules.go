package fetch

import (
	"bytes"
	"net/url"
	"strings"
)

const (
	robotsName  = "tidings" // the product token that a group names
	robotsBytes = 512 << 10 // that are read; RFC 9309 §2.5 asks for 500 KiB
	robotsRules = 5000      // that are kept
)

// robotsPath is what rules are matched with: the path and the query, percent-encoded in one way.
func robotsPath(u *url.URL) string {
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	return encoded(path)
}

// robotRules are the rules for us.
type robotRules []robotRule

type robotRule struct {
	pattern string // percent-encoded; * stands for anything, a $ at the end for the end
	allow   bool
}

// allow tells whether a path may be read: the longest pattern that matches decides, of two as long the one that allows (RFC 9309 §2.2.2).
func (rules robotRules) allow(path string) bool {
	longest, allow := -1, true
	for _, r := range rules {
		if n := len(r.pattern); (n > longest || n == longest && r.allow) && matches(r.pattern, path) {
			longest, allow = n, r.allow
		}
	}
	return allow
}

// matches tells whether a path begins as a pattern says. It looks at each part of the pattern once: the first place where it stands is as
// good as any.
func matches(pattern, path string) bool {
	pattern, anchored := strings.CutSuffix(pattern, "$")
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return !anchored || rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(rest, part)
		if i < 0 {
			return false
		}
		rest = rest[i+len(part):]
	}
	last := parts[len(parts)-1]
	if anchored {
		return strings.HasSuffix(rest, last)
	}
	return strings.Contains(rest, last)
}

// parseRobots reads the rules of the groups that name us, or else of those for everybody (RFC 9309 §2.2.1). A line that cannot be understood
// costs itself alone.
func parseRobots(b []byte) robotRules {
	var ours, all robotRules
	named, forUs, forAll, inRules := false, false, false, false
	b = bytes.TrimPrefix(b[:min(len(b), robotsBytes)], []byte("\ufeff"))
	for line := range bytes.FieldsFuncSeq(b, func(r rune) bool { return r == '\n' || r == '\r' }) {
		text, _, _ := strings.Cut(string(line), "#")
		key, value, ok := strings.Cut(text, ":")
		if !ok {
			continue
		}
		key, value = strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if inRules {
				forUs, forAll, inRules = false, false, false
			}
			token, _, _ := strings.Cut(strings.ToLower(value), "/") // some write a version
			forUs = forUs || token == robotsName
			forAll = forAll || token == "*"
			named = named || token == robotsName
		case "allow", "disallow":
			inRules = true
			if value == "" || len(ours)+len(all) >= robotsRules {
				continue
			}
			rule := robotRule{pattern: encoded(value), allow: key == "allow"}
			if forUs {
				ours = append(ours, rule)
			}
			if forAll {
				all = append(all, rule)
			}
		}
	}
	if named {
		return ours
	}
	return all
}

// encoded brings percent-encoding into one form: what need not be encoded is not, and other bytes are, in upper case (RFC 9309 §2.2.2).
func encoded(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		escaped := c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2])
		if escaped {
			c = unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
		}
		switch {
		case isUnreserved(c), !escaped && c > ' ' && c < 0x7F:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// isUnreserved tells whether encoding a byte changes nothing (RFC 3986 §2.3).
func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}
