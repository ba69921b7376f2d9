package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"tidings/digest"
	"tidings/digest/summary"
)

// longestInput bounds what summarize reads of one text, in bytes.
const longestInput = 16 << 20

func (a *app) summarizeCommand() *cobra.Command {
	var lines bool
	budget := digest.Budget{Fill: true}
	c := &cobra.Command{
		Use:   "summarize",
		Short: "Summarise text or HTML from standard input",
		Long: "Reads text or HTML on standard input and prints its summary: sentences of its own, cleaned.\n\n" +
			"With --jsonl every line is an object {\"id\", \"title\", \"text\" or \"html\", \"lang\"} and is answered by {\"id\", \"summary\"}.",
		Example: "  curl -s https://example.org/article.html | tidings summarize --sentences 2",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if budget.Chars < 0 || budget.Sentences < 0 || c.Flags().Changed("chars") && budget.Chars == 0 || c.Flags().Changed("sentences") && budget.Sentences == 0 {
				return wrong("--chars and --sentences want a number of 1 or more")
			}
			if budget.Sentences > 0 {
				budget.Chars = 0
			}
			if lines {
				return a.summarizeLines(budget)
			}
			return a.summarizeAll(budget)
		},
	}
	c.Flags().BoolVar(&lines, "jsonl", false, "one JSON object a line")
	c.Flags().IntVar(&budget.Chars, "chars", 300, "the length of the summary in characters: the last sentence may be cut to fill it, which in a digest it never is")
	c.Flags().IntVar(&budget.Sentences, "sentences", 0, "the summary's length in sentences")
	c.MarkFlagsMutuallyExclusive("chars", "sentences")
	return c
}

func (a *app) summarizeAll(budget digest.Budget) error {
	in, err := io.ReadAll(io.LimitReader(a.stdin, longestInput+1))
	if err != nil {
		return err
	}
	if len(in) > longestInput {
		return fmt.Errorf("the text is longer than %d MiB", longestInput>>20)
	}
	s := summary.Summarize(summary.Source{Content: summary.Text(string(in))}, budget)
	if s == "" {
		return errors.New("there is nothing to summarise: standard input holds no sentence")
	}
	a.say("%s", s)
	return nil
}

// summarizeLines answers each line in turn; a bad one is named and costs nobody else.
func (a *app) summarizeLines(budget digest.Budget) error {
	in := bufio.NewReaderSize(a.stdin, 64<<10)
	out := json.NewEncoder(a.stdout)
	out.SetEscapeHTML(false)
	number, bad := 0, 0
	for {
		line, err := readLine(in, longestInput)
		if errors.Is(err, io.EOF) {
			break
		}
		number++
		switch {
		case errors.Is(err, errLongLine):
			bad++
			a.warn("line %d: longer than %d MiB; it is passed over", number, longestInput>>20)
			continue
		case err != nil:
			return fmt.Errorf("line %d: %w", number, err)
		case len(bytes.TrimSpace(line)) == 0:
			continue
		}
		answer, err := summarizeLine(line, budget)
		if err != nil {
			bad++
			a.warn("line %d: not a JSON object of the form {\"id\", \"title\", \"text\" or \"html\"}: %v", number, err)
			continue
		}
		if err := out.Encode(answer); err != nil {
			return err
		}
	}
	if bad > 0 {
		return partlyError{fmt.Sprintf("%s of %d could not be read", count(bad, "line"), number)}
	}
	return nil
}

// summarized is the answer to a line.
type summarized struct {
	ID      json.RawMessage `json:"id,omitempty"`
	Summary string          `json:"summary"`
}

func summarizeLine(line []byte, budget digest.Budget) (summarized, error) {
	var doc struct {
		ID    json.RawMessage `json:"id"`
		Title string          `json:"title"`
		Text  string          `json:"text"`
		HTML  string          `json:"html"`
		Lang  string          `json:"lang"`
	}
	if err := json.Unmarshal(line, &doc); err != nil {
		return summarized{}, inWords(err)
	}
	if string(bytes.TrimSpace(line)) == "null" {
		return summarized{}, errors.New("it is null")
	}
	body := doc.Text
	if doc.HTML != "" {
		body = summary.Text(doc.HTML)
	}
	return summarized{doc.ID, summary.Summarize(summary.Source{Title: doc.Title, Content: body, Lang: doc.Lang}, budget)}, nil
}

// inWords is an error of JSON without the types of Go.
func inWords(err error) error {
	mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err)
	switch {
	case !ok:
		return err
	case mismatch.Field == "":
		return fmt.Errorf("it is of type %s", mismatch.Value)
	}
	return fmt.Errorf("%q is of type %s", mismatch.Field, mismatch.Value)
}

// errLongLine is a line that is longer than any that is read.
var errLongLine = errors.New("the line is too long")

// readLine reads a line of at most so many bytes. A longer one is read to its end, and no more of it is kept than that; the last line need not end.
func readLine(in *bufio.Reader, most int) (line []byte, err error) {
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(line)+len(part) > most; !long {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil && (len(line) == 0 && !long || !errors.Is(err, io.EOF)):
			return nil, err
		case long:
			return nil, errLongLine
		default:
			return line, nil
		}
	}
}
