package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxDepth bounds how deep lists and mappings stand in each other, which the parser follows by recursion.
const maxDepth = 100

// parse reads the one document of a YAML text; nil, with the problem noted, if it is no YAML or holds nothing.
func (r *report) parse(src *source, data []byte) (root ast.Node) {
	at := func(line, col int) place { return place{src: src, line: line, col: col} }
	if !utf8.Valid(data) {
		good := len(data)
		for i, c := range string(data) {
			if _, n := utf8.DecodeRune(data[i:]); c == utf8.RuneError && n == 1 {
				good = i
				break
			}
		}
		r.add(at(1+strings.Count(string(data[:good]), "\n"), 0), "this is not UTF-8 text", "save the file as UTF-8")
		return nil
	}
	defer func() { // the parser is not ours, and its input may be anything
		if failure := recover(); failure != nil {
			r.add(at(1, 0), fmt.Sprintf("the YAML cannot be read: %v", failure), "")
			root = nil
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if tk := tooDeep(tokens); tk != nil {
		r.add(at(tk.Position.Line, tk.Position.Column), fmt.Sprintf("lists and mappings stand more than %d deep in each other", maxDepth), "")
		return nil
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		p, message := at(1, 0), err.Error()
		if syntax, ok := errors.AsType[yaml.Error](err); ok {
			message = syntax.GetMessage()
			if tk := syntax.GetToken(); tk != nil && tk.Position != nil {
				p = at(tk.Position.Line, max(tk.Position.Column, 1))
			}
		}
		what, hint := syntaxMistake(message, src.lines[min(max(p.line, 1), len(src.lines))-1], p.col)
		r.add(p, what, hint)
		return nil
	}
	docs := slices.DeleteFunc(file.Docs, func(d *ast.DocumentNode) bool { return d == nil || d.Body == nil })
	switch {
	case len(docs) == 0:
		r.add(at(0, 0), "the file holds no configuration", "`tidings init` writes one to begin with")
		return nil
	case len(docs) > 1:
		p := at(1, 0)
		if tk := docs[1].GetToken(); tk != nil && tk.Position != nil {
			p.line = tk.Position.Line
		}
		r.add(p, "a second YAML document begins here", "write one document, without --- and %YAML")
		return nil
	}
	src.findSecrets(docs[0].Body, false)
	src.parsed = true
	return docs[0].Body
}

// tooDeep returns the token at which nesting passes maxDepth. Blocks nest by indentation, so that only those that open on
// one line need to be counted.
func tooDeep(tokens token.Tokens) *token.Token {
	flow, opened, line := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			opened, line = 0, tk.Position.Line
		}
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType:
			opened++
		}
		deepBlock := tk.Type == token.SequenceEntryType && tk.Position.Column > 10*maxDepth
		if flow > maxDepth || opened > maxDepth || deepBlock {
			return tk
		}
	}
	return nil
}

// findSecrets notes where literal secrets stand, so that no line is shown with them. What is wholly taken from the
// environment is none.
func (s *source) findSecrets(n ast.Node, secret bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			key, _ := scalarText(pair.Key)
			s.findSecrets(pair.Value, secret || namesSecret(key))
		}
	case *ast.SequenceNode:
		for _, item := range n.Values {
			s.findSecrets(item, secret)
		}
	case *ast.TagNode:
		s.findSecrets(n.Value, secret)
	case *ast.AnchorNode:
		s.findSecrets(n.Value, secret)
	case *ast.LiteralNode:
		if secret {
			s.hide(n.Start, s.indentedUnder(n.Start.Position.Line))
		}
	case ast.ScalarNode:
		if text, ok := scalarText(n); secret && ok && !(strings.HasPrefix(text, "${") && strings.IndexByte(text, '}') == len(text)-1) {
			s.hide(n.GetToken(), strings.Count(strings.TrimSpace(n.GetToken().Origin), "\n"))
		}
	}
}

// indentedUnder counts the lines below one that are blank or stand further in: the text of a block scalar.
func (s *source) indentedUnder(number int) (count int) {
	if number < 1 || number > len(s.lines) {
		return 0
	}
	depth := indentOf(s.lines[number-1])
	for _, below := range s.lines[number:] {
		if strings.TrimSpace(below) != "" && indentOf(below) <= depth {
			break
		}
		count++
	}
	return count
}

// indentOf is how far in the first word of a line stands, behind the dashes of a list.
func indentOf(line string) int { return len(line) - len(strings.TrimLeft(line, " \t-")) }

// hide masks a token: on its own line what it takes, and the whole of the lines that follow it.
func (s *source) hide(tk *token.Token, more int) {
	const rest = 1 << 30
	origin, _, several := strings.Cut(strings.TrimSpace(tk.Origin), "\n")
	number, from := s.begin(tk)
	to := from + utf8.RuneCountInString(strings.TrimSpace(origin))
	if number >= 1 && number <= len(s.lines) {
		line := []rune(s.lines[number-1])
		if several || more > 0 || from > len(line) || !strings.HasPrefix(string(line[from-1:]), strings.TrimSpace(origin)) {
			to = rest
		}
		if from > len(line) {
			from = 1
		}
		s.spans[number] = append(s.spans[number], column{from, to})
		for i := 1; i <= more; i++ {
			s.spans[number+i] = []column{{1, rest}}
		}
	}
}

// begin is where a token begins: its line, and its column in characters. Of text without quotes that takes several lines below its key, the lexer says
// where it ends.
func (s *source) begin(tk *token.Token) (line, col int) {
	line, col = tk.Position.Line, max(tk.Position.Column, 1)
	text := strings.TrimSpace(tk.Origin)
	first, _, several := strings.Cut(text, "\n")
	above := line - strings.Count(text, "\n")
	if tk.Type != token.StringType || !several || above < 1 || line > len(s.lines) {
		return line, col
	}
	if here := []rune(s.lines[line-1]); col <= len(here) && strings.HasPrefix(string(here[col-1:]), first) {
		return line, col
	}
	if before, _, found := strings.Cut(s.lines[above-1], strings.TrimSpace(first)); found {
		return above, utf8.RuneCountInString(before) + 1
	}
	return line, col
}
