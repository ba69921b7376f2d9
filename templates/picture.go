package templates

import (
	"html/template"
	"slices"
	"strings"

	"tidings/digest"
)

// picture is where the lead's picture is: in the message, on this site, or at its publisher; empty if there is to be none.
func (v *viewer) picture(it digest.Item) template.URL {
	mode := v.edition.Images
	switch {
	case mode == digest.ImagesLead && v.holds(it.Picture):
		v.used = append(v.used, it.Picture)
		if v.web {
			return template.URL(v.pictures + it.Picture) //nolint:gosec // a CID that holds has checked
		}
		return template.URL("cid:" + it.Picture) //nolint:gosec // the same
	case mode == digest.ImagesRemote && !v.web:
		if remote := link(it.Image); strings.HasPrefix(remote, "https:") {
			return template.URL(remote) //nolint:gosec // link has checked it
		}
	}
	return ""
}

// holds tells whether the issue has the picture, under a name that is plain enough for a URL and a header.
func (v *viewer) holds(cid string) bool {
	odd := func(r rune) bool { return !isLetter(r) && (r < '0' || r > '9') && !strings.ContainsRune("._-", r) }
	if cid == "" || cid[0] == '.' || strings.ContainsFunc(cid, odd) {
		return false
	}
	return slices.ContainsFunc(v.edition.Pictures, func(p digest.Picture) bool { return p.CID == cid })
}
