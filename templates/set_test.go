package templates

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// changed is the built-in files with one of them changed.
func changed(t *testing.T, name, old, replacement string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	entries, err := builtin.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := builtin.ReadFile(e.Name())
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: b}
	}
	source := string(files[name].Data)
	if !strings.Contains(source, old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	files[name] = &fstest.MapFile{Data: []byte(strings.Replace(source, old, replacement, 1))}
	return files
}

// What is wrong with a template or a stylesheet stops the load and is named with its file and line.
func TestLoadErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, old, replacement, want string }{
		{"selector", "inline.css", ".page{", ".page > a{", `inline.css:7: selector ".page > a" cannot be written onto elements`},
		{"at-rule", "inline.css", ".page{", "@media print{.page{", "inline.css:7: a rule must read"},
		{"unclosed", "inline.css", "underline}\n.card", "underline\n.card", "inline.css:11: a rule must read"},
		{"variable", "inline.css", ".page{background-color:var(--paper)", ".page{background-color:var(--papper)", "inline.css:7: --papper is not in theme.css"},
		{"no dark colour", "theme.css", "--card:#181B1F;", "", "theme.css:4: --card has no dark colour"},
		{"no dark block", "theme.css", "@media", "@print", "theme.css: there is no “@media"},
		{"hue", "theme.css", "--se:#7D3560", "--sx:#7D3560", "has no dark colour"},
		{"class", "digest.html.tmpl", `class="hello"`, `class="helo"`, `digest.html.tmpl:39: class "helo" has no rule`},
		{"comment", "digest.html.tmpl", "<!--[if mso]><style>", "<!--[if mso]>{{.Title}}<style>", "digest.html.tmpl:22: a template action cannot stand inside a conditional comment"},
		{"syntax", "digest.html.tmpl", "{{.Hello}}", "{{.Hello", "digest.html.tmpl:39"},
		{"field", "digest.html.tmpl", "{{.Hello}}", "{{.Helo}}", "digest.html.tmpl:39"},
		{"text field", "digest.txt.tmpl", ".Hello", ".Helo", "digest.txt.tmpl:"},
		{"text syntax", "digest.txt.tmpl", "{{wrap .Hello}}", "{{wrapp .Hello}}", "digest.txt.tmpl:"},
		{"page", "page.html.tmpl", "{{.Heading}}", "{{.Heading", "page.html.tmpl:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := load(changed(t, c.file, c.old, c.replacement))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	for _, name := range []string{"theme.css", "inline.css", "head.css", "digest.html.tmpl", "digest.txt.tmpl", "page.html.tmpl"} {
		files, ok := changed(t, name, "", "").(fstest.MapFS)
		if !ok {
			t.Fatal("not a map")
		}
		delete(files, name)
		if _, err := load(files); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}

func TestInline(t *testing.T) {
	t.Parallel()
	th, err := parseTheme("theme.css", ":root{--ink:#000000;--sa:#1;--sb:#1;--sc:#1;--sd:#1;--se:#1}@media(prefers-color-scheme:dark){:root{--ink:#FFFFFF;--sa:#2;--sb:#2;--sc:#2;--sd:#2;--se:#2}}")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := parseStylesheet("inline.css", "/* a\ncomment */ .b{color:var(--ink)} p{margin:0;color:red} p.b{margin:1px} .c{}", th)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ in, want string }{
		{"<p>", `<p style="margin:0;color:red">`},
		{`<p class="b">`, `<p style="color:#000000;margin:1px" class="b">`},
		{`<p class="b" style="margin:2px">`, `<p style="color:#000000;margin:2px" class="b">`},
		{`<i class="c">`, `<i>`},
		{`<i class="b c{{.X}}" title="{{if gt 1 2}}a{{end}}">`, `<i style="color:#000000" class="b c{{.X}}" title="{{if gt 1 2}}a{{end}}">`},
		{"<!-- gone\n --><i>", "\n<i>"},
		{"<!--[if mso]><b><![endif]-->", "{{verbatim 0}}"},
		{`{{"<p>"}}`, `{{"<p>"}}`},
	} {
		got, _, err := inline("x", c.in, rules, map[string]bool{"b": true})
		if err != nil || got != c.want {
			t.Errorf("inline(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}
