package digest_test

import (
	"slices"
	"testing"

	"tidings/digest"
)

func TestSubscriberTakes(t *testing.T) {
	t.Parallel()
	if !(digest.Subscriber{}).Takes("weekly") || (digest.Subscriber{Newsletters: []string{"daily"}}).Takes("weekly") {
		t.Error("who names no newsletter takes all; who names some takes those")
	}
	if digest.AddressKey("Ada@Example.COM") != digest.AddressKey("ada@example.com") {
		t.Error("case makes two subscribers")
	}
}

func TestSubscriberChooses(t *testing.T) {
	t.Parallel()
	is := &digest.Issue{Order: []string{"Go", "Databases", "Sport"}, Rest: "More", Items: []digest.Item{item("a", "Chess")}}
	for name, c := range map[string]struct {
		before digest.Subscriber
		choice digest.Choice
		want   string // of the issue
		takes  bool   // the newsletter weekly
	}{
		"everything":             {want: "everything", takes: true},
		"all but one":            {choice: digest.Choice{Follow: []string{"Go"}, Mute: []string{"sport"}}, want: "everything but sport", takes: true},
		"one more":               {before: digest.Subscriber{Tags: []string{"Go"}, Newsletters: []string{"daily"}}, choice: digest.Choice{Take: []string{"weekly"}, Follow: []string{"GO", "Sport"}}, want: "Go, Sport", takes: true},
		"followed again":         {before: digest.Subscriber{Muted: []string{"Sport"}}, choice: digest.Choice{Follow: []string{"sport"}}, want: "everything", takes: true},
		"nothing of this one":    {before: digest.Subscriber{Tags: []string{"Go"}}, choice: digest.Choice{Mute: []string{"Go"}}, want: "Go but Go", takes: true},
		"not shown stays":        {before: digest.Subscriber{Tags: []string{"Go"}, Muted: []string{"Rust"}, Newsletters: []string{"daily"}}, want: "Go"},
		"the rest is a section":  {choice: digest.Choice{Mute: []string{"More"}}, want: "everything but More", takes: true},
		"without a section":      {choice: digest.Choice{Mute: []string{"chess"}}, want: "everything but chess", takes: true},
		"muted once, not thrice": {before: digest.Subscriber{Muted: []string{"Sport"}}, choice: digest.Choice{Mute: []string{"Sport", "SPORT"}}, want: "everything but Sport", takes: true},
	} {
		after := c.before.Choose(c.choice)
		if got := after.Selection(is.Topics()); got.String() != c.want || after.Takes("weekly") != c.takes || len(after.Muted) > 1 {
			t.Errorf("%s: %+v takes %s", name, after, got)
		}
	}
}

func TestSelectionKey(t *testing.T) {
	t.Parallel()
	same := []digest.Selection{{Tags: []string{"Go", "Art"}, Muted: []string{"Sport"}}, {Tags: []string{"ART", "go", "Go"}, Muted: []string{"sport"}}}
	if same[0].Key() != same[1].Key() {
		t.Errorf("%q and %q", same[0].Key(), same[1].Key())
	}
	keys := []string{same[0].Key()}
	for _, other := range []digest.Selection{{}, tags("Go"), but("Go"), tags("Go", "Art", "Sport"), tags("Go", "Art")} {
		if slices.Contains(keys, other.Key()) {
			t.Errorf("%s has the key of another", other)
		}
		keys = append(keys, other.Key())
	}
}
