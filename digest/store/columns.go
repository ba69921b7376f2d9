package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"tidings/digest"
)

// stamp is a time as a column: milliseconds since 1970 UTC, NULL for the zero time.
type stamp time.Time

// Value implements driver.Valuer.
func (t stamp) Value() (driver.Value, error) {
	if time.Time(t).IsZero() {
		return nil, nil
	}
	return time.Time(t).UnixMilli(), nil
}

// Scan implements sql.Scanner.
func (t *stamp) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*t = stamp{}
	case int64:
		*t = stamp(time.UnixMilli(v).UTC())
	default:
		return fmt.Errorf("a time is stored as %T", v)
	}
	return nil
}

// list is a list of strings as a column: JSON in text.
type list []string

// Value implements driver.Valuer.
func (l list) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	b, err := json.Marshal(l)
	return string(b), err
}

// Scan implements sql.Scanner. An empty list is nil.
func (l *list) Scan(v any) error {
	*l = nil
	switch v := v.(type) {
	case string:
		if v == "[]" {
			return nil
		}
		return json.Unmarshal([]byte(v), l)
	default:
		return fmt.Errorf("a list is stored as %T", v)
	}
}

// selection is what a reader takes of an issue as a column: the list of the tags, or, if some are muted, both lists as a JSON object.
type selection digest.Selection

type bothLists struct {
	Tags  []string `json:"tags,omitempty"`
	Muted []string `json:"muted"`
}

// Value implements driver.Valuer.
func (s selection) Value() (driver.Value, error) {
	if len(s.Muted) == 0 {
		return list(s.Tags).Value()
	}
	b, err := json.Marshal(bothLists(s))
	return string(b), err
}

// Scan implements sql.Scanner.
func (s *selection) Scan(v any) error {
	*s = selection{}
	text, ok := v.(string)
	if ok && strings.HasPrefix(text, "{") {
		return json.Unmarshal([]byte(text), (*bothLists)(s))
	}
	return (*list)(&s.Tags).Scan(v)
}
