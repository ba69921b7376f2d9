package main

import (
	"slices"
	"testing"

	"tidings/config"
	"tidings/templates"
)

// TestLanguages holds that a newsletter may have exactly the languages that the templates speak; neither package knows the other.
func TestLanguages(t *testing.T) {
	t.Parallel()
	if accepted, spoken := config.Languages(), templates.Languages(); !slices.Equal(accepted, spoken) {
		t.Errorf("the configuration accepts %q, the templates speak %q", accepted, spoken)
	}
}
