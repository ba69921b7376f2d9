package config

import "strings"

// report gathers problems.
type report struct{ problems Errors }

// add notes a problem at a place, with the line as it may be shown.
func (r *report) add(p place, message, hint string) {
	problem := Problem{File: p.src.name, Line: p.line, Message: clean(message), Hint: clean(hint)}
	problem.Source, problem.Column = p.src.show(p.line, p.col)
	r.problems = append(r.problems, problem)
}

// clean makes a message one line that holds no login.
func clean(text string) string {
	return maskLogins(strings.NewReplacer("\n", "; ", "\t", `\t`).Replace(text))
}
