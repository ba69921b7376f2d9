package templates

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/width"
)

// textWidth is the widest line of the text edition, in columns; an East Asian character takes two.
const textWidth = 72

// wrap folds a paragraph of clean text for format=flowed; delsp=no (RFC 3676): a line that goes on ends in a space, so that
// clients which can do so flow the paragraph again. Scripts without spaces are folded where Unicode allows it, with
// a fixed line end, because a space there would be read as one. An address is never folded.
func wrap(s string) string {
	p := paragraph{line: make([]chunk, 0, textWidth/4)}
	p.out.Grow(len(s) + len(s)/textWidth + 2)
	for c := range chunks(calm(s)) {
		p.add(c)
	}
	p.end()
	return p.out.String()
}

// chunk is text that stays on one line.
type chunk struct {
	text  string
	width int
	space bool // a space stands before it
}

// paragraph is folded line by line.
type paragraph struct {
	out   strings.Builder
	line  []chunk
	width int    // of line
	text  []byte // of line, while it is written
}

// add puts a chunk on the line, or on the next one if it does not fit.
func (p *paragraph) add(c chunk) {
	need := c.width
	if len(p.line) > 0 && c.space {
		need++
	}
	const most = textWidth - 1 // the space at the end is a column too
	switch {
	case p.width+need <= most:
	case c.width > most && !strings.Contains(c.text, "://"):
		for _, piece := range pieces(c, most-1) {
			p.add(piece)
		}
		return
	case len(p.line) > 0:
		carried := p.carry(c)
		p.fold(append(carried, c)[0].space)
		for _, k := range carried {
			p.put(k)
		}
	}
	p.put(c)
}

func (p *paragraph) put(c chunk) {
	p.width += c.width
	if len(p.line) > 0 && c.space {
		p.width++
	}
	p.line = append(p.line, c)
}

// carry takes back the last chunk of the line if the next line may not begin with c, and could with that.
func (p *paragraph) carry(c chunk) []chunk {
	last := len(p.line) - 1
	if !c.space || !needsStuffing(c.text+" ") || last < 1 || needsStuffing(p.line[last].text+" ") ||
		p.line[last].width+c.width >= textWidth-1 {
		return nil
	}
	carried := p.line[last]
	p.line = p.line[:last]
	return []chunk{carried}
}

// fold ends the line: flowing where a space was, fixed elsewhere.
func (p *paragraph) fold(flowing bool) {
	p.end()
	if flowing {
		p.out.WriteByte(' ')
	}
	p.out.WriteByte('\n')
	p.line, p.width = p.line[:0], 0
}

// end writes the line.
func (p *paragraph) end() {
	p.text = p.text[:0]
	for i, c := range p.line {
		if i > 0 && c.space {
			p.text = append(p.text, ' ')
		}
		p.text = append(p.text, spaced(c.text)...)
	}
	if len(p.text) > 0 && needsStuffing(string(p.text)+" ") {
		p.out.WriteByte(' ')
	}
	p.out.Write(p.text)
}

// spaced has plain spaces for those that kept a chunk together.
func spaced(s string) string {
	if isASCII(s) {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\u00a0", " "), "\u202f", " ")
}

// needsStuffing tells whether a line would be mistaken for a quotation, a mailbox separator or a stuffed line, and so must begin
// with a space that is none of its own (RFC 3676 §4.4).
func needsStuffing(line string) bool {
	return strings.HasPrefix(line, ">") || strings.HasPrefix(line, "From ") || strings.HasPrefix(line, " ")
}

// chunks cuts clean text where a line may end: at spaces, and around wide characters where Unicode allows it (UAX #14).
func chunks(s string) iter.Seq[chunk] {
	return func(yield func(chunk) bool) {
		for word := range strings.FieldsFuncSeq(s, isGap) {
			if word == "--" {
				word = "–" // alone on a line it would begin a signature
			}
			if isASCII(word) || strings.Contains(word, "://") {
				if !yield(chunk{word, columns(word), true}) {
					return
				}
			} else if !cutWide(word, yield) {
				return
			}
		}
	}
}

// cutWide cuts a word around its wide characters; false: no more is wanted.
func cutWide(word string, yield func(chunk) bool) bool {
	space := true
	var piece string
	for state := -1; word != ""; {
		var segment string
		segment, word, _, state = uniseg.FirstLineSegmentInString(word, state)
		piece += segment
		if word == "" || besideWide(piece, word) {
			if !yield(chunk{piece, columns(piece), space}) {
				return false
			}
			piece, space = "", false
		}
	}
	return true
}

// isGap tells whether a line may end at the space.
func isGap(r rune) bool { return unicode.IsSpace(r) && r != '\u00a0' && r != '\u202f' }

func besideWide(before, after string) bool {
	a, _ := utf8.DecodeLastRuneInString(before)
	b, _ := utf8.DecodeRuneInString(after)
	return isWide(a) || isWide(b)
}

func isWide(r rune) bool {
	if r < 0x1100 {
		return false
	}
	k := width.LookupRune(r).Kind()
	return k == width.EastAsianWide || k == width.EastAsianFullwidth
}

// pieces cuts a chunk that no line holds between the characters that people see.
func pieces(c chunk, most int) []chunk {
	var all []chunk
	piece := chunk{space: c.space}
	for state, rest := -1, c.text; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		w := columns(cluster)
		if piece.text != "" && (piece.width+w > most || len(piece.text)+len(cluster) > maxLink) {
			all = append(all, piece)
			piece = chunk{}
		}
		piece.text += cluster
		piece.width += w
	}
	return append(all, piece)
}

// columns is the width of s on a screen of fixed columns: of each character that people see, unless it is one that simple
// screens show in parts (spacing marks, joined pictures).
func columns(s string) int {
	if isASCII(s) {
		return len(s)
	}
	n := uniseg.StringWidth(s)
	parts := 0
	for _, r := range s {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case isWide(r):
			parts += 2
		default:
			parts++
		}
	}
	return max(n, parts)
}

// calm shortens runs of the same sign, such as rulers, which a screen reader would read out one by one, and parts joined pictures, as
// simple screens do.
func calm(s string) string {
	const most, joiner = 3, '\u200d'
	if strings.Contains(s, "...") {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "....", "…"), "...", "…")
	}
	var last rune
	run := 0
	return strings.Map(func(r rune) rune {
		if r == joiner && isPicture(last) {
			return -1
		}
		if r != last {
			last, run = r, 0
		}
		if run++; run > most && (unicode.IsPunct(r) || unicode.IsSymbol(r)) {
			return -1
		}
		return r
	}, s)
}

// isPicture tells whether the rune is a pictograph or varies one.
func isPicture(r rune) bool { return r > 0x2000 && (r == '\ufe0f' || unicode.IsSymbol(r)) }
