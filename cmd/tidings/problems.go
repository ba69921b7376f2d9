package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"tidings/config"
	"tidings/digest/web/preview"
	"tidings/templates"
)

// problemsOf takes apart why a configuration or its templates could not be taken over.
func problemsOf(err error) (problems []preview.Problem) {
	mistakes, ok := errors.AsType[config.Errors](err)
	if !ok {
		return []preview.Problem{{Message: err.Error()}}
	}
	for _, m := range mistakes {
		problems = append(problems, preview.Problem(m))
	}
	return problems
}

// loadTemplates loads the templates of the newsletters. What is wrong with them is a mistake of the configuration as any other.
func loadTemplates(cfg *config.Config) (templates.Sets, error) {
	sets, err := templates.LoadAll(cfg.Newsletters)
	if err == nil {
		return sets, nil
	}
	var mistakes config.Errors
	for line := range strings.Lines(err.Error()) {
		if line = strings.TrimSpace(line); line != "" {
			mistakes = append(mistakes, templateProblem(line, cfg.Path, cfg.Folders))
		}
	}
	return nil, wrongError{mistakes}
}

// templateProblem finds the file of a template folder, the line and the column that an error names. One that names none is about the configuration.
func templateProblem(message, configuration string, folders []string) config.Problem {
	for _, folder := range folders {
		place := regexp.MustCompile(regexp.QuoteMeta(filepath.Clean(folder)+string(filepath.Separator)) + `([^:/\\]+)(?::(\d+))?(?::(\d+))?: `)
		at := place.FindStringSubmatchIndex(message)
		if at == nil {
			continue
		}
		group := func(n int) string {
			if at[2*n] < 0 {
				return ""
			}
			return message[at[2*n]:at[2*n+1]]
		}
		p := config.Problem{File: filepath.Join(folder, group(1)), Message: message[at[1]:]}
		p.Line, _ = strconv.Atoi(group(2)) // none is 0
		if !strings.HasSuffix(p.File, ".html.tmpl") {
			p.Column, _ = strconv.Atoi(group(3)) // that of the HTML is of the text with its styles written in
		}
		p.Source = sourceLine(p.File, p.Line)
		return p
	}
	return config.Problem{File: configuration, Message: message}
}

// sourceLine is a line of a file, fit to be shown; empty if there is no such line.
func sourceLine(path string, number int) string {
	const longest = 1000 // bytes
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() || number < 1 {
		return "" // to open a pipe would wait for somebody to write into it
	}
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }() // it was only read
	for s, n := bufio.NewScanner(f), 1; s.Scan(); n++ {
		if n == number {
			line := s.Text()
			return strings.Map(func(r rune) rune {
				if r != '\t' && !unicode.IsPrint(r) {
					return unicode.ReplacementChar
				}
				return r
			}, strings.ToValidUTF8(line[:min(len(line), longest)], ""))
		}
	}
	return ""
}
