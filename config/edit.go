package config

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// NewFeed is a feed to be written into the configuration, or one that an OPML file lists.
type NewFeed struct {
	URL   string
	Title string
	Tags  []string
}

// PlacedFeed is a feed and where it is named.
type PlacedFeed struct {
	NewFeed
	File string
	Line int
}

// Edited is what became of feeds that were to be written into the configuration.
type Edited struct {
	Added []PlacedFeed
	Known []PlacedFeed // the configuration had them already, or they were given twice
}

// AddFeeds writes feeds into the configuration at path, behind those that are there, and leaves every other byte as it is. The new text is
// read as Load would before it replaces the file, which happens at once or not at all; with an error the file is as it was. A configuration
// with mistakes in it is not edited: the error is Errors.
func AddFeeds(path string, feeds []NewFeed) (Edited, error) {
	data, err := readFile(path, maxYAML)
	if err != nil {
		return Edited{}, fmt.Errorf("the configuration %s cannot be read: %w", path, err)
	}
	before, err := load(path, data, os.LookupEnv)
	if err != nil {
		return Edited{}, err
	}
	edited, fresh := before.sortOut(feeds)
	if len(fresh) == 0 {
		return edited, nil
	}
	text, err := insertFeeds(data, fresh)
	if err == nil {
		err = onlyAdds(data, text, fresh)
	}
	if err != nil {
		return edited, fmt.Errorf("%s: %w", path, err)
	}
	after, err := load(path, text, os.LookupEnv)
	if err != nil {
		return edited, fmt.Errorf("%s would be wrong afterwards, so it is left as it was: %s", path, firstOf(err))
	}
	if err := replaceFile(path, data, text); err != nil {
		return edited, fmt.Errorf("the configuration %s cannot be written: %w", path, err)
	}
	for _, f := range fresh {
		edited.Added = append(edited.Added, after.placed(f))
	}
	return edited, nil
}

// sortOut tells the feeds that are to be added from those that the configuration has.
func (l *loader) sortOut(feeds []NewFeed) (edited Edited, fresh []NewFeed) {
	given := map[string]bool{}
	for _, f := range feeds {
		f = f.withoutVariables()
		switch key := feedKey(f.URL); {
		case l.feeds[key].src != nil:
			edited.Known = append(edited.Known, l.placed(f))
		case given[key]:
			edited.Known = append(edited.Known, PlacedFeed{NewFeed: f})
		default:
			given[key] = true
			fresh = append(fresh, f)
		}
	}
	return edited, fresh
}

func (l *loader) placed(f NewFeed) PlacedFeed {
	p := l.feeds[feedKey(f.URL)]
	placed := PlacedFeed{NewFeed: f, Line: p.line}
	if p.src != nil {
		placed.File = p.src.name
	}
	return placed
}

// withoutVariables keeps foreign text from naming a variable of the environment.
func (f NewFeed) withoutVariables() NewFeed {
	f.URL = strings.ReplaceAll(f.URL, "${", "$%7B")
	f.Title = strings.ReplaceAll(f.Title, "${", "$ {")
	f.Tags = slices.Clone(f.Tags)
	for i := range f.Tags {
		f.Tags[i] = strings.ReplaceAll(f.Tags[i], "${", "$ {")
	}
	return f
}

func firstOf(err error) string {
	if problems, ok := errors.AsType[Errors](err); ok && len(problems) > 0 {
		return problems[0].Message
	}
	return err.Error()
}

// onlyAdds holds that an edited text means what it meant, with the feeds added behind those it had.
func onlyAdds(before, after []byte, feeds []NewFeed) error {
	was, had, ok := meaning(before)
	is, has, alsoOK := meaning(after)
	if !ok || !alsoOK || !slices.Equal(was, is) || len(has) != len(had)+len(feeds) || !slices.Equal(had, has[:len(had)]) {
		return errShape
	}
	var sample bytes.Buffer
	sample.WriteString("feeds:" + blockItems(0, feeds))
	if _, wanted, ok := meaning(sample.Bytes()); !ok || !slices.Equal(wanted, has[len(had):]) {
		return errShape
	}
	return nil
}

// meaning is all that a text says, and apart from it each of its feeds.
func meaning(data []byte) (rest, feeds []string, ok bool) {
	data = []byte(unixLines(withoutBOM(data)))
	r := &report{}
	root, ok := r.parse(newSource("", data), data).(*ast.MappingNode)
	if !ok || len(r.problems) > 0 {
		return nil, nil, false
	}
	for _, pair := range root.Values {
		key, _ := scalarText(pair.Key)
		list, isList := pair.Value.(*ast.SequenceNode)
		switch {
		case key != "feeds":
			rest = append(rest, key+": "+flatten(pair.Value))
		case isList:
			for _, item := range list.Values {
				feeds = append(feeds, flatten(item))
			}
		case !isNull(pair.Value):
			return nil, nil, false
		}
	}
	return rest, feeds, true
}

// flatten writes what a node says, whatever its style.
func flatten(n ast.Node) string {
	switch n := n.(type) {
	case *ast.MappingNode:
		pairs := make([]string, len(n.Values))
		for i, pair := range n.Values {
			pairs[i] = flatten(pair.Key) + ": " + flatten(pair.Value)
		}
		return "{" + strings.Join(pairs, ", ") + "}"
	case *ast.SequenceNode:
		items := make([]string, len(n.Values))
		for i, item := range n.Values {
			items[i] = flatten(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	if text, ok := scalarText(n); ok {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%T", n)
}
