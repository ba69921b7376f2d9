package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// loosen rewrites a JSON feed on which gofeed stumbles over a field of the wrong type: a number becomes its text where a text is
// wanted, one value stands for a list of it, a name for a person, and what cannot be meant is left out. All else stays as it is.
func loosen(b []byte, end time.Time) ([]byte, error) {
	feed, _, err := guarded(b, end, func(r io.Reader) (feed looseFeed, err error) {
		return feed, json.NewDecoder(r).Decode(&feed)
	})
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(feed); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// The fields of JSON Feed 1.1 that are of interest, and in which gofeed knows but one type. Raw ones it takes as they come.
type (
	looseFeed struct {
		Version     looseText              `json:"version"`
		Title       looseText              `json:"title"`
		HomePageURL looseText              `json:"home_page_url"`
		Author      loosePerson            `json:"author,omitzero"`
		Authors     looseList[loosePerson] `json:"authors"`
		Language    looseText              `json:"language"`
		Items       looseList[looseItem]   `json:"items"`
	}
	looseItem struct {
		ID            json.RawMessage            `json:"id,omitempty"`
		URL           looseText                  `json:"url"`
		ExternalURL   looseText                  `json:"external_url"`
		Title         looseText                  `json:"title"`
		ContentHTML   looseText                  `json:"content_html"`
		ContentText   looseText                  `json:"content_text"`
		Summary       looseText                  `json:"summary"`
		Image         looseText                  `json:"image"`
		BannerImage   looseText                  `json:"banner_image"`
		DatePublished looseText                  `json:"date_published"`
		DateModified  looseText                  `json:"date_modified"`
		Author        loosePerson                `json:"author,omitzero"`
		Authors       looseList[loosePerson]     `json:"authors"`
		Tags          looseList[looseText]       `json:"tags"`
		Attachments   looseList[looseAttachment] `json:"attachments"`
		Language      looseText                  `json:"language"`
	}
	looseAttachment struct {
		URL         looseText       `json:"url"`
		MimeType    looseText       `json:"mime_type"`
		Title       looseText       `json:"title"`
		SizeInBytes json.RawMessage `json:"size_in_bytes,omitempty"`
	}
	loosePerson struct {
		Name looseText `json:"name"`
		URL  looseText `json:"url"`
	}
)

// looseText is a text, or the text of a number; empty if it is neither.
type looseText string

// UnmarshalJSON never fails.
func (t *looseText) UnmarshalJSON(b []byte) error {
	switch c := b[0]; {
	case c == '"':
		return json.Unmarshal(b, (*string)(t))
	case c == '-' || '0' <= c && c <= '9':
		*t = looseText(b)
	}
	return nil
}

// UnmarshalJSON takes a mere name too.
func (p *loosePerson) UnmarshalJSON(b []byte) error {
	type object loosePerson // without this method
	if b[0] == '{' {
		return json.Unmarshal(b, (*object)(p))
	}
	return p.Name.UnmarshalJSON(b)
}

// errMeaningless is the error for a value that cannot be what is wanted.
var errMeaningless = errors.New("a value of another kind")

// UnmarshalJSON refuses what is no object, which gofeed would take for an item without anything.
func (i *looseItem) UnmarshalJSON(b []byte) error {
	type object looseItem
	if b[0] != '{' {
		return errMeaningless
	}
	return json.Unmarshal(b, (*object)(i))
}

// UnmarshalJSON takes a mere address too.
func (a *looseAttachment) UnmarshalJSON(b []byte) error {
	type object looseAttachment
	if b[0] == '{' {
		return json.Unmarshal(b, (*object)(a))
	}
	return a.URL.UnmarshalJSON(b)
}

// looseList is the values of an array that mean something, or a single value that stands in its place.
type looseList[T any] []T

// UnmarshalJSON reads value by value, so that an array of nothing but brackets costs no more than its bytes.
func (l *looseList[T]) UnmarshalJSON(b []byte) error {
	if b[0] != '[' {
		l.add(b)
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(b))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() && len(*l) < maxItemTags {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return err
		}
		l.add(value)
	}
	return nil
}

func (l *looseList[T]) add(b []byte) {
	var value T
	if !bytes.Equal(b, []byte("null")) && json.Unmarshal(b, &value) == nil {
		*l = append(*l, value)
	}
}
