package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// errShape is the error for a file whose feeds are written in a way that is not edited.
var errShape = errors.New("the feeds are written in a way that is not edited by itself; add the feed by hand")

// insertFeeds puts feeds behind those of a configuration, and creates the list if there is none. Every byte that was there stays, but for a
// null that the list replaces. The list is found by the positions of the syntax tree; the text around it is not read.
func insertFeeds(data []byte, feeds []NewFeed) (edited []byte, err error) {
	bare := withoutBOM(data)
	text := unixLines(bare)
	r := &report{}
	root, ok := r.parse(newSource("", []byte(text)), []byte(text)).(*ast.MappingNode)
	if !ok || len(r.problems) > 0 {
		return nil, errShape
	}
	in := &insertion{lines: strings.Split(text, "\n")}
	in.end = in.documentEnd(root)
	if err := in.place(root, feeds); err != nil {
		return nil, err
	}
	bom := data[:len(data)-len(bare)]
	return append(slices.Clone(bom), in.apply(string(bare))...), nil
}

// insertion is a text and what is to be put into it.
type insertion struct {
	lines []string // without their ends
	end   int      // the line behind the document
	edits []edit
}

// edit puts text at a place, in place of the bytes that are cut there. A line feed in the text becomes the file's own line end.
type edit struct {
	spot
	cut  int
	text string
}

// spot is a place between two bytes of a line.
type spot struct{ line, at int }

// place decides what is put where.
func (in *insertion) place(root *ast.MappingNode, feeds []NewFeed) error {
	i := slices.IndexFunc(root.Values, func(pair *ast.MappingValueNode) bool {
		key, _ := scalarText(pair.Key)
		return key == "feeds"
	})
	switch {
	case i < 0 && root.IsFlowStyle:
		var last ast.Node
		if n := len(root.Values); n > 0 {
			last = root.Values[n-1].Key
		}
		return in.intoFlow(root.Start, root.End, last, []string{"feeds: [" + strings.Join(flowItems(feeds), ", ") + "]"})
	case i < 0:
		indent := root.Values[0].Key.GetToken().Position.Column - 1
		in.below(in.lastLine(in.end, false), strings.Repeat(" ", indent)+"feeds:"+blockItems(indent+2, feeds))
		return nil
	}
	pair := root.Values[i]
	switch v := pair.Value.(type) {
	case *ast.NullNode:
		in.inPlaceOfNull(root, pair, v, feeds)
	case *ast.SequenceNode:
		if v.IsFlowStyle {
			var last ast.Node
			switch n := len(v.Values); {
			case n > 0:
				last = v.Values[n-1]
			case !root.IsFlowStyle && in.inPlaceOfBrackets(pair, v, feeds):
				return nil
			}
			return in.intoFlow(v.Start, v.End, last, flowItems(feeds))
		}
		end := in.end
		if i+1 < len(root.Values) {
			end = root.Values[i+1].Key.GetToken().Position.Line - 1
		}
		indent := v.Start.Position.Column - 1
		in.below(in.itemEnd(in.lastLine(end, true), indent), blockItems(indent, feeds)[1:])
	default:
		return errShape
	}
	return nil
}

// documentEnd is the line behind the last one of the document.
func (in *insertion) documentEnd(root *ast.MappingNode) int {
	for tk := root.GetToken(); tk != nil; tk = tk.Next {
		if tk.Type == token.DocumentEndType {
			return tk.Position.Line - 1
		}
	}
	return len(in.lines)
}

// lastLine is the last line before another that holds something; a comment may count as nothing.
func (in *insertion) lastLine(before int, commentsAside bool) int {
	for i := before - 1; i > 0; i-- {
		line := strings.TrimSpace(in.lines[i])
		if line != "" && !(commentsAside && line[0] == '#') {
			return i
		}
	}
	return 0
}

// itemEnd moves from the last line of an item to the last of the comments that stand right below it and within it: keys that are commented out.
func (in *insertion) itemEnd(line, indent int) int {
	for line+1 < in.end {
		next := strings.TrimLeft(in.lines[line+1], " ")
		if !strings.HasPrefix(next, "#") || len(in.lines[line+1])-len(next) <= indent {
			break
		}
		line++
	}
	return line
}

// below puts lines under a line.
func (in *insertion) below(line int, text string) {
	in.put(spot{line, len(in.lines[line])}, "\n"+text)
}

func (in *insertion) put(at spot, text string) {
	in.edits = append(in.edits, edit{spot: at, text: text})
}

// inPlaceOfNull makes a list of a key without a value, or whose value is written as null.
func (in *insertion) inPlaceOfNull(root *ast.MappingNode, pair *ast.MappingValueNode, null *ast.NullNode, feeds []NewFeed) {
	at := in.spot(pair.Start)
	at.at++ // behind the colon
	word := edit{spot: in.spot(null.Token), cut: len("null")}
	switch rest := in.lines[word.line][word.at:]; {
	case strings.HasPrefix(rest, "~"):
		word.cut = 1
	case len(rest) < len("null") || !strings.EqualFold(rest[:len("null")], "null"):
		word.cut = 0
	}
	switch {
	case root.IsFlowStyle && word.cut > 0:
		word.text = "[" + strings.Join(flowItems(feeds), ", ") + "]"
		in.edits = append(in.edits, word)
		return
	case root.IsFlowStyle:
		in.put(at, " ["+strings.Join(flowItems(feeds), ", ")+"]")
		return
	case word.cut > 0:
		in.edits = append(in.edits, word)
		at = word.spot
	}
	in.below(at.line, blockItems(pair.Key.GetToken().Position.Column+1, feeds)[1:])
}

// inPlaceOfBrackets makes a list of lines of an empty list on one line, which people would have to break up. It does nothing if there is more.
func (in *insertion) inPlaceOfBrackets(pair *ast.MappingValueNode, list *ast.SequenceNode, feeds []NewFeed) bool {
	if list.Start == nil || list.End == nil {
		return false
	}
	from, to := in.spot(list.Start), in.spot(list.End)
	if from.line != to.line || from.line != in.spot(pair.Start).line || strings.TrimSpace(in.lines[from.line][from.at+1:to.at]) != "" {
		return false
	}
	behind := in.trimmed(from)
	if strings.TrimSpace(in.lines[to.line][to.at+1:]) != "" {
		behind.at = from.at // a comment keeps its distance
	}
	in.edits = append(in.edits, edit{spot: behind, cut: to.at + 1 - behind.at})
	in.below(from.line, blockItems(pair.Key.GetToken().Position.Column+1, feeds)[1:])
	return true
}

// intoFlow puts items behind the last one between two brackets: on lines of their own if it has one.
func (in *insertion) intoFlow(start, end *token.Token, last ast.Node, items []string) error {
	if start == nil || end == nil {
		return errShape
	}
	if last == nil {
		at := in.spot(start)
		at.at++
		in.put(at, strings.Join(items, ", "))
		return nil
	}
	tk, comma := end.Prev, (*token.Token)(nil)
	for ; tk != nil && (tk.Type == token.CommentType || tk.Type == token.CollectEntryType); tk = tk.Prev {
		if tk.Type == token.CollectEntryType {
			comma = tk
		}
	}
	if tk == nil {
		return errShape
	}
	behind := in.trimmed(in.spot(tk.Next)) // where the last item ends
	stop := behind
	if comma != nil {
		stop = in.spot(comma)
		stop.at++
	}
	first := in.spot(last.GetToken())
	indent := in.lines[first.line][:first.at]
	if strings.TrimSpace(indent) != "" || first.line == in.spot(start).line || stop.line == in.spot(end).line || stop.line != behind.line {
		in.inline(behind, stop, comma != nil, items)
		return nil
	}
	text := "\n" + indent + strings.Join(items, ",\n"+indent)
	if comma != nil {
		text += ","
	} else {
		in.put(behind, ",")
	}
	in.put(spot{stop.line, len(in.lines[stop.line])}, text)
	return nil
}

func (in *insertion) inline(behind, stop spot, trailing bool, items []string) {
	if trailing {
		in.put(stop, " "+strings.Join(items, ", ")+",")
		return
	}
	in.put(behind, ", "+strings.Join(items, ", "))
}

// spot is where a token begins. Its column counts characters.
func (in *insertion) spot(tk *token.Token) spot {
	line := min(max(tk.Position.Line-1, 0), len(in.lines)-1)
	at, column := len(in.lines[line]), 1
	for i := range in.lines[line] {
		if column == tk.Position.Column {
			at = i
			break
		}
		column++
	}
	return spot{line, at}
}

// trimmed moves a place back over white space.
func (in *insertion) trimmed(s spot) spot {
	for {
		s.at = len(strings.TrimRight(in.lines[s.line][:s.at], " \t"))
		if s.at > 0 || s.line == 0 {
			return s
		}
		s.line--
		s.at = len(in.lines[s.line])
	}
}

// apply edits the text as it is in the file.
func (in *insertion) apply(original string) string {
	lines := strings.SplitAfter(original, "\n")
	newline := "\n"
	if strings.HasSuffix(lines[0], "\r\n") {
		newline = "\r\n"
	}
	for _, e := range slices.Backward(in.edits) { // so that those in front stay where they are
		line := lines[e.line]
		lines[e.line] = line[:e.at] + strings.ReplaceAll(e.text, "\n", newline) + line[e.at+e.cut:]
	}
	return strings.Join(lines, "")
}
