package config

import "strings"

// syntaxMistake says what is wrong where the YAML parser gave up, and what to do. The parser's words are for those who know its insides; what its users do is
// indent unevenly, use tabs, and leave out colons, quotes and brackets. At is the column, in characters from 1.
func syntaxMistake(message, line string, at int) (what, hint string) {
	says := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(message, part) {
				return true
			}
		}
		return false
	}
	column := "keys that belong together, and the dashes of a list, begin in the same column"
	switch here := charAt(line, at); {
	case says("\t", "tab character"):
		return "a tab stands where YAML has spaces", "indent with spaces alone"
	case says("must be specified") && strings.Contains(line, "${"):
		return "a comma or a bracket is missing here", `inside { } and [ ], a variable is put into quotes: "${NAME}"`
	case says("must be specified"):
		return "a comma or a closing bracket is missing here", "text that holds { } [ ] or a comma is put into quotes"
	case says("mapping value is not allowed") && strings.Contains(behindKey(line), ": "):
		return `": " within a text would begin a key`, `put the text into quotes: key: "text: more text"`
	case says("mapping value is not allowed") && dashWithoutSpace(line):
		return "this is no item of a list", itemHint
	case says("mapping value is not allowed"):
		return "the line below stands further in, as if it belonged to this value", column
	case says("corresponding to"), says("value is not allowed") && strings.ContainsRune("]}", here):
		return "nothing was opened that this bracket could close", "text that holds { } [ ] is put into quotes"
	case says("value is not allowed", "non-map value") && firstWord(line, at) && !isKey(line),
		says("unexpected key name", "implicit line break", "expected map key-value delimiter"):
		return "this is no key: a colon and a space behind it are missing", "write it like title: The Reading Room"
	case says("value is not allowed", "non-map value") && firstWord(line, at):
		return "this line stands further in than its neighbours, or less far", column
	case says("value is not allowed", "non-map value"):
		return "nothing can stand behind the value here", "text that holds quotes is put into the other kind of quotes: \"it's\""
	case says("end character of double-quoted", "end character of single-quoted"):
		return "the quotes that open here are never closed", ""
	case says("end token '}'"):
		return "the { that opens here is never closed", "text that begins with { is put into quotes"
	case says("end token ']'"):
		return "the [ that opens here is never closed", "text that begins with [ is put into quotes"
	case here == ',':
		return "nothing stands before this comma", "remove one of them"
	case says("could not find flow map content", "invalid key for this map"):
		return "{ begins keys and their values, and these are none", "text that begins with { is put into quotes"
	case says("reserved character"):
		return "text cannot begin with this character", "put the text into quotes"
	case says("invalid header option"):
		return "> and | begin a text of several lines, on the line below", "text that begins with one of them is put into quotes"
	case says("unknown escape character"):
		return `in double quotes, \ begins a code, and this is none`, `write \\ for one \, or put the text into single quotes`
	case says("anchor", "alias", "unexpected scalar value"):
		return "& and * have a meaning in YAML, which is not supported here", "text that begins with one of them is put into quotes"
	}
	return "the YAML cannot be understood here: " + message, ""
}

// behindKey is what stands on a line behind its first key.
func behindKey(line string) string {
	_, rest, _ := strings.Cut(line, ": ")
	return rest
}

// isKey tells whether a line has a key, or an item of a list.
func isKey(line string) bool {
	line = strings.TrimSpace(line)
	return strings.Contains(line, ": ") || strings.HasSuffix(line, ":") || strings.HasPrefix(line, "- ")
}

// itemHint is for lists whose items are none.
const itemHint = "each item begins with a dash and a space behind it"

func dashWithoutSpace(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "-") && !strings.HasPrefix(line, "- ")
}

// firstWord tells whether nothing stands before the column but space.
func firstWord(line string, at int) bool {
	before := []rune(line)
	return strings.TrimSpace(string(before[:min(max(at-1, 0), len(before))])) == ""
}

// charAt is the character in a column; 0 if there is none.
func charAt(line string, at int) rune {
	if characters := []rune(line); at >= 1 && at <= len(characters) {
		return characters[at-1]
	}
	return 0
}
