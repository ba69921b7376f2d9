package config

import (
	"bytes"
	"slices"

	"tidings/digest"
)

// buildSubscribers takes over the subscribers, those of CSV files among them. An address stands once, whatever its case.
func (l *loader) buildSubscribers(docs []subscriberDoc) {
	seen := map[string]place{}
	for i := range docs {
		d := &docs[i]
		if d.File != "" {
			l.addCSV(&d.File, seen)
			continue
		}
		l.addSubscriber(d, seen)
	}
	l.warnOfLocal()
}

// warnOfLocal names addresses that are most likely mistyped.
func (l *loader) warnOfLocal() {
	var local []string
	for _, s := range l.config.Subscribers {
		if isLocal(s.Email) {
			local = append(local, s.Email)
		}
	}
	switch len(local) {
	case 0:
	case 1:
		l.warn("the domain of the subscriber %s has no dot: mail reaches it on your own network alone", local[0])
	default:
		l.warn("the domains of %d subscribers have no dot, such as that of %s: mail reaches them on your own network alone", len(local), local[0])
	}
}

func (l *loader) addSubscriber(d *subscriberDoc, seen map[string]place) {
	names := l.newsletterNames()
	s := digest.Subscriber{Email: string(d.Email), Name: string(d.Name), Newsletters: l.labels(d.Newsletters), Tags: l.picks(d.Tags)}
	if d.Timezone.Location != nil {
		s.Timezone = d.Timezone.String()
	}
	for i := range d.Newsletters {
		if name := string(d.Newsletters[i]); name != "" && !slices.Contains(names, name) {
			l.refuse(&d.Newsletters[i], or(didYouMean(l.written(&d.Newsletters[i]), names), "the list under newsletters: names them"),
				"there is no newsletter %q", l.written(&d.Newsletters[i]))
		}
	}
	if d.Email == "" { // already refused
		return
	}
	key := digest.AddressKey(s.Email)
	if before, ok := seen[key]; ok {
		l.refuse(&d.Email, "keep one of them", "the subscriber %s is given twice: first at %s:%d", l.written(&d.Email), before.src.name, before.line)
		return
	}
	seen[key] = l.where(&d.Email)
	l.config.Subscribers = append(l.config.Subscribers, s)
}

// addCSV takes over the subscribers of a file. Where each of their values stood is known until the next row alone: a file may be long.
func (l *loader) addCSV(p *filePath, seen map[string]place) {
	path, data, ok := l.open(p, maxCSV)
	if !ok {
		return
	}
	whole := l.at
	l.at = map[any]place{}
	defer func() { l.at = whole }()
	for d := range l.csvRows(newSource(path, withoutBOM(data)), bytes.NewReader(data)) {
		if d != nil {
			l.addSubscriber(d, seen)
		}
		clear(l.at)
	}
}
