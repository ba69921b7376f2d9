package web

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"tidings/templates"
)

// zones are the time zones that people live in, one a line: those of zone1970.tab, and UTC.
//
//go:embed zones.txt
var zones string

// zoneChoices are the zones by region, and none.
func zoneChoices(say words, chosen string) []templates.Choice {
	known := strings.Fields(zones)
	if chosen != "" && !slices.Contains(known, chosen) {
		known = append(known, chosen)
		slices.Sort(known)
	}
	choices := []templates.Choice{{Label: say.OwnChoice, On: chosen == ""}}
	for _, zone := range known {
		region, place, ok := strings.Cut(zone, "/")
		if !ok {
			region, place = "", zone
		}
		choices = append(choices, templates.Choice{Value: zone, Label: strings.ReplaceAll(place, "_", " "), Under: region, On: zone == chosen})
	}
	return choices
}

// isZone tells whether a form's time zone is one.
func isZone(name string) bool {
	if name == "" || name == "Local" || len(name) > 64 {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}
