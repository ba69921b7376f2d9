package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/language"

	"tidings/digest"
)

// scalar is a value written as one word or one text. Each kind reads itself and says what it expects.
type scalar interface {
	// parse takes the text over; its error is a clause that may quote the text.
	parse(text string) error
	// wants says what is expected, such as "a duration like 12h or 5d".
	wants() string
}

// line is text of one line, such as a title.
type line string

func (l *line) parse(text string) error {
	one, err := oneLine(text)
	*l = line(one)
	return err
}

func (*line) wants() string { return "a line of text" }

func oneLine(text string) (string, error) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return "", errors.New("is empty")
	case strings.ContainsFunc(text, unicode.IsControl):
		return "", errors.New("must be one line, without control characters")
	}
	if text = digest.OneLine(text); text == "" {
		return "", errors.New("holds nothing that can be seen")
	}
	return text, nil
}

// secret is a password. Its errors never quote it.
type secret string

func (s *secret) parse(text string) error {
	switch {
	case text == "":
		return errors.New("is empty")
	case strings.ContainsAny(text, "\x00\r\n"):
		return errors.New("holds a line break")
	}
	*s = secret(text)
	return nil
}

func (*secret) wants() string { return "a secret of one line" }

// filePath is the path of a file or directory, relative to the configuration.
type filePath string

func (p *filePath) parse(text string) error {
	if text = strings.TrimSpace(text); text == "" || strings.ContainsFunc(text, unicode.IsControl) {
		return fmt.Errorf("%q is no path", text)
	}
	*p = filePath(text)
	return nil
}

func (*filePath) wants() string { return "a path, relative to this file" }

// storePath is the file of the SQLite store.
type storePath string

func (p *storePath) parse(text string) error {
	if kind, _, ok := strings.Cut(text, "://"); ok {
		return fmt.Errorf("a %q store is not yet supported: name a file, which SQLite makes", kind)
	}
	if strings.HasSuffix(text, "/") {
		return fmt.Errorf("%q is a directory: name a file, which SQLite makes", text)
	}
	return (*filePath)(p).parse(text)
}

func (*storePath) wants() string { return "a path, relative to this file" }

// span is a duration, which may count in days and weeks: 90s, 1h30m, 5d, 2w.
type span time.Duration

func (s *span) parse(text string) error {
	bad := fmt.Errorf("%q is no duration: write it like 90s, 1h30m, 5d or 2w", text)
	rest, total := strings.TrimSpace(text), float64(0)
	if rest == "" {
		return bad
	}
	for rest != "" {
		digits := strings.TrimLeft(rest, "0123456789.")
		n, err := strconv.ParseFloat(rest[:len(rest)-len(digits)], 64)
		if err != nil {
			return bad
		}
		after := strings.TrimLeft(digits, "smhdw")
		unit := unitOf(digits[:len(digits)-len(after)])
		if unit == 0 {
			return bad
		}
		total += n * float64(unit)
		rest = after
	}
	if total > float64(math.MaxInt64/2) {
		return bad
	}
	*s = span(total)
	return nil
}

func (*span) wants() string { return "a duration like 90s, 1h30m, 5d or 2w" }

func unitOf(letters string) time.Duration {
	switch letters {
	case "ms":
		return time.Millisecond
	case "s":
		return time.Second
	case "m":
		return time.Minute
	case "h":
		return time.Hour
	case "d":
		return 24 * time.Hour
	case "w":
		return 7 * 24 * time.Hour
	}
	return 0
}

// zone is a time zone of the IANA database.
type zone struct{ *time.Location }

func (z *zone) parse(text string) error {
	if text == "" || text == "Local" {
		return fmt.Errorf("%q is no time zone: name one, such as Europe/London", text)
	}
	loc, err := time.LoadLocation(text)
	if err != nil {
		return fmt.Errorf("%q is no time zone: write it like Europe/London or America/New_York", text)
	}
	z.Location = loc
	return nil
}

func (*zone) wants() string { return "a time zone like Europe/London" }

// pattern is a word, a phrase or a regular expression.
type pattern struct{ digest.Pattern }

func (p *pattern) parse(text string) (err error) {
	p.Pattern, err = digest.ParsePattern(text)
	return err
}

func (*pattern) wants() string { return "a word, a phrase, or a regular expression like /…/i" }

// slug is the name of a newsletter: fit for a command line, a link and a List-ID (RFC 2919).
type slug string

func (s *slug) parse(text string) error {
	isWord := func(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' }
	odd := func(r rune) bool { return !isWord(r) && r != '-' && r != '_' }
	if text == "" || len(text) > 60 || strings.ContainsFunc(text, odd) || !isWord(rune(text[0])) {
		return fmt.Errorf("%q is no name: it takes up to 60 letters, digits, - and _, such as weekly", text)
	}
	*s = slug(text)
	return nil
}

func (*slug) wants() string { return "a name of letters, digits, - and _" }

// languageTag is a BCP 47 tag of a language that the templates speak.
type languageTag string

func (l *languageTag) parse(text string) error {
	tag, err := language.Parse(text)
	if err != nil {
		return fmt.Errorf("%q is no language tag (BCP 47): write it like en or pt-BR", text)
	}
	if base, _, _ := tag.Raw(); !slices.Contains(Languages(), base.String()) {
		return fmt.Errorf("the language %q is not yet supported: %s are", text, strings.Join(Languages(), ", "))
	}
	*l = languageTag(tag.String())
	return nil
}

func (*languageTag) wants() string { return "one of " + strings.Join(Languages(), ", ") }
