package config

import (
	"errors"
	"reflect"
	"strings"

	"tidings/digest"
)

// checker is a loader for subscribers that are given elsewhere than in the configuration, whose newsletters and tags they refer to.
func (c *Config) checker(name string) *loader {
	return &loader{
		decoder: decoder{report: &report{}, src: newSource(name, nil), at: map[any]place{}},
		config:  Config{Newsletters: c.Newsletters, Tags: c.Tags},
	}
}

// CheckSubscriber reads a subscriber as the configuration would: its address in ASCII (IDNA), its newsletters and tags known and spelled as there, and its
// time zone known. The error says all that is wrong, and what to do.
func (c *Config) CheckSubscriber(s digest.Subscriber) (digest.Subscriber, error) {
	l := c.checker("")
	d := &subscriberDoc{Newsletters: make([]line, len(s.Newsletters)), Tags: make([]line, len(s.Tags))}
	set := func(target any, key, text string) {
		if text != "" || key == "email" {
			l.setText(reflect.ValueOf(target).Elem(), field{key: key}, text, place{src: l.src, key: key})
		}
	}
	set(&d.Email, "email", s.Email)
	set(&d.Name, "name", s.Name)
	set(&d.Timezone, "timezone", s.Timezone)
	for i := range d.Newsletters {
		set(&d.Newsletters[i], "newsletters", s.Newsletters[i])
	}
	for i := range d.Tags {
		set(&d.Tags[i], "tags", s.Tags[i])
	}
	l.addSubscriber(d, map[string]place{})
	if len(l.problems) > 0 {
		return digest.Subscriber{}, errors.New(l.problems.sentence())
	}
	return l.config.Subscribers[0], nil
}

// sentence is what is wrong and what to do, without where.
func (e Errors) sentence() string {
	var parts []string
	for _, p := range e {
		parts = append(parts, p.Message)
		if p.Hint != "" {
			parts = append(parts, p.Hint)
		}
	}
	return strings.Join(parts, "; ")
}
