package config

import (
	"reflect"
	"regexp"
	"strings"
	"testing"
)

func TestExampleLoads(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{"tidings.yaml": string(Example())})
	c, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Warnings) > 0 || c.SMTP != nil || c.Outbox != "" || len(c.Newsletters) != 1 || c.Newsletters[0].Name != "weekly" {
		t.Errorf("%+v", c)
	}
}

// Every key that the example has only behind a # is right too: it loads with the # taken away, and then knows every key.
func TestExampleLoadsUncommented(t *testing.T) {
	t.Setenv("SMTP_PASSWORD", "x")
	t.Setenv("BLOG_TOKEN", "y")
	t.Setenv("IMAP_PASSWORD", "z")
	// a key behind # stands right after it, or further in; prose stands one space away
	text := regexp.MustCompile(`(?m)^( *)#(\S|  +\S)`).ReplaceAllString(string(Example()), "$1$2")
	files := map[string]string{
		"tidings.yaml": strings.Replace(text, "\noutbox:", "\n#outbox:", 1),
		"feeds.opml":   "<opml/>", "dkim.pem": testKey(t), "subscribers.csv": "email\n", "mytemplates/theme.css": "", "model.key": "k\n",
	}
	c, err := Load(write(t, files))
	if err != nil {
		t.Fatal(err)
	}
	if c.SMTP == nil || c.Bounces.IMAP == nil || c.Bounces.IMAP.Password != "z" || c.SMTP.Relays[0].Password != "x" || c.Newsletters[0].Model.Key != "k" || c.Feeds[1].Headers["Authorization"] != "y" {
		t.Errorf("%+v", c)
	}
	keysOfStruct(reflect.TypeFor[document](), "", func(path string, f typedField) {
		if !regexp.MustCompile(`(?m)(^|[^a-z_])` + f.key + `:`).MatchString(string(Example())) {
			t.Errorf("the example does not show %s", path)
		}
	})
}
