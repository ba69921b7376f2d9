package templates

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// overlay is a folder with files of its own.
func overlay(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// changed is a folder that holds one of the built-in files with a change in it.
func changed(t *testing.T, name, old, replacement string) string {
	t.Helper()
	b, err := builtin.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), old) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	return overlay(t, map[string]string{name: strings.Replace(string(b), old, replacement, 1)})
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
		{"class", "masthead.html.tmpl", `class="hello"`, `class="helo"`, `masthead.html.tmpl:4: class "helo" has no rule`},
		{"comment", "digest.html.tmpl", "<!--[if mso]><style>", "<!--[if mso]>{{.Title}}<style>", "digest.html.tmpl:17: a template action cannot stand inside a conditional comment"},
		{"syntax", "masthead.html.tmpl", "{{.Hello}}", "{{.Hello", "masthead.html.tmpl:4"},
		{"unclosed action", "masthead.html.tmpl", "{{.Hello}}", "{{.Hello", "masthead.html.tmpl:4: within {{ }} stands what cannot; is a }} missing?"},
		{"no end", "footer.txt.tmpl", "{{- range .Choices}}", "{{if .Title}}{{- range .Choices}}", "an {{if}}, {{range}}, {{with}} or {{define}} above has no {{end}}"},
		{"field", "masthead.html.tmpl", "{{.Hello}}", "{{.Helo}}", ": there is no .Helo here; there are .Lang, .Dir, "},
		{"text field", "digest.txt.tmpl", ".Hello", ".Helo", ": there is no .Helo here; there are .Lang, .Dir, "},
		{"field of an article", "item.txt.tmpl", "{{wrap", "{{.Nope}}{{wrap", "item.txt.tmpl:2:2: there is no .Nope here; there are .Number, .Title, .URL, "},
		{"field of a page", "page.html.tmpl", "<body", "{{.Nope}}<body", ": there is no .Nope here; there are .Lang, "},
		{"text syntax", "digest.txt.tmpl", "{{wrap .Hello}}", "{{wrapp .Hello}}", ": there is no function wrapp"},
		{"page", "page.html.tmpl", "{{.Heading}}", "{{.Heading", "page.html.tmpl:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := changed(t, c.file, c.old, c.replacement)
			_, err := Load(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), filepath.Join(dir, c.file)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
			for _, inside := range []string{"executing", "template:", "templates.view", "in ar"} {
				if strings.Contains(err.Error(), inside) {
					t.Errorf("it says %q: %v", inside, err)
				}
			}
		})
	}
}

// A folder that cannot be used says why, and never hangs.
func TestFolderErrors(t *testing.T) {
	t.Parallel()
	folderNamed := t.TempDir()
	if err := os.Mkdir(filepath.Join(folderNamed, "theme.css"), 0o700); err != nil {
		t.Fatal(err)
	}
	dangling := t.TempDir()
	if err := os.Symlink("nowhere", filepath.Join(dangling, "theme.css")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, dir, want string }{
		{"absent", filepath.Join(t.TempDir(), "none"), "the folder cannot be read"},
		{"a file", filepath.Join(overlay(t, map[string]string{"x": ""}), "x"), "not a directory"},
		{"mistyped", overlay(t, map[string]string{"digset.html.tmpl": "", "notes.txt": ""}), "digset.html.tmpl: there is no built-in file of this name"},
		{"a folder for a file", folderNamed, "theme.css: it is not a regular file"},
		{"dangling", dangling, "theme.css: it cannot be read: no such file"},
		{"huge", overlay(t, map[string]string{"inline.css": strings.Repeat("a", maxFile+1)}), "inline.css: it is larger than 256 KiB"},
		{"binary", overlay(t, map[string]string{"digest.txt.tmpl": "one\ntwo\xff"}), "digest.txt.tmpl:2: it is not text in UTF-8"},
		{"nul", overlay(t, map[string]string{"digest.txt.tmpl": "one\ntwo\x00"}), "digest.txt.tmpl:2: it is not text in UTF-8"},
	} {
		if _, err := Load(c.dir); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	for name, dir := range map[string]string{"empty": t.TempDir(), "other files": overlay(t, map[string]string{"README.md": "x", ".theme.css": "x", "theme.css~": "x"})} {
		if _, err := Load(dir); err != nil {
			t.Errorf("%s: %v", name, err)
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
		{"{{- /* {{a}} <p> */ -}}<p>", `{{- /* {{a}} <p> */ -}}<p style="margin:0;color:red">`},
		{`{{"<p>"}}`, `{{"<p>"}}`},
	} {
		in := inliner{rules: rules, keep: map[string]bool{"b": true}}
		got, err := in.inline(file{"x", c.in})
		if err != nil || got != c.want {
			t.Errorf("inline(%q) = %q, %v; want %q", c.in, got, err, c.want)
		}
	}
}
