package demo

import (
	"bytes"
	_ "embed"
	"text/template"
)

//go:embed tidings.yaml.tmpl
var configTemplate string

// Setting is what the demo's configuration depends on.
type Setting struct {
	Pages  string // address of the pages, such as http://127.0.0.1:8080
	Listen string // the same as host:port
	SMTP   int    // port of the mail server
	Feeds  []Feed
}

// Config is the demo's tidings.yaml.
func Config(s Setting) ([]byte, error) {
	t, err := template.New("tidings.yaml").Parse(configTemplate)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = t.Execute(&b, s)
	return b.Bytes(), err
}
