package templates

import (
	"errors"
	"fmt"

	"tidings/digest"
)

// Sets are the templates of each newsletter, by its name; under "" are those of the pages that belong to none.
type Sets map[string]*Set

// LoadAll loads the templates of every newsletter, each folder once. The pages that belong to no newsletter look as all newsletters do, or
// are the built-in ones where those differ.
func LoadAll(newsletters []digest.Newsletter) (Sets, error) {
	sets := Sets{}
	type loaded struct {
		set *Set
		err error
	}
	folders := map[string]loaded{}
	load := func(folder string) (*Set, error) {
		l, ok := folders[folder]
		if !ok {
			l.set, l.err = Load(folder)
			folders[folder] = l
		}
		return l.set, l.err
	}
	var mistakes []error
	for _, n := range newsletters {
		_, told := folders[n.Templates] // what is wrong with a folder is said once
		s, err := load(n.Templates)
		if err != nil && !told {
			mistakes = append(mistakes, fmt.Errorf("newsletter %s: %w", n.Name, err))
		}
		sets[n.Name] = s
	}
	if len(mistakes) > 0 {
		return nil, errors.Join(mistakes...)
	}
	common := ""
	if len(folders) == 1 && len(newsletters) > 0 {
		common = newsletters[0].Templates
	}
	var err error
	sets[""], err = load(common)
	return sets, err
}

// For is the templates of a newsletter, also of one that is no longer in the configuration.
func (s Sets) For(newsletter string) *Set {
	if set := s[newsletter]; set != nil {
		return set
	}
	return s[""]
}
