package config

import (
	"fmt"

	"tidings/digest"
)

// buildTags takes over the tag rules. A label belongs to one rule, and rest comes once, last.
func (l *loader) buildTags(docs []tagDoc) {
	owner := map[string]place{} // by folded label
	claim := func(label *line, what string) {
		key := digest.Fold(string(*label))
		if key == "" { // already refused
			return
		}
		if before, ok := owner[key]; ok {
			l.refuse(label, "", "%s %q is already a tag, on line %d", what, l.written(label), before.line)
			return
		}
		owner[key] = l.where(label)
	}
	for i := range docs {
		d := &docs[i]
		if l.given(&d.Rest) {
			if i < len(docs)-1 {
				l.refuse(&d.Rest, "move it to the end of the list", "rest takes what no tag took: it comes once, after all of them")
			}
			claim(&d.Rest, "rest:")
			l.config.Tags.Rest = string(d.Rest)
			continue
		}
		claim(&d.Name, "the name")
		for j := range d.Also {
			claim(&d.Also[j], "also:")
		}
		rule := digest.TagRule{Name: string(d.Name), Match: patterns(d.Match), Hide: d.Hide, Model: l.model(&d.Summary.Model)}
		if d.Hide && l.given(&d.Summary) {
			l.refuse(&d.Summary, "remove it, or hide", "a hidden tag has no section, and so no summaries")
		}
		for _, also := range d.Also {
			rule.Also = append(rule.Also, string(also))
		}
		l.config.Tags.Rules = append(l.config.Tags.Rules, rule)
	}
	if t := l.config.Tags; t.Rest != "" && len(t.Rules) == 0 {
		l.refuse(&docs[0], "name the tags before it, or remove it", "rest has no tags before it whose rest it could be")
	}
}

// picks takes over a list that chooses among the sections. Where there are rules, it names their tags.
func (l *loader) picks(docs []line) []string {
	picked := l.labels(docs)
	t := l.config.Tags
	if len(t.Rules) == 0 {
		return picked
	}
	for i := range picked { // spelled as the rule has it
		if name, _ := ruleOf(t, picked[i]); name != "" {
			picked[i] = name
		}
	}
	names := tagNames(t)
	if t.Rest != "" {
		names = append(names, t.Rest)
	}
	for i := range docs {
		if docs[i] == "" {
			continue
		}
		known, hint := ruleOf(t, string(docs[i]))
		switch {
		case known == "":
			l.refuse(&docs[i], or(didYouMean(l.written(&docs[i]), names), hint), "there is no tag %q", l.written(&docs[i]))
		case hint != "":
			l.refuse(&docs[i], hint, "%q is not the name of a section", l.written(&docs[i]))
		}
	}
	return picked
}

// ruleOf finds the rule of a label; the hint says why it names no section all the same.
func ruleOf(t digest.Taxonomy, label string) (name, hint string) {
	key := digest.Fold(label)
	if t.Rest != "" && key == digest.Fold(t.Rest) {
		return t.Rest, ""
	}
	for _, r := range t.Rules {
		if digest.Fold(r.Name) == key {
			if r.Hide {
				return r.Name, "that tag is hidden"
			}
			return r.Name, ""
		}
		for _, also := range r.Also {
			if digest.Fold(also) == key {
				return r.Name, fmt.Sprintf("write %q", r.Name)
			}
		}
	}
	return "", "the list under tags: names them"
}
