package digest

import "strings"

// ShownURL is an address as people, logs and scripts see it: the values of its query, its login and its fragment are left out, since those
// of feeds are often secrets. It takes whatever text there is, address or not.
func ShownURL(address string) string {
	address, _, _ = strings.Cut(address, "#")
	before, query, asked := strings.Cut(address, "?")
	if scheme, rest, ok := strings.Cut(before, "//"); ok {
		host, path, slash := strings.Cut(rest, "/")
		if at := strings.LastIndexByte(host, '@'); at >= 0 {
			host = "…" + host[at:]
		}
		before = scheme + "//" + host
		if slash {
			before += "/" + path
		}
	}
	if !asked {
		return before
	}
	fields := strings.Split(query, "&")
	for i, field := range fields {
		name, value, named := strings.Cut(field, "=")
		switch {
		case !named && field != "":
			fields[i] = "…"
		case value != "":
			fields[i] = name + "=…"
		}
	}
	return before + "?" + strings.Join(fields, "&")
}
