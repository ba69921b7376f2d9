package summary

import "strings"

// withoutCutMark takes the mark from the end of a line that says that there is more: "[…]", "(more…)", and on the last line
// a bare ellipsis too, which elsewhere may be the author's.
func withoutCutMark(line string, last bool) (rest string, ok bool) {
	trimmed := strings.TrimRight(line, " →»›>")
	switch {
	case strings.HasSuffix(trimmed, "]"), strings.HasSuffix(trimmed, ")"):
		open := strings.LastIndexAny(trimmed, "[(")
		if open < 0 || len(trimmed)-open > 48 || !isCutMark(trimmed[open+1:len(trimmed)-1]) {
			return line, false
		}
		return withoutEllipsis(trimmed[:open]), true
	case last && (strings.HasSuffix(trimmed, "…") || strings.HasSuffix(trimmed, "...")):
		return withoutEllipsis(trimmed), true
	}
	return line, false
}

// isCutMark tells whether the content of a bracket says that there is more.
func isCutMark(inner string) bool {
	inner = strings.TrimSpace(inner)
	if strings.Trim(inner, ".… ") == "" || inner == "&#8230;" || inner == "&hellip;" {
		return inner != "" && inner != "."
	}
	return isReadMore(strings.Trim(inner, ".… "))
}

func withoutEllipsis(s string) string {
	s = strings.TrimRight(s, " …")
	if strings.HasSuffix(s, "..") {
		s = strings.TrimRight(s, " .…")
	}
	return s
}
