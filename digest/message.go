package digest

import (
	"net/mail"
	"time"
)

// Message is one mail to one recipient, before MIME.
type Message struct {
	ID      string // Message-ID without its angle brackets; the same on every try
	From    mail.Address
	ReplyTo mail.Address // zero: none
	To      mail.Address
	Date    time.Time
	Subject string
	Text    string
	HTML    string
	Images  []Picture // what HTML refers to by cid:
	List    List
}

// List is what a message says of the list it came through (RFC 2369, 2919, 8058).
type List struct {
	ID              string // such as weekly.news.example.com
	Title           string
	UnsubscribeURL  string // https: POST is one-click; empty without a site
	UnsubscribeMail string // address for mailto:
	Owner           string // address; may be empty
	Archive         string // URL; may be empty
	Feedback        string // Feedback-ID value, names no subscriber
}

// Picture is an image ready to be embedded.
type Picture struct {
	CID    string // its name within the message
	Type   string // media type
	Data   []byte
	Width  int
	Height int
}
