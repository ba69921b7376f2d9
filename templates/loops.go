package templates

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/template/parse"
)

// calls are the templates that each one calls, by their names.
type calls map[string][]call

// call is a {{template}} that stands at a place.
type call struct{ name, place string }

// add learns what a template calls, and lets each turn of its ranges write, if only nothing: the output counts that, and so ends a range that
// makes nothing and goes on without end. One that was only named has no tree.
func (c calls) add(name string, tree *parse.Tree) {
	if tree == nil {
		return
	}
	inspect(tree.Root, func(n parse.Node) {
		switch n := n.(type) {
		case *parse.RangeNode:
			place, _ := tree.ErrorContext(n)
			n.List.Nodes = slices.Insert(n.List.Nodes, 0, parse.Node(&parse.TextNode{NodeType: parse.NodeText, Pos: n.Pos, Text: turnMark(place)}))
		case *parse.TemplateNode:
			place, _ := tree.ErrorContext(n)
			c[name] = append(c[name], call{n.Name, place})
		}
	})
}

const markStart = "\x00range at "

// turnMark is an empty text that knows the place of the range which writes it in each of its turns: that stands behind its end.
func turnMark(place string) []byte {
	mark := []byte(markStart + place)
	return mark[:0:len(mark)]
}

// placeOf is the place that an empty text knows.
func placeOf(mark []byte) (place string, ok bool) {
	return strings.CutPrefix(string(mark[:cap(mark)]), markStart)
}

// inspect visits a node and all that is within it.
func inspect(n parse.Node, visit func(parse.Node)) {
	visit(n)
	branch := func(b *parse.BranchNode) {
		inspect(b.List, visit)
		if b.ElseList != nil {
			inspect(b.ElseList, visit)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			inspect(child, visit)
		}
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}

// check refuses a template that calls itself, also by way of others: nothing in a message is nested without end, so it would not come to one.
func (c calls) check() error {
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if place := c.back(name, name, map[string]bool{}); place != "" {
			return fmt.Errorf("%s: the template %q calls itself here, and so would never end", place, name)
		}
	}
	return nil
}

// back is the place of the call by which a template, beginning at another, comes back; empty if it does not.
func (c calls) back(name, from string, seen map[string]bool) string {
	for _, call := range c[from] {
		if call.name == name {
			return call.place
		}
		if !seen[call.name] {
			seen[call.name] = true
			if place := c.back(name, call.name, seen); place != "" {
				return place
			}
		}
	}
	return ""
}
